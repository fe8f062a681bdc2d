"""The table of translations: lines sorted by key in one file, read in place. A new one replaces it in one step.

A key is a headword as an index keeps it: the stems of its words. A line is key, TAB, language, TAB, headword, TAB,
translations by language ("fr:vélo,bicyclette;de:Fahrrad"). The first line says what the table holds.
"""

import json
import mmap
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from forum.search.analysis import stems_of, words_of
from forum.vocabulary.words import plain

log = structlog.get_logger()

VERSION = 1
MOST_KEPT = 3  # translations of a word in one language
BLOCK = 1 << 20
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A headword of a language, folded, and what it is in others: the best first."""

    source: str
    headword: str
    translations: Mapping[str, tuple[str, ...]]


def key_of(term: str, language: str) -> str:
    """What a term is found by: other forms of its words have the same key."""
    return " ".join(stems_of(words_of(term), language))


def folded_term(term: str) -> str:
    """A term in lower case without accents."""
    return plain(term.casefold())


class Table:
    """A table that is open. It stays as it is for whoever holds it. Raises `ValueError` or `OSError` when it is damaged."""

    def __init__(self, path: Path):
        with path.open("rb") as file:
            first = file.readline(BLOCK)
            about: dict[str, Any] = json.loads(first)
            if about["version"] != VERSION or about["check"] != _check(iter(lambda: file.read(BLOCK), b"")):
                raise ValueError("the table of dictionaries is damaged, or of another version")
            self.start = len(first)
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.words: dict[Pair, int] = {(source, target): number for source, target, number in about["words"]}
        self.sources = tuple(dict.fromkeys(source for source, _target in self.words))

    def lines(self, key: str) -> Iterator[Line]:
        """The lines with this key, of all languages."""
        wanted = key.encode() + b"\t"
        place = self._first(wanted)
        while self.data[place : place + len(wanted)] == wanted:
            end = self.data.find(b"\n", place)
            yield _read_line(self.data[place:end].decode())
            place = end + 1

    def _first(self, wanted: bytes) -> int:
        """Where the first line starts that does not come before these bytes."""
        low, high = self.start, len(self.data)
        while low < high:
            middle = (low + high) // 2
            line = max(self.data.rfind(b"\n", low, middle) + 1, low)
            if self.data[line : line + len(wanted)] < wanted:
                low = self.data.find(b"\n", middle) + 1
            else:
                high = line
        return low


def write_table(path: Path, lines: Iterable[str], words: Mapping[Pair, int]) -> None:
    """Put a new table in place of the former one, if any. The lines need not be sorted."""
    rows = sorted(f"{line}\n".encode() for line in lines)
    about = {"version": VERSION, "check": _check(rows), "words": [[*pair, number] for pair, number in words.items()]}
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(json.dumps(about).encode() + b"\n")
            file.writelines(rows)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def as_line(source: str, headword: str, translations: Mapping[str, Iterable[str]], key: str = "") -> str:
    """A line as it is written; its key is reckoned when it is not given."""
    others = ";".join(f"{language}:{','.join(terms)}" for language, terms in translations.items())
    return f"{key or key_of(headword, source)}\t{source}\t{headword}\t{others}"


def _read_line(text: str) -> Line:
    _key, source, headword, others = text.split("\t")
    pairs = (one.partition(":") for one in others.split(";"))
    return Line(source, headword, {language: tuple(terms.split(",")) for language, _colon, terms in pairs})


def _check(blocks: Iterable[bytes]) -> int:
    value = 0
    for block in blocks:
        value = zlib.crc32(block, value)
    return value


@dataclass(slots=True)
class Kept:
    """What this process remembers: where the table lives, and the one that it has open."""

    path: Path | None = None
    stamp: tuple[int, ...] = field(default=())
    table: Table | None = None


_kept = Kept()


def use_table(path: Path | None) -> None:
    """Say where the table of this site lives."""
    _kept.path, _kept.stamp, _kept.table = path, (), None


def place_of_table() -> Path:
    """Where the table of this site lives."""
    if _kept.path is None:
        raise LookupError("use_table() was not called")
    return _kept.path


def current_table() -> Table | None:
    """The table as it is now; None without dictionaries, or when the table cannot be read."""
    if _kept.path is None:
        return None
    try:
        about = _kept.path.stat()
    except OSError:
        _kept.stamp, _kept.table = (), None
        return None
    stamp = (about.st_ino, about.st_mtime_ns, about.st_size)
    if stamp != _kept.stamp:
        _kept.table = _opened(_kept.path)
        _kept.stamp = stamp
    return _kept.table


def _opened(path: Path) -> Table | None:
    try:
        return Table(path)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        log.warning("search does without dictionaries", reason=str(problem))
        return None


def forget_table() -> bool:
    """Throw the table away; whether there was one."""
    if _kept.path is None or not _kept.path.exists():
        return False
    _kept.path.unlink()
    return True
