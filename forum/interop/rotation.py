"""Which backups stay: the newest ones, and one for each of some weeks and months. The last good one is never taken away."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from forum.core.errors import ForumError
from forum.core.text import message as _
from forum.interop.backups import MANIFEST, PARTIAL, Manifest, alone_in, read_backup
from forum.interop.dump_checks import rows_in

NAME = re.compile(r"passerelle-(\d{8}T\d{6}Z)(?:-(\d+))?")
Period = Callable[[datetime], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Keep:
    """So many of the newest backups, and the newest of each of so many weeks and months that have one."""

    newest: int = 0
    weekly: int = 0
    monthly: int = 0

    def __bool__(self) -> bool:
        """Whether there is an end to what is kept."""
        return bool(self.newest or self.weekly or self.monthly)


@dataclass(frozen=True, slots=True, order=True)
class Backup:
    """A complete backup in the order they were made."""

    made_at: datetime
    number: int
    path: Path


def backups_in(target: Path) -> list[Backup]:
    """The complete backups of a folder, the newest first."""
    found = []
    for path in target.iterdir() if target.is_dir() else ():
        name = NAME.fullmatch(path.name)
        if name and (path / MANIFEST).is_file():
            moment = datetime.strptime(name[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            found.append(Backup(moment, int(name[2] or 1), path))
    return sorted(found, reverse=True)


def staying(found: list[Backup], keep: Keep) -> set[Path]:
    """Those that stay, of the newest first; the newest of all is always one of them."""
    newest = [one.path for one in found[: max(keep.newest, 1)]]
    weeks = firsts(found, lambda moment: tuple(moment.isocalendar())[:2], keep.weekly)
    return {*newest, *weeks, *firsts(found, lambda moment: (moment.year, moment.month), keep.monthly)}


def firsts(found: list[Backup], period: Period, number: int) -> list[Path]:
    """The newest of each of the newest so many periods."""
    by_period: dict[tuple[int, ...], Path] = {}
    for one in found:
        by_period.setdefault(period(one.made_at), one.path)
    return list(by_period.values())[:number]


def rotate(target: Path, keep: Keep) -> int:
    """Take away the backups that need not stay; give how many. Each loses its name first, so that half a one is none."""
    found = backups_in(target)
    stays = staying(found, keep)
    gone = [one.path for one in found if one.path not in stays]
    with alone_in(target):
        for path in gone:
            nameless = path.with_name(f"{PARTIAL}{path.name}")
            path.rename(nameless)
            shutil.rmtree(nameless)
    return len(gone)


def verify_backup(folder: Path) -> Manifest:
    """The manifest of a backup of which every file, and every row of the database, could be read. Raises `ForumError`."""
    manifest = read_backup(folder)
    found = rows_in(folder, manifest["rows"])
    wrong = sorted(name for name, number in manifest["rows"].items() if found[name] != number)
    if wrong:
        raise ForumError(_("These tables differ from the backup: %(names)s.", names=", ".join(wrong)))
    return manifest


def newest_backup(folder: Path) -> Path:
    """The folder itself when it is a backup, else the newest backup in it, else the folder."""
    found = [] if (folder / MANIFEST).is_file() else backups_in(folder)
    return found[0].path if found else folder
