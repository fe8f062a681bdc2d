import smtplib
import socket
import ssl
import stat
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st

from forum.core.errors import Misconfigured
from forum.core.mail import (
    ConsoleMailer,
    FileMailer,
    Letter,
    Mailer,
    MailFailed,
    MemoryMailer,
    SmtpMailer,
    compose,
    mailer_from,
)
from forum.core.text import message

SENDER = "Passerelle <forum@forum.example>"
LETTER_LOST = message("The letter is lost.")
LETTER = Letter("ann@e.example", "Été", "Dear Ann,\n\nçà.\n", message_id="<delivery-12@forum.example>")


class Recorder:
    """A mail server that keeps what it gets, and answers as it is told."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        self.recipients.append(envelope.rcpt_tos)
        return self.answer_to_data


def text_of(part: MIMEPart) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def server(recorder: Recorder) -> Iterator[Controller]:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        return AuthResult(success=login.password == b"p@ss/word", handled=False)

    controller = Controller(
        recorder, hostname="127.0.0.1", port=free_port(), authenticator=check, auth_require_tls=False, decode_data=False
    )
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mailer(server: Controller) -> Mailer:
    return mailer_from(f"smtp://127.0.0.1:{server.port}", SENDER)


def test_a_letter_arrives_as_it_was_written(mailer: Mailer, recorder: Recorder) -> None:
    mailer.send(LETTER)
    message = recorder.messages[0]
    assert message["From"] == SENDER
    assert message["To"] == "ann@e.example"
    assert message["Subject"] == "Été"
    assert message["Message-ID"] == "<delivery-12@forum.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    assert text_of(message) == "Dear Ann,\n\nçà.\n"
    assert recorder.recipients == [["ann@e.example"]]


def test_a_letter_with_html_offers_both(mailer: Mailer, recorder: Recorder) -> None:
    mailer.send(Letter("ann@e.example", "Hi", "plain", html="<p>rich</p>"))
    parts = {part.get_content_type(): text_of(part) for part in recorder.messages[0].iter_parts()}
    assert parts == {"text/plain": "plain\n", "text/html": "<p>rich</p>\n"}


def test_a_letter_may_bring_headers_of_its_own(mailer: Mailer, recorder: Recorder) -> None:
    mailer.send(Letter("ann@e.example", "Hi", "x", headers={"List-Unsubscribe": "<https://f.example/u>"}))
    assert recorder.messages[0]["List-Unsubscribe"] == "<https://f.example/u>"


def test_the_address_that_stops_mails_stays_on_one_line_however_long(mailer: Mailer, recorder: Recorder) -> None:
    address = f"<https://forum.example.org/nl/mail/stop/{'a' * 200}>"
    headers = {"List-Unsubscribe": address, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    letter = Letter("ann@e.example", "Hi", "x", headers=headers)
    assert f"List-Unsubscribe: {address}\r\n".encode() in compose(letter, SENDER).as_bytes()
    mailer.send(letter)
    assert recorder.messages[0]["List-Unsubscribe"] == address
    assert recorder.messages[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("value", ["<https://é.example/u>", "<https://e.example/u>\r\nBcc: bob@e.example"])
def test_the_address_that_stops_mails_brings_no_other_header(value: str) -> None:
    letter = Letter("ann@e.example", "Hi", "x", headers={"List-Unsubscribe": value})
    message = message_from_bytes(compose(letter, SENDER).as_bytes(), policy=default)
    assert message["List-Unsubscribe"] == " ".join(value.split())
    assert "Bcc" not in message


def test_lines_of_a_text_may_go_on_in_the_next(mailer: Mailer, recorder: Recorder) -> None:
    mailer.send(Letter("ann@e.example", "Hi", "A long line that \ngoes on.\n\n-- \nFrom us\n> quoted\n indented\n"))
    message = recorder.messages[0]
    assert message.get_content_type() == "text/plain"
    assert message.get_param("format") == "flowed"
    assert text_of(message) == "A long line that \ngoes on.\n\n-- \n From us\n > quoted\n  indented\n"


def test_a_user_name_and_a_password_are_given_to_the_server(server: Controller, recorder: Recorder) -> None:
    mailer_from(f"smtp://ann%40e.example:p%40ss%2Fword@127.0.0.1:{server.port}", SENDER).send(LETTER)
    assert len(recorder.messages) == 1


def test_a_wrong_password_may_be_mended_so_the_letter_waits(server: Controller) -> None:
    with pytest.raises(MailFailed) as failure:
        mailer_from(f"smtp://ann:wrong@127.0.0.1:{server.port}", SENDER).send(LETTER)
    assert not failure.value.permanent


@pytest.mark.parametrize(("answer", "permanent"), [("550 No such user", True), ("450 Try later", False)])
def test_a_refused_recipient_is_final_or_not(mailer: Mailer, recorder: Recorder, answer: str, permanent: bool) -> None:
    recorder.answer_to_recipient = answer
    with pytest.raises(MailFailed, match=answer) as failure:
        mailer.send(LETTER)
    assert failure.value.permanent is permanent


@pytest.mark.parametrize(("answer", "permanent"), [("554 No spam", True), ("451 Try later", False)])
def test_a_refused_text_is_final_or_not(mailer: Mailer, recorder: Recorder, answer: str, permanent: bool) -> None:
    recorder.answer_to_data = answer
    with pytest.raises(MailFailed, match=answer) as failure:
        mailer.send(LETTER)
    assert failure.value.permanent is permanent


def test_a_server_that_is_away_may_come_back() -> None:
    with pytest.raises(MailFailed, match="could not be reached") as failure:
        mailer_from(f"smtp://127.0.0.1:{free_port()}", SENDER).send(LETTER)
    assert not failure.value.permanent


@pytest.mark.parametrize("address", ["smtp://127.0.0.1:{}?starttls=1", "smtps://127.0.0.1:{}"])
def test_no_letter_goes_to_a_server_that_cannot_encrypt_as_asked(
    server: Controller, recorder: Recorder, address: str
) -> None:
    with pytest.raises(MailFailed) as failure:
        mailer_from(address.format(server.port), SENDER).send(LETTER)
    assert not failure.value.permanent
    assert recorder.messages == []


def test_a_domain_with_accents_is_written_as_name_servers_know_it(mailer: Mailer, recorder: Recorder) -> None:
    mailer.send(Letter("ann@bücher.example", "Hi", "x"))
    assert recorder.recipients == [["ann@xn--bcher-kva.example"]]


def test_the_certificate_of_the_server_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    given_contexts: list[ssl.SSLContext] = []

    class Stop(Exception):
        pass

    def record(*_: object, context: ssl.SSLContext, **__: object) -> None:
        given_contexts.append(context)
        raise Stop

    monkeypatch.setattr(smtplib, "SMTP_SSL", record)
    with pytest.raises(Stop):
        mailer_from("smtps://mail.example", SENDER).send(LETTER)
    assert given_contexts[0].verify_mode is ssl.CERT_REQUIRED
    assert given_contexts[0].check_hostname


@given(st.text(), st.text(), st.text())
def test_nothing_written_adds_a_header_or_a_recipient(subject: str, text: str, value: str) -> None:
    letter = Letter("ann@e.example", subject, text, headers={"X-Post": value})
    message = message_from_bytes(compose(letter, SENDER).as_bytes(), policy=default)
    assert set(message.keys()) <= {
        *("From", "To", "Subject", "Date", "Auto-Submitted", "X-Post"),
        *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    }
    assert message["To"] == "ann@e.example"


def test_line_breaks_in_a_subject_become_spaces() -> None:
    envelope = compose(Letter("ann@e.example", "Hi\r\nBcc: bob@e.example\n\nbody", "x"), SENDER)
    assert envelope["Subject"] == "Hi Bcc: bob@e.example body"
    assert "Bcc" not in envelope


@pytest.mark.parametrize(
    "letter",
    [
        Letter("", "Hi", "x"),
        Letter("ann", "Hi", "x"),
        Letter("élodie@e.example", "Hi", "x"),
        Letter("ann@" + "e" * 70 + ".example", "Hi", "x"),
        Letter("@e.example", "Hi", "x"),
        Letter("ann@", "Hi", "x"),
        Letter("ann@e.example, bob@e.example", "Hi", "x"),
        Letter("Ann <ann@e.example>", "Hi", "x"),
        Letter("ann@e.example\r\nBcc: bob@e.example", "Hi", "x"),
        Letter("ann@e.example\nx", "Hi", "x"),
        Letter("ann@e.example", "Hi", "x", message_id="<a@b>\r\nBcc: bob@e.example"),
        Letter("ann@e.example", "Hi", "x", message_id="no id"),
        Letter("ann@e.example", "Hi", "x", headers={"X\r\nBcc": "bob@e.example"}),
        Letter("ann@e.example", "Hi", "x", headers={"X: y\nBcc": "bob@e.example"}),
        Letter("ann@e.example", "Hi", "x", headers={"bcc": "bob@e.example"}),
        Letter("ann@e.example", "Hi", "x", headers={"Content-Type": "text/html"}),
        Letter("ann@e.example", "Hi", "x", headers={"": "x"}),
    ],
)
def test_a_letter_that_cannot_be_written_is_never_tried_again(letter: Letter) -> None:
    for mailer in (MemoryMailer(), ConsoleMailer(SENDER)):
        with pytest.raises(MailFailed) as failure:
            mailer.send(letter)
        assert failure.value.permanent


def test_letters_to_files_can_be_opened_with_a_mail_program(tmp_path: Path) -> None:
    directory = tmp_path / "some" / "mail box"
    mailer = mailer_from(f"file:{tmp_path}/some/mail%20box", SENDER)
    mailer.send(LETTER)
    mailer.send(LETTER)
    places = sorted(directory.iterdir())
    assert [place.suffix for place in places] == [".eml", ".eml"]
    message = message_from_bytes(places[0].read_bytes(), policy=default)
    assert message["Subject"] == "Été"
    assert stat.S_IMODE(places[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_directory_that_cannot_be_written_is_a_failure_for_now(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(MailFailed) as failure:
        mailer_from(f"file://{tmp_path}/mail", SENDER).send(LETTER)
    assert not failure.value.permanent


def test_letters_to_the_console_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    mailer_from("console:", SENDER).send(LETTER)
    assert capsys.readouterr().out == "\nTo: ann@e.example\nSubject: Été\n\nDear Ann,\n\nçà.\n\n"


def test_the_mailer_of_the_tests_keeps_letters_or_fails_as_told() -> None:
    mailer = MemoryMailer()
    mailer.send(LETTER)
    assert mailer.sent == [LETTER]
    failing = MemoryMailer(failure=MailFailed(LETTER_LOST, permanent=True))
    with pytest.raises(MailFailed, match="lost"):
        failing.send(LETTER)
    assert failing.sent == []


@pytest.mark.parametrize(
    ("url", "mailer"),
    [
        ("smtp://mail.example", SmtpMailer("mail.example", 25, SENDER)),
        ("smtp://mail.example/", SmtpMailer("mail.example", 25, SENDER)),
        ("smtp://mail.example?starttls=0", SmtpMailer("mail.example", 25, SENDER)),
        ("smtp://a:b@mail.example?starttls=1", SmtpMailer("mail.example", 587, SENDER, "a", "b", starttls=True)),
        ("smtps://a:b%3A@mail.example", SmtpMailer("mail.example", 465, SENDER, "a", "b:", tls=True)),
        ("smtp://[::1]:1025", SmtpMailer("::1", 1025, SENDER)),
        ("smtp://a:b@localhost:1025", SmtpMailer("localhost", 1025, SENDER, "a", "b")),
        ("file:instance/mail", FileMailer(Path("instance/mail"), SENDER)),
        ("file:///var/mail", FileMailer(Path("/var/mail"), SENDER)),
        ("console:", ConsoleMailer(SENDER)),
    ],
)
def test_the_setting_names_the_mailer(url: str, mailer: Mailer) -> None:
    assert mailer_from(url, SENDER) == mailer


@pytest.mark.parametrize(
    "url",
    [
        *("", "mail.example", "http://mail.example", "smtp:", "smtp://", "smtp://:25", "file:", "file://host/mail"),
        *("smtp://a:secret@mail.example", "smtp://mail.example:port", "smtp://mail.example:99999", "smtp://[::1"),
        *("smtp://mail.example?tls=1", "smtp://mail.example?starttls=yes", "smtps://mail.example?starttls=1"),
        "smtp://a:secret@mail.example/path",
    ],
)
def test_a_wrong_setting_is_explained_without_giving_away_the_password(url: str) -> None:
    with pytest.raises(Misconfigured) as failure:
        mailer_from(url)
    assert str(failure.value).startswith("FORUM_MAIL_URL is wrong: ")
    assert "secret" not in str(failure.value)


def test_a_password_is_not_printed_with_its_mailer() -> None:
    assert "secret" not in repr(mailer_from("smtps://a:secret@mail.example"))
