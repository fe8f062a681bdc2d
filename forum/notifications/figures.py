"""How many mails went out, wait, or were given up: of the last thirty days, for sent ones are forgotten then."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.outbox import seconds_since
from forum.notifications.models import OutgoingMail


@dataclass(frozen=True, slots=True)
class MailFigures:
    """Mails by what became of them, and for how many seconds the one that is most overdue could have gone out."""

    sent: int
    failed: int
    waiting: int
    retrying: int
    overdue: float


def mail_figures() -> MailFigures:
    """The figures, in one statement."""
    waits = and_(OutgoingMail.sent_at.is_(None), OutgoingMail.failed_at.is_(None))
    sent, failed, waiting, retrying, due = db.session.execute(
        select(
            func.count(OutgoingMail.sent_at),
            func.count(OutgoingMail.failed_at),
            func.count().filter(waits),
            func.count().filter(waits, OutgoingMail.attempts > 0),
            func.min(OutgoingMail.next_try_at).filter(waits),
        )
    ).one()
    return MailFigures(sent, failed, waiting, retrying, seconds_since(due, now()))
