"""A hint is given once: to people who are signed in, until they close it, and it costs the database nothing."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.accounts.models import Person
from forum.core.db import db
from forum.web.wording.hints import HINTS
from forum.web.wording.topics import TOPICS
from tests import factories
from tests.conftest import Cast

ROOT = Path(__file__).resolve().parent.parent.parent
BrowserOf = Callable[[Person | None], FlaskClient]
PLACES = {
    "first-post": "/posts/new",
    "search": "/search",
    "first-comment": "/posts/{post}/-",
    "desk": "/review",
    "interests": "/profile",
}


def show(browser: FlaskClient, path: str) -> str:
    """A page as text."""
    answer = browser.get(path, follow_redirects=True)
    assert answer.status_code == 200, path
    return answer.text


def is_shown(key: str, text: str) -> bool:
    """Whether a page gives a hint."""
    return f'action="/hints/{key}/close"' in text and str(HINTS[key].sentence) in text


@pytest.fixture
def place_of(cast: Cast) -> Callable[[str], str]:
    """A function that gives the address of the page where a hint stands."""
    post = factories.make_post(cast.chiara, cast.filo)
    return lambda key: PLACES[key].format(post=post.id)


def test_every_hint_stands_in_one_template_and_leads_to_a_part_of_help() -> None:
    used = [
        key
        for one in (ROOT / "templates").rglob("*.html")
        if one.parent.name != "style"  # which shows what a hint looks like
        for key in re.findall(r"once\('([\w-]+)'\)", one.read_text(encoding="utf-8"))
    ]
    assert sorted(used) == sorted(HINTS) == sorted(PLACES)
    assert all(hint.part in TOPICS[hint.topic].parts for hint in HINTS.values())


@pytest.mark.parametrize("key", HINTS)
def test_a_hint_is_given_until_it_is_closed_and_then_never_again(
    key: str, cast: Cast, browser_of: BrowserOf, place_of: Callable[[str], str]
) -> None:
    browser, place = browser_of(cast.ada), place_of(key)
    assert is_shown(key, show(browser, place))
    closing = browser.post(f"/hints/{key}/close", data={"next": place})
    assert (closing.status_code, closing.location) == (303, place)
    assert not is_shown(key, show(browser, place))
    assert not is_shown(key, show(browser_of(cast.ada), place)), "on another device"
    assert is_shown(key, show(browser_of(cast.mia), place)), "to somebody else"


@pytest.mark.parametrize("key", ["first-post", "search", "first-comment"])
def test_a_visitor_gets_no_hint_and_no_cookie(key: str, client: FlaskClient, place_of: Callable[[str], str]) -> None:
    answer = client.get(place_of(key), follow_redirects=True)
    assert "/hints/" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_form_that_comes_back_with_its_text_has_no_button_that_would_lose_it(
    cast: Cast, browser_of: BrowserOf
) -> None:
    answer = browser_of(cast.an).post("/profile", data={"name": "", "language": "en", "about": "I keep bees."})
    assert answer.status_code == 422
    assert "I keep bees." in answer.text
    assert "/hints/" not in answer.text


def test_closing_takes_known_hints_of_people_who_are_signed_in(cast: Cast, browser_of: BrowserOf) -> None:
    an = browser_of(cast.an)
    assert an.post("/hints/unknown/close").status_code == 404
    assert browser_of(None).post("/hints/desk/close").status_code == 401
    assert an.post("/hints/desk/close", data={"next": "https://evil.example/"}).location == "/"
    an.post("/hints/desk/close")
    assert db.session.get_one(Person, cast.an.id).hints_closed == ["desk"]


def test_hints_cost_no_statement(cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]) -> None:
    browser = browser_of(cast.an)

    def cost() -> int:
        with count_sql() as statements:
            browser.get("/posts/new")
        return len(statements)

    cost()
    before = cost()
    browser.post("/hints/first-post/close")
    assert cost() == before
