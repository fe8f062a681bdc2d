"""A provider of single sign-on that the site of a test knows, and people who come back from it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts.sso.provider import Provider

CLIENT, SECRET = "passerelle", "a secret & more"
SERVING = Path(__file__).with_name("serving.py")


@dataclass
class Elsewhere:
    """The provider's side: what it knows of people, and what happens in a browser there."""

    issuer: str

    def knows(self, subject: str, **claims: object) -> None:
        """Let the provider know somebody."""
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=10).raise_for_status()

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
    command = [sys.executable, "-W", "ignore", str(SERVING)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def elsewhere(provider_process: str, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """A provider that the site knows."""
    monkeypatch.setitem(app.extensions, "sign_on", Provider(provider_process, CLIENT, SECRET, "Bridge"))
    return Elsewhere(provider_process)


@pytest.fixture
def come_back(elsewhere: Elsewhere) -> Callable[..., TestResponse]:
    """A function that goes to the provider with a browser, signs in there and comes back; the page after that."""

    def go(client: FlaskClient, subject: str, start: str = "/sign-in/provider", **instead: str) -> TestResponse:
        asked = client.get(start).location
        assert asked.startswith(elsewhere.issuer)
        answer = client.get(elsewhere.signs_in(asked, subject, **instead))
        return client.get(answer.location) if answer.location.endswith("/go-on") else answer

    return go
