"""Single sign-on against a provider that really runs: coming in, linking, new accounts, and everything that goes wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts import passwords, tokens
from forum.accounts.models import LoginSession, Person
from forum.accounts.queries import person_by_email
from forum.accounts.sso.identities import link_identity, note_identity_used, sign_up_with_identity
from forum.accounts.sso.models import Identity
from forum.accounts.sso.provider import Provider
from forum.accounts.sso.words import Known
from forum.core import clock
from forum.core.db import db, transaction
from forum.core.errors import Conflict
from forum.personal.erasing import forget_all_of
from tests.accounts.sso.conftest import CLIENT, SECRET, Elsewhere
from tests.conftest import Cast
from tests.factories import make_person, saved
from tests.web.everything import everything_stored
from tests.web.test_second_step import GOOD, grow_stale, is_signed_in, second_step, set_up

BrowserOf = Callable[[Person | None], FlaskClient]
ComeBack = Callable[..., TestResponse]
GO_ON = "/sign-in/provider/go-on"


@pytest.fixture
def an(cast: Cast) -> Person:
    with transaction():
        cast.an.password_hash = passwords.hashed(GOOD)
    return cast.an


@pytest.fixture
def linked(an: Person, elsewhere: Elsewhere) -> Person:
    """An, whose account opens with that of subject an-7 at the provider."""
    elsewhere.knows("an-7", email="an@example.org", email_verified=True, name="An P.")
    saved(Identity(person_id=an.id, issuer=elsewhere.issuer, subject="an-7", created_at=clock.now()))
    return an


def links() -> list[tuple[int, str]]:
    rows = db.session.execute(db.select(Identity.person_id, Identity.subject).order_by(Identity.id))
    return [(number, subject) for number, subject in rows]


# Coming in


def test_somebody_linked_comes_in_by_one_button(client: FlaskClient, linked: Person, come_back: ComeBack) -> None:
    assert 'href="/sign-in/provider"' in client.get("/sign-in").text
    page = come_back(client, "an-7", "/sign-in/provider?next=/profile")
    assert page.status_code == 200
    assert "an@example.org" in page.text
    assert not is_signed_in(client)
    assert client.post(GO_ON).location == "/profile"
    assert is_signed_in(client)
    assert db.session.scalars(db.select(Identity.used_at)).one() is not None


def test_the_pages_keep_their_language(client: FlaskClient, linked: Person, elsewhere: Elsewhere) -> None:
    asked = client.get("/nl/sign-in/provider").location
    assert client.get(elsewhere.signs_in(asked, "an-7")).location == "/nl/sign-in/provider/go-on"


def test_what_goes_to_the_provider_is_fresh_and_asks_for_a_code_with_a_challenge(
    client: FlaskClient, elsewhere: Elsewhere
) -> None:
    first, second = (parse_qs(urlsplit(client.get("/sign-in/provider").location).query) for _ in range(2))
    assert first["response_type"] == ["code"]
    assert first["scope"] == ["openid email profile"]
    assert first["redirect_uri"] == ["http://localhost/sign-in/provider/return"]
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 32


def test_coming_back_only_reads(client: FlaskClient, linked: Person, come_back: ComeBack) -> None:
    before = everything_stored()
    come_back(client, "an-7")
    assert everything_stored() == before


def test_the_second_step_follows(client: FlaskClient, linked: Person, cast: Cast, come_back: ComeBack) -> None:
    totp, _codes = set_up(cast)
    come_back(client, "an-7", "/sign-in/provider?next=/profile")
    assert client.post(GO_ON).location == "/sign-in/second-step?next=/profile"
    assert not is_signed_in(client)
    assert second_step(client, totp.now(), next="/profile").location == "/profile"


def test_a_moderator_without_a_second_step_is_led_to_set_it_up(
    client: FlaskClient,
    cast: Cast,
    app: Flask,
    elsewhere: Elsewhere,
    come_back: ComeBack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strict = app.config["SETTINGS"].model_copy(update={"require_second_factor": True})
    monkeypatch.setitem(app.config, "SETTINGS", strict)
    elsewhere.knows("mia-7", email="mia@example.org", email_verified=True)
    saved(Identity(person_id=cast.mia.id, issuer=elsewhere.issuer, subject="mia-7", created_at=clock.now()))
    come_back(client, "mia-7")
    assert client.post(GO_ON).location == "/profile/second-step"


def test_somebody_suspended_does_not_come_in(client: FlaskClient, linked: Person, come_back: ComeBack) -> None:
    with transaction():
        linked.suspended_until = clock.now() + timedelta(days=2)
    assert come_back(client, "an-7").status_code == 403
    assert client.post(GO_ON).status_code == 403
    assert not is_signed_in(client)


def test_a_changed_address_at_the_provider_changes_nothing_here(
    client: FlaskClient, linked: Person, elsewhere: Elsewhere, come_back: ComeBack
) -> None:
    elsewhere.knows("an-7", email="bert@example.org", email_verified=True)
    come_back(client, "an-7")
    client.post(GO_ON)
    assert "an@example.org" in client.get("/profile").text


# What goes wrong on the way


def refused(client: FlaskClient, answer: TestResponse, words: str) -> bool:
    """Whether a browser was led back to sign in, with a plain sentence, and nothing opened."""
    return (
        answer.status_code == 303
        and answer.location == "/sign-in"
        and words in client.get("/sign-in").text
        and not is_signed_in(client)
        and client.get(GO_ON).location == "/sign-in"
    )


def test_who_says_no_there_is_told_that_nothing_changed(client: FlaskClient, elsewhere: Elsewhere) -> None:
    back = elsewhere.says_no(client.get("/sign-in/provider").location)
    assert "error=access_denied" in back
    assert refused(client, client.get(back), "Nothing has changed")
    assert not is_signed_in(client)


def test_a_wrong_state_opens_nothing(client: FlaskClient, linked: Person, elsewhere: Elsewhere) -> None:
    asked = client.get("/sign-in/provider").location
    assert refused(client, client.get(elsewhere.signs_in(asked, "an-7", state="mine")), "began elsewhere")


def test_an_answer_that_another_browser_asked_for_opens_nothing(
    client: FlaskClient, app: Flask, linked: Person, elsewhere: Elsewhere
) -> None:
    back = elsewhere.signs_in(client.get("/sign-in/provider").location, "an-7")
    other = app.test_client()
    assert refused(other, other.get(back), "began elsewhere")
    other.get("/sign-in/provider")
    assert refused(other, other.get(back), "began elsewhere")


@pytest.mark.parametrize("instead", [{"nonce": "not-ours"}, {"code_challenge": "not-ours"}])
def test_a_wrong_nonce_or_challenge_opens_nothing(
    client: FlaskClient, linked: Person, elsewhere: Elsewhere, instead: dict[str, str]
) -> None:
    asked = client.get("/sign-in/provider").location
    assert refused(client, client.get(elsewhere.signs_in(asked, "an-7", **instead)), "did not work")


def test_a_code_works_once(client: FlaskClient, linked: Person, app: Flask, elsewhere: Elsewhere) -> None:
    back = elsewhere.signs_in(client.get("/sign-in/provider").location, "an-7")
    assert client.get(back).location.endswith("/go-on")
    client.post(GO_ON)
    other = app.test_client()
    state = parse_qs(urlsplit(other.get("/sign-in/provider").location).query)["state"][0]
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert refused(other, other.get(f"/sign-in/provider/return?code={code}&state={state}"), "did not work")


def test_an_answer_of_another_issuer_opens_nothing(client: FlaskClient, linked: Person, elsewhere: Elsewhere) -> None:
    back = elsewhere.signs_in(client.get("/sign-in/provider").location, "an-7")
    assert refused(client, client.get(f"{back}&iss=https://elsewhere.example"), "did not work")


def test_an_answer_without_a_code_opens_nothing(client: FlaskClient, elsewhere: Elsewhere) -> None:
    state = parse_qs(urlsplit(client.get("/sign-in/provider").location).query)["state"][0]
    assert refused(client, client.get(f"/sign-in/provider/return?state={state}"), "did not work")


def test_an_answer_that_took_longer_than_ten_minutes_opens_nothing(
    client: FlaskClient, linked: Person, elsewhere: Elsewhere
) -> None:
    with time_machine.travel(clock.now(), tick=True) as moment:
        asked = client.get("/sign-in/provider").location
        moment.shift(timedelta(minutes=10))
        assert refused(client, client.get(elsewhere.signs_in(asked, "an-7")), "took too long")


def test_what_the_provider_said_is_forgotten_after_ten_minutes(
    client: FlaskClient, linked: Person, come_back: ComeBack
) -> None:
    with time_machine.travel(clock.now(), tick=True) as moment:
        come_back(client, "an-7")
        moment.shift(timedelta(minutes=10))
        assert client.post(GO_ON).location == "/sign-in"
    assert not is_signed_in(client)


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:1", "http://127.0.0.1:9/realm"])
def test_a_provider_that_is_down_is_said_in_words(
    client: FlaskClient, app: Flask, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "sign_on", Provider(issuer, CLIENT, SECRET, "Bridge"))
    for _ in range(2):
        assert refused(client, client.get("/sign-in/provider"), "Bridge does not answer now")


def test_a_provider_that_goes_down_meanwhile_is_said_in_words(
    client: FlaskClient, app: Flask, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = elsewhere.signs_in(client.get("/sign-in/provider").location, "an-7")
    metadata = app.extensions["sign_on"].metadata()
    monkeypatch.setitem(metadata, "token_endpoint", "http://127.0.0.1:1/token")
    assert refused(client, client.get(back), "did not work")


def test_a_document_of_another_issuer_is_not_believed(
    client: FlaskClient, app: Flask, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar = Provider(f"{elsewhere.issuer}/", CLIENT, SECRET, "Bridge")
    monkeypatch.setitem(app.extensions, "sign_on", liar)
    assert refused(client, client.get("/sign-in/provider"), "does not answer")


@pytest.mark.parametrize("method", ["get", "post"])
def test_where_no_provider_is_set_there_is_nothing(client: FlaskClient, cast: Cast, method: str) -> None:
    assert "/sign-in/provider" not in client.get("/sign-in").text
    for path in ("/sign-in/provider", "/sign-in/provider/return", GO_ON):
        assert getattr(client, method)(path).status_code in (404, 405)


# An address that is known here


def test_a_known_address_alone_takes_over_no_account(
    client: FlaskClient, an: Person, elsewhere: Elsewhere, come_back: ComeBack
) -> None:
    elsewhere.knows("thief", email="an@example.org", email_verified=True)
    page = come_back(client, "thief")
    assert "Sign in to it once" in page.text
    assert client.post(GO_ON).status_code == 200
    assert links() == []
    assert not is_signed_in(client)
    assert (
        client.post("/sign-in", data={"email": "an@example.org", "password": "wrong", "next": GO_ON}).status_code == 422
    )
    assert links() == []


def test_with_the_password_and_a_yes_the_accounts_are_linked(
    client: FlaskClient, an: Person, app: Flask, elsewhere: Elsewhere, come_back: ComeBack
) -> None:
    elsewhere.knows("an-8", email="an@example.org", email_verified=True)
    come_back(client, "an-8", "/sign-in/provider?next=/profile")
    answer = client.post("/sign-in", data={"email": "an@example.org", "password": GOOD, "next": GO_ON})
    assert answer.location == GO_ON
    assert links() == []
    assert "Link my account" in client.get(GO_ON).text
    assert client.post(GO_ON).location == "/profile"
    assert links() == [(an.id, "an-8")]
    other = app.test_client()
    come_back(other, "an-8")
    other.post(GO_ON)
    assert is_signed_in(other)


def test_with_a_mailed_link_and_a_yes_the_accounts_are_linked(
    client: FlaskClient, cast: Cast, elsewhere: Elsewhere, come_back: ComeBack
) -> None:
    elsewhere.knows("an-8", email="an@example.org", email_verified=True)
    page = come_back(client, "an-8")
    assert 'action="/sign-in/link"' in page.text
    client.post("/sign-in/link", data={"email": "an@example.org", "next": GO_ON})
    assert client.post(f"/sign-in/link/{tokens.make_token(cast.an, tokens.SIGN_IN)}").location == GO_ON
    client.post(GO_ON)
    assert links() == [(cast.an.id, "an-8")]


@pytest.mark.parametrize("claims", [{}, {"email_verified": False}, {"email_verified": "no"}])
def test_an_unverified_address_neither_makes_nor_names_an_account(
    client: FlaskClient, an: Person, elsewhere: Elsewhere, come_back: ComeBack, claims: dict[str, Any]
) -> None:
    for email in ("an@example.org", "new@example.org"):
        elsewhere.knows("x", email=email, **claims)
        page = come_back(client, "x")
        assert "has not verified your address" in page.text
        assert email not in page.text
        client.post(GO_ON, data={"name": "X"})
    assert person_by_email("new@example.org") is None
    assert links() == []


@pytest.mark.parametrize(("told_of", "is_believed"), [("an-7", True), ("bert-2", False)])
def test_an_address_told_apart_from_the_signed_answer_counts_only_for_the_same_subject(
    client: FlaskClient,
    elsewhere: Elsewhere,
    come_back: ComeBack,
    monkeypatch: pytest.MonkeyPatch,
    told_of: str,
    is_believed: bool,
) -> None:
    elsewhere.knows("an-7", email="new@example.org", email_verified=True, name="An")
    check, get = Provider._checked, Provider._get

    def without_address(*told: Any) -> dict[str, Any]:
        return {name: value for name, value in check(*told).items() if name not in ("email", "email_verified")}

    def about(provider: Provider, session: Any, address: str, *, anonymous: bool = True) -> dict[str, Any]:
        told = get(provider, session, address, anonymous=anonymous)
        return told if anonymous else told | {"sub": told_of}

    monkeypatch.setattr(Provider, "_checked", without_address)
    monkeypatch.setattr(Provider, "_get", about)
    answer = come_back(client, "an-7")
    assert (answer.status_code == 200 and "new@example.org" in answer.text) is is_believed


# An address that nobody has here


def test_an_unknown_address_makes_an_account_where_that_is_open(
    client: FlaskClient, cast: Cast, elsewhere: Elsewhere, come_back: ComeBack
) -> None:
    elsewhere.knows("eva", email="Eva@Example.org", email_verified=True, name="Eva  Maes")
    page = come_back(client, "eva")
    assert 'value="Eva Maes"' in page.text
    assert person_by_email("eva@example.org") is None
    assert client.post(GO_ON, data={"name": ""}).status_code == 422
    assert client.post(GO_ON, data={"name": "Eva M.", "email": "mia@example.org", "role": "admin"}).status_code == 303
    person = person_by_email("eva@example.org")
    assert person is not None
    assert (person.name, person.password_hash, person.roles) == ("Eva M.", None, [])
    assert person.confirmed_at is not None
    assert is_signed_in(client)
    assert links() == [(person.id, "eva")]


def test_where_accounts_are_by_invitation_the_page_says_so(
    client: FlaskClient, app: Flask, elsewhere: Elsewhere, come_back: ComeBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = app.config["SETTINGS"].model_copy(update={"open_signup": False})
    monkeypatch.setitem(app.config, "SETTINGS", closed)
    elsewhere.knows("eva", email="eva@example.org", email_verified=True)
    assert "by invitation" in come_back(client, "eva").text
    client.post(GO_ON, data={"name": "Eva"})
    assert person_by_email("eva@example.org") is None


def test_an_account_that_somebody_only_began_is_taken_over_without_its_password(
    client: FlaskClient, app: Flask, elsewhere: Elsewhere, come_back: ComeBack
) -> None:
    make_person(email="eva@example.org", password_hash=passwords.hashed(GOOD), confirmed_at=None)
    elsewhere.knows("eva", email="eva@example.org", email_verified=True)
    come_back(client, "eva")
    client.post(GO_ON, data={"name": "Eva"})
    assert is_signed_in(client)
    other = app.test_client()
    assert other.post("/sign-in", data={"email": "eva@example.org", "password": GOOD}).status_code == 422


# My profile


def test_a_person_links_and_removes_on_the_profile_each_asked_for_anew(
    browser_of: BrowserOf, an: Person, elsewhere: Elsewhere, come_back: ComeBack
) -> None:
    elsewhere.knows("an-9", email="an@elsewhere.example", email_verified=False)
    browser = browser_of(an)
    assert "Link my account" in browser.get("/profile/sign-on").text
    grow_stale(an)
    assert browser.get("/profile/sign-on/link").location.startswith("/prove?next=")
    browser.post("/prove", data={"proof_password": GOOD})
    assert "Link my account" in come_back(browser, "an-9", "/profile/sign-on/link").text
    assert links() == []
    assert browser.post(GO_ON).location == "/profile/sign-on"
    assert links() == [(an.id, "an-9")]
    assert "Remove the link" in browser.get("/profile/sign-on").text
    grow_stale(an)
    assert browser.post("/profile/sign-on/remove").status_code == 403
    assert browser.post("/profile/sign-on/remove", data={"proof_password": GOOD}).status_code == 303
    assert links() == []
    assert browser.post("/profile/sign-on/remove").status_code == 404


def test_an_account_there_opens_one_account_here(
    browser_of: BrowserOf, linked: Person, cast: Cast, come_back: ComeBack
) -> None:
    browser = browser_of(cast.bert)
    assert come_back(browser, "an-7", "/profile/sign-on/link").status_code == 409
    assert links() == [(linked.id, "an-7")]


def test_an_account_here_is_opened_by_one_account_there(
    browser_of: BrowserOf, linked: Person, elsewhere: Elsewhere, come_back: ComeBack
) -> None:
    elsewhere.knows("an-10", email="an@example.org", email_verified=True)
    browser = browser_of(linked)
    come_back(browser, "an-10", "/profile/sign-on/link")
    assert browser.post(GO_ON).status_code == 409
    assert links() == [(linked.id, "an-7")]


def test_what_two_browsers_do_at_once_links_nothing_twice(linked: Person, cast: Cast, elsewhere: Elsewhere) -> None:
    an_there = Known("an-7", "bert@example.org", "An")
    with pytest.raises(Conflict):
        link_identity(cast.actor("bert"), elsewhere.issuer, an_there)
    with pytest.raises(Conflict):
        sign_up_with_identity(elsewhere.issuer, an_there, "An", "en")
    note_identity_used(elsewhere.issuer, "a link that is gone")
    assert links() == [(linked.id, "an-7")]


def test_the_account_that_closes_forgets_whom_it_was_linked_with(
    client: FlaskClient, linked: Person, cast: Cast, come_back: ComeBack
) -> None:
    forget_all_of(cast.actor("an"))
    assert links() == []


def test_nobody_stays_signed_in_by_another_form_than_ours(
    client: FlaskClient, linked: Person, come_back: ComeBack
) -> None:
    come_back(client, "an-7")
    assert client.post(GO_ON, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert db.session.scalars(db.select(LoginSession)).all() == []
