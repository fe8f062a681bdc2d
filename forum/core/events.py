"""Events and the outbox: what happened, and who still has to hear of it.

`record()` writes the event (the audit trail, append-only) and one delivery per interested consumer in the transaction of
the change itself. The worker hands deliveries out later, at least once; a consumer looks up what is true *now*.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, and_, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import Model, after_commit, db, operation
from forum.core.text import Message

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(hours=1)
LEASE = timedelta(minutes=2)
SMALLER = 8

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class EventKind:
    """A thing that can happen: its name in the past tense, and the sentence the public log says of it (None: not logged)."""

    name: str
    description: str
    log: Message | None = None
    is_public: bool = False


EVENT_KINDS: dict[str, EventKind] = {}


def event_kind(name: str, description: str, *, log: Message | None = None, is_public: bool = False) -> EventKind:
    """Declare a kind of event; each domain does so in its `events.py`."""
    kind = EventKind(name, description, log, is_public)
    if EVENT_KINDS.setdefault(name, kind) != kind:
        raise ValueError(f"the event {name} is declared twice")
    return kind


class Event(Model):
    """One thing that happened; never changed, never deleted."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_subject", "subject_type", "subject_id"),
        Index("ix_events_name_id", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Delivery(Model):
    """One event that one consumer has yet to take in; deleted when it has."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_consumer_next", "consumer", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    consumer: Mapped[str] = mapped_column(String(40))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    last_error: Mapped[str] = mapped_column(Text, default="")
    event: Mapped[Event] = relationship(lazy="joined")


Handler = Callable[[Sequence[Event]], None]


@dataclass(slots=True)
class Consumer:
    """Somebody who wants to hear of events: a name, the events' names, and a handler that takes batches and may run twice."""

    name: str
    events: frozenset[str]
    handle: Handler
    batch: int = 500


@dataclass(slots=True)
class Consumers:
    """The consumers of this process, as `create_app` introduced them."""

    by_name: dict[str, Consumer] = field(default_factory=dict)

    def introduce(self, name: str, kinds: Iterable[EventKind], handle: Handler, batch: int = 500) -> None:
        """Let a consumer hear of these kinds of event."""
        self.by_name[name] = Consumer(name, frozenset(kind.name for kind in kinds), handle, batch)

    def interested_in(self, event_name: str) -> list[str]:
        """The names of the consumers that want to hear of an event."""
        return [consumer.name for consumer in self.by_name.values() if event_name in consumer.events]


consumers = Consumers()


def record(
    actor: Actor, kind: EventKind, subject_type: str, subject_id: int, data: Mapping[str, Any] | None = None
) -> Event:
    """Write what happened, and a delivery for each interested consumer. `data` holds references and numbers, never text."""
    happened = Event(
        name=kind.name,
        at=now(),
        actor_id=actor.person_id,
        subject_type=subject_type,
        subject_id=subject_id,
        data=dict(data or {}),
    )
    db.session.add(happened)
    for name in consumers.interested_in(kind.name):
        db.session.add(Delivery(event=happened, consumer=name, next_try_at=happened.at))
    after_commit(partial(log.info, kind.name, subject=f"{subject_type}:{subject_id}", person=actor.person_id))
    return happened


@operation
def lease_deliveries(consumer: str, limit: int, attempts: int = 0) -> list[int]:
    """Take up to `limit` due deliveries, tried this often before, for two minutes, oldest first; give their ids."""
    due = (
        select(Delivery.id)
        .where(_is_due(consumer), Delivery.attempts == attempts)
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(db.session.scalars(due))
    if ids:
        db.session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(next_try_at=now() + LEASE))
    return ids


def _is_due(consumer: str) -> ColumnElement[bool]:
    return and_(Delivery.consumer == consumer, Delivery.next_try_at <= now())


@operation
def finish_deliveries(ids: Sequence[int]) -> None:
    """Strike out deliveries that were taken in."""
    db.session.execute(delete(Delivery).where(Delivery.id.in_(ids)))


@operation
def postpone_deliveries(ids: Sequence[int], error: str) -> None:
    """Keep deliveries for a later try, each further away than the last, with what went wrong."""
    for delivery in db.session.scalars(select(Delivery).where(Delivery.id.in_(ids))):
        delivery.attempts += 1
        delivery.last_error = error[:2000]
        delivery.next_try_at = now() + min(FIRST_RETRY * 2 ** min(delivery.attempts, 12), LONGEST_RETRY)


def deliver_batch(consumer: Consumer) -> int:
    """Hand one batch of due deliveries to a consumer; give how many were taken in. Errors postpone, and are raised.

    What failed together comes again in ever smaller batches, so that one bad event does not hold up the others for good.
    """
    fewest = select(Delivery.attempts).where(_is_due(consumer.name)).order_by(Delivery.attempts).limit(1)
    attempts = db.session.scalar(fewest)
    if attempts is None:
        return 0
    ids = lease_deliveries(consumer.name, max(1, consumer.batch // SMALLER**attempts), attempts)
    taken = db.session.scalars(
        select(Event).join(Delivery, Delivery.event_id == Event.id).where(Delivery.id.in_(ids)).order_by(Event.id)
    )
    try:
        consumer.handle(list(taken))
    except Exception as problem:
        db.session.rollback()
        postpone_deliveries(ids, f"{type(problem).__name__}: {problem}")
        raise
    finish_deliveries(ids)
    return len(ids)


@operation
def bring_forward(*, tried: bool) -> None:
    """Let all deliveries that wait for a later moment be due now; those tried in vain only if `tried`."""
    waiting = update(Delivery).where(Delivery.next_try_at > now())
    db.session.execute((waiting if tried else waiting.where(Delivery.attempts == 0)).values(next_try_at=now()))


def backlog(consumer: str | None = None, up_to: int | None = None) -> int:
    """How many deliveries wait (those put off after an error included), of those with an id `up_to` this one."""
    waiting = select(func.count()).select_from(Delivery)
    if consumer is not None:
        waiting = waiting.where(Delivery.consumer == consumer)
    if up_to is not None:
        waiting = waiting.where(Delivery.id <= up_to)
    return db.session.scalar(waiting) or 0


def newest_delivery() -> int:
    """The id of the newest delivery that waits; 0 when none does."""
    return db.session.scalar(select(func.max(Delivery.id))) or 0


def troubled_deliveries() -> list[tuple[str, int, int, str]]:
    """For each consumer with deliveries tried in vain: its name, the most attempts, how many they are, and an error."""
    tried = select(Delivery.consumer, func.max(Delivery.attempts), func.count(), func.max(Delivery.last_error))
    rows = db.session.execute(
        tried.where(Delivery.attempts > 0).group_by(Delivery.consumer).order_by(Delivery.consumer)
    )
    return [(consumer, attempts, number, error) for consumer, attempts, number, error in rows]
