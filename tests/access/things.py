"""What hangs on posts, and what is somebody's own, each with its word."""

from datetime import timedelta

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.markdown import render
from forum.curation.experts.models import ExpertInvitation, ExpertOpinion
from forum.curation.freshness.asking import ask_about
from forum.curation.improving.models import RequestMessage
from forum.curation.models import Flag, ModeratorNote, ReaderMessage
from forum.curation.offers.models import TransferOffer
from forum.curation.restructuring_models import Restructuring
from forum.library.content import content_of
from forum.library.models import Attachment, FormDraft, Post, PostLink, PostVersion
from forum.notifications.models import SavedSearch
from forum.organisations.models import Invitation
from tests import factories
from tests.access.tables import Site, word
from tests.factories import LONG_AGO, saved


def make_things(site: Site) -> None:
    """Everything that is not for everybody beside the posts themselves."""
    by_name = {name: int(values["post"]) for name, values in site.numbers.items()}
    hang_on(site, db.session.get_one(Post, by_name["published public"]))
    relate(by_name)
    decide(site, by_name)
    offer(site, by_name["offered organisation"])
    keep(site, by_name["published public"])


def hang_on(site: Site, post: Post) -> None:
    """What hangs on a post for everybody, and is not for everybody."""
    cast, mia = site.cast, site.cast.mia.id
    hidden = factories.make_comment(
        post, cast.chiara, body=word("hidden comment"), hidden_at=now(), hidden_reason="Unkind."
    )
    factories.make_comment(post, cast.chiara, body=word("deleted comment"), deleted_at=now())
    saved(
        Attachment(
            post_id=post.id,
            sha256="1" * 64,
            filename=f"{word('removed file')}.pdf",
            mime="application/pdf",
            size=1,
            created_at=LONG_AGO,
            removed_at=LONG_AGO,
        )
    )
    before = content_of(post).snapshot() | {"visibility": "organisation", "body": word("version for the organisation")}
    saved(PostVersion(post_id=post.id, number=2, editor_id=cast.an.id, created_at=LONG_AGO, content=before))
    reports = {
        "report for members": {"permission": "members"},
        "hidden report": {"hidden_at": now()},
        "withdrawn report": {"withdrawn_at": now()},
    }
    for name, state in reports.items():
        organisation = factories.make_organisation(f"Organisation of the {name}")
        factories.make_membership(cast.chiara, organisation)
        report = factories.make_adoption(post, organisation, cast.chiara, details={"what_helped": word(name)}, **state)
        site.everywhere[name] = str(report.id)
    said = word("request message")
    saved(
        RequestMessage(
            post_id=post.id, author_id=mia, body=said, body_html=render(said).html, language="en", written_at=LONG_AGO
        )
    )
    factories.make_suggestion(post, cast.mia, sentence=word("sent suggestion"))
    factories.make_suggestion(post, cast.mia, field="summary", sentence=word("unsent suggestion"), sent_at=None)
    ask_expert(post, mia)
    site.everywhere["hidden comment"] = str(hidden.id)


def ask_expert(post: Post, moderator_id: int) -> None:
    """An expert whose opinion is given, and not shown yet."""
    with transaction():
        db.session.get_one(Post, post.id).review = "in_expert_review"
    asked = saved(
        ExpertInvitation(
            post_id=post.id,
            email="eva@u.example",
            invited_by_id=moderator_id,
            created_at=LONG_AGO,
            ends_at=now() + timedelta(days=9),
            accepted_at=LONG_AGO,
        )
    )
    saved(
        ExpertOpinion(
            invitation_id=asked.id,
            post_id=post.id,
            name="Eva",
            text=word("expert's opinion"),
            relevance=3,
            evidence=3,
            transferability=3,
            equity=3,
            has_conflict=False,
            saved_at=LONG_AGO,
            given_at=LONG_AGO,
        )
    )


def relate(by_name: dict[str, int]) -> None:
    """Posts that lead to others, which not everybody may read."""
    old, new = by_name["published public"], by_name["published organisation"]
    saved(PostLink(post_id=new, other_id=old, kind="supersedes"))
    with transaction():
        db.session.get_one(Post, by_name["archived members"]).translation_of_id = by_name["archived public"]
        db.session.get_one(Post, by_name["archived members"]).language = "nl"
    saved(
        Restructuring(
            step="supersede",
            source_id=by_name["published public"],
            target_id=by_name["published organisation"],
            reason="Newer.",
            at=now(),
        )
    )


FLAGGED = {
    "public post": "published public",
    "post for members": "published members",
    "post for its organisation": "published organisation",
}
COLLECTIONS = {
    "private collection": {"audience": "private"},
    "collection by link": {"audience": "link", "key": "k" * 43},
    "deleted collection": {"audience": "private", "deleted_at": LONG_AGO},
}


def decide(site: Site, by_name: dict[str, int]) -> None:
    """What was reported, what was decided, and what moderators tell one another."""
    cast = site.cast
    for name, post in FLAGGED.items():
        note, told = word(f"flag on a {name}"), by_name[post]
        saved(Flag(post_id=told, reporter_id=cast.bert.id, reason="spam", note=note, created_at=LONG_AGO))
    outdated, told = word("report of something out of date"), by_name["published public"]
    saved(Flag(post_id=told, reporter_id=cast.noor.id, reason="outdated", note=outdated, created_at=LONG_AGO))
    hidden = db.session.get_one(Post, by_name["hidden public"])
    decision = factories.make_decision(hidden, cast.an, cast.mia, reason=word("decision on a post"))
    site.everywhere["decision on a post"] = str(decision.id)
    note = word("note on a person")
    saved(ModeratorNote(person_id=cast.an.id, author_id=cast.mia.id, body=note, created_at=LONG_AGO))


def offer(site: Site, post_id: int) -> None:
    """A post that one organisation offers to another which cannot read it; and a page that nobody is there to confirm."""
    sides = {"from_id": site.cast.sluis.id, "organisation_id": site.cast.filo.id, "offered_by_id": site.cast.dora.id}
    offers = {"transfer offer": {"offered_at": now()}, "lapsed offer": {"offered_at": LONG_AGO, "outcome": "lapsed"}}
    for name, state in offers.items():
        made = saved(TransferOffer(post_id=post_id, reason=word(name), **sides, **state))
        site.everywhere[name] = str(made.id)
    lonely = factories.make_organisation(
        "Lonely", slug="lonely", country="FR", check_by=now().date() - timedelta(days=1)
    )
    ask_about("organisation", lonely.id)


def keep(site: Site, post_id: int) -> None:
    """Lists, invitations, searches and texts of one person or one organisation."""
    cast, soon = site.cast, now() + timedelta(days=9)
    for name, state in COLLECTIONS.items():
        site.everywhere[name] = str(factories.make_collection(cast.chiara, title=word(name), **state).id)
    address, sluis = f"{word('invitation')}@example.org", cast.sluis.id
    saved(Invitation(organisation_id=sluis, email=address, created_at=LONG_AGO, expires_at=soon))
    typed = {"title": [word("text being typed")], "body": word("text being typed")}
    saved(FormDraft(person_id=cast.an.id, place=f"posts/{post_id}/edit", content=typed, updated_at=now()))
    search = {"name": word("saved search"), "wish": [["q", "x"]], "alert": "mail", "since": LONG_AGO}
    saved(SavedSearch(person_id=cast.chiara.id, key="k", created_at=LONG_AGO, next_look_at=LONG_AGO, **search))
    message = word("message to the administrators")
    saved(ReaderMessage(sender_id=cast.noor.id, language="en", body=message, sent_at=LONG_AGO))
