"""How the post stands: what waits because it could not be sent, and dead letters, which nobody sends any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.core.db import db
from forum.notifications.models import OutgoingMail

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A mail that was given up: when, for which occasion, the person it was for (None: somebody without account), and why."""

    at: datetime
    number: int
    person: Person | None
    error: str


def number_of_late_mails() -> int:
    """How many mails were tried in vain and wait for another try."""
    late = select(func.count()).select_from(OutgoingMail)
    late = late.where(OutgoingMail.sent_at.is_(None), OutgoingMail.failed_at.is_(None), OutgoingMail.attempts > 0)
    return db.session.scalar(late) or 0


def dead_letters() -> list[DeadLetter]:
    """The mails given up last, the newest first; they are kept for a month. Their errors hold no addresses."""
    given_up = select(OutgoingMail).where(OutgoingMail.failed_at.is_not(None))
    mails = db.session.scalars(
        given_up.order_by(OutgoingMail.failed_at.desc(), OutgoingMail.id).limit(MOST_SHOWN)
    ).all()
    people = {person.id: person for person in _people({_person_id(mail) for mail in mails})}
    return [
        DeadLetter(mail.failed_at, mail.id, people.get(_person_id(mail)), mail.last_error)
        for mail in mails
        if mail.failed_at
    ]


def _people(numbers: set[int]) -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.id.in_(numbers)))) if numbers else []


def _person_id(mail: OutgoingMail) -> int:
    kind, _colon, number = mail.recipient.partition(":")
    return int(number) if kind == "person" else 0
