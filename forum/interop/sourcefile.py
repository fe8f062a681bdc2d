"""A file of interchange lines, read as often as needed without holding it in memory: byte offsets by type."""

from __future__ import annotations  # array[int] is a type for the checker only before Python 3.12

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from forum.core.errors import ForumError
from forum.core.text import message as _
from forum.interop.lines import LONGEST_LINE, TYPES, Rejected, parse_line, ref_of, type_of

BOM = b"\xef\xbb\xbf"
CHUNK = 64 * 1024


@dataclass(slots=True)
class Entry:
    """A line on its way in: where it stands, what it says, and the earlier line with the same ref, if there is one."""

    number: int
    offset: int
    found: dict[str, Any]
    type: str
    ref: str
    repeats: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not in (yet): where it stands, and why."""

    number: int
    offset: int
    reason: str


@dataclass(slots=True)
class Places:
    """Where lines stand: line number and byte offset, eight bytes each."""

    numbers: array[int] = field(default_factory=lambda: array("q"))
    offsets: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.numbers, self.offsets, strict=True)

    def add(self, number: int, offset: int) -> None:
        """Note one more line."""
        self.numbers.append(number)
        self.offsets.append(offset)


@dataclass(slots=True)
class SourceFile:
    """What `scan` found: the lines of each type, the line that each repeated ref was in first, and unreadable lines."""

    path: Path
    places: dict[str, Places] = field(default_factory=lambda: {name: Places() for name in TYPES})
    repeats: dict[int, int] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def total(self) -> int:
        """How many readable lines there are."""
        return sum(map(len, self.places.values()))

    def entries(self, places: Iterable[tuple[int, int]]) -> Iterator[Entry]:
        """The lines at these places. Raises `ForumError` when the file is no longer what was scanned."""
        with opened(self.path) as file:
            for number, offset in places:
                file.seek(offset)
                try:
                    found = parse_line(read_line(file) or b"")
                    yield Entry(number, offset, found, type_of(found), ref_of(found), self.repeats.get(number))
                except Rejected:
                    raise ForumError(_("The file changed while it was being read. Import it again.")) from None


def opened(path: Path) -> BinaryIO:
    """The file, to be read. Raises `ForumError`."""
    try:
        return path.open("rb")
    except OSError as problem:
        raise unreadable(path, problem) from problem


def unreadable(path: Path, problem: OSError) -> ForumError:
    """Why a file cannot be read."""
    reason = problem.strerror or str(problem)
    return ForumError(_("The file %(path)s cannot be read: %(reason)s.", path=str(path), reason=reason))


def read_line(file: BinaryIO) -> bytes | None:
    """The next line without white space around it, cut where it is too long; None at the end of the file."""
    raw = file.readline(LONGEST_LINE + 1)
    rest = raw
    while len(rest) > CHUNK and not rest.endswith(b"\n"):
        rest = file.readline(CHUNK + 1)
    return raw.removeprefix(BOM).strip() if raw else None


def scan(path: Path) -> SourceFile:
    """Find the lines of each type. Raises `ForumError` when the file cannot be read; bad lines become refusals."""
    source = SourceFile(path)
    first: dict[tuple[str, str], int] = {}
    try:
        with opened(path) as file:
            number, offset = 1, 0
            while (raw := read_line(file)) is not None:
                if raw:
                    _note_line(source, first, number, offset, raw)
                number, offset = number + 1, file.tell()
    except OSError as problem:
        raise unreadable(path, problem) from problem
    return source


def _note_line(source: SourceFile, first: dict[tuple[str, str], int], number: int, offset: int, raw: bytes) -> None:
    try:
        found = parse_line(raw)
        name = type_of(found), ref_of(found)
    except Rejected as rejected:
        source.refusals.append(Refusal(number, offset, str(rejected.reason)))
        return
    source.places[name[0]].add(number, offset)
    if first.setdefault(name, number) != number:
        source.repeats[number] = first[name]
