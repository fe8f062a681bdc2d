"""What moderators did in a year, in numbers: what art. 15 and 24 of the Digital Services Act ask a platform to publish."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func, select

from forum.core.clock import now
from forum.core.db import db
from forum.curation.models import Appeal, Decision, Flag


@dataclass(frozen=True, slots=True)
class Summary:
    """One year: reports by reason, decisions by action and ground, appeals by outcome; how long answers took (the median)."""

    year: int
    reports: dict[str, int]
    actions: dict[str, int]
    grounds: dict[str, int]
    appeals: dict[str, int]
    time_to_decide: timedelta | None
    time_to_appeal: timedelta | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened in that year."""
        return not (self.reports or self.actions or self.appeals)


def summary_of(year: int) -> Summary:
    """The numbers of a year, counted by when something was sent or decided; no person and no post is named."""
    within = _within(Decision.decided_at, year)
    return Summary(
        year=year,
        reports=_counted(Flag.reason, *_within(Flag.created_at, year)),
        actions=_counted(Decision.action, *within),
        grounds=_counted(Decision.ground, *within, Decision.action != "none"),
        appeals=_counted(Appeal.outcome, *_within(Appeal.created_at, year)),
        time_to_decide=_median(Flag.created_at, Flag.resolved_at, year),
        time_to_appeal=_median(Appeal.created_at, Appeal.decided_at, year),
    )


def years_with_reports() -> list[int]:
    """This year, and those back to the first report or decision, the latest first."""
    firsts = [db.session.scalar(select(func.min(column))) for column in (Flag.created_at, Decision.decided_at)]
    this = now().year
    return list(range(this, min([this, *(first.year for first in firsts if first)]) - 1, -1))


def _within(column: Any, year: int) -> tuple[ColumnElement[bool], ...]:
    return column >= datetime(year, 1, 1, tzinfo=UTC), column < datetime(year + 1, 1, 1, tzinfo=UTC)


def _counted(column: Any, *conditions: ColumnElement[bool]) -> dict[str, int]:
    counted = select(column, func.count()).where(*conditions).group_by(column)
    return {str(row[0]): int(row[1]) for row in db.session.execute(counted)}


def _median(begin: Any, end: Any, year: int) -> timedelta | None:
    """The median of the time from sending to answering, of what was answered in the year."""
    pairs = db.session.execute(select(begin, end).where(*_within(end, year))).all()
    return median(answered - sent for sent, answered in pairs) if pairs else None
