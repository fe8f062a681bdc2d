"""The passage of a post that answers a query best, with the words found in it."""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from forum.search.engine import Beginning, Part, Phrase, Word
from forum.vocabulary.words import ELIDED, plain, stem

BLOCKS = re.compile(r"</?(?:p|br|hr|h[1-6]|blockquote|[uo]l|li|pre|div|table|t[rhd]|thead|tbody)\b[^>]*>")
PIECE = re.compile(r"[^\W_]+")
TAGS = re.compile(r"<[^>]*>")
LONGEST_SOURCE = 20_000
WIDTH = 240
LEAD = 60


def plain_text(safe_html: str) -> str:
    """The words of HTML that `core.markdown.render` made: blocks end a line, other tags leave no trace."""
    return html.unescape(TAGS.sub("", BLOCKS.sub("\n", safe_html)))


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage in pieces: text, and whether it was looked for. It knows how to show itself as HTML, all text escaped.

    `document` is the name of the attached document that it is from; empty for the post's own text.
    """

    pieces: tuple[tuple[str, bool], ...]
    document: str = ""

    def __html__(self) -> str:
        """The passage with the words found in `<mark>`."""
        return "".join(
            f"<mark>{html.escape(text)}</mark>" if found else html.escape(text) for text, found in self.pieces
        )


@dataclass(frozen=True, slots=True)
class Sought:
    """The words that a query looks for, to be found again in texts. `known` remembers by language what words answer."""

    stems: frozenset[str]
    words: frozenset[str]
    beginnings: tuple[str, ...]
    known: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict), compare=False)

    @classmethod
    def of(cls, groups: Iterable[Iterable[Part]]) -> "Sought":
        """Everything that the groups of a query want."""
        parts = [part for group in groups for part in group]
        return cls(
            stems=frozenset(one for part in parts if isinstance(part, Word) for one in part.stems),
            words=frozenset(one for part in parts if isinstance(part, Phrase) for one in part.words),
            beginnings=tuple(part.letters for part in parts if isinstance(part, Beginning)),
        )

    def __bool__(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.stems or self.words or self.beginnings)

    def key(self, word: str, language: str) -> str:
        """What was looked for and this word is; empty when it is nothing of the kind."""
        folded = plain(word)
        found = stem(word, language)
        if found in self.stems:
            return found
        if folded in self.words:
            return folded
        return next((letters for letters in self.beginnings if folded.startswith(letters)), "")


@dataclass(frozen=True, slots=True)
class Mark:
    """A word found in a text: where it is, and what it answers."""

    start: int
    end: int
    key: str


def best_passage(texts: Iterable[str], language: str, sought: Sought, longest: int = LONGEST_SOURCE) -> Snippet | None:
    """The stretch of these texts that holds most of what is looked for; None when they hold nothing of it.

    Of each text the first `longest` characters are looked at.
    """
    best: tuple[int, str, int, list[Mark]] | None = None
    for text in texts:
        line = " ".join(text[:longest].split())
        marks = _marks(line, language, sought)
        start, value = _best_window(marks)
        if marks and (best is None or value > best[0]):
            best = (value, line, marks[start].start, marks)
    return _cut(*best[1:]) if best else None


def _marks(text: str, language: str, sought: Sought) -> list[Mark]:
    """Every word of a text that is looked for."""
    found: list[Mark] = []
    keys = sought.known[language]
    for token in PIECE.finditer(text):
        written = token[0]
        key = keys.get(written)
        if key is None:
            word = written.casefold()
            key = keys[written] = "" if word in ELIDED else sought.key(word, language)
        if key:
            found.append(Mark(token.start(), token.end(), key))
    return found


def _best_window(marks: Sequence[Mark]) -> tuple[int, int]:
    """The first mark of the passage that answers most, and its worth: different words count more than many of one."""
    best, worth, end = 0, 0, 0
    for start, first in enumerate(marks):
        while end < len(marks) and marks[end].end - first.start <= WIDTH - LEAD:
            end += 1
        here = 100 * len({mark.key for mark in marks[start:end]}) + min(end - start, 99)
        if here > worth:
            best, worth = start, here
    return best, worth


def _cut(text: str, first: int, marks: Sequence[Mark]) -> Snippet:
    """The text around the mark that starts at `first`, cut between words, in pieces."""
    start = _word_start(text, first - LEAD)
    end = _word_end(text, start + WIDTH)
    pieces: list[tuple[str, bool]] = [("… " if start else "", False)]
    place = start
    for mark in marks:
        if start <= mark.start and mark.end <= end:
            pieces += [(text[place : mark.start], False), (text[mark.start : mark.end], True)]
            place = mark.end
    pieces += [(text[place:end], False), (" …" if end < len(text) else "", False)]
    return Snippet(tuple(piece for piece in pieces if piece[0]))


def _word_start(text: str, wanted: int) -> int:
    if wanted <= 0:
        return 0
    space = text.find(" ", wanted)
    return space + 1 if 0 <= space < wanted + LEAD else wanted


def _word_end(text: str, wanted: int) -> int:
    if wanted >= len(text):
        return len(text)
    space = text.find(" ", wanted)
    return space if 0 <= space < wanted + LEAD else wanted
