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
from typing import TypeVar

from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.errors import ForumError
from forum.core.text import CONTROL_CHARACTERS
from forum.core.text import message as _
from forum.interop.batches import Source, take_batch
from forum.interop.known import Defaults
from forum.interop.lines import TYPES
from forum.interop.sourcefile import Entry, Refusal, SourceFile, scan

BATCH = 100
SOURCE_LENGTH = 60
REST = 0.5  # of the time that a batch took, where others want to write too
T = TypeVar("T")
Step = Callable[[int], None]


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


@dataclass(slots=True)
class Import:
    """One run over one file. `is_gentle` leaves time for others to write in between."""

    source: Source
    is_trial: bool = False
    is_gentle: bool = False
    on_progress: Step | None = None
    report: Report = field(default_factory=Report)


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
    if not 0 < len(source) <= SOURCE_LENGTH or CONTROL_CHARACTERS.search(source):
        raise ForumError(_("Give the source a name of 1 to %(most)s characters with --source.", most=SOURCE_LENGTH))
    run = Import(Source(source, defaults or Defaults()), is_trial, is_gentle, on_progress)
    found = scan(path)
    run.report.refuse(found.refusals)
    if on_start:
        on_start(found.total())
    with trial() if is_trial else nullcontext():
        for type_name in TYPES:
            take_type(run, found, type_name)
        run.source.links.settle(SYSTEM, source)
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
    return [waiting for batch in batches(lines, BATCH) for waiting in take_and_count(run, batch)]


def batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    while batch := list(islice(items, size)):
        yield batch


def take_and_count(run: Import, batch: Sequence[Entry]) -> list[Refusal]:
    """Take a batch and count what became of it; give the lines that wait."""
    started = time.monotonic()
    outcomes = take_batch(run.source, batch)
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
