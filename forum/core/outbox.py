"""How the outbox stands: what waits for each consumer, since when, and what nobody took away in time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Delivery, Event, consumers


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one consumer: how many deliveries, the seconds since the oldest happened, how many failed already.

    `overdue` is for how many seconds the one that should be taken next could have been: long only when no worker works.
    """

    consumer: str
    number: int = 0
    age: float = 0.0
    overdue: float = 0.0
    failed: int = 0


def waiting_deliveries() -> list[Waiting]:
    """One entry for each consumer of this process, in one statement."""
    moment = now()
    rows = db.session.execute(
        select(
            Delivery.consumer,
            func.count(),
            func.min(Event.at),
            func.min(Delivery.next_try_at),
            func.sum(case((Delivery.attempts > 0, 1), else_=0)),
        )
        .join(Event, Event.id == Delivery.event_id)
        .group_by(Delivery.consumer)
    )
    found = {
        name: Waiting(name, number, seconds_since(oldest, moment), seconds_since(due, moment), int(failed))
        for name, number, oldest, due, failed in rows
    }
    return [found.get(name) or Waiting(name) for name in sorted({*consumers.by_name, *found})]


def seconds_since(earlier: datetime | None, moment: datetime) -> float:
    """The seconds from one moment to a later one; none before it."""
    return max(0.0, (moment - earlier).total_seconds()) if earlier else 0.0
