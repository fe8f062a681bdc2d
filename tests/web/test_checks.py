"""What the checks found, as authors and moderators see it; and the one finding that keeps a text from being posted."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from lxml import html

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.events import Event
from forum.curation.checks.keeping import check_post
from forum.curation.checks.registry import WEIGHT_OF
from forum.library.models import Post
from forum.web.checks import sentence_of
from tests.conftest import Cast
from tests.factories import make_post

Browsers = Callable[[Person | None], FlaskClient]
NAMED = "Mevrouw J. werkte eerst twee uur per dag in onze keuken, nu werkt ze halftijds en met plezier."


def form(**more: str) -> dict[str, Any]:
    return {
        "title": "Stap voor stap naar werk",
        "body": NAMED,
        "kind": "question",
        "themes": "work-integration",
        "request_key": "one",
        "action": "post",
    } | more


def main_of(page: str) -> str:
    return " ".join(html.fromstring(page).xpath("//main")[0].text_content().split())


def test_words_like_a_name_keep_a_text_from_being_posted_until_somebody_has_looked(
    app: Any, browser_of: Browsers, cast: Cast
) -> None:
    browser = browser_of(cast.an)
    page = browser.post("/en/posts/new/question", data=form())
    assert page.status_code == 422
    assert "Your text may show who somebody is: Mevrouw J." in page.text
    assert html.fromstring(page.text).xpath("//input[@id='field-privacy_checked'][not(@checked)]")
    assert NAMED in page.text
    assert db.session.scalar(db.select(Post)) is None
    answer = browser.post("/en/posts/new/question", data=form(privacy_checked="1"))
    assert answer.status_code == 303
    event = db.session.scalar(db.select(Event).where(Event.name == "post.published"))
    assert event
    assert event.data["privacy_checked"] == 1
    assert "Mevrouw" not in str(event.data)


def test_a_text_without_names_is_not_asked_about(browser_of: Browsers, cast: Cast) -> None:
    body = "Wie heeft ervaring met een bakkerij waar mensen een vak leren, en wil daarover vertellen?"
    assert browser_of(cast.an).post("/en/posts/new/question", data=form(body=body)).status_code == 303
    event = db.session.scalar(db.select(Event).where(Event.name == "post.published"))
    assert event
    assert "privacy_checked" not in event.data


def test_a_draft_with_names_is_kept_and_posted_after_a_look(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.an)
    place = browser.post("/en/posts/new/question", data=form(action="draft")).location
    revision = db.session.scalar(db.select(Post.revision))
    sent = form(revision=str(revision))
    assert browser.post(place, data=sent).status_code == 422
    assert browser.post(place, data=sent | {"privacy_checked": "1"}).status_code == 303


def test_a_preview_says_what_would_help(browser_of: Browsers, cast: Cast) -> None:
    page = main_of(browser_of(cast.an).post("/en/posts/new/question", data=form(action="preview")).text)
    assert "What would help" in page
    assert "1 place may show who somebody is." in page


def test_authors_and_moderators_see_findings_on_the_post_and_readers_do_not(browser_of: Browsers, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    check_post(post.id)
    address = f"/en/posts/{post.id}/{post.slug}"
    for name, sees in (("an", True), ("mia", True), ("chiara", False), (None, False)):
        page = browser_of(getattr(cast, name) if name else None).get(address).text
        assert (page.count("It has no summary.") == 1) is sees


def test_the_desk_counts_what_to_look_at(browser_of: Browsers, cast: Cast) -> None:
    check_post(make_post(cast.an, cast.sluis, body=NAMED).id)
    page = main_of(browser_of(cast.mia).get("/en/review").text)
    assert "things to look at" in page or "thing to look at" in page
    assert "may show who somebody is" in page


def test_every_check_has_a_sentence(app: Any) -> None:
    with app.test_request_context("/en/"):
        assert all(sentence_of(name, 2) for name in WEIGHT_OF)
