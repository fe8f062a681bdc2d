"""The time of day, in one place, so that tests can move it."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, with its time zone (UTC)."""
    return datetime.now(UTC)
