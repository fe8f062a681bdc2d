"""The access matrix in small: every page, asked for by everybody, shows nothing of what its reader may not read.

Each hidden thing carries a word of its own. The walk is made from the application's routes, so a new page is in it at once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.limits import forget_counts
from forum.core.storage import Store
from forum.curation.models import Appeal, Flag
from forum.curation.offers.models import TransferOffer
from forum.curation.restructuring_models import Restructuring
from forum.discussion.models import Comment, ReadMark
from forum.library.content import content_of
from forum.library.models import Attachment, FormDraft, Post, PostVersion
from forum.library.operations.curating import decline_post, hide_post, withdraw_post
from tests import factories
from tests.conftest import Cast, SearchIndex
from tests.factories import LONG_AGO, saved
from tests.web.everything import ARGUMENT, ask, routes, send

Browsers = Callable[[Person | None], FlaskClient]

EVERYBODY = ("visitor", "noor", "chiara", "an", "bert", "dora", "mia", "ada")
OWN = {"an", "bert", "dora"}
MEMBERS = {*OWN, "chiara", "mia", "ada"}
READERS = {
    "members": MEMBERS,
    "organisation": OWN,
    "archived": OWN,
    "draft": {"an"},
    "hidden": {"an", "mia", "ada"},
    "declined": {"an", "mia", "ada"},
    "withdrawn": OWN,
    "before": OWN,
    "typed": {"an"},
    "taken": set(),
    "unkind": {"an", "mia", "ada"},
    "told": MEMBERS,
}
COMMON = "quittenbrot"
QUERIES = (f"q={COMMON}", "q=zirkon*", "q=zirkon", f"q={COMMON}&status=archived", "page=1&quote=0", "quote=1&reply=1")


def word(name: str) -> str:
    """The word that only the thing of this name holds."""
    return f"zirkon{name}"


@dataclass
class Secrets:
    """What is hidden, and the numbers that a walk may put into addresses."""

    numbers: dict[str, list[int]] = field(default_factory=dict)

    def note(self, **things: Any) -> None:
        """Remember numbers by the name that routes have for them."""
        for name, thing in things.items():
            self.numbers.setdefault(name, []).append(thing.id)

    def paths(self, rule: Rule, cast: Cast) -> Iterator[str]:
        """The addresses of a route for every hidden thing that it can name."""
        words = {
            "slug": "de-sluis",
            "kind": "practice",
            "key": "work-integration",
            "token": "t",
            "purpose": "reset",
            "side": "new",
            "action": "hide",
            "filename": "x",
            "part": "forms",
            "span": "0",
            "number": "1",
            "person_id": str(cast.an.id),
            "session_id": "1",
            "passkey_id": "1",
            "organisation_id": str(cast.sluis.id),
            "membership_id": "1",
            "invitation_id": "1",
            "restructuring_id": "1",
            "search_id": "1",
            "suggestion_id": "1",
            "note_id": "1",
        }
        names = ARGUMENT.findall(rule.rule)
        own = [name for name in names if name in self.numbers]
        if rule.endpoint == "themes.show_theme":
            words["slug"] = "work-integration"
        posts = range(len(self.numbers["post_id"])) if own else range(1)
        for place in posts:
            chosen = {name: str(self.numbers[name][min(place, len(self.numbers[name]) - 1)]) for name in own}
            yield ARGUMENT.sub(lambda found, chosen=chosen: (words | chosen)[found[1]], rule.rule)


@pytest.fixture
def secrets(app: Flask, cast: Cast, search_index: SearchIndex) -> Secrets:
    """Hidden things of every sort, each with its word, around posts of De Sluis by An."""
    found, store = Secrets(), Store(app.config["SETTINGS"].upload_dir)
    states = {
        "members": {"visibility": "members"},
        "organisation": {"visibility": "organisation"},
        "archived": {"visibility": "organisation", "status": "archived"},
        "draft": {"status": "draft", "published_at": None},
    }
    for name in ("members", "organisation", "archived", "draft", "hidden", "declined", "withdrawn"):
        fields = {"visibility": "organisation"} if name == "withdrawn" else states.get(name, {})
        hide(cast, found, store, name, factories.make_post(cast.an, cast.sluis, **words_of(name), **fields))
    at = found.numbers["post_id"]
    hide_post(cast.actor("mia"), at[4], f"Because {word('hidden')}")
    decline_post(cast.actor("mia"), at[5], f"Because {word('declined')}")
    withdraw_post(cast.actor("an"), at[6], f"Because {word('withdrawn')}")
    open_post(cast, found)
    posts = [db.session.get_one(Post, number) for number in at]
    found.note(collection_id=factories.make_collection(cast.mia, *posts))
    factories.saved(
        Restructuring(step="supersede", source_id=at[1], target_id=at[0], reason=word("organisation"), at=now())
    )
    search_index.build()
    return found


def words_of(name: str) -> dict[str, Any]:
    """A post whose every text holds the word, and the word that all share."""
    text = f"{word(name)} {COMMON} in our workshop, told at some length for everybody."
    return {"title": f"{word(name)} {COMMON}", "summary": text, "body": text, "details": {"results": text}}


def hide(cast: Cast, found: Secrets, store: Store, name: str, post: Post) -> None:
    """Hang a comment, a file, a version and a report on a post; and let Chiara have read it once."""
    text = f"{word(name)} {COMMON}"
    comment = factories.make_comment(post, cast.an, body=text)
    content = store.put(BytesIO(f"%PDF-1.4 {text}".encode()))
    file = Attachment(
        post_id=post.id,
        organisation_id=cast.sluis.id,
        sha256=content.sha256,
        thumbnail_sha256=content.sha256,
        filename=f"{word(name)}.pdf",
        mime="application/pdf",
        size=content.size,
        caption=text,
        created_at=LONG_AGO,
    )
    report = factories.make_adoption(post, cast.filo, cast.chiara, details={"what_we_changed": text})
    flag = Flag(post_id=post.id, reporter_id=cast.bert.id, reason="spam", note=text, created_at=LONG_AGO)
    former = content_of(post).snapshot()
    saved(PostVersion(post_id=post.id, number=1, editor_id=cast.an.id, created_at=LONG_AGO, content=former, note=text))
    saved(ReadMark(post_id=post.id, person_id=cast.chiara.id, **read_mark()))
    with transaction():
        db.session.get_one(Post, post.id).featured_at = now()
    decision = factories.make_decision(post, cast.an, cast.bert, reason=text, facts=text)
    appeal = Appeal(decision_id=decision.id, appellant_id=cast.an.id, body=text, language="en", created_at=LONG_AGO)
    offer = TransferOffer(
        post_id=post.id,
        from_id=cast.sluis.id,
        organisation_id=cast.filo.id,
        offered_by_id=cast.an.id,
        reason=text,
        offered_at=now(),
    )
    found.note(decision_id=decision, appeal_id=saved(appeal), offer_id=saved(offer))
    found.note(post_id=post, comment_id=comment, attachment_id=saved(file), flag_id=saved(flag), adoption_id=report)


def read_mark() -> dict[str, Any]:
    """How far somebody read long ago: nothing yet."""
    columns = {column.name: column for column in ReadMark.__table__.columns}
    values = {name: LONG_AGO for name in columns if name.endswith("_at")}
    return values | {name: 0 for name in columns if not name.endswith(("_id", "_at")) and name != "id"}


def open_post(cast: Cast, found: Secrets) -> None:
    """A post for everybody that once was not, with a removed file, a hidden comment, and a text An is typing."""
    first = db.session.get_one(Post, found.numbers["post_id"][1])
    post = factories.make_post(cast.an, cast.sluis, title=f"Open {COMMON}", translation_of_id=first.id)
    before = content_of(post).snapshot() | {
        "visibility": "organisation",
        "title": word("before"),
        "body": word("before"),
    }
    saved(PostVersion(post_id=post.id, number=1, editor_id=cast.an.id, created_at=LONG_AGO, content=before))
    unkind = factories.make_comment(
        post, cast.an, body=word("unkind"), hidden_at=LONG_AGO, hidden_reason=word("unkind")
    )
    file = Attachment(
        post_id=post.id,
        sha256="1" * 64,
        filename=f"{word('taken')}.pdf",
        mime="application/pdf",
        size=1,
        caption=word("taken"),
        created_at=LONG_AGO,
        removed_at=LONG_AGO,
    )
    typed = {"title": [word("typed")], "body": word("typed")}
    for place in (f"posts/{post.id}/edit", f"posts/{post.id}/comments"):
        saved(FormDraft(person_id=cast.an.id, place=place, content=typed, updated_at=now()))
    told = factories.make_adoption(
        post, cast.filo, cast.chiara, permission="members", details={"what_helped": word("told")}
    )
    found.note(post_id=post, comment_id=unkind, attachment_id=saved(file), adoption_id=told)


def leaked(answer: TestResponse, who: str) -> set[str]:
    """The names of the hidden things whose word is in an answer, headers too, though this person may not read them."""
    said = answer.text.casefold() + str(answer.headers).casefold()
    answer.close()
    return {name for name, readers in READERS.items() if who not in readers and word(name) in said}


def shown(answer: TestResponse, who: str) -> set[str]:
    """The names of the hidden things that an answer rightly shows."""
    return {name for name, readers in READERS.items() if who in readers and word(name) in answer.text.casefold()}


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_page_shows_what_its_reader_may_not_read(
    app: Flask, cast: Cast, secrets: Secrets, browser_of: Browsers, who: str
) -> None:
    browser = browser_of(None if who == "visitor" else getattr(cast, who))
    leaks, seen = [], set()
    for rule in routes(app, "GET"):
        for path in secrets.paths(rule, cast):
            for query in ("", *(QUERIES if "<" not in rule.rule or path.endswith("/comments/new") else ())):
                forget_counts()
                answer = ask(browser, path, query, follow_redirects=False)
                leaks += [f"{path}?{query} shows {name}" for name in leaked(answer, who)]
                seen |= shown(answer, who)
    assert "\n".join(leaks) == ""
    assert seen == {name for name, readers in READERS.items() if who in readers}


@pytest.mark.parametrize("who", ["visitor", "noor", "chiara"])
def test_no_form_answers_or_changes_what_its_sender_may_not_read(
    app: Flask, cast: Cast, secrets: Secrets, browser_of: Browsers, who: str
) -> None:
    hidden = secrets.numbers["post_id"][1 : len(READERS) - 5]
    before = state_of(hidden)
    browser, leaks = browser_of(None if who == "visitor" else getattr(cast, who)), []
    for rule in routes(app, "POST"):
        if not {"post_id", "comment_id", "attachment_id", "flag_id", "adoption_id"} & set(ARGUMENT.findall(rule.rule)):
            continue
        for path in secrets.paths(rule, cast):
            for body in (
                [],
                [("body", "A text that is long enough"), ("reason", "spam"), ("reply", "1"), ("action", "preview")],
            ):
                forget_counts()
                answer = send(browser, path, body)
                leaks += [f"{path} shows {name}" for name in leaked(answer, who)]
    for number in hidden:
        form = [
            ("kind", "practice"),
            ("title", COMMON),
            ("body", COMMON),
            ("draft_id", str(number)),
            ("action", "draft"),
        ]
        for path in ("/posts/suggest", "/posts/drafts", "/posts/new/practice"):
            leaks += [f"{path} shows {name}" for name in leaked(send(browser, path, form), who)]
    assert "\n".join(leaks) == ""
    assert state_of(hidden) == before


def state_of(numbers: list[int]) -> list[Any]:
    """What is kept of these posts and their comments."""
    db.session.rollback()
    posts = db.session.execute(db.select(Post.__table__).where(Post.id.in_(numbers)).order_by(Post.id)).all()
    comments = db.session.execute(
        db.select(Comment.id, Comment.body, Comment.hidden_at, Comment.deleted_at)
        .where(Comment.post_id.in_(numbers))
        .order_by(Comment.id)
    ).all()
    return [*posts, *comments]
