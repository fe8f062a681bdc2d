"""The page on which people who work on the site look at its mails."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from forum.notifications.samples import SAMPLES


@pytest.fixture
def developing(app: Flask) -> Iterator[None]:
    """The site in development."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = before.model_copy(update={"development": True})
    yield
    app.config["SETTINGS"] = before


@pytest.mark.usefixtures("developing")
def test_every_mail_is_shown_in_the_language_of_the_page(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/nl/style/mail").text)
    frames = page.xpath("//iframe/@src")
    assert frames == [f"/nl/style/mail/{name}.html" for name in SAMPLES]
    for address in frames:
        answer = client.get(address)
        assert '<html lang="nl"' in answer.text
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("developing")
def test_a_mail_is_shown_as_text_too(client: FlaskClient) -> None:
    answer = client.get("/style/mail/reset.txt")
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("Set a new password for Passerelle\n\nHello Giulia Ferrari,")


@pytest.mark.usefixtures("developing")
@pytest.mark.parametrize("filename", ["nothing.html", "reset", "reset.pdf", "_base.html", "_parts.txt"])
def test_nothing_else_is_shown(client: FlaskClient, filename: str) -> None:
    assert client.get(f"/style/mail/{filename}").status_code == 404


@pytest.mark.parametrize("path", ["/style/mail", "/style/mail/reset.html"])
def test_outside_development_these_pages_do_not_exist(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
