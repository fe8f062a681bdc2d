"""The scale of evidence, 0 to 5: how sure one can be, not how large an effect is. Levels are words in `forum/web/wording`.

The author of a practice claims up to 2 (`details["evidence_claimed"]`); moderators set any level, with a source from 3 on.
What they set counts, else what is claimed. A level that was set more than five years ago should be looked at again.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func

from forum.library.kinds import KINDS
from forum.library.models import Post

CLAIM = "evidence_claimed"
LEVELS = range(6)
SOURCED_FROM, REPEATED_FROM = 3, 4
GOOD_FOR_YEARS = 5

LEVEL: ColumnElement[int | None] = func.coalesce(Post.evidence_level, Post.details[CLAIM].as_integer())
"""The level of a post, as a value for any SELECT."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The level of a post as readers see it; `set_on` is None for a claim of its author."""

    level: int
    set_on: date | None = None

    @property
    def is_claimed(self) -> bool:
        """Whether only the author says so."""
        return self.set_on is None

    def is_old(self, today: date) -> bool:
        """Whether it was set so long ago that it should be looked at again."""
        return self.set_on is not None and today > good_until(self.set_on)


def has_evidence(kind: str) -> bool:
    """Whether posts of a kind have a level of evidence."""
    return CLAIM in KINDS[kind].by_name


def level_of(post: Any) -> int | None:
    """The level of a post, or of a row with its details: what moderators set, else what its author claims."""
    claimed: int | None = post.details.get(CLAIM)
    return claimed if post.evidence_level is None else post.evidence_level


def evidence_of(post: Post) -> Evidence | None:
    """The level of a post with its date; None when nobody said anything, and for kinds without evidence."""
    level = level_of(post) if has_evidence(post.kind) else None
    return None if level is None else Evidence(level, post.evidence_set_on if post.evidence_level is not None else None)


def good_until(set_on: date) -> date:
    """The last day on which a level needs no new look."""
    return _years_from(set_on, GOOD_FOR_YEARS)


def oldest_good(today: date) -> date:
    """The day of the oldest levels that need no new look: the same rule, for many at once."""
    return _years_from(today, -GOOD_FOR_YEARS)


def _years_from(day: date, years: int) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if is_leap_day else day.day)
