"""The moderators' page of experts: for moderators from elsewhere, with a proposal and the answers."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from forum.curation.experts.inviting import invite_expert
from forum.library.models import Post
from tests import factories
from tests.conftest import Cast

EVA = {"email": "eva@university.example", "language": "nl", "why": "You know laundries."}
BrowserOf = Callable[[Any], FlaskClient]


@pytest.fixture
def post(cast: Cast) -> Post:
    """A reviewed practice of De Sluis."""
    return factories.make_post(cast.an, cast.sluis, review="reviewed")


@pytest.mark.parametrize(
    ("name", "status"), [("visitor", 302), ("noor", 403), ("an", 403), ("chiara", 403), ("mia", 200), ("ada", 200)]
)
def test_the_page_is_for_moderators(cast: Cast, post: Post, browser_of: BrowserOf, name: str, status: int) -> None:
    browser = browser_of(None if name == "visitor" else getattr(cast, name))
    assert browser.get(f"/posts/{post.id}/experts").status_code == status


def test_not_for_a_moderator_of_the_same_organisation(cast: Cast, browser_of: BrowserOf) -> None:
    own = factories.make_post(cast.ada, cast.secretariat, review="reviewed")
    assert browser_of(cast.mia).get(f"/posts/{own.id}/experts").status_code == 403


def test_a_moderator_asks_sees_the_state_and_takes_it_back(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    browser, path = browser_of(cast.mia), f"/posts/{post.id}/experts"
    assert "Ask one or two experts" in browser.get(path).text
    asked = browser.post(path, data=EVA, follow_redirects=True)
    assert "Wait for the answers" in asked.text
    assert EVA["email"] in asked.text
    [form] = html.fromstring(asked.text).xpath("//form[contains(@action, '/withdraw')]")
    back = browser.post(form.get("action"), follow_redirects=True)
    assert "Invitation taken back" in back.text
    ended = browser.post(f"{path}/end", follow_redirects=True)
    assert "The post stays reviewed" in ended.text


def test_what_was_typed_comes_back(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    answer = browser_of(cast.mia).post(f"/posts/{post.id}/experts", data=EVA | {"email": "bert@example.org"})
    assert answer.status_code == 422
    assert "belongs to the organisation of the post" in answer.text
    assert html.fromstring(answer.text).xpath("string(//textarea[@name='why'])").strip() == EVA["why"]


def test_the_number_of_statements_does_not_grow_with_the_experts(
    cast: Cast, post: Post, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    browser, path = browser_of(cast.mia), f"/posts/{post.id}/experts"
    found = []
    for number in range(2):
        invite_expert(cast.actor("mia"), post.id, f"expert{number}@university.example", "en", "Why")
        browser.get(path)
        with count_sql() as statements:
            browser.get(path)
        found.append(len(statements))
    assert found[0] == found[1] <= 8
