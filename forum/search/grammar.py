"""What people may write into the search box: words, "phrases", -not, OR, begin* and field:value. Flat: nothing nests.

Any string is a query. What is too long is cut, and the answer says so.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from forum.core.languages import INTERFACE_LANGUAGES
from forum.core.text import Message
from forum.core.text import message as _
from forum.search.analysis import folded, is_small, query_stems, words_of
from forum.search.compounds import splits_of
from forum.search.engine import TEXT_FIELDS, Beginning, Compound, ConceptTag, Part, Phrase, Word
from forum.search.fields import TITLE, field_named, values_of
from forum.search.translating import Count, Open, Wording, wordings_of
from forum.vocabulary.matcher import matcher
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.tree import Entry

MOST_CHARACTERS = 500
MOST_TERMS = 32
MOST_PHRASES = 5
MOST_BEGINNINGS = 4
SHORTEST_BEGINNING = 3

QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
CHUNK = re.compile(
    r'(?P<minus>-?)"(?P<phrase>[^"]*)"?'
    r'|(?P<name>[^\W\d_]{2,15}):(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s":]\S*))'
    r"|(?P<plain>\S+)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query understood. Every group of `wanted` is met by one of its parts; `filters` were written as field:value.

    `text` is the query made readable, `words` the same without what became filters, `opened` those words that other words
    may stand for: not in quotes, not cut short, not unwanted.
    """

    text: str
    words: str = ""
    wanted: tuple[tuple[Part, ...], ...] = ()
    unwanted: tuple[Part, ...] = ()
    is_cut: bool = False
    languages: tuple[str, ...] = INTERFACE_LANGUAGES
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    concept_ids: tuple[int, ...] = ()
    opened: tuple[Open, ...] = ()
    wordings: tuple[Wording, ...] = ()

    @property
    def note(self) -> Message | None:
        """What the reader should know about the query, if anything."""
        if not self.is_cut:
            return None
        return _("Your search is very long. We used the first %(number)s words of it.", number=MOST_TERMS)

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but words, without phrases, beginnings, fields or words to leave out."""
        parts = [part for group in self.wanted for part in group]
        return not self.unwanted and all(isinstance(part, Word) and part.fields == TEXT_FIELDS for part in parts)

    def across_languages(self) -> "Asked":
        """The same query met by concepts too: each word of "entreprise d'insertion", by texts that name it otherwise."""
        groups = [list(group) for group in self.wanted]
        found: dict[int, None] = {}
        for stretch, entry in named_in(self.words):
            stems = {stem for word in stretch for stem in query_stems(word, self.languages)}
            covered = [group for group in groups if any(_has_stem(part, stems) for part in group)]
            for group in covered:
                group.append(ConceptTag(entry.key))
                found[entry.id] = None
        return replace(self, wanted=_distinct(groups), concept_ids=tuple(found))

    def in_parts(self) -> "Asked":
        """The same query, its words met by texts that have both parts of what may be a Dutch or German compound too."""
        groups = [list(group) for group in self.wanted]
        for word in words_of(self.words):
            splits, stems = splits_of(word), set(query_stems(word, self.languages))
            for group in groups if splits else ():
                if any(_has_stem(part, stems) for part in group):
                    group.append(Compound(splits))
        return replace(self, wanted=_distinct(groups))

    def in_other_words(self, reader: str, spoken: Iterable[str], count: Count) -> "Asked":
        """The same query met by what dictionaries say of its words too, where no concept does.

        The reader's language and those of the texts in the index tell what is translated into what; `count`, in how many
        posts a translation is.
        """
        groups = [list(group) for group in self.wanted]
        found: dict[Wording, None] = {}
        for wordings in wordings_of(self.opened, reader, spoken, count):
            stems = {stem for one in wordings for word in one.words for stem in query_stems(word, self.languages)}
            for group in groups:
                if any(_has_stem(part, stems) for part in group) and not any(isinstance(p, ConceptTag) for p in group):
                    group += [one.part for one in wordings]
                    found.update(dict.fromkeys(wordings))
        return replace(self, wanted=_distinct(groups), wordings=tuple(found))


@dataclass(slots=True)
class _Group:
    """Parts of which one is enough; `is_small` when it is only a word that says nothing by itself."""

    parts: list[Part]
    is_small: bool = False


@dataclass(slots=True)
class _Reader:
    """Takes in one chunk after the other, within the limits."""

    languages: tuple[str, ...]
    groups: list[_Group] = field(default_factory=list)
    unwanted: list[Part] = field(default_factory=list)
    terms: int = 0
    phrases: int = 0
    beginnings: int = 0
    is_cut: bool = False
    operator: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    opened: list[Open] = field(default_factory=list)

    def take(self, chunk: re.Match[str]) -> None:
        """One chunk: an operator, a field with its value, a phrase, or words."""
        if chunk["name"] and self.take_field(chunk["name"], chunk["quoted"] or chunk["value"] or ""):
            return
        self.kept.append(chunk[0])
        written = chunk[0] if chunk["name"] else chunk["plain"] or ""
        if written in ("OR", "AND", "NOT"):
            self.operator = written
            return
        is_unwanted = self.operator == "NOT" or bool(chunk["minus"]) or (written.startswith("-") and written != "-")
        is_other = self.operator == "OR" and bool(self.groups)
        words = self.words_in(written if chunk["phrase"] is None else chunk["phrase"])
        if chunk["phrase"] is not None or ((is_unwanted or is_other) and len(words) > 1):
            parts = self.phrase(words)
        else:
            parts = self.plain(words, begins=written.endswith("*"))
            self.open(words, written, is_unwanted)
        self.add(parts, is_unwanted, is_other, is_little=len(words) == 1 and is_small(words[0]))
        self.operator = ""

    def open(self, words: list[str], written: str, is_unwanted: bool) -> None:
        """Remember words that other words may stand for; a capital after the first word makes a name."""
        if not is_unwanted and not written.endswith("*"):
            is_name = written.isupper() or (bool(self.opened) and written != written.lower())
            self.opened += [Open(word, is_name) for word in words]

    def take_field(self, name: str, value: str) -> bool:
        """A field and its value, if both are known: words of the title, or codes to filter by."""
        meant = field_named(name)
        if meant == TITLE:
            words = self.words_in(value)
            self.add([Word(query_stems(word, self.languages), (TITLE,)) for word in words], False, False, False)
            return bool(words)
        codes = values_of(meant, value) if meant else ()
        if meant and codes:
            self.filters[meant] = tuple(dict.fromkeys((*self.filters.get(meant, ()), *codes)))
        return bool(codes)

    def words_in(self, text: str) -> list[str]:
        """The words of a text, as many as there is room for."""
        words, room = words_of(text), MOST_TERMS - self.terms
        self.is_cut = self.is_cut or len(words) > room
        self.terms += len(words[:room])
        return words[:room]

    def phrase(self, words: list[str]) -> list[Part]:
        """Words that must follow one another; a few phrases are looked for so, the words of others one by one."""
        if len(words) < 2 or self.phrases >= MOST_PHRASES:
            return self.plain(words)
        self.phrases += 1
        return [Phrase(tuple(folded(words)))]

    def plain(self, words: list[str], *, begins: bool = False) -> list[Part]:
        """Words by their stems; with `begins`, the last is only how a word begins, if that is long enough to look for."""
        parts: list[Part] = [Word(query_stems(word, self.languages)) for word in words]
        letters = folded(words[-1:])[0] if words and begins else ""
        if len(letters) >= SHORTEST_BEGINNING and self.beginnings < MOST_BEGINNINGS:
            self.beginnings += 1
            parts[-1] = Beginning(letters)
        return parts

    def add(self, parts: list[Part], is_unwanted: bool, is_other: bool, is_little: bool) -> None:
        """Put parts where they belong: not wanted, another way to meet the last group, or groups of their own."""
        if is_unwanted:
            self.unwanted += parts
        elif is_other:
            self.groups[-1] = _Group(self.groups[-1].parts + parts)
        else:
            self.groups += [_Group([part], is_little) for part in parts]

    def wanted(self) -> list[_Group]:
        """The groups to insist on: those that are more than a small word, if there are any."""
        return [group for group in self.groups if not group.is_small] or self.groups


def understand(text: str, languages: Iterable[str] = ()) -> Asked:
    """Make sense of what somebody typed, for texts in the languages of the interface and in these others.

    Never raises; time and size are bounded.
    """
    spoken = (*INTERFACE_LANGUAGES, *(code for code in languages if code not in INTERFACE_LANGUAGES))
    written = _readable(text)
    reader = _Reader(spoken, is_cut=len(text) > MOST_CHARACTERS and bool(text[MOST_CHARACTERS:].strip()))
    for chunk in CHUNK.finditer(written):
        reader.take(chunk)
        if reader.terms >= MOST_TERMS:
            reader.is_cut = reader.is_cut or chunk.end() < len(written)
            break
    return Asked(
        text=written,
        words=" ".join(reader.kept),
        wanted=_distinct(group.parts for group in reader.wanted()),
        unwanted=tuple(dict.fromkeys(reader.unwanted)),
        is_cut=reader.is_cut,
        languages=spoken,
        filters=reader.filters,
        opened=tuple(reader.opened),
    )


def _has_stem(part: Part, stems: set[str]) -> bool:
    return isinstance(part, Word) and not stems.isdisjoint(part.stems)


def named_in(text: str) -> Iterator[tuple[frozenset[str], Entry]]:
    """Each stretch of a query that names a concept in any language: its words, and the concept."""
    for stretch, concept_id in matcher().stretches(text, None):
        entry = vocabulary().by_id(concept_id)
        if entry:
            yield stretch, entry


def _readable(text: str) -> str:
    """The beginning of a text, composed, on one line, without characters that nobody can read."""
    start = UNREADABLE.sub(" ", text[:MOST_CHARACTERS]).translate(QUOTES)
    return " ".join(unicodedata.normalize("NFC", start).split())


def _distinct(groups: Iterable[list[Part]]) -> tuple[tuple[Part, ...], ...]:
    return tuple(dict.fromkeys(tuple(dict.fromkeys(group)) for group in groups if group))
