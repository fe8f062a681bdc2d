"""Coming in and my own settings, as people meet them in a browser."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts import passwords, sessions, tokens
from forum.accounts.models import LoginSession, Person
from forum.accounts.queries import person_by_email
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event
from forum.library.models import FormDraft
from forum.library.operations import form_drafts
from forum.organisations.models import Membership
from forum.organisations.queries import actor_for
from forum.web.profile import describe_browser
from tests.conftest import Cast
from tests.factories import make_person

GOOD = "lichte regen boven Gent"
OTHER = "warme wind over Luik"
BrowserOf = Callable[[Person | None], FlaskClient]


@pytest.fixture
def an(cast: Cast) -> Person:
    with transaction():
        cast.an.password_hash = passwords.hashed(GOOD)
    return cast.an


def sign_in(client: FlaskClient, password: str = GOOD, email: str = "an@example.org", **more: str) -> TestResponse:
    return client.post("/sign-in", data={"email": email, "password": password} | more)


def title(answer: TestResponse) -> str:
    found = re.search(r"<title>(.*?)</title>", answer.text)
    assert found is not None
    return found[1]


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


# Signing in and out


def test_a_person_signs_in_and_out(client: FlaskClient, an: Person) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)
    assert client.post("/sign-out").status_code == 303
    assert not is_signed_in(client)
    assert db.session.scalars(db.select(LoginSession)).all() == []


def test_a_wrong_password_gives_the_address_back_but_not_the_password(client: FlaskClient, an: Person) -> None:
    answer = sign_in(client, OTHER)
    assert answer.status_code == 422
    assert title(answer).startswith("Error: Sign in")
    assert 'value="an@example.org"' in answer.text
    assert OTHER not in answer.text
    assert 'href="#field-password"' in answer.text


def test_known_and_unknown_addresses_get_the_same_page(client: FlaskClient, an: Person) -> None:
    def page(email: str) -> str:
        text = sign_in(client, OTHER, email).text
        return re.sub(r'name="csrf_token" value="[^"]*"', "", text).replace(email, "EMAIL")

    assert page("an@example.org") == page("nobody@example.org")


def test_signing_in_leads_to_where_one_was_going(client: FlaskClient, an: Person) -> None:
    asked = client.get("/profile?x=1")
    assert asked.location == "/sign-in?next=/profile%3Fx%3D1"
    page = client.get(asked.location)
    assert '<input type="hidden" name="next" value="/profile?x=1">' in page.text
    assert sign_in(client, next="/profile?x=1").location == "/profile?x=1"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, an: Person, target: str) -> None:
    assert sign_in(client, next=target).location == "/"


def test_signed_in_people_have_nothing_to_do_on_the_sign_in_page(browser_of: BrowserOf, an: Person) -> None:
    browser = browser_of(an)
    assert browser.get("/sign-in?next=/profile").location == "/profile"
    assert browser.get("/sign-up").location == "/"


def test_signing_in_makes_a_new_session_each_time(client: FlaskClient, an: Person) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        first = cookie["_user_id"]
    client.post("/sign-out")
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first
    assert sessions.live_session(first) is None


def test_an_unconfirmed_person_is_offered_a_new_mail(client: FlaskClient, app: Flask) -> None:
    make_person(email="eva@example.org", password_hash=passwords.hashed(GOOD), confirmed_at=None)
    answer = sign_in(client, email="eva@example.org")
    assert answer.status_code == 403
    assert 'action="/confirm"' in answer.text
    assert '<input type="hidden" name="email" value="eva@example.org">' in answer.text
    assert not is_signed_in(client)


def test_too_many_tries_are_told_to_wait(client: FlaskClient, an: Person) -> None:
    for _ in range(10):
        assert sign_in(client, OTHER).status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert "Wait five minutes" in answer.text


def test_a_refused_sign_in_never_shows_a_password(client: FlaskClient, an: Person) -> None:
    for _ in range(10):
        sign_in(client, OTHER)
    assert OTHER not in sign_in(client, OTHER).text


def test_the_demonstration_shows_its_sign_ins_and_its_password_once(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "demonstration" not in client.get("/sign-in").text
    monkeypatch.setitem(
        app.config, "DEMONSTRATION_SIGN_INS", [("an@example.org", "editor"), ("mia@example.org", "moderator")]
    )
    monkeypatch.setitem(app.config, "DEMONSTRATION_PASSWORD", "three words here")
    page = client.get("/sign-in").text
    assert page.count("three words here") == 1
    assert "an@example.org" in page
    assert "mia@example.org" in page


# Signing up


def sign_up(client: FlaskClient, **changed: str) -> TestResponse:
    return client.post("/sign-up", data={"name": "Eva Maes", "email": "eva@example.org", "password": GOOD} | changed)


def test_signing_up_speaks_the_language_of_the_page(client: FlaskClient) -> None:
    client.post("/nl/sign-up", data={"name": "Eva", "email": "eva@example.org", "password": GOOD})
    person = person_by_email("eva@example.org")
    assert person is not None
    assert person.language == "nl"


def test_known_and_unknown_addresses_sign_up_alike(client: FlaskClient, an: Person) -> None:
    known, unknown = sign_up(client, email="an@example.org"), sign_up(client)
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location) == (303, "/mail-sent/confirm")
    assert client.get(known.location).status_code == 200


def test_a_sign_up_that_fails_keeps_what_was_typed(client: FlaskClient) -> None:
    answer = sign_up(client, password="short", email="nobody")
    assert answer.status_code == 422
    assert 'value="Eva Maes"' in answer.text
    assert 'value="nobody"' in answer.text
    assert "short" not in re.sub(r"<[^>]*>", "", answer.text)


def test_nobody_becomes_admin_by_signing_up(client: FlaskClient) -> None:
    sign_up(client, role="admin", is_admin="1", confirmed_at="2026-01-01", roles="admin")
    person = person_by_email("eva@example.org")
    assert person is not None
    assert person.roles == []
    assert person.confirmed_at is None


def test_where_sign_up_is_closed_the_page_says_how_to_join(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = app.config["SETTINGS"].model_copy(update={"open_signup": False})
    monkeypatch.setitem(app.config, "SETTINGS", closed)
    page = client.get("/sign-up")
    assert page.status_code == 200
    assert "invitation" in page.text
    assert '<form method="post" action="/sign-up"' not in page.text
    assert sign_up(client).status_code == 403
    assert person_by_email("eva@example.org") is None


def test_opening_the_link_changes_nothing_and_the_button_confirms_and_signs_in(client: FlaskClient) -> None:
    sign_up(client)
    person = person_by_email("eva@example.org")
    assert person is not None
    address = f"/confirm/{tokens.make_token(person, tokens.CONFIRM)}"
    for _ in range(2):
        page = client.get(address)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
    assert person.confirmed_at is None
    assert client.post(address, data={"password": OTHER}).status_code == 422
    assert client.post(address, data={"password": GOOD}).location == "/profile"
    assert is_signed_in(client)
    assert client.post(address, data={"password": GOOD}).status_code == 404


@pytest.mark.parametrize("path", ["/confirm/unknown", "/new-password/unknown", "/confirm/%00", "/new-password/%ff"])
def test_a_dead_link_says_how_to_get_another(client: FlaskClient, path: str) -> None:
    for answer in (client.get(path), client.post(path, data={"password": GOOD})):
        assert answer.status_code == 404
        assert "Ask for a new mail" in answer.text


def test_another_mail_may_be_asked_for_known_or_not(client: FlaskClient, an: Person) -> None:
    assert client.get("/confirm").status_code == 200
    for email in ("an@example.org", "nobody@example.org"):
        assert client.post("/confirm", data={"email": email}).location == "/mail-sent/confirm"
    answer = client.post("/confirm", data={"email": "no address"})
    assert answer.status_code == 422
    assert 'value="no address"' in answer.text


# A forgotten password


def test_asking_for_a_new_password_tells_nothing_about_accounts(client: FlaskClient, an: Person) -> None:
    assert client.get("/forgotten-password").status_code == 200
    answers = [client.post("/forgotten-password", data={"email": email}) for email in ("an@example.org", "x@y.example")]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/mail-sent/reset")}
    assert client.get("/mail-sent/reset").status_code == 200
    assert client.get("/mail-sent/other").status_code == 404


def test_the_link_sets_a_new_password_once(client: FlaskClient, an: Person) -> None:
    address = f"/new-password/{tokens.make_token(an, tokens.RESET)}"
    assert "an@example.org" in client.get(address).text
    assert client.post(address, data={"password": "password1234"}).status_code == 422
    assert client.post(address, data={"password": OTHER}).location == "/sign-in"
    assert client.post(address, data={"password": GOOD}).status_code == 404
    assert sign_in(client, OTHER).status_code == 303


# My profile and settings


@pytest.mark.parametrize("path", ["/profile", "/profile/password", "/profile/sessions", "/profile/close"])
def test_my_settings_are_for_me(path: str, client: FlaskClient, browser_of: BrowserOf, cast: Cast) -> None:
    assert client.get(path).location.startswith("/sign-in?next=")
    for person in (cast.noor, cast.an, cast.mia):
        page = browser_of(person).get(path)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"


def test_settings_stay_within_their_sql_budget(browser_of: BrowserOf, cast: Cast, count_sql: Callable[[], Any]) -> None:
    browser = browser_of(cast.an)
    for path in ("/profile", "/profile/sessions"):
        browser.get(path)  # this process then has its vocabulary
        with count_sql() as statements:
            browser.get(path)
        assert len(statements) <= 5, statements


def test_a_person_saves_a_profile_and_the_pages_change_language(browser_of: BrowserOf, cast: Cast) -> None:
    form = {
        "name": "An Peeters",
        "job_title": "Coach",
        "about": "Laundry",
        "language": "fr",
        "reads": ["nl", "de", "nl"],
        "interests": ["green-circular", "work-integration", "green-circular"],
    }
    answer = browser_of(cast.an).post("/profile", data=form | {"email": "other@example.org", "role": "admin"})
    assert answer.location == "/fr/profile"
    assert (cast.an.name, cast.an.job_title, cast.an.language, cast.an.reads) == (
        "An Peeters",
        "Coach",
        "fr",
        ["nl", "de"],
    )
    assert cast.an.interests == ["green-circular", "work-integration"]
    assert cast.an.email == "an@example.org"
    assert cast.an.roles == []


def test_a_profile_that_fails_keeps_what_was_typed(browser_of: BrowserOf, cast: Cast) -> None:
    form = {"name": "", "job_title": "Coach", "about": "Laundry", "language": "fr", "reads": ["pl"]}
    form |= {"interests": ["finance"]}
    answer = browser_of(cast.an).post("/profile", data=form)
    assert answer.status_code == 422
    assert 'value="Coach"' in answer.text
    assert "Laundry" in answer.text
    assert re.search(r'value="pl" checked', answer.text)
    assert re.search(r'value="finance" checked', answer.text)
    assert cast.an.name == "An"


def test_a_theme_chosen_before_stays_on_offer_and_one_that_is_gone_does_not(browser_of: BrowserOf, cast: Cast) -> None:
    with transaction():
        cast.an.interests = ["reuse-repair", "gone-for-ever"]
    page = browser_of(cast.an).get("/profile").text
    assert re.search(r'name="interests" value="reuse-repair" checked', page)
    assert "gone-for-ever" not in page


def test_a_new_password_keeps_this_browser_and_signs_the_others_out(browser_of: BrowserOf, an: Person) -> None:
    here, there = browser_of(an), browser_of(an)
    assert here.post("/profile/password", data={"present_password": OTHER, "password": OTHER}).status_code == 422
    answer = here.post("/profile/password", data={"present_password": GOOD, "password": OTHER})
    assert answer.location == "/profile/password"
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_a_person_sees_sessions_and_ends_one_or_all(browser_of: BrowserOf, an: Person) -> None:
    here, there, elsewhere = browser_of(an), browser_of(an), browser_of(an)
    page = here.get("/profile/sessions").text
    ends = re.findall(r'action="(/profile/sessions/\d+/end)"', page)
    assert len(ends) == 2
    assert page.count("(this one)") == 1
    assert here.post(ends[0]).status_code == 303
    assert sorted([is_signed_in(there), is_signed_in(elsewhere)]) == [False, True]
    assert here.post(ends[0]).status_code == 404
    assert here.post("/profile/sessions/end").status_code == 303
    assert not any(map(is_signed_in, (here, there, elsewhere)))


def test_nobody_ends_the_session_of_somebody_else(browser_of: BrowserOf, cast: Cast) -> None:
    mine = browser_of(cast.an)
    session = db.session.scalars(db.select(LoginSession)).one()
    assert browser_of(cast.bert).post(f"/profile/sessions/{session.id}/end").status_code == 404
    assert is_signed_in(mine)


def test_closing_says_what_happens_and_needs_the_password(browser_of: BrowserOf, an: Person) -> None:
    browser = browser_of(an)
    form_drafts.save_form_draft(actor_for(an), "posts/new", {"title": "half a thought"})
    assert "cannot be undone" in browser.get("/profile/close").text
    assert browser.post("/profile/close", data={"present_password": OTHER}).status_code == 422
    assert browser.post("/profile/close", data={"present_password": GOOD}).status_code == 303
    assert an.erased_at is not None
    assert db.session.scalars(db.select(Membership.state).where(Membership.person_id == an.id)).all() == ["ended"]
    assert db.session.scalars(db.select(FormDraft)).all() == []
    assert not is_signed_in(browser)
    assert sign_in(browser).status_code == 422


def test_the_last_administrator_is_told_why_the_account_stays(browser_of: BrowserOf, cast: Cast) -> None:
    with transaction():
        cast.ada.password_hash = passwords.hashed(GOOD)
    answer = browser_of(cast.ada).post("/profile/close", data={"present_password": GOOD})
    assert answer.status_code == 409
    assert "last administrator" in answer.text
    assert cast.actor("ada").organisation_ids == {cast.secretariat.id}


# Reading never writes


def test_reading_writes_nothing_and_sending_a_form_notes_the_visit(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.an)
    long_ago = now() - timedelta(days=3)
    with transaction():
        db.session.execute(db.update(LoginSession).values(seen_at=long_ago))
        cast.an.visited_at, cast.an.previous_visit_at = long_ago, None
    for path in ("/", "/profile", "/profile/sessions", f"/people/{cast.an.id}"):
        browser.get(path)
    assert (cast.an.visited_at, cast.an.previous_visit_at) == (long_ago, None)
    browser.post("/scheme", data={"scheme": "dark"})
    assert cast.an.previous_visit_at == long_ago
    assert cast.an.visited_at is not None
    assert cast.an.visited_at > long_ago
    assert db.session.scalars(db.select(Event)).all() == []


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1 (KHTML, like Gecko) Version/17 Safari/605.1", "Safari, Mac"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge, Windows"),
        ("curl/8.5.0", "curl"),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_words(user_agent: str, words: str) -> None:
    assert describe_browser(user_agent) == words
