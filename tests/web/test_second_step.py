"""The second step of signing in, and being asked again, as people meet them in a browser."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts import passwords, sessions
from forum.accounts.factors import code_app, recovery
from forum.accounts.factors.models import CodeApp, RecoveryCode
from forum.accounts.factors.standing import reset_factors
from forum.accounts.models import LoginSession, Person
from forum.accounts.roles import grant_role
from forum.core import clock
from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.events import Event
from tests.conftest import Cast

GOOD = "lichte regen boven Gent"
BrowserOf = Callable[[Person | None], FlaskClient]


@pytest.fixture
def an(cast: Cast) -> Person:
    with transaction():
        cast.an.password_hash = passwords.hashed(GOOD)
    return cast.an


@pytest.fixture
def strict(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site whose operator asks moderators and admins for a second factor."""
    strict_settings = app.config["SETTINGS"].model_copy(update={"require_second_factor": True})
    monkeypatch.setitem(app.config, "SETTINGS", strict_settings)
    return


def set_up(cast: Cast, name: str = "an") -> tuple[pyotp.TOTP, list[str]]:
    """Give somebody an app, as the pages do; the app, and the recovery codes. The code of half a minute ago is used."""
    actor = cast.actor(name)
    code_app.begin_code_app(actor)
    app = pyotp.TOTP(code_app.secret_to_set_up(actor))
    codes = code_app.confirm_code_app(actor, app.at(clock.now() - timedelta(seconds=30)))
    db.session.rollback()
    return app, codes


def sign_in(client: FlaskClient, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"email": "an@example.org", "password": GOOD} | more)


def second_step(client: FlaskClient, code: str, **more: str) -> TestResponse:
    return client.post("/sign-in/second-step", data={"code": code} | more)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


def happened(person: Person) -> list[str]:
    query = db.select(Event.name).where(Event.subject_type == "person", Event.subject_id == person.id)
    return list(db.session.scalars(query.order_by(Event.id)))


def grow_stale(person: Person) -> None:
    """Let the last proof of every session of a person be eleven minutes old."""
    with transaction():
        for session in db.session.scalars(db.select(LoginSession).where(LoginSession.person_id == person.id)):
            session.proved_at = clock.now() - timedelta(minutes=11)


# Signing in with a code


def test_after_the_password_a_code_is_asked_for_and_until_then_one_is_a_visitor(
    client: FlaskClient, an: Person, cast: Cast
) -> None:
    app, _codes = set_up(cast)
    answer = sign_in(client, next="/profile")
    assert answer.location == "/sign-in/second-step?next=/profile"
    assert client.get(answer.location).status_code == 200
    assert not is_signed_in(client)
    assert client.get("/sign-in").location == "/sign-in/second-step?next=/"
    assert second_step(client, app.now(), next="/profile").location == "/profile"
    assert is_signed_in(client)


def test_the_session_after_the_second_step_is_a_new_one(client: FlaskClient, an: Person, cast: Cast) -> None:
    app, _codes = set_up(cast)
    sign_in(client)
    with client.session_transaction() as cookie:
        half = cookie["half_open"]
    second_step(client, app.now())
    with client.session_transaction() as cookie:
        assert "half_open" not in cookie
        assert cookie["_user_id"] != half
    assert sessions.half_open_session(half) is None
    assert sessions.live_session(half) is None


def test_the_token_of_a_half_open_session_opens_nothing(client: FlaskClient, an: Person, cast: Cast) -> None:
    set_up(cast)
    sign_in(client)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = cookie["half_open"]
    assert not is_signed_in(client)
    assert client.post("/profile/sessions/end").status_code == 401


def test_a_half_open_session_is_no_place_where_one_is_signed_in(
    client: FlaskClient, an: Person, cast: Cast, browser_of: BrowserOf
) -> None:
    set_up(cast)
    browser = browser_of(an)
    sign_in(client)
    assert browser.get("/profile/sessions").text.count('class="card-title"') == 1


def test_the_time_for_the_second_step_ends(client: FlaskClient, an: Person, cast: Cast) -> None:
    app, _codes = set_up(cast)
    sign_in(client)
    with transaction():
        waiting = db.session.scalars(db.select(LoginSession)).one()
        assert waiting.expires_at - waiting.created_at == timedelta(minutes=10)
        waiting.expires_at = clock.now()
    assert second_step(client, app.now()).location.startswith("/sign-in")
    assert not is_signed_in(client)


def test_a_code_works_once(client: FlaskClient, an: Person, cast: Cast, app: Flask) -> None:
    totp, _codes = set_up(cast)
    code = totp.now()
    sign_in(client)
    second_step(client, code)
    other = app.test_client()
    sign_in(other)
    assert second_step(other, code).status_code == 422
    assert not is_signed_in(other)


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_code_of_another_time_does_not_work(client: FlaskClient, an: Person, cast: Cast, seconds: int) -> None:
    totp, _codes = set_up(cast)
    sign_in(client)
    answer = second_step(client, totp.at(clock.now() + timedelta(seconds=seconds)))
    assert answer.status_code == 422
    assert 'href="#field-code"' in answer.text


def test_the_fifth_wrong_code_is_the_last_for_five_minutes_even_from_another_browser(
    client: FlaskClient, an: Person, cast: Cast, app: Flask
) -> None:
    totp, _codes = set_up(cast)
    sign_in(client)
    assert [second_step(client, "000000").status_code for _ in range(6)] == [422] * 5 + [429]
    other = app.test_client()
    sign_in(other)
    answer = second_step(other, totp.now())
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert not is_signed_in(other)


def test_whoever_cannot_go_on_signs_in_as_somebody_else(client: FlaskClient, an: Person, cast: Cast) -> None:
    set_up(cast)
    sign_in(client)
    assert 'action="/sign-out"' in client.get("/sign-in/second-step").text
    client.post("/sign-out")
    assert client.get("/sign-in").status_code == 200
    assert db.session.scalars(db.select(LoginSession)).all() == []


def test_without_a_password_before_there_is_no_second_step(client: FlaskClient, an: Person, cast: Cast) -> None:
    totp, _codes = set_up(cast)
    assert client.get("/sign-in/second-step").location.startswith("/sign-in")
    second_step(client, totp.now())
    assert not is_signed_in(client)


def test_a_new_password_by_mail_does_not_go_round_the_second_step(client: FlaskClient, an: Person, cast: Cast) -> None:
    set_up(cast)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = sessions.open_session(an.id)
    assert not is_signed_in(client)


def test_suspending_somebody_ends_the_second_step_too(client: FlaskClient, an: Person, cast: Cast) -> None:
    totp, _codes = set_up(cast)
    sign_in(client)
    with transaction():
        db.session.get_one(Person, an.id).suspended_until = clock.now() + timedelta(days=1)
    second_step(client, totp.now())
    assert not is_signed_in(client)


# Recovery codes


def test_a_recovery_code_lets_in_once_and_its_person_hears_of_it(
    client: FlaskClient, an: Person, cast: Cast, app: Flask
) -> None:
    _totp, codes = set_up(cast)
    assert len(set(codes)) == 10
    sign_in(client)
    second_step(client, codes[3].upper().replace("-", " "))
    assert is_signed_in(client)
    assert happened(an)[-1] == "person.recovery_code_used"
    other = app.test_client()
    sign_in(other)
    assert second_step(other, codes[3]).status_code == 422


def test_recovery_codes_are_of_one_person_only(client: FlaskClient, an: Person, cast: Cast) -> None:
    set_up(cast)
    _totp, codes = set_up(cast, "bert")
    sign_in(client)
    assert second_step(client, codes[0]).status_code == 422


def test_neither_secrets_nor_codes_can_be_read_in_the_database(cast: Cast, an: Person) -> None:
    totp, codes = set_up(cast)
    kept = db.session.get_one(CodeApp, an.id).sealed_secret
    kept += " ".join(db.session.scalars(db.select(RecoveryCode.code_hash)))
    assert not any(word in kept for word in (totp.secret, *codes, *(recovery.plain_code(code) for code in codes)))


# Being asked again


def test_an_important_change_asks_again_after_ten_minutes_and_comes_back(
    browser_of: BrowserOf, an: Person, cast: Cast
) -> None:
    browser = browser_of(an)
    assert browser.get("/profile/passkeys/new").status_code == 200
    grow_stale(an)
    asked = browser.get("/profile/passkeys/new")
    assert asked.location == "/prove?next=/profile/passkeys/new"
    assert 'name="next" value="/profile/passkeys/new"' in browser.get(asked.location).text
    answer = browser.post("/prove", data={"next": "/profile/passkeys/new", "proof_password": GOOD})
    assert answer.location == "/profile/passkeys/new"
    assert browser.get("/profile/passkeys/new").status_code == 200


def test_a_proof_gives_the_session_a_new_token(browser_of: BrowserOf, app: Flask, an: Person, cast: Cast) -> None:
    browser = browser_of(an)
    with browser.session_transaction() as cookie:
        former = cookie["_user_id"]
    grow_stale(an)
    browser.post("/prove", data={"next": "/profile", "proof_password": GOOD})
    assert is_signed_in(browser)
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie["_user_id"] = former
    assert not is_signed_in(other)


def test_a_session_that_is_ended_at_the_moment_of_its_proof_stays_ended(
    browser_of: BrowserOf, an: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, note_proof = browser_of(an), sessions.note_proof

    def note_and_end(session_id: int) -> str:
        token = note_proof(session_id)
        sessions.close_sessions_of(an.id)
        return token

    monkeypatch.setattr(sessions, "note_proof", note_and_end)
    grow_stale(an)
    browser.post("/prove", data={"next": "/profile", "proof_password": GOOD})
    assert not is_signed_in(browser)


def test_a_form_that_comes_too_late_is_kept_and_goes_on_with_the_proof(
    browser_of: BrowserOf, an: Person, cast: Cast
) -> None:
    with transaction():
        cast.ada.password_hash = passwords.hashed(GOOD)
    browser = browser_of(cast.ada)
    grow_stale(cast.ada)
    path, form = f"/people/{cast.bert.id}/roles", {"role": "moderator", "scope": "language:nl", "step": "grant"}
    asked = browser.post(path, data=form)
    assert asked.status_code == 403
    assert f'action="{path}"' in asked.text
    assert 'name="scope" value="language:nl"' in asked.text
    assert not db.session.get_one(Person, cast.bert.id).roles
    wrong = browser.post(path, data=form | {"proof_password": "no"})
    assert (wrong.status_code, 'name="scope" value="language:nl"' in wrong.text) == (422, True)
    assert 'href="#field-proof_password"' in wrong.text
    assert browser.post(path, data=form | {"proof_password": GOOD}).status_code == 303
    assert [grant.scope for grant in db.session.get_one(Person, cast.bert.id).roles] == ["language:nl"]


def test_a_code_proves_as_well_and_a_wrong_one_does_not(browser_of: BrowserOf, an: Person, cast: Cast) -> None:
    totp, _codes = set_up(cast)
    browser = browser_of(an)
    grow_stale(an)
    assert browser.post("/profile/sessions/end", data={"proof_code": "000000"}).status_code == 422
    assert is_signed_in(browser)
    assert browser.post("/profile/sessions/end", data={"proof_code": totp.now()}).status_code == 303
    assert not is_signed_in(browser)


def test_guessing_the_password_there_is_limited_like_signing_in(browser_of: BrowserOf, an: Person) -> None:
    browser = browser_of(an)
    grow_stale(an)
    tries = [browser.post("/prove", data={"proof_password": "no"}).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


def test_every_change_of_how_one_signs_in_asks_again(app: Flask) -> None:
    fresh = app.extensions["fresh"]
    views = {name for name in app.view_functions if name.startswith("factors.")} - {"factors.show_factors"}
    assert views | {"people.edit_roles", "accounts.end_all_sessions"} <= fresh


# Roles that need a second factor


def test_a_moderator_without_one_is_led_to_set_it_up_and_reads_as_a_member_until_then(
    client: FlaskClient, cast: Cast, strict: None
) -> None:
    with transaction():
        cast.mia.password_hash = passwords.hashed(GOOD)
    assert sign_in(client, email="mia@example.org").location == "/profile/second-step"
    assert client.get("/review").location == "/profile/second-step"
    assert client.get("/posts/new/practice").status_code == 200
    page = client.get("/").text
    assert 'href="/review"' not in page
    assert 'href="/profile/second-step"' in page


def test_nobody_uses_the_powers_of_a_role_before(cast: Cast, strict: None, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.ada)
    answer = browser.post(f"/people/{cast.bert.id}/roles", data={"role": "admin"})
    assert answer.status_code == 403
    assert not db.session.get_one(Person, cast.bert.id).roles


def test_with_one_the_powers_are_there(cast: Cast, strict: None, browser_of: BrowserOf) -> None:
    set_up(cast, "mia")
    assert browser_of(cast.mia).get("/review").status_code == 200


def test_who_gets_a_role_later_waits_as_well(an: Person, cast: Cast, strict: None, browser_of: BrowserOf) -> None:
    browser = browser_of(an)
    assert "Set up the second step" not in browser.get("/").text
    grant_role(SYSTEM, an.id, "moderator")
    assert "Set up the second step" in browser.get("/").text
    assert browser.get("/review").location == "/profile/second-step"


def test_the_last_factor_stays_while_the_role_needs_it(cast: Cast, strict: None, browser_of: BrowserOf) -> None:
    set_up(cast, "mia")
    browser = browser_of(cast.mia)
    assert "Add another one before" in browser.get("/profile/second-step/app/remove").text
    assert browser.post("/profile/second-step/app/remove").status_code == 409
    assert db.session.get_one(Person, cast.mia.id).second_factor_since is not None
    assert db.session.get(CodeApp, cast.mia.id) is not None


def test_the_demonstration_asks_nobody(
    app: Flask, cast: Cast, strict: None, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DEMONSTRATION_SIGN_INS", [("mia@example.org", "moderator")])
    assert browser_of(cast.mia).get("/review").status_code == 200


def test_an_operator_resets_what_is_lost(client: FlaskClient, an: Person, cast: Cast) -> None:
    set_up(cast)
    reset_factors(SYSTEM, db.session.get_one(Person, an.id))
    assert sign_in(client).location == "/"
    assert is_signed_in(client)
    assert happened(an)[-1] == "person.second_factor_reset"


def test_codes_never_come_back_in_a_page(client: FlaskClient, an: Person, cast: Cast) -> None:
    set_up(cast)
    sign_in(client)
    for _ in range(5):
        second_step(client, "271828")
    assert not re.search("271828", second_step(client, "271828").text)


@pytest.mark.parametrize("code", ["12345", "1234567", "12a456", "١٢٣٤٥٦", ""])
def test_what_is_no_code_is_a_wrong_one(client: FlaskClient, an: Person, cast: Cast, code: str) -> None:
    set_up(cast)
    sign_in(client)
    assert second_step(client, code).status_code == 422
    assert not is_signed_in(client)


def test_a_code_opens_nothing_for_somebody_who_has_a_passkey_only(client: FlaskClient, an: Person, cast: Cast) -> None:
    with transaction():
        db.session.get_one(Person, an.id).second_factor_since = clock.now()
    sign_in(client)
    assert second_step(client, "123456").status_code == 422
    assert not is_signed_in(client)
