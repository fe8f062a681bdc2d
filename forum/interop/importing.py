"""Import of interchange files: idempotent by (source, type, ref), in bounded memory, no line half in.

Types go in one after another (organisations before their people, posts before their comments), so a file may hold its
lines in any order. Lines that name one of their own type further on wait and go in later rounds.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

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
from forum.interop.lines import TYPES, Rejected, first_problem
from forum.interop.links import Links
from forum.interop.sourcefile import Entry, Refusal, SourceFile, scan
from forum.interop.takers import TAKERS

BATCH = 100
SOURCE_LENGTH = 60
REST = 0.5  # of the time that a batch took, where others want to write too
T = TypeVar("T")
Step = Callable[[int], None]
log = structlog.get_logger()


@dataclass(slots=True)
class Report:
    """What an import did: lines by what became of them, the refused ones, and fields that nobody here knows."""

    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Count and keep lines that were not taken in."""
        before = len(self.refusals)
        self.refusals.extend(refusals)
        self.counts["rejected"] += len(self.refusals) - before


class Outcome(NamedTuple):
    """What became of a line: `imported`, `updated`, `unchanged`, `rejected`, or `waits` for another; and why."""

    word: str
    reason: str = ""
    ignored: tuple[str, ...] = ()


@dataclass(slots=True)
class Import:
    """One run over one file. `is_gentle` leaves time for others to write in between."""

    source: str
    defaults: Defaults
    is_trial: bool = False
    is_gentle: bool = False
    on_progress: Step | None = None
    report: Report = field(default_factory=Report)
    links: Links = field(default_factory=Links)


class TrialOver(Exception):
    """Ends a trial, so that nothing of it stays."""


def import_file(
    path: Path,
    source: str,
    *,
    defaults: Defaults | None = None,
    is_trial: bool = False,
    is_gentle: bool = False,
    on_start: Step | None = None,
    on_progress: Step | None = None,
) -> Report:
    """Take a file in; lines that cannot be taken are in the report, the others still go in.

    Raises `ForumError` when the file itself cannot be read, or the database gives up.
    """
    if not 0 < len(source) <= SOURCE_LENGTH:
        raise ForumError(_("Give the source a name of 1 to %(most)s characters with --source.", most=SOURCE_LENGTH))
    run = Import(source, defaults or Defaults(), is_trial, is_gentle, on_progress)
    found = scan(path)
    run.report.refuse(found.refusals)
    if on_start:
        on_start(found.total())
    with trial() if is_trial else nullcontext():
        for type_name in TYPES:
            take_type(run, found, type_name)
        run.links.settle(SYSTEM, source)
    return run.report


@contextmanager
def trial() -> Iterator[None]:
    """One transaction around everything, of which nothing stays."""
    try:
        with transaction():
            yield
            raise TrialOver
    except TrialOver:
        db.session.remove()


def take_type(run: Import, found: SourceFile, type_name: str) -> None:
    """Take in every line of one type, those that wait for another in further rounds."""
    waiting = take_round(run, found.entries(found.places[type_name]))
    while waiting:
        # Backwards, so that a file that names parents before their children needs as few rounds as the other way round.
        left = take_round(run, found.entries((one.number, one.offset) for one in reversed(waiting)))
        if len(left) == len(waiting):
            run.report.refuse(left)
            advance(run, len(left))
            break
        waiting = left


def take_round(run: Import, lines: Iterator[Entry]) -> list[Refusal]:
    """Take lines in batches; give those that still wait for another line."""
    return [waiting for batch in batches(lines, BATCH) for waiting in take_batch(run, batch)]


def batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    while batch := list(islice(items, size)):
        yield batch


def take_batch(run: Import, batch: Sequence[Entry]) -> list[Refusal]:
    """Take a batch in one transaction and count what became of it; give the lines that wait."""
    started = time.monotonic()
    outcomes = take_entries(run, batch)
    refusals = [Refusal(entry.number, entry.offset, one.reason) for entry, one in zip(batch, outcomes, strict=True)]
    waiting = [refusal for refusal, one in zip(refusals, outcomes, strict=True) if one.word == "waits"]
    run.report.refuse(refusal for refusal, one in zip(refusals, outcomes, strict=True) if one.word == "rejected")
    for one in outcomes:
        run.report.ignored.update(one.ignored)
        if one.word not in ("waits", "rejected"):
            run.report.counts[one.word] += 1
    forget(run)
    advance(run, len(batch) - len(waiting))
    if run.is_gentle:
        time.sleep((time.monotonic() - started) * REST)
    return waiting


def advance(run: Import, lines: int) -> None:
    """Move the progress bar."""
    if run.on_progress:
        run.on_progress(lines)


def forget(run: Import) -> None:
    """Let go of the objects of a batch, so that memory stays bounded."""
    if run.is_trial:
        db.session.flush()
        db.session.expunge_all()
    else:
        db.session.remove()


def take_entries(run: Import, batch: Sequence[Entry]) -> list[Outcome]:
    """Take lines together; when one of them makes trouble, all of them again, each by itself."""
    try:
        with transaction(), db.session.begin_nested():
            return take_together(run, batch)
    except Exception as problem:
        give_up_if_lost(problem)
    with transaction():
        return [take_alone(run, entry) for entry in batch]


def give_up_if_lost(problem: Exception) -> None:
    """Raise `ForumError` where no line is to blame: the disk is full, or the database is gone or busy."""
    if isinstance(problem, OperationalError):
        reason = str(problem.orig).strip()
        sentence = _(
            "The database stopped the import: %(reason)s. What came in so far stays. Import the same file again to go on.",
            reason=reason,
        )
        raise ForumError(sentence) from problem


def take_alone(run: Import, entry: Entry) -> Outcome:
    """Take one line so that nothing of it stays when it cannot be taken."""
    try:
        with db.session.begin_nested():
            return take_together(run, [entry])[0]
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


def take_together(run: Import, batch: Sequence[Entry]) -> list[Outcome]:
    """Take lines one after another; what came in is written down at the end."""
    names = Names.for_lines(run.source, [entry.found for entry in batch], run.defaults)
    subjects = [known.subject_id for entry in batch if (known := names.objects.get((entry.type, entry.ref)))]
    loaded = TAKERS[batch[0].type].load(subjects) if subjects else []
    outcomes = [take_entry(run, entry, names) for entry in batch]
    names.keep()
    del loaded  # held until here, for the session alone would let go of it
    return outcomes


def take_entry(run: Import, entry: Entry, names: Names) -> Outcome:
    """Take one line. Problems that show before anything is written are its outcome; others are raised."""
    before = names.objects.get((entry.type, entry.ref))
    mark = fingerprint(entry.found, run.defaults)
    if before is not None and before.fingerprint == mark:
        run.links.note(entry, before.subject_id)
        return Outcome("unchanged")
    if entry.repeats is not None:
        reason = _(
            "Line %(line)s has the ref %(ref)s already. Give each object its own.", line=entry.repeats, ref=entry.ref
        )
        return Outcome("rejected", str(reason))
    try:
        line = checked(entry, names)
        subject_id, changed = TAKERS[entry.type].take(SYSTEM, line, names, before.subject_id if before else None)
    except Waits as wait:
        return Outcome("waits", str(wait.reason))
    except Rejected as rejected:
        return Outcome("rejected", str(rejected.reason))
    names.remember(entry.type, entry.ref, subject_id, mark)
    if names.original(line.values.get("translation_of")) is None:
        run.links.note(entry, subject_id)
    if not changed:
        return Outcome("unchanged", ignored=line.ignored)
    return Outcome("updated" if before else "imported", ignored=line.ignored)


def checked(entry: Entry, names: Names) -> Line:
    """The line, its mentions by id. Raises `Rejected`."""
    body = body_of(entry.found)
    return check_line({**entry.found, "body": mentions.with_ids(body, names.find)} if body else entry.found)
