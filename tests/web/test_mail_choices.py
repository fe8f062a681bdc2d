"""The page on which I choose my mails, and the link at the foot of a mail."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from forum.accounts import passwords
from forum.accounts.models import Person
from forum.core.db import db, transaction
from forum.core.languages import INTERFACE_LANGUAGES
from forum.notifications.choices import wants
from forum.notifications.kinds import ACCOUNT, REQUESTS, stoppable_kinds
from forum.notifications.models import MailChoice
from forum.notifications.stopping import stop_path
from tests.conftest import Cast

Browsers = Callable[[Person | None], FlaskClient]


@pytest.fixture
def stop_link(app: Flask, cast: Cast) -> str:
    """The link in a mail to Dora about a request to join."""
    return stop_path(app.config["SETTINGS"], cast.dora.id, REQUESTS)


@pytest.fixture
def strict(app: Flask) -> Any:
    """The site as it is outside tests: a change needs a token, unless its page says that it does not."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def main_of(page: str) -> str:
    return " ".join(html.fromstring(page).xpath("//main")[0].text_content().split())


def test_the_settings_say_which_mails_there_are_and_what_i_chose(browser_of: Browsers, cast: Cast) -> None:
    page = browser_of(cast.dora).get("/profile/mail").text
    marked = html.fromstring(page).xpath("//input[@type='checkbox'][@checked]/@value")
    assert marked == [kind.name for kind in stoppable_kinds()]
    assert "dora@example.org" in main_of(page)
    assert "because they keep your account safe" in main_of(page)


def test_a_choice_is_saved_and_shown(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.dora)
    answer = browser.post(
        "/profile/mail", data={"wanted": ["membership", "account", "nonsense"]}, follow_redirects=True
    )
    assert "Your choice of mails is saved." in answer.text
    assert html.fromstring(answer.text).xpath("//input[@type='checkbox'][@checked]/@value") == ["membership"]
    assert not wants(cast.dora.id, REQUESTS)
    assert wants(cast.dora.id, ACCOUNT)


def test_a_visitor_signs_in_first(client: FlaskClient) -> None:
    assert "/sign-in" in client.get("/profile/mail").headers["Location"]


def test_a_closed_account_leaves_no_choice_behind(browser_of: Browsers, cast: Cast) -> None:
    with transaction():
        db.session.get_one(Person, cast.dora.id).password_hash = passwords.hashed("lichte regen boven Gent")
    browser = browser_of(cast.dora)
    browser.post("/profile/mail")
    assert len(db.session.scalars(db.select(MailChoice)).all()) == len(stoppable_kinds())
    browser.post("/profile/close", data={"present_password": "lichte regen boven Gent"})
    assert db.session.scalars(db.select(MailChoice)).all() == []


def test_the_settings_take_few_questions(browser_of: Browsers, cast: Cast, count_sql: Callable[[], Any]) -> None:
    browser = browser_of(cast.dora)
    with count_sql() as statements:
        browser.get("/profile/mail")
    assert len(statements) <= 6


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_link_stops_nothing(client: FlaskClient, cast: Cast, stop_link: str, method: str) -> None:
    answer = client.open(stop_link, method=method)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert db.session.scalars(db.select(MailChoice)).all() == []


def test_one_click_of_a_mail_program_stops_the_mails(
    client: FlaskClient, cast: Cast, stop_link: str, strict: None
) -> None:
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    answer = client.post(stop_link, data={"List-Unsubscribe": "One-Click"}, headers=headers)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert not wants(cast.dora.id, REQUESTS)
    again = client.post(stop_link, data={"List-Unsubscribe": "One-Click"}, content_type="multipart/form-data")
    assert again.status_code == 200


def test_a_person_stops_mails_reads_so_and_takes_it_back(
    client: FlaskClient, cast: Cast, stop_link: str, strict: None
) -> None:
    assert "Stop these mails?" in main_of(client.get(stop_link).text)
    stopped = client.post(stop_link, follow_redirects=True).text
    assert "These mails are stopped You get no more mails about this: Requests to join" in main_of(stopped)
    assert not wants(cast.dora.id, REQUESTS)
    (undo,) = html.fromstring(stopped).xpath("//main//form/@action")
    back = client.post(undo, follow_redirects=True).text
    assert "Stop these mails?" in main_of(back)
    assert wants(cast.dora.id, REQUESTS)


def test_the_page_names_nobody_because_mails_are_passed_on(client: FlaskClient, cast: Cast, stop_link: str) -> None:
    page = client.get(stop_link).text
    assert "Dora" not in page
    assert "dora@" not in page


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_the_link_works_in_every_language(client: FlaskClient, cast: Cast, stop_link: str, language: str) -> None:
    page = client.get(f"/{language}{stop_link}")
    assert page.status_code == 200
    (action,) = html.fromstring(page.text).xpath("//main//form/@action")
    assert action.startswith(f"/{language}/mail/stop/")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_garbled_link_gets_a_plain_page(client: FlaskClient, cast: Cast, stop_link: str, method: str) -> None:
    answer = client.open(f"{stop_link}x", method=method, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 404
    assert "This link does not work." in main_of(answer.text)


def test_only_these_pages_take_changes_from_anywhere(client: FlaskClient, cast: Cast) -> None:
    foreign = {"Origin": "https://mail.example"}
    assert client.post("/forgotten-password", data={"email": "an@example.org"}, headers=foreign).status_code == 403
