"""The time of day, in one place, so that tests can move it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """This moment, with its time zone (UTC)."""
    return datetime.now(UTC)


def hourly(*chores: Callable[[], object]) -> Callable[[], None]:
    """One chore that does all of these, the first time it is called and then once an hour however often it is."""
    next_at = now()

    def run() -> None:
        nonlocal next_at
        if now() >= next_at:
            next_at = now() + timedelta(hours=1)
            for chore in chores:
                chore()

    return run


def hourly_until_done(chore: Callable[[], bool]) -> Callable[[], None]:
    """One chore that is called every time while it says that something is left, and else once an hour."""
    next_at = now()

    def run() -> None:
        nonlocal next_at
        if now() >= next_at and not chore():
            next_at = now() + timedelta(hours=1)

    return run
