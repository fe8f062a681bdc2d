"""In which mode the site is: open, read-only, or closed for maintenance. docs/degradation.md says what follows from each.

An operator chooses by a file in the data directory (`forum read-only on`), which outlives restarts. By itself every
process goes read-only while too little space is free, and for some seconds after a write that failed; nothing has to be
started again. To ask costs next to nothing: what was found holds for a second.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

FILE = "mode"
LOOK_EVERY = 1.0
FAILED_SECONDS = 5.0
MEGABYTE = 1024 * 1024
ROOM_FOR_FILES = 2
REASON_LENGTH = 200


class Mode(Enum):
    """What people can do."""

    OPEN = "open"
    READ_ONLY = "read-only"
    MAINTENANCE = "maintenance"


class Cause(Enum):
    """Why the site is not open: an operator said so, the disk is nearly full, or a write failed just now."""

    NONE = ""
    OPERATOR = "operator"
    SPACE = "space"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Standing:
    """The mode of the site, why it is in it, the operator's words, and whether there is room for uploads."""

    mode: Mode = Mode.OPEN
    cause: Cause = Cause.NONE
    reason: str = ""
    takes_files: bool = True

    @property
    def takes_writes(self) -> bool:
        """Whether anything may be saved."""
        return self.mode is Mode.OPEN


class Watch:
    """Looks after one data directory; `places` are the directories that need `enough` bytes free."""

    def __init__(self, data_dir: Path, places: Iterable[Path], enough: int):
        self.data_dir = data_dir
        self.places = tuple(places)
        self.enough = enough
        self.failed_until = 0.0
        self.look_at = 0.0
        self.found = Standing()

    def standing(self) -> Standing:
        """What holds now, at most a second old."""
        if time.monotonic() >= self.look_at:
            self.found = self.look()
            self.look_at = time.monotonic() + LOOK_EVERY
        return self.found

    def look(self) -> Standing:
        """Look at the operator's file, at what failed, and at the disk."""
        chosen = chosen_mode(self.data_dir)
        if chosen.mode is not Mode.OPEN:
            return chosen
        if time.monotonic() < self.failed_until:
            return Standing(Mode.READ_ONLY, Cause.FAILURE, takes_files=False)
        free = self.free()
        if free < self.enough:
            return Standing(Mode.READ_ONLY, Cause.SPACE, takes_files=False)
        return Standing(takes_files=free >= ROOM_FOR_FILES * self.enough)

    def free(self) -> int:
        """The bytes that are free where there are fewest; none where a place is gone."""
        try:
            return min(shutil.disk_usage(place).free for place in self.places)
        except OSError:
            return 0

    def note_failure(self) -> None:
        """A write failed for want of room or time: stop writing for a few seconds, then try again."""
        self.failed_until = time.monotonic() + FAILED_SECONDS
        self.look_at = 0.0

    def forget(self) -> None:
        """Look anew at once, at a failure too."""
        self.failed_until = self.look_at = 0.0


_watch: dict[str, Watch] = {}


def watch(data_dir: Path, places: Iterable[Path], enough: int) -> None:
    """Tell this process where its site lives."""
    _watch["site"] = Watch(data_dir, places, enough)


def standing() -> Standing:
    """The mode of the site now."""
    return _watch["site"].standing() if _watch else Standing()


def note_failure() -> None:
    """A write failed just now for want of room or time."""
    if _watch:
        _watch["site"].note_failure()


def look_again() -> None:
    """Forget what was found a moment ago."""
    if _watch:
        _watch["site"].forget()


def choose_mode(data_dir: Path, mode: Mode, reason: str = "") -> None:
    """Set the mode as an operator, for every process of this data directory, until it is set again."""
    place = data_dir / FILE
    if mode is Mode.OPEN:
        place.unlink(missing_ok=True)
        return
    descriptor, name = tempfile.mkstemp(dir=data_dir)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{mode.value}\n{' '.join(reason.split())[:REASON_LENGTH]}\n")
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def chosen_mode(data_dir: Path) -> Standing:
    """What an operator chose. A file that cannot be read stops writing: somebody meant something by it."""
    try:
        text = (data_dir / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Standing()
    except (OSError, UnicodeDecodeError):
        text = ""
    word, _line, reason = text.partition("\n")
    mode = Mode.READ_ONLY
    with suppress(ValueError):
        mode = Mode(word.strip())
    return Standing(mode, Cause.NONE if mode is Mode.OPEN else Cause.OPERATOR, reason.strip(), mode is Mode.OPEN)
