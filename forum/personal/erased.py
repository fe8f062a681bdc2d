"""The list of who closed their account, kept as a file beside the data and beside the backups.

A backup made before somebody left holds them still. `forum restore` reads these lists and erases them again. A line is a number
and a moment: {"person": 7, "erased_at": "2026-11-28T21:00:00+00:00"}.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select

from forum.accounts.models import Person
from forum.core.db import db
from forum.personal.erasing import erase_again

FILE = "erased.jsonl"
Erased = dict[tuple[int, str], datetime]

log = structlog.get_logger()


def keep_erased_list(data_dir: Path) -> None:
    """Add to the list whom the database knows as erased. What cannot be written now is written within the hour."""
    rows = db.session.execute(select(Person.id, Person.erased_at).where(Person.erased_at.is_not(None)))
    found = {(number, moment.isoformat()): moment for number, moment in rows if moment}
    try:
        _add(data_dir / FILE, found)
    except OSError as problem:
        log.warning("the list of erased people cannot be written", error=str(problem))


def copy_erased_list(data_dir: Path, target: Path) -> None:
    """Put the list beside the backups."""
    _add(target / FILE, _read(data_dir / FILE))


def replay_erased_lists(*folders: Path) -> int:
    """Erase again whom these folders' lists name and the restored database still knows; give how many."""
    found: Erased = {}
    for folder in folders:
        found |= _read(folder / FILE)
    return sum(erase_again(number, moment) for (number, _written), moment in sorted(found.items()))


def _add(path: Path, erased: Erased) -> None:
    """Append what a list does not hold yet; it is on the disk when this returns."""
    known = _read(path)
    new = [_line(*key) for key in sorted(erased) if key not in known]
    if not new:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write("".join(new))
        file.flush()
        os.fsync(file.fileno())


def _line(number: int, moment: str) -> str:
    return json.dumps({"person": number, "erased_at": moment}) + "\n"


def _read(path: Path) -> Erased:
    return dict(_entries(path.read_text(encoding="utf-8").splitlines())) if path.is_file() else {}


def _entries(lines: Iterable[str]) -> Iterable[tuple[tuple[int, str], datetime]]:
    """What the lines say; a line that a power cut left half written is passed over."""
    for line in lines:
        try:
            entry = json.loads(line)
            yield (int(entry["person"]), str(entry["erased_at"])), datetime.fromisoformat(entry["erased_at"])
        except (ValueError, LookupError, TypeError):
            log.warning("a line of the list of erased people cannot be read")
