"""What every answer tells a browser: which sources count, which cookies are bound to this host, what may be kept."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts import passwords
from forum.accounts.models import Person
from forum.app import create_app
from forum.core import limits
from forum.core.db import db, transaction
from forum.core.events import consumers
from forum.search.service import current_engine, use_engine
from tests.conftest import Browser, Cast, settings_for
from tests.databases import ScratchDatabase

BrowserOf = Callable[[Person | None], FlaskClient]
GOOD = "three words make a door"
PATHS = (
    "/",
    "/search?q=a",
    "/sign-in",
    "/api/v1/search?q=a",
    "/feeds/search.atom?q=a",
    "/nowhere",
    "/static/nothing.css",
    "/people",
)


@pytest.fixture(scope="module")
def public_app(
    shared_app: Flask, database: ScratchDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The site as people reach it over TLS, behind one proxy; what this process knew before is put back."""
    before = dict(consumers.by_name), current_engine(), limits._file.path
    more = {"FORUM_BASE_URL": "https://forum.example.org", "FORUM_TRUSTED_PROXIES": "1", "FORUM_SEARCH_URL": "none:"}
    app = create_app(settings_for(tmp_path_factory.mktemp("public"), FORUM_DATABASE_URL=database.url, **more))
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    with app.app_context():
        db.engine.dispose()
    consumers.by_name = before[0]
    use_engine(before[1])
    limits._file.path = before[2]


@pytest.fixture
def public(app: Flask, public_app: Flask, cast: Cast) -> Iterator[Callable[..., TestResponse]]:
    """A function that asks the site over TLS, as the proxy hands it on."""
    browser = public_app.test_client()

    def ask(path: str, method: str = "GET", client: str = "5.6.7.8", **more: object) -> TestResponse:
        headers = {"Host": "forum.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": client}
        url = "https://forum.example.org"
        return browser.open(path, method=method, base_url=url, headers=headers, **more)

    yield ask
    with public_app.app_context():
        db.session.remove()
        db.engine.dispose()


def cookies_of(answer: TestResponse) -> dict[str, str]:
    """The cookies that an answer sets: the attributes by name."""
    return {one.partition("=")[0]: one.partition(";")[2] for one in answer.headers.getlist("Set-Cookie")}


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_says_what_it_is(client: FlaskClient, path: str) -> None:
    kind = client.get(path).headers["Content-Type"]
    expected = (
        "application/(problem[+])?json|application/atom[+]xml; charset=utf-8|text/(html|css|javascript); charset=utf-8"
    )
    assert re.fullmatch(expected, kind), kind


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_no_answer_allows_another_origin(client: FlaskClient, path: str, method: str) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.open(path, method=method, headers=asked)
    assert not [name for name, _value in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://["},
    ],
)
def test_a_change_from_another_site_is_refused(browser_of: BrowserOf, cast: Cast, headers: dict[str, str]) -> None:
    answer = browser_of(cast.an).post("/sign-out", headers=headers)
    assert answer.status_code == 403
    assert browser_of(cast.an).post("/sign-out", headers={"Origin": "http://localhost"}).status_code == 303


@pytest.mark.parametrize("path", ["/", "/search", "/profile", "/posts/mine", "/api/v1/search?q=a", "/nowhere"])
def test_signed_in_pages_are_kept_nowhere(browser_of: BrowserOf, cast: Cast, path: str) -> None:
    assert browser_of(cast.an).get(path).headers["Cache-Control"] == "no-store"


def test_behind_tls_every_cookie_is_bound_to_this_host(public: Callable[..., TestResponse], cast: Cast) -> None:
    with transaction():
        db.session.get_one(Person, cast.an.id).password_hash = passwords.hashed(GOOD)
    answers = (
        public("/it/"),
        public("/scheme", "POST", data={"scheme": "dark"}),
        public("/scheme", "POST", data={"scheme": "auto"}),
        public("/sign-in", "POST", data={"email": "an@example.org", "password": GOOD}),
    )
    assert [set(cookies_of(answer)) for answer in answers] == [
        {"__Host-language"},
        {"__Host-scheme"},
        {"__Host-scheme"},
        {"__Host-session"},
    ]
    for answer in answers:
        (attributes,) = cookies_of(answer).values()
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes.strip().split("; "))
        assert "Domain" not in attributes


def test_behind_tls_what_a_browser_was_told_to_keep_counts(public: Callable[..., TestResponse], cast: Cast) -> None:
    public("/scheme", "POST", data={"scheme": "dark"})
    public("/it/")
    page = public("/").text
    assert 'lang="it"' in page
    assert 'data-scheme="dark"' in page
    public("/scheme", "POST", data={"scheme": "auto"})
    assert 'data-scheme="dark"' not in public("/").text


def test_behind_tls_every_answer_asks_for_tls_for_a_year(public: Callable[..., TestResponse]) -> None:
    for path in PATHS:
        assert public(path).headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_the_address_of_a_client_is_taken_from_our_proxies_only(public: Callable[..., TestResponse]) -> None:
    form = {"email": "nobody@example.org", "password": "wrong and long enough"}
    for number in range(10):  # what the client says of itself stands before what our proxy adds
        form["email"] = f"nobody{number}@example.org"
        assert public("/sign-in", "POST", client=f"10.0.0.{number}, 5.6.7.8", data=form).status_code == 422
    assert public("/sign-in", "POST", client="10.0.0.99, 5.6.7.8", data=form).status_code == 429
    assert public("/sign-in", "POST", client="5.6.7.9", data=form | {"email": "other@example.org"}).status_code == 422


def test_a_client_without_a_proxy_of_ours_cannot_choose_its_address(client: FlaskClient) -> None:
    for number in range(10):
        form = {"email": f"nobody{number}@example.org", "password": "wrong and long enough"}
        client.post("/sign-in", data=form, headers={"X-Forwarded-For": f"10.0.0.{number}"})
    again = {"email": "other@example.org", "password": "wrong and long enough"}
    assert client.post("/sign-in", data=again, headers={"X-Forwarded-For": "10.0.0.77"}).status_code == 429


def test_a_password_field_is_masked_and_takes_what_is_pasted(client: FlaskClient) -> None:
    for path, hint in (("/sign-in", "current-password"), ("/sign-up", "new-password")):
        (field,) = re.findall(r"<input[^>]*name=\"password\"[^>]*>", client.get(path).text)
        assert 'type="password"' in field
        assert f'autocomplete="{hint}"' in field
        assert "onpaste" not in field
