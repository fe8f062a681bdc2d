"""A batch of lines: taken together in one transaction or, when one of them makes trouble, each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import structlog
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.errors import ForumError, Invalid
from forum.core.text import message as _
from forum.interop import mentions
from forum.interop.checks import Line, check_line
from forum.interop.fingerprints import fingerprint
from forum.interop.known import Defaults, Names, Waits, body_of
from forum.interop.lines import Rejected, first_problem
from forum.interop.links import Links
from forum.interop.sourcefile import Entry
from forum.interop.takers import TAKERS, Postponed

log = structlog.get_logger()
Later = list[tuple[Entry, Any]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where lines come from: its name, what fills the gaps of its lines, and the links between its posts."""

    name: str
    defaults: Defaults
    links: Links = field(default_factory=Links)


class Outcome(NamedTuple):
    """What became of a line: `imported`, `updated`, `unchanged`, `rejected`, or `waits` for another; and why."""

    word: str
    reason: str = ""
    ignored: tuple[str, ...] = ()


def take_batch(source: Source, batch: Sequence[Entry]) -> list[Outcome]:
    """Take lines of one type, all or each by itself; what became of each. Raises `ForumError` when the database gives up."""
    try:
        with transaction(), db.session.begin_nested():
            return take_together(source, batch)
    except Exception as problem:
        give_up_if_lost(problem)
    with transaction():
        return [take_alone(source, entry) for entry in batch]


def give_up_if_lost(problem: Exception) -> None:
    """Raise `ForumError` where no line is to blame: the disk is full, or the database is gone or busy."""
    if isinstance(problem, OperationalError):
        reason = str(problem.orig).strip()
        sentence = _(
            "The database stopped the import: %(reason)s. What came in so far stays. Import the same file again to go on.",
            reason=reason,
        )
        raise ForumError(sentence) from problem


def take_alone(source: Source, entry: Entry) -> Outcome:
    """Take one line so that nothing of it stays when it cannot be taken."""
    try:
        with db.session.begin_nested():
            return take_together(source, [entry])[0]
    except Invalid as problem:
        return Outcome("rejected", str(first_problem(problem)))
    except ForumError as problem:
        return Outcome("rejected", str(problem.sentence))
    except SQLAlchemyError as problem:
        give_up_if_lost(problem)
        log.warning("import: the database refused a line", line=entry.number, error=str(problem))
        return Outcome("rejected", str(_("The database refused this line.")))
    except Exception as problem:
        # One line that nobody thought of must not stop the others.
        log.exception("import: a line could not be taken in", line=entry.number)
        return Outcome("rejected", str(_("This line could not be taken in: %(problem)s", problem=repr(problem)[:200])))


def take_together(source: Source, batch: Sequence[Entry]) -> list[Outcome]:
    """Take lines one after another, then add what was postponed; at the end write down where all of it came from."""
    taker, later = TAKERS[batch[0].type], Later()
    names = Names.for_lines(source.name, [entry.found for entry in batch], source.defaults)
    subjects = [known.subject_id for entry in batch if (known := names.objects.get((entry.type, entry.ref)))]
    loaded = taker.load(filter(None, subjects)) if subjects else []
    outcomes = [take_entry(source, entry, names, later) for entry in batch]
    added = taker.add(SYSTEM, [request for _entry, request in later])
    for (entry, _request), subject_id in zip(later, added, strict=True):
        remember(source, entry, names, subject_id)
    names.keep()
    del loaded  # held until here, for the session alone would let go of it
    return outcomes


def take_entry(source: Source, entry: Entry, names: Names, later: Later) -> Outcome:
    """Take one line. Problems that show before anything is written are its outcome; others are raised."""
    before = names.objects.get((entry.type, entry.ref))
    if before is not None and before.fingerprint == fingerprint(entry.found, source.defaults):
        source.links.note(entry, before.subject_id)
        return Outcome("unchanged")
    if entry.repeats is not None:
        reason = _(
            "Line %(line)s has the ref %(ref)s already. Give each object its own.", line=entry.repeats, ref=entry.ref
        )
        return Outcome("rejected", str(reason))
    try:
        line = checked(entry, names)
        taken = TAKERS[entry.type].take(SYSTEM, line, names, before.subject_id if before else None)
    except Waits as wait:
        return Outcome("waits", str(wait.reason))
    except Rejected as rejected:
        return Outcome("rejected", str(rejected.reason))
    word = "updated" if before else "imported"
    if isinstance(taken, Postponed):
        later.append((entry, taken.request))
        remember(source, entry, names, None)
    else:
        remember(source, entry, names, taken[0])
        word = word if taken[1] else "unchanged"
    return Outcome(word, ignored=line.ignored)


def checked(entry: Entry, names: Names) -> Line:
    """The line, its mentions by id. Raises `Rejected`."""
    body = body_of(entry.found)
    return check_line({**entry.found, "body": mentions.with_ids(body, names.find)} if body else entry.found)


def remember(source: Source, entry: Entry, names: Names, subject_id: int | None) -> None:
    """Note where an object came from, and what it translates; without an id, that it will come."""
    names.remember(entry.type, entry.ref, subject_id, fingerprint(entry.found, source.defaults))
    source.links.note(entry, subject_id)
