"""A file of interchange lines, read as often as needed without holding it in memory: byte offsets by type."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from forum.core.errors import ForumError
from forum.core.text import Message
from forum.core.text import message as _
from forum.interop.lines import CHECKERS, Line, Rejected, check_line, parse_line

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken in, and why."""

    number: int
    raw: bytes
    reason: str


@dataclass(slots=True)
class SourceFile:
    """Where the lines of each type are: offset and line number, eight bytes each."""

    path: Path
    offsets: dict[str, "array[int]"] = field(default_factory=lambda: defaultdict(lambda: array("q")))
    numbers: dict[str, "array[int]"] = field(default_factory=lambda: defaultdict(lambda: array("q")))
    refusals: list[Refusal] = field(default_factory=list)

    def count(self, type_name: str) -> int:
        """How many lines of this type there are."""
        return len(self.offsets[type_name])

    def total(self) -> int:
        """How many lines of any type there are."""
        return sum(len(offsets) for offsets in self.offsets.values())

    def lines(self, type_name: str) -> Iterator[tuple[int, bytes]]:
        """Line number and bytes of every line of a type, in the order of the file."""
        with self.path.open("rb") as file:
            for offset, number in zip(self.offsets[type_name], self.numbers[type_name], strict=True):
                file.seek(offset)
                yield number, file.readline().removeprefix(BOM).strip()


def scan(path: Path, on_bytes: Callable[[int], None] | None = None) -> SourceFile:
    """Find the lines of each type. Raises `ForumError` when the file cannot be read; bad lines become refusals."""
    source = SourceFile(path)
    try:
        with path.open("rb") as file:
            _scan_lines(source, file, on_bytes)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise ForumError(_("The file %(path)s cannot be read: %(reason)s.", path=str(path), reason=reason)) from problem
    return source


def _scan_lines(source: SourceFile, file: BinaryIO, on_bytes: Callable[[int], None] | None) -> None:
    offset = 0
    for number, whole in enumerate(file, start=1):
        raw = whole.removeprefix(BOM).strip()
        if raw:
            _note_line(source, number, offset, raw)
        offset += len(whole)
        if on_bytes:
            on_bytes(len(whole))


def _note_line(source: SourceFile, number: int, offset: int, raw: bytes) -> None:
    try:
        type_name = str(parse_line(raw).get("type"))
        if type_name not in CHECKERS:
            check_line({"type": type_name})
        source.offsets[type_name].append(offset)
        source.numbers[type_name].append(number)
    except Rejected as rejected:
        source.refusals.append(Refusal(number, raw, str(rejected.reason)))


@dataclass(slots=True)
class Entry:
    """A checked line on its way in; `waits_for` says what it names that has not come yet."""

    number: int
    raw: bytes
    line: Line
    waits_for: Message = field(default_factory=lambda: Message(""))


def entries(source: SourceFile, type_name: str) -> Iterator[Entry | Refusal]:
    """The checked lines of a type, or why one was refused."""
    for number, raw in source.lines(type_name):
        try:
            yield Entry(number, raw, check_line(parse_line(raw)))
        except Rejected as rejected:
            yield Refusal(number, raw, str(rejected.reason))
