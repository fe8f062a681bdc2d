"""Setting up and removing an app, passkeys and recovery codes, as people meet them in a browser."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask.testing import FlaskClient
from lxml import html

from forum.accounts import passwords
from forum.accounts.factors import code_app
from forum.accounts.factors.models import CodeApp, Passkey, RecoveryCode
from forum.accounts.models import Person
from forum.accounts.profiles import close_account
from forum.core import clock
from forum.core.db import db, transaction
from forum.core.errors import Missing
from forum.core.events import Event
from forum.notifications.mailing import MAILS, consume
from forum.notifications.models import OutgoingMail
from tests.conftest import Cast
from tests.factories import saved
from tests.web.test_second_step import grow_stale

BrowserOf = Callable[[Person | None], FlaskClient]


@pytest.fixture
def browser(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    """An's browser."""
    return browser_of(cast.an)


def app_being_set_up(browser: FlaskClient) -> pyotp.TOTP:
    """Begin with an app, and read its secret from the page as somebody without a camera would."""
    assert browser.post("/profile/second-step/app").location == "/profile/second-step/app"
    page = browser.get("/profile/second-step/app").text
    groups = html.fromstring(page).xpath("//code")[0].text
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", groups)
    return pyotp.TOTP(groups.replace(" ", ""))


def codes_on(page: str) -> list[str]:
    return [one.text for one in html.fromstring(page).xpath("//ul[@class='recovery-codes']//code")]


def happened(person: Person) -> list[str]:
    query = db.select(Event.name).where(Event.subject_type == "person", Event.subject_id == person.id)
    return list(db.session.scalars(query.order_by(Event.id)))


def make_passkey(person: Person, name: str = "Phone") -> Passkey:
    number = len(db.session.scalars(db.select(Passkey)).all())
    kept = {"credential_id": f"c{number}", "public_key": "k", "name": name, "created_at": clock.now()}
    with transaction():
        db.session.get_one(Person, person.id).second_factor_since = clock.now()
    key: Passkey = saved(Passkey(person_id=person.id, **kept))
    return key


def test_an_app_is_set_up_with_one_code_and_ten_recovery_codes_are_shown_once(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    assert db.session.get_one(Person, cast.an.id).second_factor_since is None
    answer = browser.post("/profile/second-step/app/confirm", data={"code": app.now()})
    codes = codes_on(answer.text)
    assert len(set(codes)) == 10
    assert answer.headers["Cache-Control"] == "no-store"
    page = browser.get("/profile/second-step").text
    assert "You have 10 codes left." in page
    assert not any(code in page for code in codes)
    assert happened(cast.an) == ["person.second_factor_on"]


def test_a_wrong_code_switches_nothing_on(browser: FlaskClient, cast: Cast) -> None:
    app_being_set_up(browser)
    answer = browser.post("/profile/second-step/app/confirm", data={"code": "12 34 56"})
    assert answer.status_code == 422
    assert 'href="#field-code"' in answer.text
    assert db.session.get_one(Person, cast.an.id).second_factor_since is None


def test_the_picture_carries_the_secret_and_is_gone_once_the_app_counts(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    picture = browser.get("/profile/second-step/app/picture.svg")
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    assert "style=" not in picture.text
    address = code_app.address_of_secret(app.secret, db.session.get_one(Person, cast.an.id), "A site")
    assert address == f"otpauth://totp/A%20site:an%40example.org?secret={app.secret}&issuer=A%20site"
    browser.post("/profile/second-step/app/confirm", data={"code": app.now()})
    assert browser.get("/profile/second-step/app/picture.svg").status_code == 404
    assert browser.get("/profile/second-step/app").location == "/profile/second-step"
    with pytest.raises(Missing):
        code_app.secret_to_set_up(cast.actor("an"))


def test_a_confirmed_app_cannot_be_set_up_over(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    browser.post("/profile/second-step/app/confirm", data={"code": app.now()})
    kept = db.session.get_one(CodeApp, cast.an.id).sealed_secret
    assert browser.post("/profile/second-step/app").status_code == 409
    assert db.session.get_one(CodeApp, cast.an.id).sealed_secret == kept


def test_codes_are_saved_as_a_file_while_they_work_and_only_then(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    codes = codes_on(browser.post("/profile/second-step/app/confirm", data={"code": app.now()}).text)
    file = browser.post("/profile/second-step/codes.txt", data={"codes": codes})
    assert file.headers["Content-Disposition"] == "attachment; filename=recovery-codes.txt"
    assert all(code in file.text for code in codes)
    assert browser.post("/profile/second-step/codes.txt", data={"codes": ["not-mine"]}).status_code == 404
    renewed = codes_on(browser.post("/profile/second-step/codes").text)
    assert len(renewed) == 10
    assert not set(renewed) & set(codes)
    assert browser.post("/profile/second-step/codes.txt", data={"codes": codes}).status_code == 404


def test_after_a_proof_the_page_with_the_codes_is_there_again(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    codes = codes_on(browser.post("/profile/second-step/app/confirm", data={"code": app.now()}).text)
    grow_stale(cast.an)
    asked = browser.post("/profile/second-step/codes.txt", data={"codes": codes})
    assert asked.status_code == 403
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        proved = browser.post("/profile/second-step/codes.txt", data={"codes": codes, "proof_code": app.now()})
    assert "Content-Disposition" not in proved.headers
    assert codes_on(proved.text) == codes


def test_removing_the_last_one_says_what_follows_and_ends_the_codes(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    browser.post("/profile/second-step/app/confirm", data={"code": app.now()})
    assert "your password alone lets you in" in browser.get("/profile/second-step/app/remove").text
    assert browser.post("/profile/second-step/app/remove").location == "/profile/second-step"
    assert db.session.get_one(Person, cast.an.id).second_factor_since is None
    assert db.session.scalars(db.select(RecoveryCode)).all() == []
    assert happened(cast.an)[-2:] == ["person.second_factor_on", "person.second_factor_off"]


def test_without_a_factor_there_are_no_recovery_codes(browser: FlaskClient) -> None:
    assert browser.post("/profile/second-step/codes").status_code == 409


def test_passkeys_are_listed_renamed_and_removed(browser: FlaskClient, cast: Cast) -> None:
    key, other = make_passkey(cast.an), make_passkey(cast.an, "Key of the office")
    assert "Key of the office" in browser.get("/profile/second-step").text
    assert browser.post(f"/profile/passkeys/{key.id}", data={"name": " "}).status_code == 422
    browser.post(f"/profile/passkeys/{key.id}", data={"name": "Old phone"})
    assert "Old phone" in browser.get(f"/profile/passkeys/{key.id}/remove").text
    browser.post(f"/profile/passkeys/{key.id}/remove")
    assert [one.id for one in db.session.scalars(db.select(Passkey))] == [other.id]
    assert db.session.get_one(Person, cast.an.id).second_factor_since is not None
    browser.post(f"/profile/passkeys/{other.id}/remove")
    assert db.session.get_one(Person, cast.an.id).second_factor_since is None


@pytest.mark.parametrize("step", ["", "/remove"])
def test_nobody_touches_the_passkey_of_somebody_else(browser: FlaskClient, cast: Cast, step: str) -> None:
    key = make_passkey(cast.bert)
    assert browser.get(f"/profile/passkeys/{key.id}{step}").status_code == 404
    assert browser.post(f"/profile/passkeys/{key.id}{step}", data={"name": "Mine"}).status_code == 404
    assert db.session.scalars(db.select(Passkey)).one().name == "Phone"


def test_closing_the_account_takes_every_factor_away(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    browser.post("/profile/second-step/app/confirm", data={"code": app.now()})
    make_passkey(cast.an)
    with transaction():
        db.session.get_one(Person, cast.an.id).password_hash = passwords.hashed("lichte regen boven Gent")
    close_account(cast.actor("an"), "lichte regen boven Gent")
    for table in (CodeApp, Passkey, RecoveryCode):
        assert db.session.scalars(db.select(table)).all() == []


def test_the_page_asks_the_database_little(browser: FlaskClient, cast: Cast, count_sql: Callable[[], object]) -> None:
    for number in range(5):
        make_passkey(cast.an, f"Key {number}")
    with count_sql() as statements:  # type: ignore[attr-defined]  # the fixture's own kind of context
        browser.get("/profile/second-step")
    assert len(statements) <= 6, statements


def test_a_secret_sealed_under_another_key_lets_nobody_in(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    browser.post("/profile/second-step/app/confirm", data={"code": app.at(clock.now() - timedelta(seconds=30))})
    with transaction():
        db.session.get_one(CodeApp, cast.an.id).sealed_secret = "gAAAAA"
    with transaction():
        assert not code_app.use_app_code(cast.an.id, app.now())


def test_each_change_owes_one_mail(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    browser.post("/profile/second-step/app/confirm", data={"code": app.now()})
    key = make_passkey(cast.an)
    browser.post(f"/profile/passkeys/{key.id}/remove")
    browser.post("/profile/second-step/codes")
    browser.post("/profile/second-step/app/remove")
    events = db.session.scalars(db.select(Event).where(Event.name.in_(MAILS)).order_by(Event.id)).all()
    consume(events)
    mails = db.session.scalars(db.select(OutgoingMail.template)).all()
    assert mails == ["second_step_changed"] * 4


def test_beginning_again_with_an_app_makes_another_secret(browser: FlaskClient, cast: Cast) -> None:
    former, app = app_being_set_up(browser), app_being_set_up(browser)
    assert former.secret != app.secret
    assert browser.post("/profile/second-step/app/confirm", data={"code": former.now()}).status_code == 422
    assert browser.post("/profile/second-step/app/confirm", data={"code": app.now()}).status_code == 200


def test_a_secret_sealed_under_another_key_is_not_shown_either(browser: FlaskClient, cast: Cast) -> None:
    app_being_set_up(browser)
    with transaction():
        db.session.get_one(CodeApp, cast.an.id).sealed_secret = "gAAAAA"
    assert browser.get("/profile/second-step/app/picture.svg").status_code == 404


def test_removing_an_app_twice_is_removing_it_once(browser: FlaskClient, cast: Cast) -> None:
    app = app_being_set_up(browser)
    browser.post("/profile/second-step/app/confirm", data={"code": app.now()})
    for _click in range(2):
        assert browser.post("/profile/second-step/app/remove").status_code == 303
    assert happened(cast.an).count("person.second_factor_off") == 1


def test_a_passkey_needs_a_name_that_fits(browser: FlaskClient, cast: Cast) -> None:
    key = make_passkey(cast.an)
    for name in ("", "x" * 81):
        assert browser.post(f"/profile/passkeys/{key.id}", data={"name": name}).status_code == 422
    assert db.session.get_one(Passkey, key.id).name == "Phone"
