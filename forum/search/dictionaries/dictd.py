"""Bilingual dictionaries as FreeDict makes them for dictd: a list of places in a compressed text.

A line of the index is headword, TAB, offset, TAB, length, both in digits of base 64. An entry of the text begins with a line
for the headword, with its pronunciation and grammar; senses follow, then definitions, examples, notes.
"""

import gzip
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.core import get_global

from forum.core.errors import ForumError
from forum.core.text import message as _
from forum.search.analysis import is_small

FOLDER = Path("/usr/share/dictd")
NAME = re.compile(r"freedict-([a-z]{3})-([a-z]{3})\.index")
DIGITS = {
    letter: value for value, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
LONGEST_ENTRY, LONGEST_TEXT, LARGEST_INDEX = 1_000_000, 2_000_000_000, 500_000_000

NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|\{[^{}]*\}|\"[^\"]*\"")
PRONUNCIATION = re.compile(r"\s/+[^/]+/+")
NUMBERED = re.compile(r" ?(\d{1,3})\.(?:\s+(.*))?$")
NUMBER_AFTER = re.compile(r"\s+\d+\.\s*$")
BESIDE = ("   ", " see:", "\t")  # how lines begin that are synonyms, examples and notes
WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"
TERM = re.compile(f"({WORD})(?: ({WORD}))?")
LENGTHS = range(2, 41)
WITH_CAPITALS = ("de",)  # the languages in which a capital does not make a name


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The files of a dictionary, and the two languages by their codes in this site."""

    source: str
    target: str
    index: Path

    @property
    def text(self) -> Path:
        """The compressed text."""
        return self.index.with_suffix(".dict.dz")


@dataclass(frozen=True, slots=True)
class Sense:
    """Terms that translate one sense. `is_special` when the dictionary restricts it to a field or a region."""

    terms: tuple[str, ...]
    is_special: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Terms that head an entry, and their senses in order. A term is a word, or two."""

    headwords: tuple[str, ...]
    senses: tuple[Sense, ...]


def dictionaries_in(folder: Path, languages: Collection[str]) -> list[Dictionary]:
    """The dictionaries in a folder that translate between these languages, in the order of their names."""
    found = []
    for path in sorted(folder.iterdir()):
        match = NAME.fullmatch(path.name)
        pair = [get_global("language_aliases").get(code, code) for code in match.groups()] if match else []
        if pair and set(pair) <= set(languages):
            found.append(Dictionary(pair[0], pair[1], path))
    return found


def places_in(dictionary: Dictionary) -> list[tuple[int, int]]:
    """Offset and length of each entry, in the order of the text. Raises `ForumError` when the index is damaged."""
    if dictionary.index.stat().st_size > LARGEST_INDEX:
        raise _damaged(dictionary.index)
    found = set()
    with dictionary.index.open(encoding="utf-8") as lines:
        try:
            for line in lines:
                headword, offset, length = line.rstrip("\n").split("\t")[:3]
                if not headword.startswith("00database"):
                    found.add((_number(offset), _number(length)))
        except (ValueError, KeyError) as problem:
            raise _damaged(dictionary.index) from problem
    if any(offset > LONGEST_TEXT or length > LONGEST_ENTRY for offset, length in found):
        raise _damaged(dictionary.index)
    return sorted(found)


def entries_of(dictionary: Dictionary, places: Iterable[tuple[int, int]]) -> Iterator[Entry]:
    """Each entry at these places, in order; one without terms is empty. Raises `ForumError` when the text is damaged."""
    try:
        with gzip.open(dictionary.text) as text:
            for offset, length in places:
                text.seek(offset)
                written = text.read(length)
                if len(written) < length:
                    raise _damaged(dictionary.text)
                yield read_entry(written.decode("utf-8"), dictionary.source, dictionary.target)
    except (gzip.BadGzipFile, EOFError, zlib.error, UnicodeDecodeError) as problem:
        raise _damaged(dictionary.text) from problem


def read_entry(text: str, source: str, target: str) -> Entry:
    """What an entry says, without all that is no translation."""
    head, *lines = unicodedata.normalize("NFKC", text.strip("\n")).replace("\u2010", "-").split("\n")
    is_name = "<pn>" in head
    headwords = () if is_name else tuple(_terms(PRONUNCIATION.sub(" ", head), source))
    senses = (Sense(tuple(_terms(line, target)), line.lstrip().startswith("[")) for line in _sense_lines(lines))
    return Entry(headwords, tuple(sense for sense in senses if sense.terms) if headwords else ())


def _sense_lines(lines: Iterable[str]) -> Iterator[str]:
    """The lines that translate: the first, or those numbered 1, 2, 3. Others define or explain, with numbers too."""
    number = 0
    for place, line in enumerate(lines):
        numbered = NUMBERED.match(line)
        if numbered and int(numbered[1]) == number + 1:
            number += 1
            yield numbered[2] or ""
        elif not numbered and not place and not line.startswith(BESIDE):
            yield line
            return


def _terms(text: str, language: str) -> Iterator[str]:
    """The terms between commas and semicolons, each once, small words before them cut off."""
    bare = NUMBER_AFTER.sub("", NOTE.sub(" ", NOTE.sub(" ", text)))
    found = (_term(" ".join(piece.split()), language) for piece in re.split("[,;]", bare))
    yield from dict.fromkeys(term for term in found if term)


def _term(text: str, language: str) -> str:
    """A term, if this is one: no name, no abbreviation, nothing that says too little."""
    words = text.split(" ")
    if len(words) > 1 and is_small(words[0].casefold()):
        words = words[1:]
    whole = " ".join(words)
    if len(whole) not in LENGTHS or not TERM.fullmatch(whole) or is_small(words[-1].casefold()):
        return ""
    is_name = whole.isupper() or (language not in WITH_CAPITALS and whole != whole.lower())
    return "" if is_name else whole


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 64 + DIGITS[digit]
    return value


def _damaged(path: Path) -> ForumError:
    return ForumError(_("%(path)s is damaged. Nothing was loaded.", path=str(path)))
