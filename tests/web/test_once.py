"""Every form that makes something makes it once, however often an impatient person presses the button."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from forum.core import once
from forum.core.clock import now
from forum.core.db import db
from forum.core.once import earlier_answer, settle
from forum.curation.restructuring_models import Restructuring
from forum.library.models import Post
from forum.web.once import MAKING, STEP_SECONDS, STEPS
from tests import factories
from tests.conftest import Cast
from tests.web.everything import everything_stored, routes

BrowserOf = Callable[[Any], FlaskClient]
FORMS: dict[str, tuple[str, str, dict[str, str]]] = {
    "posts.new_post": (
        "an",
        "/posts/new/practice",
        {"title": "Wage", "body": "Same.", "action": "draft", "request_key": "a"},
    ),
    "posts.keep_new_draft": (
        "an",
        "/posts/drafts",
        {"kind": "practice", "title": "Wage", "body": "Same.", "request_key": "a"},
    ),
    "comments.post_comment": (
        "bert",
        "/posts/{post}/comments",
        {"body": "Thanks.", "language": "en", "request_key": "a"},
    ),
    "collections.new_collection": ("an", "/collections/new", {"title": "Wages", "intro": "All.", "language": "en"}),
    "help.show_accessibility": ("visitor", "/accessibility", {"message": "The menu does not open."}),
    "notices.send_notice": (
        "visitor",
        "/posts/{post}/notice",
        {"why": "It is stolen.", "place": "All.", "name": "Eva", "email": "eva@example.org", "good_faith": "1"},
    ),
    "review.flag_post": ("bert", "/posts/{post}/flag", {"reason": "spam"}),
    "sanctions.add_note": ("mia", "/people/{person}/notes", {"body": "Kind."}),
    "suggesting.suggest": (
        "mia",
        "/posts/{post}/request/suggest?field=title",
        {"field": "title", "text": "One wage for all", "sentence": "Shorter."},
    ),
    "searches.list_searches": ("an", "/searches", {"q": "wage"}),
    "organisations.add_organisation": (
        "ada",
        "/organisations/new",
        {"name": "De Brug", "country": "BE", "language": "nl", "kind": "member", "parent": "{network}"},
    ),
    "improving.show_request": ("an", "/posts/{post}/request", {"body": "Thank you, but no."}),
    "sanctions.decide": (
        "mia",
        "/people/{person}/decide",
        {"action": "warn", "days": "7", "ground": "rules", "reason": "Unkind comments."},
    ),
    "invitations.invite": (
        "dora",
        "/organisations/de-sluis/invitations",
        {"email": "eva@example.org", "role": "member", "language": "nl"},
    ),
    "decisions.decide": (
        "mia",
        "/posts/{post}/decide",
        {"action": "hide", "ground": "rules", "basis": "Our rules, 2", "reason": "It names somebody."},
    ),
    "posts.transfer": ("mia", "/posts/{post}/transfer", {"organisation": "{filo}", "reason": "They do it now."}),
    "posts.split": (
        "mia",
        "/posts/{post}/split",
        {"first": "{comment}", "comments": "{comment}", "title": "And who pays?", "reason": "Another question."},
    ),
    "posts.practice_from": ("bert", "/comments/{comment}/practice", {}),
    "memberships.ask_to_join": ("noor", "/organisations/de-sluis/request", {"message": "I work here."}),
}


@pytest.mark.parametrize("endpoint", sorted(FORMS))
def test_a_form_that_makes_something_makes_it_once(
    endpoint: str, app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    post = factories.make_post(
        cast.an, cast.sluis, kind="question" if endpoint == "posts.practice_from" else "practice"
    )
    comment = factories.make_comment(post, cast.bert, body="We pay each half of it.")
    who, path, form = FORMS[endpoint]
    values = {"post": post.id, "person": cast.bert.id, "network": cast.secretariat.id, "filo": cast.filo.id}
    values |= {"comment": comment.id}
    sent = {name: text.format(**values) for name, text in form.items()}
    browser = browser_of(None if who == "visitor" else getattr(cast, who))
    before = everything_stored()
    first = browser.post(path.format(**values), data=sent)
    assert first.status_code in (200, 303), first.text
    made = everything_stored()
    assert made != before
    again = browser.post(path.format(**values), data=sent)
    assert again.status_code in (200, 303, 409, 422)
    assert everything_stored() == made
    if endpoint in MAKING | STEPS:
        assert (again.status_code, again.location) == (303, first.location)


def test_the_forms_that_are_known_again_are_forms_that_are_tried_here(app: Flask) -> None:
    assert set(FORMS) >= MAKING
    assert [name for name in MAKING | STEPS if name not in {rule.endpoint for rule in routes(app, "POST")}] == []


def test_a_form_with_other_words_or_of_somebody_else_is_another_form(cast: Cast, browser_of: BrowserOf) -> None:
    an, bert, path = browser_of(cast.an), browser_of(cast.bert), "/collections/new"
    form = {"title": "Wages", "intro": "All.", "language": "en"}
    places = {
        browser.post(path, data=sent).location for browser in (an, bert) for sent in (form, form | {"title": "W"})
    }
    assert len(places) == 4


def test_a_form_that_was_refused_may_be_sent_again(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, form = browser_of(cast.an), {"title": "Wages", "intro": "All.", "language": "en"}
    with monkeypatch.context() as patched:
        patched.setattr("forum.web.collections.operations.make_collection", lambda *_all: 1 / 0)
        assert browser.post("/collections/new", data=form).status_code == 500
    assert browser.post("/collections/new", data=form).status_code == 303


def test_two_at_the_same_moment_get_one_answer(app: Flask) -> None:
    assert earlier_answer("form") is None
    threading.Timer(0.3, settle, ("form", "/made/1")).start()
    assert earlier_answer("form") == "/made/1"
    with time_machine.travel(now().timestamp() + once.KEPT_SECONDS + 1):
        assert earlier_answer("form") is None


def test_what_a_process_that_died_had_in_hand_may_be_sent_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "PATIENCE", 0.1)
    assert earlier_answer("form") is None
    assert earlier_answer("form") is None
    with time_machine.travel(now().timestamp() + once.IN_HAND_SECONDS + 1):
        assert earlier_answer("form") is None
        settle("form", "/made/2")
        assert earlier_answer("form") == "/made/2"


def test_a_file_that_cannot_be_used_keeps_nobody_from_sending(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(once._file, "path", tmp_path / "gone" / "once.sqlite3")
    assert earlier_answer("form") is None
    settle("form", "/made/1")
    settle("form", "")


def test_the_file_holds_neither_forms_nor_answers(app: Flask) -> None:
    earlier_answer("a secret form")
    settle("a secret form", "/notices/secret-link")
    content = once._file.path.read_bytes()
    assert b"secret" not in content


def test_a_step_that_was_undone_can_be_taken_again(cast: Cast, browser_of: BrowserOf) -> None:
    post, browser = factories.make_post(cast.an, cast.sluis), browser_of(cast.mia)
    sent = {"organisation": cast.filo.id, "reason": "They do it now."}
    browser.post(f"/posts/{post.id}/transfer", data=sent)
    step = db.session.query(Restructuring).one()
    assert browser.post(f"/restructurings/{step.id}/undo").status_code == 303
    with time_machine.travel(now().timestamp() + STEP_SECONDS + 1):
        browser.post(f"/posts/{post.id}/transfer", data=sent)
    assert db.session.get_one(Post, post.id).organisation_id == cast.filo.id
