"""The time of day, in one place, so that tests can move it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """This moment, with its time zone (UTC)."""
    return datetime.now(UTC)


def is_hour_over(last: datetime | None) -> bool:
    """Whether something last done then is due, as it is when the clock was set back since."""
    return last is None or not timedelta() <= now() - last < timedelta(hours=1)


def hourly(*chores: Callable[[], object]) -> Callable[[], None]:
    """One chore that does all of these, the first time it is called and then once an hour however often it is."""
    last: datetime | None = None

    def run() -> None:
        nonlocal last
        if is_hour_over(last):
            last = now()
            for chore in chores:
                chore()

    return run


def hourly_until_done(chore: Callable[[], bool]) -> Callable[[], None]:
    """One chore that is called every time while it says that something is left, and else once an hour."""
    last: datetime | None = None

    def run() -> None:
        nonlocal last
        if is_hour_over(last) and not chore():
            last = now()

    return run
