"""Fill a data directory with one of everything, and print what it is called: `python -m tests.journeys.showroom`.

The demonstration network has the ordinary things; here are those that exist in no good demonstration: a draft, a
withdrawn post, a hidden comment, a report, a page that crashes. `states.py` says which pages show them.
"""

import json
import sys
from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Flask, current_app
from PIL import Image
from sqlalchemy import func, select, update

from forum.accounts import tokens
from forum.accounts.addresses import ask_address_change
from forum.accounts.factors.models import Passkey
from forum.accounts.models import Person, Token
from forum.accounts.passwords import hashed
from forum.accounts.sessions import hashed as hashed_secret
from forum.adoption.models import Adoption
from forum.app import create_app
from forum.cli.context import prepare_site
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.limits import forget_counts
from forum.core.storage import Store
from forum.curation.collections_models import CollectionEntry
from forum.curation.freshness.answering import make_link
from forum.curation.freshness.records import find_record
from forum.curation.improving import operations as improving
from forum.curation.improving.models import Suggestion
from forum.curation.models import Decision
from forum.curation.offers.operations import offer_post
from forum.curation.operations.appeals import make_appeal
from forum.curation.operations.collection_entries import add_to_collection
from forum.curation.operations.collections import Cover, make_collection
from forum.curation.operations.decisions import Statement, decide_on_post
from forum.curation.operations.deeds import carry_out
from forum.curation.operations.desk import TAKE
from forum.curation.operations.flags import raise_flag, raise_notice
from forum.curation.operations.notes import write_note
from forum.curation.operations.sanctions import sanction_person
from forum.curation.queue import Key
from forum.curation.signed_links import notice_path, statement_path
from forum.discussion.models import Comment
from forum.discussion.operations import moderating, writing
from forum.interop.demonstration import PASSWORD, load_demonstration
from forum.library.models import Post, PostVersion
from forum.library.operations import curating
from forum.library.operations.attaching import Description, attach_files, take_in
from forum.library.operations.form_drafts import save_form_draft
from forum.library.operations.texts import edit_text
from forum.library.operations.writing import edit_field
from forum.notifications.kinds import stoppable_kinds
from forum.notifications.models import SavedSearch, SearchMatch
from forum.notifications.saved_searches import choose_alert, save_search
from forum.notifications.stopping import search_stop_path, stop_path
from forum.organisations.models import Invitation, Membership, Organisation
from forum.organisations.operations.invitations import LIFE
from forum.organisations.operations.memberships import request_membership
from forum.organisations.queries import actor_for
from forum.search.finding import Wish
from forum.search.service import rebuild_index
from forum.web.desk_kinds import SOURCES
from tests import factories
from tests.journeys.showroom_opinions import opinions

Values = dict[str, str]
LONG_WORD = "Arbeitsmarktintegrationsmaßnahmenfinanzierungsvereinbarung"
EVERYTHING = f"""## What we did

A paragraph with **strong words**, *stressed ones*, `code` and a [link to a law](https://example.org/law).

- one
- two
  - three, deeper

1. first
2. second

> A quotation of somebody who did it before us.

| what | how many | {LONG_WORD} |
|---|---:|---|
| people | 14 | {LONG_WORD} |
| hours | 1,200 | every week |

```
a line of code that is far too long for a telephone and therefore scrolls inside its own region = {LONG_WORD}
```

### {LONG_WORD}

https://example.org/{LONG_WORD.lower()}/{LONG_WORD.lower()}
"""


def main() -> None:
    """Make the site of the settings in the environment."""
    app = create_app()
    with app.app_context():
        prepare_site(app.config["SETTINGS"])
        made = make(app)
        rebuild_index()
        forget_counts()
    print(json.dumps(made))


def make(app: Flask) -> dict[str, Any]:
    """Fill the database; what addresses need by name, and the pages there are."""
    values = fill(Store(app.config["SETTINGS"].upload_dir)) if "--empty" not in sys.argv else {}
    add_admin()
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return {"values": values, "routes": sorted((rule.endpoint, rule.rule) for rule in rules)}


def fill(store: Store) -> Values:
    """Everything that pages can show, and the numbers that addresses need."""
    load_demonstration()
    an, giulia, helen = (actor_of(f"{name}@example.org") for name in ("an.peeters", "giulia.ferrari", "helen.marsh"))
    values = newcomers() | kinds() | tried() | collected(giulia)
    values |= talked_about(an, giulia, helen, store) | lives(an, giulia, helen) | improved(an, helen) | invited(an)
    asked, judged = (by_an(an, f"A practice that is {name}", review="reviewed") for name in ("asked about", "judged"))
    values |= {"passkey_id": passkey_of(giulia), "second_step.token": proof_of(giulia)}
    let_links_last()
    return values | opinions(helen, asked, judged)


def proof_of(giulia: Actor) -> str:
    """The secret of the link that shows that it is her."""
    return tokens.make_token(db.session.get_one(Person, giulia.person_id), tokens.PROVE)


def let_links_last() -> None:
    """Give one-use links a day: walking through every page takes longer than some of them live."""
    with transaction():
        db.session.execute(update(Token).values(expires_at=now() + timedelta(days=1)))


def actor_of(email: str) -> Actor:
    """Somebody, by address."""
    return actor_for(db.session.scalars(select(Person).where(Person.email == email)).one())


def organisation(slug: str) -> Organisation:
    """An organisation by the end of its address."""
    return db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()


def add_admin() -> None:
    """Somebody who administers the site, also where nobody else is."""
    if db.session.scalar(select(Person.id).where(Person.email == "tomas.quinn@example.org")) is None:
        person = factories.make_person("Tomas Quinn", email="tomas.quinn@example.org", password_hash=hashed(PASSWORD))
        factories.make_role(person, "admin")


def newcomers() -> Values:
    """A person who belongs nowhere, one who asks to join, one who has not confirmed the address; and their links."""
    secret = hashed(PASSWORD)
    sam = factories.make_person("Sam Stranger", email="sam@example.org", password_hash=secret)
    noor = factories.make_person("Noor Vraagt", email="noor@example.org", password_hash=secret)
    late = factories.make_person(
        "Lee Late", email="lee@example.org", password_hash=secret, confirmed_at=None, created_at=now()
    )
    sluis = organisation("de-sluis")
    request_membership(actor_for(noor), sluis.id, "I began here in May as a job coach.")
    asking = db.session.scalars(select(Membership).where(Membership.person_id == noor.id)).one()
    membership = db.session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == "joris.verlinden@example.org")
    ).one()
    search = watched_by(sam)
    ask_address_change(actor_for(sam), "sam@stranger.example")
    return {
        "address.token": tokens.make_token(sam, tokens.OLD_ADDRESS),
        "side": "old",
        "search_id": str(search.id),
        "searches.token": search_stop_path(current_app.config["SETTINGS"], search.id).rpartition("/")[2],
        "person_id": str(membership.person_id),
        "stranger": str(sam.id),
        "membership_id": str(membership.id),
        "asking": str(asking.id),
        "accounts.confirm_address.token": tokens.make_token(late, tokens.CONFIRM),
        "accounts.set_new_password.token": tokens.make_token(sam, tokens.RESET),
        "mailed_links.token": tokens.make_token(sam, tokens.SIGN_IN),
        "mail_choices.token": stop_path(current_app.config["SETTINGS"], sam.id, stoppable_kinds()[0]).rpartition("/")[
            2
        ],
        "slug": "de-sluis",
        "themes.slug": "work-integration",
        "organisation_id": str(sluis.id),
    }


def passkey_of(person: Actor) -> str:
    """A passkey that stands in a person's profile; nothing signs with it, so signing in stays one step."""
    key = Passkey(
        person_id=person.person_id,
        credential_id="key-of-the-showroom",
        public_key="AAAA",
        sign_count=0,
        transports=[],
        name="The telephone",
        created_at=now(),
    )
    return str(factories.saved(key).id)


def watched_by(person: Person) -> SavedSearch:
    """A search that a person saved, with something new under it; and one that is paused."""
    reader = actor_for(person)
    search = save_search(reader, Wish(text="laundry", filters={"country": ("BE",)}), "“laundry”, Belgium")
    choose_alert(reader, save_search(reader, Wish(text="bakery"), "“bakery”").id, "off")
    posts = select(Post.id).where(Post.visibility == "public", Post.status == "published").limit(2)
    for post_id in db.session.scalars(posts).all():
        factories.saved(SearchMatch(search_id=search.id, post_id=post_id, found_at=now(), is_owed=False))
    return search


def kinds() -> Values:
    """The public post of each kind that says most."""
    found = {}
    for kind in ("practice", "research", "policy", "question", "news"):
        fullest = (
            select(Post)
            .where(Post.kind == kind, Post.visibility == "public", Post.status == "published")
            .order_by(func.length(Post.body).desc(), Post.comment_count.desc())
            .limit(1)
        )
        found[kind] = str(db.session.scalars(fullest).one().id)
    answered = select(Post.id).where(Post.accepted_comment_id.is_not(None), Post.visibility == "public").limit(1)
    found["answered"] = str(db.session.scalar(answered) or found["question"])
    return found | {"kind": "practice", "key": "work-integration", "action": "hide", "purpose": "reset"}


def collected(giulia: Actor) -> Values:
    """A collection for everybody with a post of it, and the link of one that Giulia shares."""
    entry = db.session.scalars(select(CollectionEntry).order_by(CollectionEntry.collection_id).limit(1)).one()
    shared = make_collection(giulia, Cover("For our board", "Three posts, and why.", audience="link"))
    add_to_collection(giulia, shared.id, entry.post_id, "It has the numbers.")
    return {
        "collection_id": str(entry.collection_id),
        "collected": str(entry.post_id),
        "own_collection": str(shared.id),
        "collections.show_shared.token": str(shared.key),
        "posts.practice_from.comment_id": str(
            db.session.scalar(
                select(Comment.id).where(
                    Comment.author_id == giulia.person_id, Comment.deleted_at.is_(None), Comment.hidden_at.is_(None)
                )
            )
        ),
        "posts.convert.post_id": str(
            by_an(actor_of("an.peeters@example.org"), "Who can spare a sewing machine?", kind="question").id
        ),
    }


def tried() -> Values:
    """What Il Filo told of a practice of De Sluis, and that practice."""
    report = db.session.scalar(select(Adoption).where(Adoption.organisation_id == organisation("il-filo").id))
    assert report is not None
    an = actor_of("an.peeters@example.org")
    raise_flag(an, report.post_id, None, "unkind", "It names a colleague.", adoption_id=report.id)
    return {"tried": str(report.post_id), "adoption_id": str(report.id)}


def talked_about(an: Actor, giulia: Actor, helen: Actor, store: Store) -> Values:
    """An's post with everything that can hang on one: files, an edit, comments in every state, reports, unsent words."""
    post = by_an(
        an,
        "A laundry that trains people for a first job",
        body=EVERYTHING,
        details={"stage": "running", "people_supported": 14},
    )
    edit_field(an, post.id, "summary", "A coach works in the laundry. Nine of ten people stay.", post.revision)
    opening = writing.post_comment(giulia, post.id, "How many hours a week does the coach work?")
    reply = writing.post_comment(an, post.id, "Sixteen hours, on four days.", parent_id=opening.id)
    writing.edit_comment(an, reply.id, "Twenty hours, on five days.", reply.revision)
    gone = writing.post_comment(an, post.id, "This stood in the wrong place.")
    writing.delete_comment(an, gone.id)
    unkind = writing.post_comment(giulia, post.id, "Buy your washing powder at our shop.")
    moderating.hide_comment(helen, unkind.id, "It is advertising.")
    files = attach(an, post, store)
    flag = raise_flag(giulia, post.id, None, "outdated", "The law changed in May.")
    raise_flag(an, post.id, opening.id, "other", "A test of the desk.")
    taken = carry_out(helen, SOURCES, TAKE, [Key("flag", str(flag.id)), Key("flag", "0")])
    save_form_draft(an, f"posts/{post.id}/comments", {"body": "Unsent words", "language": "en"})
    return {
        "post_id": str(post.id),
        "comment_id": str(reply.id),
        "deleted_comment": str(gone.id),
        "hidden_comment": str(unkind.id),
        "others_comment": str(opening.id),
        "flag_id": str(flag.id),
        "taken": taken,
        "number": "1",
    } | files


def attach(an: Actor, post: Post, store: Store) -> Values:
    """A picture and a document."""
    picture = BytesIO()
    Image.new("RGB", (1200, 800), "#0b4f52").save(picture, "JPEG")
    picture.seek(0)
    photo = take_in(store, "laundry.jpg", picture)
    words = Description(caption="The laundry in May", alt="A green field", credit="An Peeters", people_agreed=True)
    (one,) = attach_files(an, post.id, [photo], words)
    paper = take_in(store, "hours.pdf", BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"))
    attach_files(an, post.id, [paper], Description(caption="Hours a week"))
    return {"attachment_id": str(one.id), "filename": one.filename}


def by_an(an: Actor, title: str, **fields: Any) -> Post:
    """A post by An for De Sluis."""
    person = db.session.get_one(Person, an.person_id)
    return factories.make_post(person, organisation("de-sluis"), title=title, summary=f"In short: {title}.", **fields)


def lives(an: Actor, giulia: Actor, helen: Actor) -> Values:
    """A post in each state of its life, one that only some may read, one that is locked, one whose history is broken."""
    draft = by_an(an, "A draft about a bakery", status="draft", published_at=None)
    posts = {name: by_an(an, f"A post that is {name}") for name in ("archived", "withdrawn", "hidden", "declined")}
    curating.archive_post(an, posts["archived"].id, "The project ended.")
    curating.withdraw_post(an, posts["withdrawn"].id, "The figures were wrong.")
    tomas = actor_of("tomas.quinn@example.org")
    hidden = Statement("law", "GDPR, art. 6", "The third line names a trainee.", "She did not agree to that.")
    decision = decide_on_post(tomas, posts["hidden"].id, "hide", hidden)
    curating.decline_post(helen, posts["declined"].id, "It is about something else.")
    posts |= {name: by_an(an, f"A post for {name}", visibility=name) for name in ("members", "organisation")}
    posts["locked"] = by_an(an, "A post that is locked")
    curating.lock_post(helen, posts["locked"].id, locked=True)
    posts["recheck"] = by_an(an, "A post that needs a new look", review="needs_recheck")
    posts["long"] = by_an(an, " ".join([LONG_WORD] * 2), language="de", countries=("DE", "AT", "CH", "BE", "NL"))
    posts["broken"] = by_an(an, "A post with a broken history")
    break_history(posts["broken"])
    archived = str(posts["archived"].id)
    return (
        {"draft": str(draft.id), "posts.bring_back.post_id": archived}
        | offered(an)
        | looked_again(helen, an, giulia, decision)
        | {name: str(post.id) for name, post in posts.items()}
    )


def offered(an: Actor) -> Values:
    """A post that An offers to Il Filo."""
    post = by_an(an, "A post for another workshop")
    return {
        "offered": str(post.id),
        "offer_id": str(offer_post(an, post.id, organisation("il-filo").id, "They have done it since May.").id),
    }


def looked_again(helen: Actor, an: Actor, giulia: Actor, decision: Decision) -> Values:
    """A wish for a second look, a notice that was answered, and what moderators know of An."""
    appeal = make_appeal(an, decision.id, "She did agree: I have her letter.", language="en")
    settings = current_app.config["SETTINGS"]
    answered = by_an(an, "A post that was reported")
    signed = {"why": "It is our text.", "place": "The second line", "in_good_faith": True}
    notice = raise_notice(giulia, answered.id, **signed)
    decide_on_post(helen, answered.id, "none", Statement(reason="She wrote it herself."))
    waiting = by_an(an, "A post that is reported")
    raise_notice(giulia, waiting.id, **signed)
    person_id = an.person_id or 0
    warning = sanction_person(helen, person_id, "warn", None, Statement(reason="Please stay friendly."))
    note = write_note(helen, person_id, "We talked on the phone.")
    return {
        "decision_id": str(decision.id),
        "appeal_id": str(appeal.id),
        "note_id": str(note.id),
        "reported": str(waiting.id),
        "an": str(person_id),
        "decisions.show_latest.post_id": str(decision.subject_id),
        "sanctions.show_person.person_id": str(person_id),
        "sanctions.decide.person_id": str(person_id),
        "notices.show_notice.token": notice_path(settings, notice.id).rpartition("/")[2],
        "decisions.show_statement.token": statement_path(settings, warning.id).rpartition("/")[2],
    }


def improved(an: Actor, helen: Actor) -> Values:
    """A post with suggestions that wait, one that was declined and one that is not sent; and one changed after its review."""
    post = by_an(an, "A laundry that could say more", details={"stage": "running"})
    improving.write_message(helen, post.id, "Thank you. **Three** small things would help readers elsewhere.", "en")
    improving.suggest(helen, post.id, "title", "A laundry that sings", "It names what is special.", "en")
    improving.suggest(helen, post.id, "results", "", "A figure would help.", "en")
    improving.suggest(helen, post.id, "summary", "In short: we sing.", "Shorter reads better.", "en")
    improving.send_suggestions(helen, post.id)
    improving.suggest(helen, post.id, "body", f"{post.body} Call us.", "An invitation helps.", "en")
    first, _second, third, _unsent = db.session.scalars(select(Suggestion.id).order_by(Suggestion.id))
    improving.decline_suggestion(an, third, "We like our own words.")
    changed = by_an(an, "A laundry with new figures", review="reviewed", details={"stage": "pilot", "results": "Ten."})
    edit_text(an, changed.id, "results", "Forty people found work.", changed.revision)
    record = find_record("post", changed.id)
    assert record is not None
    return {
        "improving": str(post.id),
        "suggestion_id": str(first),
        "changed": str(changed.id),
        "freshness.token": make_link(db.session.get_one(Person, an.person_id), record),
    }


def break_history(post: Post) -> None:
    """A version that no page can read: what a disk error would leave, and the way to a page of status 500."""
    with transaction():
        db.session.add(
            PostVersion(post_id=post.id, number=1, content={"visibility": "public"}, created_at=factories.LONG_AGO)
        )


def invited(an: Actor) -> Values:
    """An open invitation and its secret, without the mail: sending it would make another secret."""
    invitation = Invitation(
        organisation_id=organisation("de-sluis").id,
        email="new.colleague@example.org",
        invited_by_id=an.person_id,
        token_hash=hashed_secret("welcome"),
        created_at=now(),
        expires_at=now() + LIFE,
    )
    return {"invitation_id": str(factories.saved(invitation).id), "invitations.answer_invitation.token": "welcome"}


if __name__ == "__main__":
    main()
