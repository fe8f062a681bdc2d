"""People without a password: they show anew who they are by a mailed link, set a password, and close their account."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from forum.accounts import passwords, tokens
from forum.accounts.models import Person
from forum.core import clock
from forum.core.db import db, transaction
from forum.core.events import Event
from tests.conftest import Cast
from tests.web.test_second_step import GOOD, grow_stale, is_signed_in, set_up

BrowserOf = Callable[[Person | None], FlaskClient]


@pytest.fixture
def an(cast: Cast) -> Person:
    """An, who came by single sign-on or a mailed link, and showed long ago who she is."""
    assert cast.an.password_hash is None
    return cast.an


@pytest.fixture
def browser(an: Person, browser_of: BrowserOf) -> FlaskClient:
    found = browser_of(an)
    grow_stale(an)
    return found


def link_of(person: Person) -> str:
    return f"/prove/link/{tokens.make_token(person, tokens.PROVE)}"


def asked_for() -> int:
    query = db.select(db.func.count()).select_from(Event).where(Event.name == "person.proof_requested")
    return db.session.scalar(query) or 0


def test_a_form_that_comes_too_late_goes_on_after_the_mailed_link(browser: FlaskClient, an: Person) -> None:
    form = {"email": "an@sluis.example"}
    page = browser.post("/profile/address/change", data=form)
    assert page.status_code == 403
    assert 'name="proof_password"' not in page.text
    mailed = browser.post("/profile/address/change", data=form | {"proof_mail": "1"})
    assert "We sent you a mail" in mailed.text
    assert mailed.text.count('name="email" value="an@sluis.example"') == 2
    assert asked_for() == 1
    assert browser.post("/profile/address/change", data=form).status_code == 403
    link = link_of(an)
    for _ in range(2):
        assert browser.get(link).status_code == 200
    assert browser.post("/profile/address/change", data=form).status_code == 403
    assert browser.post(link).location == "/profile"
    assert browser.post("/profile/address/change", data=form).status_code == 303


def test_a_page_that_is_read_too_late_is_reached_after_the_mailed_link(browser: FlaskClient, an: Person) -> None:
    assert browser.get("/profile/data").location == "/prove?next=/profile/data"
    page = browser.post("/prove", data={"next": "/profile/data", "proof_mail": "1"})
    assert 'name="next" value="/profile/data"' in page.text
    assert browser.post("/prove", data={"next": "/profile/data"}).status_code == 403
    browser.post(link_of(an))
    assert browser.post("/prove", data={"next": "/profile/data"}).location == "/profile/data"
    assert browser.get("/profile/data").status_code == 200


def test_the_link_is_of_one_person_works_once_and_for_fifteen_minutes(
    browser: FlaskClient, an: Person, cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    link = link_of(an)
    for answer in (browser_of(cast.bert).get(link), browser_of(cast.bert).post(link)):
        assert answer.status_code == 404
    assert client.get(link).location.startswith("/sign-in?next=")
    assert [browser.post(link).status_code for _ in range(2)] == [303, 404]
    with time_machine.travel(clock.now(), tick=False) as moment:
        late = link_of(an)
        moment.shift(timedelta(minutes=15))
        assert browser.post(late).status_code == 404


@pytest.mark.parametrize("token", ["unknown", "%00", "%ff"])
def test_a_dead_link_says_so(browser: FlaskClient, token: str) -> None:
    assert browser.get(f"/prove/link/{token}").status_code == 404
    assert browser.post(f"/prove/link/{token}").status_code == 404


def test_whoever_has_a_password_or_a_second_step_uses_that(
    browser: FlaskClient, an: Person, cast: Cast, browser_of: BrowserOf
) -> None:
    set_up(cast)
    page = browser.get("/prove")
    assert 'name="proof_mail"' not in page.text
    assert 'name="proof_password"' not in page.text
    assert 'name="proof_code"' in page.text
    assert browser.post("/prove", data={"proof_mail": "1"}).status_code == 409
    with transaction():
        cast.bert.password_hash = passwords.hashed(GOOD)
    other = browser_of(cast.bert)
    grow_stale(cast.bert)
    assert 'name="proof_mail"' not in other.get("/prove").text
    assert other.post("/prove", data={"proof_mail": "1"}).status_code == 409
    assert asked_for() == 0


def test_links_may_be_asked_for_five_times_a_day(browser: FlaskClient) -> None:
    answers = [browser.post("/prove", data={"proof_mail": "1"}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_an_account_without_a_password_is_closed_after_another_proof(browser: FlaskClient, an: Person) -> None:
    page = browser.get("/profile/close")
    assert 'name="present_password"' not in page.text
    assert "Drafts" in page.text
    assert browser.post("/profile/close").status_code == 403
    assert an.erased_at is None
    browser.post(link_of(an))
    assert browser.post("/profile/close").status_code == 303
    assert an.erased_at is not None
    assert not is_signed_in(browser)


def test_a_password_is_still_asked_for_where_there_is_one(browser_of: BrowserOf, an: Person) -> None:
    with transaction():
        an.password_hash = passwords.hashed(GOOD)
    browser = browser_of(an)
    assert browser.post("/profile/close").status_code == 422
    assert an.erased_at is None


def test_the_page_of_passwords_leads_to_a_first_one(browser: FlaskClient) -> None:
    page = browser.get("/profile/password").text
    assert 'name="present_password"' not in page
    assert 'href="/forgotten-password"' in page
