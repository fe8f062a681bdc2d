"""The state of the site: each thing that is given up is told, in detail to administrators, calmly to others."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.accounts import operations
from forum.core.actor import VISITOR
from forum.core.db import db
from forum.core.events import Event
from forum.core.mail import MailFailed, MemoryMailer
from forum.core.text import message
from forum.notifications.mailing import MAILS, consume
from forum.notifications.sending import send_due_mails
from forum.search import standing as search_standing
from forum.web import state
from tests.conftest import Cast
from tests.web.test_modes import room

BrowserOf = Callable[[Any], FlaskClient]
AWAY = MailFailed(message("450 Full"), permanent=False)
REFUSED = MailFailed(message("550 No such user"), permanent=True)
__all__ = ["room"]


@pytest.fixture
def fail(cast: Cast, app: Any) -> Callable[[MailFailed], None]:
    """A function that lets a mail to An fail."""

    def failed(problem: MailFailed) -> None:
        operations.request_reset(VISITOR, "an@example.org")
        consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS))).all())
        send_due_mails(MemoryMailer(failure=problem), app.config["SETTINGS"])

    return failed


def test_all_is_well_on_a_site_where_all_is_well(cast: Cast, browser_of: BrowserOf) -> None:
    page = browser_of(cast.ada).get("/review/state").text
    assert "Search, mail, files and saving work." in page
    assert "There are none." in page
    assert "/review/state" in browser_of(cast.ada).get("/review").text


def test_only_administrators_see_it(cast: Cast, client: FlaskClient, browser_of: BrowserOf) -> None:
    assert client.get("/review/state").status_code == 302
    for person in (cast.an, cast.mia):
        assert browser_of(person).get("/review/state").status_code == 403
    assert "/review/state" not in browser_of(cast.mia).get("/review").text


def test_a_damaged_index_is_told(cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "index_standing", lambda: search_standing.IndexStanding(0, 1, is_degraded=True))
    assert "The search index is being mended." in browser_of(cast.ada).get("/review/state").text


def test_mail_that_waits_is_told_to_whom_waits_for_it_too(
    fail: Callable[[MailFailed], None], cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    assert "Mails go out late" not in client.get("/mail-sent/reset").text
    fail(AWAY)
    assert "1 mail could not be sent yet." in browser_of(cast.ada).get("/review/state").text
    assert "Mails go out late at the moment." in client.get("/mail-sent/reset").text


def test_dead_letters_are_listed_with_why_and_without_an_address(
    fail: Callable[[MailFailed], None], cast: Cast, browser_of: BrowserOf
) -> None:
    fail(REFUSED)
    page = browser_of(cast.ada).get("/review/state").text
    assert "550 No such user" in page
    assert f"/people/{cast.an.id}" in page
    assert "an@example.org" not in page
    assert "Search, mail, files and saving work." in page


def test_files_go_before_writing_does(cast: Cast, browser_of: BrowserOf, room: Callable[[int], None]) -> None:
    ada = browser_of(cast.ada)
    room(399)
    assert "There is no room for files at the moment." in ada.get("/review/state").text
    room(199)
    page = ada.get("/review/state").text
    assert "The disk of the site is nearly full." in page
    assert page.count("nothing can be saved at the moment") == 1
