"""Asking whether records are still true: their owner twice, a month apart, then the network's people, then the moderators.

The worker's caretaker asks; every question is a row before it is a mail, and a mail takes the questions that wait for one in the
transaction that owes it. So nothing is asked twice, and a crash costs an hour.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import Event, record
from forum.curation import events
from forum.curation.freshness.models import Ask
from forum.curation.freshness.records import Record, find_record, network_of, owner_of
from forum.library.freshness import near
from forum.library.kinds import KINDS
from forum.library.life import STEPS
from forum.library.models import Post
from forum.library.operations.curating import ask_recheck
from forum.library.operations.steps import check_by
from forum.organisations.models import Organisation
from forum.organisations.operations.freshness import profile_check_by

PATIENCE = timedelta(days=30)
MAIL_EVERY = timedelta(days=1)
AT_ONCE = 200
MOST_OPEN = 20


def look_after_freshness() -> None:
    """What is due this hour: first days for what has none, marks for what is overdue, questions, and mails that ask them."""
    begin_clocks()
    mark_overdue()
    for subject_type, subject_id in due_for_a_question():
        ask_about(subject_type, subject_id)
    for person_id in _people_to_tell():
        _owe_mail(person_id)


@operation
def begin_clocks() -> None:
    """Give a day to check by to records that have none: those that were imported, or are older than this rule."""
    kinds = [kind.name for kind in KINDS.values() if kind.fresh_months]
    posts = select(Post).where(
        Post.check_by.is_(None), Post.kind.in_(kinds), Post.status == "published", Post.published_at.is_not(None)
    )
    for post in db.session.scalars(posts.order_by(Post.id).limit(AT_ONCE * 5)):
        begun = post.published_at or post.created_at
        post.checked_on, post.check_by = post.checked_on or begun.date(), check_by(post.kind, begun)
    organisations = select(Organisation).where(Organisation.check_by.is_(None), Organisation.closed_at.is_(None))
    for one in db.session.scalars(organisations.order_by(Organisation.id).limit(AT_ONCE * 5)):
        one.checked_on = one.checked_on or one.created_at.date()
        one.check_by = profile_check_by(one.checked_on)


def mark_overdue() -> None:
    """Mark posts whose day is past: they need a new check."""
    overdue = select(Post.id).where(
        Post.check_by < now().date(), Post.status == "published", Post.review.in_(STEPS["ask_recheck"].reviews)
    )
    for post_id in db.session.scalars(overdue.order_by(Post.check_by, Post.id).limit(AT_ONCE)).all():
        ask_recheck(SYSTEM, post_id, data={"why": "check_by"})


def due_for_a_question() -> list[tuple[str, int]]:
    """The records whose day is near or past, and about which nobody is being asked now; the oldest first."""
    last = near()
    posts = select(Post.id).where(
        Post.check_by <= last,
        Post.status == "published",
        Post.review != "changes_suggested",
        ~_is_asked("post", Post.id, Post.check_by),
    )
    organisations = select(Organisation.id).where(
        Organisation.check_by <= last,
        Organisation.closed_at.is_(None),
        ~_is_asked("organisation", Organisation.id, Organisation.check_by),
    )
    found = [("post", number) for number in db.session.scalars(posts.order_by(Post.check_by, Post.id).limit(AT_ONCE))]
    also = organisations.order_by(Organisation.check_by, Organisation.id).limit(AT_ONCE)
    return found + [("organisation", number) for number in db.session.scalars(also)]


def _is_asked(subject_type: str, subject_id: Any, check_by: Any) -> ColumnElement[bool]:
    """Whether an answer may still come, or the moderators have the record on their desk."""
    waiting = and_(Ask.answer == "", or_(Ask.asked_at.is_(None), Ask.asked_at > now() - PATIENCE))
    about = and_(Ask.subject_type == subject_type, Ask.subject_id == subject_id, Ask.check_by == check_by)
    return exists().where(about, or_(waiting, Ask.step == "desk"))


@operation
def ask_about(subject_type: str, subject_id: int) -> None:
    """Take the next step with a record: ask its owner, ask again, ask the network's people, or leave it to the moderators."""
    found = find_record(subject_type, subject_id)
    if found is None or found.check_by is None:
        return
    before = list(_asks_about(found))
    if any(_may_be_answered(ask) or ask.step == "desk" for ask in before):
        return
    for step, person_id in _next_questions(found, before):
        db.session.add(
            Ask(
                subject_type=subject_type,
                subject_id=subject_id,
                check_by=found.check_by,
                step=step,
                person_id=person_id,
                created_at=now(),
                asked_at=now() if person_id is None else None,
            )
        )


def _asks_about(found: Record) -> Iterator[Ask]:
    about = select(Ask).where(Ask.subject_type == found.subject_type, Ask.subject_id == found.subject_id)
    return iter(db.session.scalars(about.where(Ask.check_by == found.check_by)))


def _may_be_answered(ask: Ask) -> bool:
    return not ask.answer and (ask.asked_at is None or ask.asked_at > now() - PATIENCE)


def _next_questions(found: Record, before: list[Ask]) -> list[tuple[str, int | None]]:
    """(step, person) of those who are to be asked now."""
    left = those_who_left(found)
    done = {(ask.step, ask.person_id) for ask in before}
    owner = owner_of(found, left)
    for step in ("owner", "again"):
        if owner and (step, owner.id) not in done:
            return [(step, owner.id)]
    if not any(step == "network" for step, _person in done):
        people = [one for one in network_of(found, left) if owner is None or one.id != owner.id]
        if people:
            return [("network", one.id) for one in people]
    return [("desk", None)]


def those_who_left(found: Record) -> frozenset[int]:
    """The people who said of this record that they are not the right ones to ask."""
    said = select(Ask.person_id).where(
        Ask.subject_type == found.subject_type, Ask.subject_id == found.subject_id, Ask.answer == "left"
    )
    return frozenset(number for number in db.session.scalars(said) if number is not None)


def _people_to_tell() -> list[int]:
    """Whoever has a question that no mail asks yet, and got no such mail within a day."""
    told = exists().where(
        Event.subject_type == "person",
        Event.subject_id == Ask.person_id,
        Event.name == events.CHECKS_DUE.name,
        Event.at > now() - MAIL_EVERY,
    )
    owed = select(Ask.person_id).where(*_unasked(), ~told).distinct().order_by(Ask.person_id)
    return [number for number in db.session.scalars(owed) if number is not None]


def _unasked() -> tuple[ColumnElement[bool], ...]:
    return Ask.asked_at.is_(None), Ask.answer == "", Ask.person_id.is_not(None)


@operation
def _owe_mail(person_id: int) -> None:
    """Let the outbox bring a mail on its way, and note which questions it asks: nobody has more than twenty open at once."""
    is_open = (Ask.person_id == person_id, Ask.answer == "", Ask.asked_at > now() - PATIENCE)
    room = MOST_OPEN - (db.session.scalar(select(func.count()).select_from(Ask).where(*is_open)) or 0)
    waiting = select(Ask.id).where(Ask.person_id == person_id, *_unasked()).order_by(Ask.check_by, Ask.id)
    ids = list(db.session.scalars(waiting.limit(max(0, room))))
    if not ids:
        return
    happened = record(SYSTEM, events.CHECKS_DUE, "person", person_id)
    db.session.flush()
    db.session.execute(update(Ask).where(Ask.id.in_(ids)).values(event_id=happened.id, asked_at=now()))
