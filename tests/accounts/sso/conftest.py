"""A provider of single sign-on that the site of a test knows, and people who come back from it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts.sso.provider import Provider
from tests.accounts.sso.running import introduce, provider_running

CLIENT, SECRET = "passerelle", "a secret & more"


@dataclass
class Elsewhere:
    """The provider's side: what it knows of people, and what happens in a browser there."""

    issuer: str

    def knows(self, subject: str, **claims: object) -> None:
        """Let the provider know somebody."""
        introduce(self.issuer, subject, **claims)

    def signs_in(self, asked: str, subject: str, **instead: str) -> str:
        """Sign in there; give the address to which the browser comes back. `instead` takes the place of what was asked."""
        return self._answer(asked, {"sub": subject}, instead)

    def says_no(self, asked: str) -> str:
        """Refuse there."""
        return self._answer(asked, {"action": "deny"}, {})

    def _answer(self, asked: str, form: dict[str, str], instead: dict[str, str]) -> str:
        parts = urlsplit(asked)
        query = urlencode(dict(parse_qsl(parts.query)) | instead)
        answer = requests.post(urlunsplit(parts._replace(query=query)), data=form, timeout=10, allow_redirects=False)
        back = urlsplit(answer.headers["Location"])
        assert back.netloc == "localhost"
        return f"{back.path}?{back.query}"


@pytest.fixture(scope="session")
def provider_process() -> Iterator[str]:
    """The address of a provider that runs."""
    with provider_running() as address:
        yield address


@pytest.fixture
def elsewhere(provider_process: str, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """A provider that the site knows."""
    monkeypatch.setitem(app.extensions, "sign_on", Provider(provider_process, CLIENT, SECRET, "Bridge"))
    return Elsewhere(provider_process)


def way_to(elsewhere: Elsewhere, answer: TestResponse) -> str:
    """The address at the provider to which an answer leads, by itself or by the one link that it shows."""
    addresses = [answer.location or "", *(unescape(found) for found in re.findall(r'href="([^"]*)"', answer.text))]
    return next(one for one in addresses if one.startswith(elsewhere.issuer))


@pytest.fixture
def come_back(elsewhere: Elsewhere) -> Callable[..., TestResponse]:
    """A function that goes to the provider with a browser, signs in there and comes back; the page after that."""

    def go(client: FlaskClient, subject: str, start: str = "/sign-in/provider", **instead: str) -> TestResponse:
        asked = way_to(elsewhere, client.get(start))
        answer = client.get(elsewhere.signs_in(asked, subject, **instead))
        return client.get(answer.location) if answer.location.endswith("/go-on") else answer

    return go
