"""The page of an organisation that nobody confirmed waits on the moderators' desk, until somebody says that it is true."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.curation.freshness.asking import ask_about
from forum.organisations.models import Organisation
from tests.conftest import Cast
from tests.factories import make_organisation

BrowserOf = Callable[[Any], FlaskClient]


@pytest.fixture
def lonely(cast: Cast) -> Organisation:
    """An organisation without anybody to ask, overdue since yesterday."""
    one = make_organisation("Lonely", slug="lonely", check_by=now().date() - timedelta(days=1))
    ask_about("organisation", one.id)
    return one


def waits(browser: FlaskClient) -> bool:
    """Whether it stands on the desk."""
    return "/organisations/lonely/confirm" in browser.get("/review?kind=page").text


def test_an_unconfirmed_page_waits_and_one_click_settles_it(
    cast: Cast, lonely: Organisation, browser_of: BrowserOf
) -> None:
    moderator = browser_of(cast.mia)
    assert "Pages of organisations to confirm" in moderator.get("/review").text
    assert waits(moderator)
    moderator.post("/organisations/lonely/confirm")
    assert not waits(moderator)
    assert db.session.get_one(Organisation, lonely.id).checked_on == now().date()


def test_a_page_whose_people_are_being_asked_does_not_wait_yet(cast: Cast, browser_of: BrowserOf) -> None:
    with transaction():
        db.session.get_one(Organisation, cast.sluis.id).check_by = now().date() - timedelta(days=1)
    ask_about("organisation", cast.sluis.id)
    assert "/organisations/de-sluis/confirm" not in browser_of(cast.mia).get("/review?kind=page").text


def test_closed_ones_wait_for_nobody(cast: Cast, lonely: Organisation, browser_of: BrowserOf) -> None:
    with transaction():
        db.session.get_one(Organisation, lonely.id).closed_at = now()
    assert not waits(browser_of(cast.mia))
