"""How accounts come about: signed up and confirmed, invited, added by an operator, imported."""

from typing import Any

import pytest
from flask import Flask

from forum.accounts import operations, passwords, tokens
from forum.accounts.models import Person, Token
from forum.accounts.queries import person_by_email
from forum.core.actor import SYSTEM, VISITOR
from forum.core.db import db
from forum.core.errors import Denied, Invalid, Missing, TooMany
from forum.core.events import Event
from forum.core.limits import check_limit
from tests.conftest import Cast
from tests.factories import make_person

GOOD = "lichte regen boven Gent"
OTHER = "warme wind over Luik"


def events() -> list[tuple[str, int]]:
    return [(one.name, one.subject_id) for one in db.session.scalars(db.select(Event).order_by(Event.id))]


def sign_up(email: str = "eva@example.org", name: str = "Eva Maes", password: str = GOOD) -> Person | None:
    operations.sign_up(VISITOR, email, name, password, "nl")
    return person_by_email(email)


def test_a_new_account_waits_for_its_address_to_be_confirmed(app: Flask) -> None:
    person = sign_up("Eva.Maes@Example.ORG ")
    assert person is not None
    assert (person.email, person.name, person.language, person.reads) == (
        "eva.maes@example.org",
        "Eva Maes",
        "nl",
        ["nl"],
    )
    assert person.confirmed_at is None
    assert events() == [("person.signed_up", person.id)]


def test_every_problem_of_a_sign_up_is_told_at_once(app: Flask) -> None:
    with pytest.raises(Invalid) as refused:
        operations.sign_up(VISITOR, "nobody", " ", "short", "nl")
    assert set(refused.value.fields) == {"name", "email", "password"}


@pytest.mark.parametrize("name", ["", "x" * 121, "Win at https://spam.example", "www.spam.example", "a@b.example"])
def test_a_name_is_a_name_and_no_advertisement(app: Flask, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.sign_up(VISITOR, "eva@example.org", name, GOOD, "nl")
    assert set(refused.value.fields) == {"name"}


def test_line_breaks_in_a_name_become_spaces(app: Flask) -> None:
    person = sign_up(name="Eva\r\nBcc: all\tMaes")
    assert person is not None
    assert person.name == "Eva Bcc: all Maes"


def test_signing_up_with_a_known_address_changes_nothing_but_is_noted(cast: Cast) -> None:
    before = cast.an.password_hash
    operations.sign_up(VISITOR, "an@example.org", "Somebody Else", GOOD, "fr")
    assert (cast.an.name, cast.an.password_hash, cast.an.language) == ("An", before, "en")
    assert events() == [("person.sign_up_repeated", cast.an.id)]


def test_signing_up_again_before_confirming_takes_the_newer_name_and_password(app: Flask) -> None:
    first = sign_up()
    second = sign_up(name="Eva M.", password=OTHER)
    assert first is second is not None
    assert second.name == "Eva M."
    assert passwords.matches(second.password_hash, OTHER)


def test_three_confirmation_mails_in_six_hours_are_enough(app: Flask) -> None:
    sign_up()
    for _ in range(2):
        operations.request_confirmation(VISITOR, "eva@example.org")
    with pytest.raises(TooMany):
        operations.request_confirmation(VISITOR, "EVA@example.org")


def test_sign_ups_from_one_client_are_limited(app: Flask) -> None:
    for _ in range(operations.SIGN_UPS_FROM_ONE_ADDRESS):
        check_limit("sign-up address 192.0.2.1", operations.SIGN_UPS_FROM_ONE_ADDRESS, 3600)
    with pytest.raises(TooMany):
        operations.sign_up(VISITOR, "eva@example.org", "Eva", GOOD, "nl", "192.0.2.1")


def test_the_link_with_the_password_confirms_once(app: Flask) -> None:
    person = sign_up()
    assert person is not None
    secret = tokens.make_token(person, tokens.CONFIRM)
    assert operations.confirm_address(secret, GOOD).confirmed_at is not None
    with pytest.raises(Missing):
        operations.confirm_address(secret, GOOD)
    assert events()[-1] == ("person.confirmed", person.id)


def test_somebody_elses_password_does_not_confirm(app: Flask) -> None:
    person = sign_up()
    assert person is not None
    secret = tokens.make_token(person, tokens.CONFIRM)
    with pytest.raises(Invalid):
        operations.confirm_address(secret, OTHER)
    assert person.confirmed_at is None
    operations.confirm_address(secret, GOOD)


def test_an_invited_person_is_confirmed_at_once(app: Flask) -> None:
    person = operations.sign_up_invited("Eva@example.org", "Eva", GOOD, "fr")
    assert person.confirmed_at is not None
    assert passwords.matches(person.password_hash, GOOD)
    assert events() == [("person.added", person.id)]


def test_an_invitation_takes_over_an_account_that_was_never_confirmed(app: Flask) -> None:
    waiting = sign_up(password=OTHER)
    person = operations.sign_up_invited("eva@example.org", "Eva", GOOD, "fr")
    assert person is waiting
    assert passwords.matches(person.password_hash, GOOD)


def test_an_invited_person_with_an_account_signs_in_instead(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        operations.sign_up_invited("an@example.org", "An", GOOD, "nl")
    assert set(refused.value.fields) == {"email"}


def test_an_operator_adds_a_person_who_can_sign_in_at_once(app: Flask) -> None:
    person = operations.add_person(SYSTEM, "eva@example.org", "Eva", password=GOOD, role="admin", language="it")
    assert person.confirmed_at is not None
    assert passwords.matches(person.password_hash, GOOD)
    assert [(grant.role, grant.scope) for grant in person.roles] == [("admin", "network")]


def test_an_operator_is_told_about_a_weak_password_and_nothing_is_added(app: Flask) -> None:
    with pytest.raises(Invalid):
        operations.add_person(SYSTEM, "eva@example.org", "Eva", password="password1234")
    assert person_by_email("eva@example.org") is None


def test_a_person_without_a_password_is_confirmed_and_unique(cast: Cast) -> None:
    person = operations.create_person(SYSTEM, "Eva", "eva@example.org", "es")
    assert person.password_hash is None
    assert person.confirmed_at is not None
    with pytest.raises(Invalid):
        operations.create_person(SYSTEM, "Eva", "EVA@example.org")


def test_only_administrators_add_people(cast: Cast) -> None:
    for name in ("visitor", "an", "mia"):
        with pytest.raises(Denied):
            operations.create_person(cast.actor(name), "Eva", "eva@example.org")
    operations.create_person(cast.actor("ada"), "Eva", "eva@example.org")


def test_a_link_is_kept_hashed_and_ends_after_an_hour(app: Flask) -> None:
    person = make_person()
    secret = tokens.make_token(person, tokens.RESET)
    kept = db.session.scalars(db.select(Token)).one()
    assert secret not in (kept.token_hash, kept.email)
    assert kept.expires_at - kept.created_at == tokens.LIFE
    with db.session.no_autoflush:
        kept.expires_at = kept.created_at
        with pytest.raises(Missing):
            tokens.owner_of(secret, tokens.RESET)


def test_a_link_is_for_its_purpose_and_its_address_only(app: Flask) -> None:
    person = make_person()
    secret = tokens.make_token(person, tokens.RESET)
    with pytest.raises(Missing):
        tokens.owner_of(secret, tokens.CONFIRM)
    assert tokens.owner_of(secret, tokens.RESET) is person
    person.email = "new@example.org"
    with pytest.raises(Missing):
        tokens.owner_of(secret, tokens.RESET)


def test_using_one_link_ends_the_others_of_its_purpose(app: Flask) -> None:
    person = make_person()
    first, second = (tokens.make_token(person, tokens.RESET) for _ in range(2))
    operations.reset_password(second, GOOD)
    with pytest.raises(Missing):
        operations.reset_password(first, GOOD)


def test_nobody_without_an_address_gets_a_link(app: Flask) -> None:
    with pytest.raises(Missing):
        tokens.make_token(make_person(email=None), tokens.RESET)


def test_a_link_used_by_somebody_else_a_moment_before_is_dead(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person()
    secret = tokens.make_token(person, tokens.RESET)
    look = tokens.owner_of

    def looked_and_overtaken(*asked: Any) -> Person:
        found = look(*asked)
        db.session.execute(db.update(Token).values(used_at=Token.created_at))
        return found

    monkeypatch.setattr(tokens, "owner_of", looked_and_overtaken)
    with pytest.raises(Missing):
        tokens.use_up(secret, tokens.RESET)
