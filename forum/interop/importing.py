"""Import of interchange files: idempotent by (source, type, ref), in bounded memory, no line half in.

Types go in one after another (organisations before their people, posts before their comments), so a file may hold its
lines in any order. Links between objects of one type (a parent, an original) are made after all of that type are in.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.errors import Conflict, ForumError
from forum.core.text import Message
from forum.core.text import message as _
from forum.interop import takers
from forum.interop.known import Defaults, Known, Waits
from forum.interop.lines import Rejected
from forum.interop.sourcefile import Entry, Refusal, SourceFile, entries, scan
from forum.interop.takers import Taker

BATCH = 200
ORDER = ("concept", "organisation", "person", "membership", "post", "comment")


@dataclass(slots=True)
class Report:
    """What an import did: counts of imported, updated, unchanged and rejected lines, and the refusals."""

    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Count and keep lines that were not taken in."""
        for refusal in refusals:
            self.counts["rejected"] += 1
            self.refusals.append(refusal)


class TrialOver(Exception):
    """Ends a trial, so that nothing of it stays."""


@dataclass(slots=True)
class Import:
    """One run over one file."""

    source: str
    defaults: Defaults
    dry_run: bool = False
    on_progress: Callable[[int], None] | None = None
    report: Report = field(default_factory=Report)

    def refuse(self, entry: Entry, reason: Message) -> None:
        """Keep a line with the reason why it was not taken in."""
        self.report.refuse([Refusal(entry.number, entry.raw, str(reason))])


def import_file(
    path: Path,
    source: str,
    *,
    defaults: Defaults | None = None,
    dry_run: bool = False,
    on_start: Callable[[int], None] | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Report:
    """Take a file in. Lines that cannot be taken go to `FILE.rejected.jsonl`; the others still go in.

    Raises `ForumError` when the file itself cannot be read, or a default does not exist.
    """
    run = Import(source, defaults or Defaults(), dry_run, on_progress)
    found = scan(path)
    run.report.refuse(found.refusals)
    if on_start:
        on_start(found.total())
    with trial() if dry_run else nullcontext():
        for type_name in ORDER:
            take_type(run, found, type_name)
    write_refusals(path, run.report.refusals)
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


def forget(run: Import) -> None:
    """Let go of the objects of a batch, so that memory stays bounded."""
    if run.dry_run:
        db.session.flush()
        db.session.expunge_all()
    else:
        db.session.remove()


def take_type(run: Import, found: SourceFile, type_name: str) -> None:
    """Take in every line of one type, those that wait for another in further rounds; then link them."""
    taker = takers.TAKERS[type_name]
    waiting = take_round(run, taker, entries(found, type_name))
    while waiting:
        left = take_round(run, taker, waiting)
        if len(left) == len(waiting):
            for entry in left:
                run.refuse(entry, entry.waits_for)
            break
        waiting = left
    if taker.link is not None:
        for batch in batches(entries(found, type_name), BATCH):
            link_batch(run, taker, [entry for entry in batch if isinstance(entry, Entry)])


def take_round(run: Import, taker: Taker, round_: Iterable[Entry | Refusal]) -> list[Entry]:
    """Take lines in batches; give those that still wait for another line."""
    return [entry for batch in batches(round_, BATCH) for entry in take_batch(run, taker, batch)]


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def take_batch(run: Import, taker: Taker, batch: Sequence[Entry | Refusal]) -> list[Entry]:
    """Take a batch in one transaction; should the database refuse it, line by line. Give those that wait."""
    taken = [entry for entry in batch if isinstance(entry, Entry)]
    run.report.refuse(refusal for refusal in batch if isinstance(refusal, Refusal))
    try:
        outcomes = take_entries(run, taker, taken)
    except (Conflict, SQLAlchemyError):
        outcomes = [take_alone(run, taker, entry) for entry in taken]
    waiting = [entry for entry, outcome in zip(taken, outcomes, strict=True) if outcome == "waits"]
    run.report.counts.update(outcome for outcome in outcomes if outcome not in ("waits", "rejected"))
    forget(run)
    if run.on_progress:
        run.on_progress(len(batch) - len(waiting))
    return waiting


def take_alone(run: Import, taker: Taker, entry: Entry) -> str:
    """Take one line in a transaction of its own."""
    try:
        return take_entries(run, taker, [entry])[0]
    except Conflict as problem:
        run.refuse(entry, problem.sentence)
    except SQLAlchemyError:
        run.refuse(entry, _("The database refused this line."))
    return "rejected"


def take_entries(run: Import, taker: Taker, batch: Sequence[Entry]) -> list[str]:
    """Take lines in one transaction; give for each what became of it."""
    with transaction(), db.session.begin_nested():
        known = Known.for_lines(run.source, [entry.line for entry in batch], run.defaults)
        return [take_entry(run, taker, entry, known) for entry in batch]


def take_entry(run: Import, taker: Taker, entry: Entry, known: Known) -> str:
    """Take one line: `imported`, `updated`, `unchanged`, `rejected`, or `waits` for another line."""
    line, mark = entry.line, fingerprint(entry.raw, run.defaults)
    origin = known.origins.get((line.type, line.ref))
    if origin is not None and origin.fingerprint == mark:
        return "unchanged"
    try:
        subject_id, changed = taker.take(SYSTEM, line, known, origin.subject_id if origin else None)
    except Waits as wait:
        entry.waits_for = wait.reason
        return "waits"
    except Rejected as rejected:
        run.refuse(entry, rejected.reason)
        return "rejected"
    except ForumError as problem:
        run.refuse(entry, problem.sentence)
        return "rejected"
    known.remember(line, subject_id, mark)
    if origin is not None:
        return "updated"
    return "imported" if changed else "unchanged"


def link_batch(run: Import, taker: Taker, batch: Sequence[Entry]) -> None:
    """Make the links of these lines to others of their own type; unknown ones are reported, the object itself stays."""
    if taker.link is None:
        return
    with transaction():
        known = Known.for_lines(run.source, [entry.line for entry in batch], run.defaults)
        for entry in batch:
            origin = known.origins.get((entry.line.type, entry.line.ref))
            if origin is not None:
                taker.link(entry.line, known, origin.subject_id)
    forget(run)


def fingerprint(raw: bytes, defaults: Defaults) -> str:
    """A hash of what a line says, whatever the order of its fields, and of the defaults it was read with."""
    found = json.loads(raw)
    text = json.dumps([found, defaults.organisation, defaults.author], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write_refusals(path: Path, refusals: Sequence[Refusal]) -> Path | None:
    """Write the refused lines with their reasons beside the file; remove an older list when there are none."""
    target = path.with_name(f"{path.name}.rejected.jsonl")
    if not refusals:
        target.unlink(missing_ok=True)
        return None
    with target.open("w", encoding="utf-8") as file:
        for refusal in sorted(refusals, key=lambda one: one.number):
            raw = refusal.raw.decode("utf-8", "replace")
            file.write(
                json.dumps({"line": refusal.number, "reason": refusal.reason, "raw": raw}, ensure_ascii=False) + "\n"
            )
    return target
