"""Letters, and the ways to send one. The worker sends; a request never does."""

import re
import secrets
import smtplib
import ssl
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from forum.core.errors import ForumError, Misconfigured
from forum.core.text import Message, single_line
from forum.core.text import message as _

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 25, "smtps": 465}
STARTTLS_PORT = 587
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
HEADER_NAME = re.compile("[A-Za-z][A-Za-z0-9-]*")
MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
STUFFED = re.compile(r"^(?=[ >]|From )", re.MULTILINE)
OWN_HEADERS = frozenset({"to", "from", "cc", "bcc", "sender", "subject", "date", "message-id", "mime-version"})


class MailFailed(ForumError):
    """A letter did not go: `permanent` says that trying again would not help, `is_away` that no other would go now either."""

    def __init__(self, sentence: Message, permanent: bool, is_away: bool = False):
        self.permanent = permanent
        self.is_away = is_away
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one address: `message_id` as in "<delivery-12@forum.example>", `headers` such as List-Unsubscribe."""

    to: str
    subject: str
    text: str
    html: str | None = None
    message_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Mailer(Protocol):
    """A way to send letters."""

    def send(self, letter: Letter) -> None:
        """Send a letter, or raise MailFailed."""
        ...


class WebAddressHeader(UnstructuredHeader, BaseHeader):
    """A header that holds a web address: one line, however long, for Python would encode what it cannot fold (RFC 2369)."""

    def fold(self, *, policy: Policy) -> str:
        """The line, as it goes out."""
        line = f"{self.name}: {self}{policy.linesep}"
        return line if line.isascii() else super().fold(policy=policy)


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", WebAddressHeader)
POLICY = SMTP.clone(header_factory=HEADERS)


def compose(letter: Letter, sender: str) -> EmailMessage:
    """Put a letter in its envelope, as RFC 5322 has it; lines of its text that end in a space go on in the next (RFC 3676).

    Line breaks in a header become spaces. Raises MailFailed (permanent) for an address, a name of a header or a message id
    that is none, and for a header that is not the letter's to set.
    """
    envelope = EmailMessage(policy=POLICY)
    try:
        envelope["From"] = single_line(sender)
        envelope["To"] = _address(letter.to)
        envelope["Subject"] = single_line(_encodable(letter.subject))
        envelope["Date"] = format_datetime(datetime.now(UTC))
        _add_headers(envelope, letter)
        text = STUFFED.sub(" ", _encodable(letter.text))
        envelope.set_content(text, cte="quoted-printable", params={"format": "flowed"})
        if letter.html is not None:
            envelope.add_alternative(_encodable(letter.html), subtype="html", cte="quoted-printable")
    except (MessageError, ValueError, IndexError) as error:
        raise MailFailed(_("This mail cannot be written: %(why)s.", why=single_line(str(error))), True) from error
    return envelope


def _address(address: str) -> Address:
    """Read one address; a domain with other than ASCII letters is written as the name servers know it (RFC 5890)."""
    local, _at, domain = address.rpartition("@")
    return Address(addr_spec=f"{local}@{domain.encode('idna').decode()}")


def _add_headers(envelope: EmailMessage, letter: Letter) -> None:
    """Add the headers of the letter's own; without another word it says that a machine wrote it (RFC 3834)."""
    if letter.message_id is not None:
        if not MESSAGE_ID.fullmatch(letter.message_id):
            raise ValueError("bad message id")
        envelope["Message-ID"] = letter.message_id
    for name, value in ({"Auto-Submitted": "auto-generated"} | dict(letter.headers)).items():
        if not HEADER_NAME.fullmatch(name) or name.lower() in OWN_HEADERS or name.lower().startswith("content-"):
            raise ValueError(f"bad header {name!r}")
        envelope[name] = single_line(_encodable(value))


def _encodable(text: str) -> str:
    """Replace halves of surrogate pairs, which no encoding can carry."""
    return text.encode("utf-8", "replace").decode()


@dataclass
class MemoryMailer:
    """Keeps letters in a list; for tests. `failure` is raised instead when it is set."""

    sent: list[Letter] = field(default_factory=list)
    failure: MailFailed | None = None

    def send(self, letter: Letter) -> None:
        """Keep a letter that could be sent."""
        compose(letter, "forum@example.org")
        if self.failure:
            raise self.failure
        self.sent.append(letter)


@dataclass(frozen=True)
class ConsoleMailer:
    """Prints letters on the terminal; for development."""

    sender: str

    def send(self, letter: Letter) -> None:
        """Print a letter's address, subject and text."""
        envelope = compose(letter, self.sender)
        sys.stdout.write(f"\nTo: {envelope['To']}\nSubject: {envelope['Subject']}\n\n{letter.text}\n")
        sys.stdout.flush()


@dataclass(frozen=True)
class FileMailer:
    """Writes each letter to a file of its own in a directory, to be opened with a mail program."""

    directory: Path
    sender: str

    def send(self, letter: Letter) -> None:
        """Write a letter to "<time>-<chance>.eml", which only this user may read, for it may hold a key."""
        content = compose(letter, self.sender).as_bytes()
        place = self.directory / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
        half = place.with_suffix(".part")
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            half.touch(mode=0o600)
            half.write_bytes(content)
            half.replace(place)
        except OSError as error:
            raise MailFailed(_("The letter could not be written to %(place)s.", place=str(place)), False) from error


@dataclass(frozen=True)
class SmtpMailer:
    """Hands letters to a mail server, one connection each."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: bool = False

    def send(self, letter: Letter) -> None:
        """Hand a letter over, or raise MailFailed: permanent when the server refuses this recipient or this letter."""
        envelope = compose(letter, self.sender)
        try:
            server = self._connection()
            try:
                self._hand_over(server, envelope)
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()  # the letter went, whatever the server says to our goodbye
            finally:
                server.close()
        except (smtplib.SMTPException, OSError) as error:
            why = single_line(str(error))
            raise MailFailed(_("The mail server could not be reached: %(why)s.", why=why), False, True) from error

    def _connection(self) -> smtplib.SMTP:
        """Connect, encrypt and sign in, as the settings say."""
        context = ssl.create_default_context()
        if self.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.starttls:
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, envelope: EmailMessage) -> None:
        """Send over an open connection, telling what the server refuses for good from what it refuses for now."""
        try:
            server.send_message(envelope)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _refused(code, reason) from error
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error.smtp_error) from error


def _refused(code: int, reason: bytes | str) -> MailFailed:
    """Say that a server refused a letter; 5xx is for good (RFC 5321, 4.2.1)."""
    words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    why = single_line(f"{code} {words}")
    return MailFailed(_("The mail server refused this mail: %(why)s.", why=why), permanent=code >= 500)


def mailer_from(url: str, sender: str = "forum@localhost") -> Mailer:
    """Make the mailer that FORUM_MAIL_URL asks for; letters come from `sender`.

    `smtp://user:password@host:port?starttls=1`, `smtps://...`, `file:DIRECTORY` or `console:`. Raises Misconfigured with
    a sentence that never repeats the address, for it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _misconfigured(_("its address or port cannot be read")) from None
    if parts.scheme in PORTS:
        return _smtp_mailer(parts, port, sender)
    if parts.scheme == "file" and parts.path and not parts.netloc:
        return FileMailer(Path(unquote(parts.path)), sender)
    if parts.scheme == "console":
        return ConsoleMailer(sender)
    raise _misconfigured(_("it has to begin with smtp://, smtps://, file: and a directory, or console:"))


def _smtp_mailer(parts: SplitResult, port: int | None, sender: str) -> SmtpMailer:
    """Make a mailer from the parts of an smtp or smtps address."""
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    tls, starttls = parts.scheme == "smtps", _wants_starttls(parts)
    if not host or parts.path not in ("", "/"):
        raise _misconfigured(_("it has to name a server, as in smtp://mail.example.org:587?starttls=1"))
    if tls and starttls:
        raise _misconfigured(_("smtps:// is encrypted already, so it cannot have starttls=1"))
    if user and not (tls or starttls or host in LOCAL_HOSTS):
        raise _misconfigured(_("a password may not travel unencrypted; add ?starttls=1 or use smtps://"))
    default = STARTTLS_PORT if starttls else PORTS[parts.scheme]
    return SmtpMailer(host, port or default, sender, user, password, tls, starttls)


def _wants_starttls(parts: SplitResult) -> bool:
    """Read the one option an address may have."""
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if set(options) - {"starttls"} or options.get("starttls", "0") not in ("0", "1"):
        raise _misconfigured(_("the only option is starttls=1"))
    return options.get("starttls") == "1"


def _misconfigured(why: Message) -> Misconfigured:
    """Say what is wrong with the setting."""
    return Misconfigured(_("FORUM_MAIL_URL is wrong: %(why)s.", why=why))
