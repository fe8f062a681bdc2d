"""Signing in, and the passwords that come and go: what is counted, what is told, what ends."""

import time
from datetime import timedelta

import argon2
import pytest
import time_machine
from flask import Flask

from forum.accounts import operations, passwords, sessions, tokens
from forum.accounts.models import LoginSession, Person
from forum.accounts.signing_in import Unconfirmed, authenticate
from forum.core.actor import VISITOR
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Denied, Invalid, TooMany
from forum.core.events import Event
from tests.conftest import Cast
from tests.factories import make_person

GOOD = "lichte regen boven Gent"
OTHER = "warme wind over Luik"


@pytest.fixture
def eva(app: Flask) -> Person:
    return make_person("Eva", email="eva@example.org", password_hash=passwords.hashed(GOOD))


def last_event() -> tuple[str, int]:
    event = db.session.scalars(db.select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    return event.name, event.subject_id


def test_the_right_password_signs_in_however_the_address_is_written(eva: Person) -> None:
    assert authenticate(" EVA@Example.org", GOOD) is eva


def test_wrong_password_and_unknown_address_get_the_same_answer(eva: Person) -> None:
    answers = []
    for email in ("eva@example.org", "nobody@example.org", "not an address"):
        with pytest.raises(Invalid) as refused:
            authenticate(email, OTHER)
        answers.append(refused.value.fields)
    assert answers[0] == answers[1] == answers[2]


def test_wrong_password_and_unknown_address_take_the_same_time(eva: Person) -> None:
    def seconds(email: str) -> float:
        begin = time.process_time()
        with pytest.raises(Invalid):
            authenticate(email, OTHER)
        return time.process_time() - begin

    pairs = [(seconds("eva@example.org"), seconds("nobody@example.org")) for _ in range(7)]
    known, unknown = (min(times) for times in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.5 * max(known, unknown)


def test_people_without_a_password_cannot_sign_in(cast: Cast) -> None:
    for password in ("", GOOD):
        with pytest.raises(Invalid):
            authenticate("an@example.org", password)


def test_an_unconfirmed_person_is_told_so_only_with_the_right_password(app: Flask) -> None:
    make_person(email="eva@example.org", password_hash=passwords.hashed(GOOD), confirmed_at=None)
    with pytest.raises(Unconfirmed):
        authenticate("eva@example.org", GOOD)
    with pytest.raises(Invalid):
        authenticate("eva@example.org", OTHER)


def test_a_suspended_person_is_told_until_when(app: Flask) -> None:
    until = now() + timedelta(days=3)
    make_person(email="eva@example.org", password_hash=passwords.hashed(GOOD), suspended_until=until)
    with pytest.raises(Denied, match=until.date().isoformat()):
        authenticate("eva@example.org", GOOD)


def test_an_outdated_hash_is_renewed_at_sign_in(app: Flask) -> None:
    weak = argon2.PasswordHasher(memory_cost=8192, time_cost=1, parallelism=1).hash(GOOD)
    person = make_person(email="eva@example.org", password_hash=weak)
    authenticate("eva@example.org", GOOD)
    assert person.password_hash != weak
    assert passwords.matches(person.password_hash, GOOD)
    assert not passwords.is_outdated(person.password_hash or "")


def test_ten_wrong_passwords_in_five_minutes_close_the_door_for_that_person(eva: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for number in range(10):
            with pytest.raises(Invalid):
                authenticate("eva@example.org", OTHER, f"192.0.2.{number}")
        with pytest.raises(TooMany):
            authenticate("EVA@example.org", GOOD, "192.0.2.99")
        clock.shift(301)
        assert authenticate("eva@example.org", GOOD, "192.0.2.99") is eva


def test_unknown_addresses_meet_the_same_limit(app: Flask) -> None:
    for _ in range(10):
        with pytest.raises(Invalid):
            authenticate("nobody@example.org", OTHER)
    with pytest.raises(TooMany):
        authenticate("nobody@example.org", OTHER)


def test_ten_wrong_passwords_from_one_client_close_the_door_for_it(eva: Person) -> None:
    for number in range(10):
        with pytest.raises(Invalid):
            authenticate(f"person{number}@example.org", OTHER, "192.0.2.1")
    with pytest.raises(TooMany):
        authenticate("eva@example.org", GOOD, "192.0.2.1")
    assert authenticate("eva@example.org", GOOD, "192.0.2.2") is eva


def test_signing_in_well_counts_for_nothing(eva: Person) -> None:
    for _ in range(12):
        authenticate("eva@example.org", GOOD, "192.0.2.1")


def test_a_new_password_by_mail_ends_every_session(eva: Person) -> None:
    session = sessions.open_session(eva.id)
    operations.reset_password(tokens.make_token(eva, tokens.RESET), OTHER)
    assert sessions.live_session(session) is None
    assert authenticate("eva@example.org", OTHER) is eva
    assert last_event() == ("person.password_changed", eva.id)


def test_a_new_password_by_mail_confirms_the_address_too(app: Flask) -> None:
    person = make_person(email="eva@example.org", confirmed_at=None)
    operations.reset_password(tokens.make_token(person, tokens.RESET), OTHER)
    assert person.confirmed_at is not None


def test_a_weak_new_password_is_refused_and_the_link_still_works(eva: Person) -> None:
    secret = tokens.make_token(eva, tokens.RESET)
    with pytest.raises(Invalid):
        operations.reset_password(secret, "password1234")
    operations.reset_password(secret, OTHER)


def test_changing_the_password_needs_the_present_one_and_ends_every_session(cast: Cast, eva: Person) -> None:
    session = sessions.open_session(eva.id)
    cast.an = eva
    with pytest.raises(Invalid) as refused:
        operations.change_password(cast.actor("an"), OTHER, OTHER)
    assert set(refused.value.fields) == {"present_password"}
    operations.change_password(cast.actor("an"), GOOD, OTHER)
    assert sessions.live_session(session) is None
    assert passwords.matches(eva.password_hash, OTHER)


def test_a_reset_may_be_asked_for_five_times_a_day_known_or_not(eva: Person) -> None:
    for email in ("eva@example.org", "nobody@example.org"):
        for _ in range(5):
            operations.request_reset(VISITOR, email)
        with pytest.raises(TooMany):
            operations.request_reset(VISITOR, email)


def test_a_reset_for_an_unknown_address_is_noted_about_nobody(eva: Person) -> None:
    operations.request_reset(VISITOR, "nobody@example.org")
    assert last_event() == ("person.reset_requested", 0)
    operations.request_reset(VISITOR, "eva@example.org")
    assert last_event() == ("person.reset_requested", eva.id)
    with pytest.raises(Invalid):
        operations.request_reset(VISITOR, "not an address")


def test_a_visit_begins_after_twelve_hours_and_keeps_the_one_before(eva: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        first = now()
        sessions.open_session(eva.id)
        clock.shift(timedelta(hours=3))
        sessions.open_session(eva.id)
        assert (eva.visited_at, eva.previous_visit_at) == (first, None)
        clock.shift(timedelta(hours=12))
        session = db.session.scalars(db.select(LoginSession).order_by(LoginSession.id)).first()
        assert session is not None
        assert sessions.wants_note(session)
        sessions.note_use(session.id)
        assert (eva.visited_at, eva.previous_visit_at) == (now(), first)
        assert not sessions.wants_note(session)


def test_the_use_of_a_session_that_ended_meanwhile_is_not_written_down(eva: Person) -> None:
    secret = sessions.open_session(eva.id)
    session = sessions.live_session(secret)
    assert session is not None
    number, visited = session.id, eva.visited_at
    sessions.close_session(secret)
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        sessions.note_use(number)
    assert (eva.visited_at, sessions.live_session(secret)) == (visited, None)


def test_a_session_ends_when_its_time_is_over_or_its_person_may_not_sign_in(eva: Person) -> None:
    secret = sessions.open_session(eva.id)
    assert sessions.live_session(secret) is not None
    with time_machine.travel(now() + sessions.LIFE, tick=False):
        assert sessions.live_session(secret) is None
    with transaction():
        eva.suspended_until = now() + timedelta(days=1)
    assert sessions.live_session(secret) is None


def test_a_session_ends_that_nobody_used_for_two_weeks(eva: Person) -> None:
    secret = sessions.open_session(eva.id)
    with time_machine.travel(now() + timedelta(days=13), tick=False):
        assert sessions.live_session(secret) is not None
    with time_machine.travel(now() + sessions.IDLE, tick=False):
        assert sessions.live_session(secret) is None
