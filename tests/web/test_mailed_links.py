"""Signing in by a link from a mail, as people and mail scanners meet it in a browser."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts import passwords, tokens
from forum.accounts.models import LoginSession, Person, Token
from forum.core import clock
from forum.core.db import db, transaction
from forum.core.events import Event
from tests.conftest import Cast
from tests.factories import make_person
from tests.web.test_second_step import GOOD, is_signed_in, second_step, set_up

BrowserOf = Callable[[Person | None], FlaskClient]


def link_of(person: Person) -> str:
    """The address in the mail."""
    return f"/sign-in/link/{tokens.make_token(person, tokens.SIGN_IN)}"


def ask(client: FlaskClient, email: str) -> tuple[int, str | None, str]:
    answer = client.post("/sign-in/link", data={"email": email})
    return answer.status_code, answer.location, answer.text


def test_known_and_unknown_addresses_get_the_same_answer(client: FlaskClient, cast: Cast) -> None:
    assert 'href="/sign-in/link"' in client.get("/sign-in").text
    assert client.get("/sign-in/link").status_code == 200
    answers = {ask(client, email) for email in ("an@example.org", "nobody@example.org")}
    assert {(status, location) for status, location, _text in answers} == {(303, "/mail-sent/sign-in")}
    assert len(answers) == 1
    assert "15 minutes" in client.get("/mail-sent/sign-in").text
    events = db.session.execute(db.select(Event.name, Event.subject_id).order_by(Event.id)).all()
    assert [tuple(row) for row in events] == [
        ("person.sign_in_requested", cast.an.id),
        ("person.sign_in_requested", 0),
    ]


def test_known_and_unknown_addresses_take_the_same_time(client: FlaskClient, cast: Cast) -> None:
    def seconds(email: str) -> float:
        begin = time.process_time()
        ask(client, email)
        return time.process_time() - begin

    ask(client, "first@example.org")
    pairs = [(seconds("an@example.org"), seconds("nobody@example.org")) for _ in range(5)]
    known, unknown = (min(times) for times in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.5 * max(known, unknown)


def test_an_address_that_cannot_be_one_is_given_back(client: FlaskClient) -> None:
    answer = client.post("/sign-in/link", data={"email": "an at work", "next": "/profile"})
    assert answer.status_code == 422
    assert 'value="an at work"' in answer.text
    assert 'value="/profile"' in answer.text


def test_links_may_be_asked_for_five_times_a_day_known_or_not(client: FlaskClient, cast: Cast) -> None:
    for email in ("an@example.org", "nobody@example.org"):
        assert [ask(client, email)[0] for _ in range(6)] == [303] * 5 + [429]


def test_opening_the_link_uses_nothing_up_and_its_one_button_signs_in(client: FlaskClient, cast: Cast) -> None:
    address = link_of(cast.an)
    for _ in range(3):  # as scanners of mails do
        page = client.get(address)
        assert page.status_code == 200
        assert client.head(address).status_code == 200
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert len(re.findall("<button", main)) == 1
    assert "an@example.org" in main
    assert page.headers["Cache-Control"] == "no-store"
    assert db.session.scalars(db.select(LoginSession)).all() == []
    assert client.post(address).location == "/"
    assert is_signed_in(client)


def test_a_link_works_once_and_ends_the_others(client: FlaskClient, cast: Cast, app: Flask) -> None:
    first, second = link_of(cast.an), link_of(cast.an)
    client.post(first)
    other = app.test_client()
    for address in (first, second):
        answer = other.post(address)
        assert answer.status_code == 404
        assert 'href="/sign-in/link"' in answer.text
    assert not is_signed_in(other)


def test_a_link_works_for_fifteen_minutes(client: FlaskClient, cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        address = link_of(cast.an)
        moment.shift(timedelta(minutes=14))
        assert client.get(address).status_code == 200
        moment.shift(timedelta(minutes=1))
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


def test_a_link_is_kept_hashed_and_is_for_one_purpose_and_address(client: FlaskClient, cast: Cast) -> None:
    secret = tokens.make_token(cast.an, tokens.SIGN_IN)
    kept = db.session.scalars(db.select(Token)).one()
    assert secret not in (kept.token_hash, kept.email)
    assert client.get(f"/new-password/{secret}").status_code == 404
    assert client.post(f"/sign-in/link/{tokens.make_token(cast.an, tokens.RESET)}").status_code == 404
    with transaction():
        cast.an.email = "an@sluis.example"
    assert client.post(f"/sign-in/link/{secret}").status_code == 404


@pytest.mark.parametrize("token", ["unknown", "%00", "%ff"])
def test_a_dead_link_says_how_to_get_another(client: FlaskClient, token: str) -> None:
    for answer in (client.get(f"/sign-in/link/{token}"), client.post(f"/sign-in/link/{token}")):
        assert answer.status_code == 404
        assert "Ask for a new mail" in answer.text


def test_the_second_step_follows_the_link_as_it_follows_a_password(client: FlaskClient, cast: Cast) -> None:
    app, _codes = set_up(cast)
    client.post("/sign-in/link", data={"email": "an@example.org", "next": "/profile"})
    assert client.post(link_of(cast.an)).location == "/sign-in/second-step?next=/profile"
    assert not is_signed_in(client)
    assert second_step(client, app.now(), next="/profile").location == "/profile"
    assert is_signed_in(client)


def test_a_moderator_without_a_second_step_is_led_to_set_it_up(
    client: FlaskClient, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = app.config["SETTINGS"].model_copy(update={"require_second_factor": True})
    monkeypatch.setitem(app.config, "SETTINGS", strict)
    assert client.post(link_of(cast.mia)).location == "/profile/second-step"


def test_a_link_leads_to_no_other_site(client: FlaskClient, cast: Cast) -> None:
    client.post("/sign-in/link", data={"email": "an@example.org", "next": "https://elsewhere.example/"})
    assert client.post(link_of(cast.an)).location == "/"


def test_somebody_suspended_does_not_come_in_by_a_link(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        cast.an.suspended_until = clock.now() + timedelta(days=2)
    answer = client.post(link_of(cast.an))
    assert answer.status_code == 403
    assert "suspended" in answer.text
    assert not is_signed_in(client)


def test_a_link_takes_the_place_of_whoever_was_signed_in_here(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.bert)
    browser.post(link_of(cast.an))
    assert "an@example.org" in browser.get("/profile").text
    assert [session.person_id for session in db.session.scalars(db.select(LoginSession))] == [cast.an.id]


def test_a_link_never_confirms_an_address_that_somebody_else_signed_up_with(client: FlaskClient, app: Flask) -> None:
    eva = make_person(email="eva@example.org", password_hash=passwords.hashed(GOOD), confirmed_at=None)
    assert client.post(link_of(eva)).status_code == 403
    assert eva.confirmed_at is None
    assert not is_signed_in(client)
