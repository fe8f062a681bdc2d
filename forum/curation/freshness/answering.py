"""Answers to "is this still true?": by the link in a mail, without signing in, or by a button on the site.

A link works once. Its secret is made when the mail goes out and kept nowhere; the table holds its SHA-256, bound to the record,
the person and the address it was sent to. Opening a link changes nothing, so scanners of mail cannot answer.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, select, update

from forum.accounts.models import Person
from forum.accounts.policy import require_signed_in
from forum.accounts.sessions import hashed
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Missing
from forum.core.events import record
from forum.core.text import message as _
from forum.curation import events
from forum.curation.freshness.asking import those_who_left
from forum.curation.freshness.models import Ask, FreshnessToken
from forum.curation.freshness.records import Record, find_record, find_records, network_of, owner_of
from forum.library.models import Post
from forum.library.operations.curating import confirm
from forum.library.policy import require_read
from forum.organisations.operations.freshness import confirm_profile
from forum.organisations.queries import actor_for, reader_for

LIFE = timedelta(days=60)
SECRET_BYTES = 32
DEAD = _("This link does not work any more. Sign in, and look under “To confirm”.")


@dataclass(frozen=True, slots=True)
class Question:
    """What a link asks: about which record, whom; `is_answered` when the link was used."""

    record: Record
    person: Person
    is_answered: bool


@operation
def make_link(person: Person, found: Record) -> str:
    """Make the secret of a link by which a person answers for a record; it works once within sixty days."""
    if person.email is None:
        raise Missing
    secret = secrets.token_urlsafe(SECRET_BYTES)
    db.session.add(
        FreshnessToken(
            subject_type=found.subject_type,
            subject_id=found.subject_id,
            person_id=person.id,
            email=person.email,
            token_hash=hashed(secret),
            created_at=now(),
            expires_at=now() + LIFE,
        )
    )
    return secret


def question_of(secret: str) -> Question:
    """What this link asks.

    Raises `Missing` when it never was a link of ours, is too old, went to another address, or its person is not asked any more.
    """
    row = db.session.execute(
        select(FreshnessToken, Person)
        .join(Person, Person.id == FreshnessToken.person_id)
        .where(FreshnessToken.token_hash == hashed(secret))
    ).first()
    if row is None or row.FreshnessToken.expires_at <= now() or row.FreshnessToken.email != row.Person.email:
        raise Missing(DEAD)
    found = find_record(row.FreshnessToken.subject_type, row.FreshnessToken.subject_id)
    is_used = row.FreshnessToken.used_at is not None
    if found is None or not (is_used or is_asked(found, row.Person)):
        raise Missing(DEAD)
    return Question(found, row.Person, is_used)


def is_asked(found: Record, person: Person) -> bool:
    """Whether a person speaks for a record now: as its owner, or for the network above."""
    return bool(_role_of(found, person))


def _role_of(found: Record, person: Person) -> str:
    left = those_who_left(found)
    owner = owner_of(found, left)
    if owner and owner.id == person.id:
        return "owner"
    return "network" if person.id in {one.id for one in network_of(found, left)} else ""


@operation
def confirm_by_link(secret: str) -> Record:
    """Say that a record is still true; the link is proof enough, whoever is signed in. `Missing` as for `question_of`."""
    question = _use_up(secret)
    _confirm(question.record, question.person, _role_of(question.record, question.person), by_link=True)
    return question.record


@operation
def leave_by_link(secret: str) -> Record:
    """Say that somebody else must answer for a record; they are asked within the hour. `Missing` as for `question_of`."""
    question = _use_up(secret)
    _note_left(question.record, question.person)
    told = {"subject": question.record.subject_type, "person": question.person.id}
    record(actor_for(question.person), events.OWNER_LEFT, *question.record.key, told)
    return question.record


@operation
def confirm_record(actor: Actor, subject_type: str, subject_id: int) -> Record:
    """Say on the site that a record is still true: whoever is asked about it, may edit it, or reviews it."""
    person = db.session.get_one(Person, require_signed_in(actor))
    if subject_type == "post":
        require_read(actor, db.session.get(Post, subject_id))
    found = find_record(subject_type, subject_id)
    role = _role_of(found, person) if found else ""
    if found and role:
        _confirm(found, person, role, by_link=False)
        return found
    _take(actor, subject_type, subject_id, {"by": "owner"})
    found = find_record(subject_type, subject_id)
    if found is None:
        raise Missing
    _answer(found, "true")
    return found


def _confirm(found: Record, person: Person, role: str, *, by_link: bool) -> None:
    """Confirm a record on the word of whoever was asked about it: the site takes the step for them."""
    _answer(found, "true")
    _take(replace(actor_for(person), is_system=True), *found.key, {"by": role, "by_link": by_link})


def _take(actor: Actor, subject_type: str, subject_id: int, told: dict[str, object]) -> None:
    step = confirm if subject_type == "post" else confirm_profile
    step(actor, subject_id, told)


def _use_up(secret: str) -> Question:
    question = question_of(secret)
    used = db.session.scalars(
        update(FreshnessToken)
        .where(FreshnessToken.token_hash == hashed(secret), FreshnessToken.used_at.is_(None))
        .values(used_at=now())
        .returning(FreshnessToken.id)
    )
    if used.first() is None:
        raise Missing(DEAD)
    others = delete(FreshnessToken).where(
        FreshnessToken.subject_type == question.record.subject_type,
        FreshnessToken.subject_id == question.record.subject_id,
        FreshnessToken.person_id == question.person.id,
        FreshnessToken.used_at.is_(None),
    )
    db.session.execute(others)
    return question


def _note_left(found: Record, person: Person) -> None:
    """Remember that this person is not the right one, also when the link came with a reader's report and no question is open."""
    _answer(found, "left", person.id)
    if person.id not in those_who_left(found):
        day = found.check_by or now().date()
        times = {"created_at": now(), "asked_at": now(), "answered_at": now()}
        step = "owner" if owner_of(found, frozenset()) == person else "network"
        key = {"subject_type": found.subject_type, "subject_id": found.subject_id, "check_by": day, "step": step}
        db.session.add(Ask(**key, person_id=person.id, answer="left", **times))


def _answer(found: Record, answer: str, person_id: int | None = None) -> None:
    """Note the answer with the open questions about a record: all of them, or those to one person."""
    about = [Ask.subject_type == found.subject_type, Ask.subject_id == found.subject_id, Ask.answer == ""]
    if person_id is not None:
        about.append(Ask.person_id == person_id)
    db.session.execute(update(Ask).where(*about).values(answer=answer, answered_at=now()))


def records_to_confirm(actor: Actor) -> list[Record]:
    """The records that the actor was asked about and has not answered for."""
    asked = select(Ask.subject_type, Ask.subject_id).where(
        Ask.person_id == require_signed_in(actor), Ask.answer == "", Ask.asked_at.is_not(None)
    )
    rows = db.session.execute(asked.distinct()).all()
    return find_records(actor, ((row.subject_type, row.subject_id) for row in rows)) if rows else []


def records_in_mail(person: Person, event_id: int) -> list[Record]:
    """The records that the mail of this event asks about, as far as they still wait for this person's answer."""
    asked = select(Ask.subject_type, Ask.subject_id).where(
        Ask.event_id == event_id, Ask.person_id == person.id, Ask.answer == ""
    )
    found = find_records(
        reader_for(person), ((row.subject_type, row.subject_id) for row in db.session.execute(asked).all())
    )
    return [one for one in found if is_asked(one, person)]


@operation
def forget_links() -> None:
    """Delete links that ended a month ago."""
    db.session.execute(delete(FreshnessToken).where(FreshnessToken.expires_at < now() - LIFE / 2))


@operation
def forget_questions(actor: Actor) -> None:
    """Delete the links of somebody who leaves, and their name from the questions."""
    person_id = require_signed_in(actor)
    db.session.execute(delete(FreshnessToken).where(FreshnessToken.person_id == person_id))
    db.session.execute(update(Ask).where(Ask.person_id == person_id).values(person_id=None))
