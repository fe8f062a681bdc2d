"""Real mail servers that are down, slow, choosy or torn away in the middle: mail waits, none goes twice, nobody waits for it."""

import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from forum.accounts import operations
from forum.core import mail as post
from forum.core.actor import VISITOR
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event
from forum.core.mail import mailer_from
from forum.notifications import sending
from forum.notifications.mailing import MAILS, consume
from forum.notifications.models import OutgoingMail
from forum.notifications.sending import MOST_ATTEMPTS, PostOffice, send_due_mails
from tests.conftest import Cast
from tests.core.test_mail import free_port


class Counter:
    """What a mail server takes; `to_recipient`, `to_data` and `to_goodbye` are what it answers instead."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.to_recipient: dict[str, str] = {}
        self.to_data = self.to_goodbye = ""
        self.tears = False

    async def handle_RCPT(  # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.to_recipient:
            return self.to_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.tears:
            server.transport.abort()
            return ""
        if self.to_data:
            return self.to_data
        found = next(line for line in envelope.content.decode().splitlines() if line.startswith("Message-ID: "))
        self.taken.append((envelope.rcpt_tos[0], found))
        return "250 OK"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:
        return self.to_goodbye or "221 Bye"


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def server(counter: Counter) -> Iterator[Controller]:
    controller = Controller(counter, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def send(app: Flask, cast: Cast, server: Controller, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """A function that sends what is due, by the server or by another port."""
    monkeypatch.setattr(sending, "office", PostOffice())
    monkeypatch.setattr(post, "TIMEOUT_SECONDS", 0.5)

    def run(port: int = 0) -> int:
        mailer = mailer_from(f"smtp://127.0.0.1:{port or server.port}", "forum@localhost")
        return send_due_mails(mailer, app.config["SETTINGS"])

    return run


def owe(*addresses: str) -> None:
    """Let these people forget their password."""
    for address in addresses:
        operations.request_reset(VISITOR, address)
    consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS)).order_by(Event.id)).all())


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(db.select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_server_that_is_down_keeps_mail_waiting_and_gets_it_later(send: Callable[..., int], counter: Counter) -> None:
    owe("an@example.org", "bert@example.org")
    assert send(free_port()) == 0
    assert [(one.attempts, one.sent_at) for one in mails()] == [(1, None), (0, None)]
    assert send() == 0  # left alone for a minute
    sending.office.closed_until = 0.0
    assert send() == 1
    with time_machine.travel(now() + timedelta(minutes=2)):
        assert send() == 1
    assert [address for address, _id in counter.taken] == ["bert@example.org", "an@example.org"]


def test_a_server_that_never_answers_costs_one_wait_however_many_mails_are_due(send: Callable[..., int]) -> None:
    owe("an@example.org", "bert@example.org", "dora@example.org", "chiara@example.org")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        assert send(mute.getsockname()[1]) == 0
        assert send(mute.getsockname()[1]) == 0
    assert time.monotonic() - began < 4 * post.TIMEOUT_SECONDS + 3
    assert [one.attempts for one in mails()] == [1, 0, 0, 0]


def test_a_slow_server_is_given_some_seconds_and_the_rest_stays_due(
    send: Callable[..., int], counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe("an@example.org", "bert@example.org")
    monkeypatch.setattr(sending, "ROUND_SECONDS", -1.0)
    assert send() == 0
    assert [one.next_try_at <= now() for one in mails()] == [True, True]
    monkeypatch.setattr(sending, "ROUND_SECONDS", 10.0)
    assert send() == 2


def test_who_is_refused_for_good_is_a_dead_letter_and_holds_up_nobody(
    send: Callable[..., int], counter: Counter
) -> None:
    counter.to_recipient = {"an@example.org": "550 No such user"}
    owe("an@example.org", "bert@example.org")
    assert send() == 1
    dead, gone = mails()
    assert (dead.failed_at is not None, "550 No such user" in dead.last_error) == (True, True)
    assert "an@example.org" not in dead.last_error
    assert gone.sent_at is not None


@pytest.mark.parametrize("where", ["to_recipient", "to_data"])
def test_who_is_refused_for_now_waits_longer_each_time_and_in_the_end_is_a_dead_letter(
    where: str, send: Callable[..., int], counter: Counter
) -> None:
    setattr(counter, where, {"an@example.org": "450 Full"} if where == "to_recipient" else "451 Later")
    owe("an@example.org")
    waits = []
    with time_machine.travel(now(), tick=False) as clock:
        for _attempt in range(MOST_ATTEMPTS):
            assert send() == 0
            waits.append(mails()[0].next_try_at - now())
            clock.move_to(mails()[0].next_try_at)
            db.session.rollback()
    assert waits == sorted(waits)
    assert (mails()[0].failed_at is not None, mails()[0].attempts) == (True, MOST_ATTEMPTS)


def test_a_line_that_is_torn_in_the_middle_of_a_mail_lets_it_wait_under_the_same_id(
    send: Callable[..., int], counter: Counter
) -> None:
    owe("an@example.org")
    counter.tears = True
    assert send() == 0
    mail = mails()[0]
    number, event = mail.id, mail.event_id
    counter.tears, sending.office.closed_until = False, 0.0
    with time_machine.travel(now() + timedelta(minutes=2)):
        assert send() == 1
    assert counter.taken == [("an@example.org", f"Message-ID: <mail-{number}-event-{event}@localhost>")]


def test_a_rude_goodbye_sends_nothing_twice(send: Callable[..., int], counter: Counter) -> None:
    counter.to_goodbye = "421 Shutting down"
    owe("an@example.org")
    assert send() == 1
    with time_machine.travel(now() + timedelta(days=1)):
        assert send() == 0
    assert len(counter.taken) == 1


def test_a_mail_that_went_is_not_sent_again_because_the_database_could_not_note_it(
    send: Callable[..., int], counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_args: Any) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    owe("an@example.org")
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_finish", locked)
        assert send() == 0
        assert (mails()[0].attempts, mails()[0].sent_at) == (0, None)
    with time_machine.travel(now() + timedelta(hours=1)):
        assert send() == 0
    assert mails()[0].sent_at is not None
    assert len(counter.taken) == 1


def test_no_request_waits_for_the_mail_server(client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("a request spoke to the mail server")

    monkeypatch.setattr(smtplib.SMTP, "connect", never)
    assert client.post("/forgotten-password", data={"email": "an@example.org"}).status_code == 303
