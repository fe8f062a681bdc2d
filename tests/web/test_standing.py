"""Owners put a post in the archive, bring it back, or withdraw it; a page says first what will happen."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import Cast
from tests.web.test_posting import the_post

Browsers = Callable[[Any], FlaskClient]


@pytest.mark.parametrize(("step", "status"), [("archive", "archived"), ("withdraw", "withdrawn")])
def test_a_post_leaves_with_a_reason(cast: Cast, browser_of: Browsers, step: str, status: str) -> None:
    post = factories.make_post(cast.an, cast.sluis)
    browser, address = browser_of(cast.bert), f"/posts/{post.id}/{step}"
    assert browser.get(address).status_code == 200
    refused = browser.post(address, data={"reason": "  "})
    assert refused.status_code == 422
    assert "Give a reason: people will read it." in refused.text
    assert the_post().status == "published"
    assert browser.post(address, data={"reason": "It is over."}).status_code == 303
    assert (the_post().status, the_post().status_reason) == (status, "It is over.")
    assert browser.post(address, data={"reason": "Again."}).status_code in (403, 404)


def test_a_reason_that_is_too_long_is_given_back(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis)
    answer = browser_of(cast.an).post(f"/posts/{post.id}/archive", data={"reason": "x" * 1001})
    assert answer.status_code == 422
    assert "x" * 1001 in answer.text


def test_a_post_comes_back_from_the_archive(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, status="archived", status_reason="It is over.")
    browser, address = browser_of(cast.an), f"/posts/{post.id}/restore"
    assert "It is over." in browser_of(None).get(f"/posts/{post.id}/{post.slug}").text
    assert browser.get(address).status_code == 200
    assert browser.post(address).status_code == 303
    assert (the_post().status, the_post().status_reason) == ("published", "")


@pytest.mark.parametrize("step", ["archive", "withdraw", "restore"])
def test_strangers_move_nothing(cast: Cast, browser_of: Browsers, step: str) -> None:
    post = factories.make_post(cast.an, cast.sluis, status="archived" if step == "restore" else "published")
    before = post.status
    for person in (cast.chiara, cast.noor):
        assert browser_of(person).get(f"/posts/{post.id}/{step}").status_code == 403
        assert browser_of(person).post(f"/posts/{post.id}/{step}", data={"reason": "x"}).status_code == 403
    assert browser_of(None).post(f"/posts/{post.id}/{step}", data={"reason": "x"}).status_code == 401
    assert the_post().status == before


def test_a_draft_has_no_standing(cast: Cast, browser_of: Browsers) -> None:
    draft = factories.make_post(cast.an, cast.sluis, status="draft")
    for step in ("archive", "withdraw", "restore"):
        assert browser_of(cast.an).get(f"/posts/{draft.id}/{step}").status_code == 403
