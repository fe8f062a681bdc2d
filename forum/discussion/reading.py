"""How far people have read, noted without writing when a page is read.

A page view only leaves a note in this process's memory; a moment later one operation writes the notes of many views at
once. That is right for three reasons. Reading stays fast and works while the database is read-only or busy: a GET never
waits for the one writer, and never fails because of it. Ten views of a page by one person cost one row, not ten commits (a
counter committed on every view was 9 % of a peer's page). And what a crash may take, the notes of the last second, costs
nobody anything but a "new" mark that stays a little longer. The notes of a process wait in that process, so nothing is
shared and nothing needs a lock beyond the one here.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, tuple_

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.discussion.models import ReadMark
from forum.library.models import Post

MOST_NOTES = 10_000


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody has seen a post in this version, and its comments up to this number."""

    person_id: int
    post_id: int
    comment_number: int
    version: int
    at: datetime = field(default_factory=now)


class ReadingNotes:
    """The notes of this process: the furthest reading of each person on each post. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notes: dict[tuple[int, int], Reading] = {}

    def add(self, reading: Reading) -> None:
        """Note a reading. When far too many wait, the database has been away for long: new ones are let go."""
        key = reading.person_id, reading.post_id
        with self._lock:
            known = self._notes.get(key)
            if known is None and len(self._notes) >= MOST_NOTES:
                return
            if known is None or reading.comment_number >= known.comment_number:
                self._notes[key] = reading

    def take(self) -> list[Reading]:
        """Every note; the caller has to see to them now."""
        with self._lock:
            taken, self._notes = self._notes, {}
        return list(taken.values())


notes = ReadingNotes()


@operation
def keep_readings(actor: Actor, readings: Collection[Reading]) -> None:
    """Write down how far people have read; nobody reads backwards. Those of people or posts that are gone are let go."""
    readings = _still_there(readings)
    marks = _marks_of(readings)
    for reading in readings:
        mark = marks.get((reading.person_id, reading.post_id))
        if mark is None:
            mark = ReadMark(person_id=reading.person_id, post_id=reading.post_id, comment_number=0)
            db.session.add(mark)
        mark.comment_number = max(mark.comment_number, reading.comment_number)
        mark.version, mark.read_at = reading.version, reading.at


def _still_there(readings: Collection[Reading]) -> list[Reading]:
    people = set(db.session.scalars(select(Person.id).where(Person.id.in_({one.person_id for one in readings}))))
    posts = set(db.session.scalars(select(Post.id).where(Post.id.in_({one.post_id for one in readings}))))
    return [one for one in readings if one.person_id in people and one.post_id in posts]


def _marks_of(readings: Collection[Reading]) -> dict[tuple[int, int], ReadMark]:
    keys = [(one.person_id, one.post_id) for one in readings]
    query = select(ReadMark).where(tuple_(ReadMark.person_id, ReadMark.post_id).in_(keys)).with_for_update()
    return {(mark.person_id, mark.post_id): mark for mark in db.session.scalars(query)}
