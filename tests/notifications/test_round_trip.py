"""A mail on its whole way: from what happened, through a real mail server, to what a mail program sees."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from forum.core.db import db, transaction
from forum.core.events import consumers, deliver_batch
from forum.core.mail import SmtpMailer
from forum.notifications.choices import wants
from forum.notifications.kinds import REQUESTS
from forum.notifications.sending import send_due_mails
from forum.organisations.models import Organisation
from forum.organisations.operations.memberships import request_membership
from tests.conftest import Cast

ODD_NAME = 'Żółty Młyn "2" <spółka>'


class Server:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.raw.append(envelope.content)
        return "250 OK"


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def mailer(server: Server) -> Iterator[SmtpMailer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(server, hostname="127.0.0.1", port=port, decode_data=False)
    controller.start()
    yield SmtpMailer("127.0.0.1", port, "Passerelle <no-reply@localhost>")
    controller.stop()


@pytest.fixture
def message(app: Flask, cast: Cast, server: Server, mailer: SmtpMailer) -> EmailMessage:
    """What arrives at Dora's when Noor asks to join an organisation with an odd name."""
    with transaction():
        db.session.get_one(Organisation, cast.sluis.id).name = ODD_NAME
    request_membership(cast.actor("noor"), cast.sluis.id)
    deliver_batch(consumers.by_name["mailing"])
    assert send_due_mails(mailer, app.config["SETTINGS"]) == 1
    (raw,) = server.raw
    assert max(len(line) for line in raw.splitlines() if not line.startswith(b"List-Unsubscribe:")) <= 78
    return message_from_bytes(raw, policy=default)


def test_the_headers_are_what_mail_programs_expect(message: EmailMessage) -> None:
    assert message["To"] == "dora@example.org"
    assert message["Subject"] == f"Noor would like to join {ODD_NAME}"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@localhost>")
    assert message["List-Unsubscribe"].startswith("<http://localhost/en/mail/stop/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not message.defects


def test_the_plain_text_comes_first_and_both_parts_are_whole(message: EmailMessage) -> None:
    plain, rich = message.iter_parts()
    assert message.get_content_type() == "multipart/alternative"
    assert [plain.get_content_type(), rich.get_content_type()] == ["text/plain", "text/html"]
    assert plain.get_param("format") == "flowed"
    assert f"Noor asks to join {ODD_NAME} on" in plain.get_content()
    page = html.fromstring(rich.get_content())
    assert page.xpath("//h1/text()") == [f"Noor would like to join {ODD_NAME}"]
    assert "http://localhost/en/organisations/de-sluis/people" in page.xpath("//a/@href")


def test_the_one_click_of_a_mail_program_works(client: FlaskClient, cast: Cast, message: EmailMessage) -> None:
    address = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    name, value = message["List-Unsubscribe-Post"].split("=")
    assert client.post(address, data={name: value}).status_code == 200
    assert not wants(cast.dora.id, REQUESTS)
