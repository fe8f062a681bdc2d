"""Whatever a browser says of its languages and sends in its cookies: a page in one language of the site, kept apart for caches."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from forum.accounts.models import Person
from forum.core.languages import INTERFACE_LANGUAGES
from forum.web.languages import COOKIE
from tests.conftest import Cast, sign_in
from tests.web.everything import everything_stored

VARYING = ("Cookie", "Accept-Language")
LANG = re.compile(r'<html[^>]* lang="([^"]*)"')
PIECES = (
    *("nl", "fr", "de", "en", "it", "es", "NL", "nl-BE", "en-x-a", "zz", "*", "q=", ";q=1", ";q=0", ";q=-1", ";q=nan"),
    *(",", ";", "=", '"', " ", "\t", "\\", "%00", "%ff", "\x00", "\x7f", "\xff", "\xc3", "é", "a" * 500, "9" * 400),
    *(
        "language=",
        "scheme=",
        "session=",
        "; ",
        "language=nl",
        "scheme=dark",
        "session=e30.",
        ".",
        "-",
        "_",
        "{}",
        "../",
    ),
)
SPELLINGS = str.maketrans("+/", "-_")  # base64 has two spellings of two signs, and Flask reads both: the same session
raw = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.binary(max_size=200).map(lambda sent: sent.decode("latin-1")),
)


def asked(browser: FlaskClient, path: str, headers: dict[str, str]) -> Any:
    """The answer to headers as they are. A client that keeps cookies would send its own in their place."""
    return browser.get(path, environ_overrides=headers)


def may_be_kept_by_nobody(answer: Any) -> bool:
    return bool(answer.headers["Cache-Control"] == "no-store")


def language_of(answer: Any) -> str:
    found = LANG.search(answer.text)
    return found[1] if found else ""


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(accepted=raw, cookies=raw)
@example(accepted="de;q=1e400,fr", cookies="language=" + "n" * 20_000)
@example(accepted=",".join(f"x{number}" for number in range(2_000)), cookies=";" * 5_000)
def test_any_header_and_any_cookie_give_a_page_in_a_language_of_the_site(
    app: Flask, cast: Cast, accepted: str, cookies: str
) -> None:
    before, headers = everything_stored(), {"HTTP_ACCEPT_LANGUAGE": accepted, "HTTP_COOKIE": cookies}
    for path in ("/", "/sign-in", "/nowhere"):
        answer = asked(app.test_client(use_cookies=False), path, headers)
        assert answer.status_code == (404 if path == "/nowhere" else 200)
        assert language_of(answer) in INTERFACE_LANGUAGES
        assert may_be_kept_by_nobody(answer) or all(name in answer.vary for name in VARYING)
    assert everything_stored() == before


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 200), sign=st.characters(max_codepoint=255), cut=st.booleans())
def test_no_cookie_but_the_very_one_is_a_session(app: Flask, cast: Cast, place: int, sign: str, cut: bool) -> None:
    genuine = session_of(app, cast.an)
    at = place % (len(genuine) - 1)  # the last character has bits that count for nothing
    other = genuine[:at] if cut else genuine[:at] + sign + genuine[at + 1 :]
    browser = app.test_client(use_cookies=False)
    mine = asked(browser, "/profile", {"HTTP_COOKIE": f"session={other}"}).status_code == 200
    assert not mine or other.translate(SPELLINGS) == genuine


def session_of(app: Flask, person: Person) -> str:
    """The cookie of a browser that is signed in."""
    cookie = sign_in(app, person).get_cookie("session")
    assert cookie
    return cookie.value


@pytest.mark.parametrize("code", INTERFACE_LANGUAGES)
def test_a_wish_that_can_be_read_is_heard_whatever_stands_round_it(app: Flask, code: str) -> None:
    client = app.test_client(use_cookies=False)
    for accepted in (code, f"zz, {code};q=0.5", f"\xff;q=1, {code}", f"*;q=0.1, {code.upper()}", f",,;=,{code}-x-y"):
        assert language_of(asked(client, "/", {"HTTP_ACCEPT_LANGUAGE": accepted})) == code, accepted
    cookie = {"HTTP_COOKIE": f"a=\xff; {COOKIE}={code}; {COOKIE}=", "HTTP_ACCEPT_LANGUAGE": "zz"}
    assert language_of(asked(client, "/", cookie)) == code
