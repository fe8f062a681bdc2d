"""Another address for an account, as its person, the readers of both mailboxes and strangers meet it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts import addresses, passwords, tokens
from forum.accounts.models import AddressChange, LoginSession, Person, Token
from forum.accounts.queries import person_by_email
from forum.accounts.retention import forget_stale
from forum.core import clock
from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied
from forum.core.events import Event
from forum.personal.erasing import forget_all_of
from tests.conftest import Cast
from tests.factories import make_person
from tests.web.test_second_step import GOOD, grow_stale, is_signed_in

BrowserOf = Callable[[Person | None], FlaskClient]
NEW = "an@sluis.example"


@pytest.fixture
def an(cast: Cast) -> Person:
    with transaction():
        cast.an.password_hash = passwords.hashed(GOOD)
    return cast.an


def ask(browser: FlaskClient, email: str = NEW, **more: str) -> Any:
    return browser.post("/profile/address/change", data={"email": email} | more)


def links_of(person: Person) -> tuple[str, str]:
    """The addresses in the two mails: to the present mailbox, to the new one."""
    old = tokens.make_token(person, tokens.OLD_ADDRESS)
    new = tokens.make_token(person, tokens.NEW_ADDRESS, addresses.new_address_of)
    return f"/address/old/{old}", f"/address/new/{new}"


def say(browser: FlaskClient, link: str, answer: str = "yes") -> Any:
    return browser.post(link, data={"answer": answer})


def waiting() -> list[str]:
    return list(db.session.scalars(db.select(AddressChange.new_email).where(AddressChange.done_at.is_(None))))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_address_is_new_when_both_mailboxes_have_said_yes(
    browser_of: BrowserOf, an: Person, client: FlaskClient, order: tuple[int, int]
) -> None:
    browser = browser_of(an)
    assert ask(browser).location == "/profile/address"
    links = links_of(an)
    assert say(client, links[order[0]]).status_code == 303
    assert an.email == "an@example.org"
    assert browser.get("/profile/address").text.count("has said yes") == 1
    assert say(client, links[order[1]]).location == "/sign-in"
    assert an.email == NEW
    assert client.post("/sign-in", data={"email": NEW, "password": GOOD}).status_code == 303
    assert is_signed_in(client)


def test_one_mailbox_alone_changes_nothing_however_often_it_says_yes(
    browser_of: BrowserOf, an: Person, client: FlaskClient
) -> None:
    for side in (0, 1):
        ask(browser_of(an))
        link = links_of(an)[side]
        assert [say(client, link).status_code for _ in range(2)] == [303, 404]
        assert an.email == "an@example.org"


def test_opening_the_links_changes_nothing(browser_of: BrowserOf, an: Person, client: FlaskClient) -> None:
    ask(browser_of(an))
    for link in links_of(an):
        for method in (client.get, client.head, client.get):
            assert method(link).status_code == 200
        assert NEW in client.get(link).text
        assert client.get(link).headers["Cache-Control"] == "no-store"
    change = db.session.scalars(db.select(AddressChange)).one()
    assert (change.old_confirmed_at, change.new_confirmed_at, change.done_at) == (None, None, None)


def test_every_other_session_ends_and_the_one_that_confirms_goes_on(browser_of: BrowserOf, an: Person) -> None:
    here, there = browser_of(an), browser_of(an)
    ask(here)
    old, new = links_of(an)
    say(here, old)
    assert is_signed_in(there)
    assert say(here, new).location == "/profile/address"
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert NEW in here.get("/profile/address").text


@pytest.mark.parametrize("side", [0, 1])
def test_either_mailbox_may_say_no(browser_of: BrowserOf, an: Person, client: FlaskClient, side: int) -> None:
    ask(browser_of(an))
    links = links_of(an)
    say(client, links[1 - side])
    assert say(client, links[side], "no").status_code == 303
    assert waiting() == []
    assert an.email == "an@example.org"
    assert client.get(links[side]).status_code == 404


def test_who_says_no_from_the_present_mailbox_may_set_a_new_password(
    browser_of: BrowserOf, an: Person, client: FlaskClient
) -> None:
    ask(browser_of(an))
    assert say(client, links_of(an)[0], "no").location == "/forgotten-password"


def test_the_change_that_waits_is_seen_and_can_be_cancelled_by_its_person_only(
    browser_of: BrowserOf, an: Person, cast: Cast
) -> None:
    browser = browser_of(an)
    assert "A new address waits" not in browser.get("/profile/address").text
    ask(browser)
    links = links_of(an)
    assert browser.get("/profile/address").text.count("has not answered yet") == 2
    other = browser_of(cast.bert)
    assert NEW not in other.get("/profile/address").text
    assert other.post("/profile/address/keep").status_code == 404
    assert waiting() == [NEW]
    assert browser.post("/profile/address/keep").status_code == 303
    assert waiting() == []
    assert [browser.get(link).status_code for link in links] == [404, 404]


def test_asking_for_another_one_ends_the_links_of_the_first(
    browser_of: BrowserOf, an: Person, client: FlaskClient
) -> None:
    browser = browser_of(an)
    ask(browser, "an@elsewhere.example")
    first = links_of(an)
    ask(browser)
    assert waiting() == [NEW]
    assert [say(client, link).status_code for link in first] == [404, 404]


def test_a_taken_address_gets_the_same_answer_as_a_free_one(browser_of: BrowserOf, an: Person, cast: Cast) -> None:
    browser = browser_of(an)

    def seen(email: str) -> tuple[int, str | None, str]:
        answer = ask(browser, email)
        page = browser.get("/profile/address").text.replace(email, "ADDRESS")
        return answer.status_code, answer.location, re.sub(r'value="[^"]{40,}"', "", page)

    assert seen("bert@example.org") == seen(NEW)


def test_an_address_that_somebody_got_meanwhile_is_refused_at_the_end(
    browser_of: BrowserOf, an: Person, client: FlaskClient
) -> None:
    ask(browser_of(an))
    old, new = links_of(an)
    say(client, new)
    make_person(email=NEW)
    assert say(client, old).status_code == 409
    assert an.email == "an@example.org"


def test_an_account_that_was_only_begun_with_the_address_makes_room(
    browser_of: BrowserOf, an: Person, client: FlaskClient
) -> None:
    make_person(email=NEW, password_hash=passwords.hashed("warme wind over Luik"), confirmed_at=None)
    ask(browser_of(an))
    for link in links_of(an):
        say(client, link)
    assert person_by_email(NEW) == an


@pytest.mark.parametrize("email", ["", "an at work", "AN@example.org "])
def test_an_address_that_cannot_be_the_new_one_is_given_back(browser_of: BrowserOf, an: Person, email: str) -> None:
    answer = ask(browser_of(an), email)
    assert answer.status_code == 422
    assert 'href="#field-email"' in answer.text
    assert waiting() == []


def test_the_change_is_asked_for_with_a_fresh_proof_and_what_was_typed_is_kept(
    browser_of: BrowserOf, an: Person
) -> None:
    browser = browser_of(an)
    grow_stale(an)
    page = ask(browser)
    assert page.status_code == 403
    assert f'name="email" value="{NEW}"' in page.text
    assert waiting() == []
    assert ask(browser, proof_password=GOOD).status_code == 303
    assert waiting() == [NEW]


def test_a_change_may_be_asked_for_five_times_a_day_by_one_person_and_for_one_address(
    browser_of: BrowserOf, an: Person, cast: Cast
) -> None:
    assert [ask(browser_of(an)).status_code for _ in range(6)] == [303] * 5 + [429]
    assert ask(browser_of(cast.bert)).status_code == 429


def test_links_end_after_an_hour_and_the_change_after_a_week(
    browser_of: BrowserOf, an: Person, client: FlaskClient
) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        ask(browser_of(an))
        old, new = links_of(an)
        moment.shift(timedelta(minutes=61))
        assert [client.get(link).status_code for link in (old, new)] == [404, 404]
        assert addresses.pending_change(an.id) is not None
        moment.shift(timedelta(days=7))
        assert addresses.pending_change(an.id) is None
        forget_stale()
        assert waiting() == []


def test_old_addresses_are_forgotten_a_month_later(browser_of: BrowserOf, an: Person, client: FlaskClient) -> None:
    ask(browser_of(an))
    for link in links_of(an):
        say(client, link)
    for days, left in ((29, 1), (30, 0)):
        with time_machine.travel(clock.now() + timedelta(days=days, seconds=1), tick=False):
            forget_stale()
            assert len(db.session.scalars(db.select(AddressChange)).all()) == left


def test_links_to_the_former_address_end_with_it(browser_of: BrowserOf, an: Person, client: FlaskClient) -> None:
    reset = tokens.make_token(an, tokens.RESET)
    ask(browser_of(an))
    for link in links_of(an):
        say(client, link)
    assert client.get(f"/new-password/{reset}").status_code == 404
    assert db.session.scalars(db.select(Token).where(Token.used_at.is_(None))).all() == []


def test_closing_the_account_forgets_both_addresses(browser_of: BrowserOf, an: Person, cast: Cast) -> None:
    ask(browser_of(an))
    forget_all_of(cast.actor("an"))
    assert db.session.scalars(db.select(AddressChange)).all() == []


@pytest.mark.parametrize("path", ["/address/old/unknown", "/address/new/%00", "/address/new/%ff"])
def test_a_dead_link_is_said_to_be_one(client: FlaskClient, path: str) -> None:
    for answer in (client.get(path), say(client, path), say(client, path, "no")):
        assert answer.status_code == 404
        assert "Ask for a new mail" in answer.text


def test_an_operator_gives_another_address_at_once_and_nobody_else_does(
    app: Flask, browser_of: BrowserOf, an: Person, cast: Cast
) -> None:
    browser = browser_of(an)
    with pytest.raises(Denied):
        addresses.change_address(cast.actor("mia"), an, NEW)
    with pytest.raises(Conflict):
        addresses.change_address(SYSTEM, an, "bert@example.org")
    addresses.change_address(SYSTEM, an, NEW)
    assert an.email == NEW
    assert not is_signed_in(browser)
    assert db.session.scalars(db.select(LoginSession)).all() == []
    last = db.session.scalars(db.select(Event.name).order_by(Event.id.desc())).first()
    assert last == "person.address_changed"
