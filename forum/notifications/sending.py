"""Sending the mails that are owed: taken on a lease, written now, tried again later when the post office is closed."""

import re
import time
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import delete, or_, select, update

from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.mail import Letter, Mailer, MailFailed
from forum.core.settings import Settings
from forum.notifications.letters import Errand, write
from forum.notifications.models import OutgoingMail
from forum.notifications.recipients import errand_for

AT_ONCE = 50
LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
MOST_ATTEMPTS = 12
KEPT_FOR = timedelta(days=30)
ERROR_LENGTH = 2000
ROUND_SECONDS = 10.0
CLOSED_SECONDS = 60.0

log = structlog.get_logger()


@dataclass
class PostOffice:
    """What this process remembers: until when the mail server is left alone, and which mails went but are not noted so."""

    closed_until: float = 0.0
    unnoted: set[int] = field(default_factory=set)

    @property
    def is_closed(self) -> bool:
        """Whether the server was away a moment ago."""
        return time.monotonic() < self.closed_until


office = PostOffice()


def send_due_mails(mailer: Mailer, settings: Settings) -> int:
    """Send what is due, for some seconds; give how many mails went out.

    A mail that fails comes round again and holds up no other. A server that is away is left alone for a minute, because
    each try may take twenty seconds, in which the worker does nothing else.
    """
    note_sent()
    if office.is_closed:
        return 0
    sent, end = 0, time.monotonic() + ROUND_SECONDS
    mails = _lease()
    for number, mail_id in enumerate(mails):
        if office.is_closed or time.monotonic() >= end:
            _release(mails[number:])
            break
        sent += _try(mail_id, mailer, settings)
    return sent


def note_sent() -> None:
    """Note of mails that they went, where the database could not take that in at the time, so that none goes twice."""
    for mail_id in sorted(office.unnoted):
        _finish(mail_id)
        office.unnoted.discard(mail_id)


def _try(mail_id: int, mailer: Mailer, settings: Settings) -> int:
    try:
        return _send(mail_id, mailer, settings)
    except Exception as problem:
        db.session.rollback()
        log.warning("mail not sent", mail=mail_id, error=str(problem))
        if isinstance(problem, MailFailed) and problem.is_away:
            office.closed_until = time.monotonic() + CLOSED_SECONDS
        if mail_id not in office.unnoted:
            _postpone(mail_id, f"{type(problem).__name__}: {problem}", _is_permanent(problem))
        return 0


def _send(mail_id: int, mailer: Mailer, settings: Settings) -> int:
    mail = db.session.get_one(OutgoingMail, mail_id)
    errand = errand_for(mail, settings)
    if errand:
        mailer.send(_letter(mail, errand, settings))
        office.unnoted.add(mail_id)
    _finish(mail_id)
    office.unnoted.discard(mail_id)
    return 1 if errand else 0


def _letter(mail: OutgoingMail, errand: Errand, settings: Settings) -> Letter:
    """The mail itself. Its Message-ID comes from the row, so that a mail sent twice can be known as one."""
    words = write(errand, settings)
    message_id = f"<mail-{mail.id}-event-{mail.event_id}@{settings.host}>"
    return Letter(errand.address, words.subject, words.text, words.html, message_id, _ways_out(words.stop))


def _ways_out(stop: str | None) -> dict[str, str]:
    """The headers from which a mail program makes its own button to stop such mails (RFC 2369, RFC 8058)."""
    if stop is None:
        return {}
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


@operation
def _lease() -> list[int]:
    due = (
        select(OutgoingMail.id)
        .where(OutgoingMail.sent_at.is_(None), OutgoingMail.failed_at.is_(None), OutgoingMail.next_try_at <= now())
        .where(OutgoingMail.id.not_in(office.unnoted))
        .order_by(OutgoingMail.id)
        .limit(AT_ONCE)
    ).with_for_update(skip_locked=True)
    ids = list(db.session.scalars(due))
    if ids:
        db.session.execute(update(OutgoingMail).where(OutgoingMail.id.in_(ids)).values(next_try_at=now() + LEASE))
    return ids


@operation
def _release(mails: list[int]) -> None:
    """Give mails back untried: they are due as before."""
    db.session.execute(update(OutgoingMail).where(OutgoingMail.id.in_(mails)).values(next_try_at=now()))


@operation
def bring_mails_forward(*, tried: bool) -> None:
    """Let all mails that wait for a later moment be due now; those tried in vain only if `tried`."""
    waiting = update(OutgoingMail).where(OutgoingMail.sent_at.is_(None), OutgoingMail.next_try_at > now())
    db.session.execute((waiting if tried else waiting.where(OutgoingMail.attempts == 0)).values(next_try_at=now()))


@operation
def _finish(mail_id: int) -> None:
    mail = db.session.get_one(OutgoingMail, mail_id)
    mail.sent_at, mail.last_error = now(), ""


def _is_permanent(problem: Exception) -> bool:
    return isinstance(problem, MailFailed) and problem.permanent


@operation
def _postpone(mail_id: int, error: str, permanent: bool) -> None:
    """Try again later, each time further away; after the last attempt, or when refused for good, it is a dead letter."""
    mail = db.session.get_one(OutgoingMail, mail_id)
    mail.attempts += 1
    mail.last_error = re.sub(r"\S+@\S+", "…", error)[:ERROR_LENGTH]  # no addresses in what is kept
    if permanent or mail.attempts >= MOST_ATTEMPTS:
        mail.failed_at = now()
    mail.next_try_at = now() + min(FIRST_RETRY * 2 ** (mail.attempts - 1), LONGEST_RETRY)


@operation
def forget_sent_mails() -> None:
    """Delete what was sent, or given up, a month ago."""
    long_ago = now() - KEPT_FOR
    db.session.execute(
        delete(OutgoingMail).where(or_(OutgoingMail.sent_at < long_ago, OutgoingMail.failed_at < long_ago))
    )
