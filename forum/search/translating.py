"""What the words of a query are in other languages, by the dictionaries of the site, if it has any.

Nobody says in which language a query is: it is the one whose dictionary knows most of its words, the reader's at a tie.
Of what dictionaries say, only what is written in posts that the reader may see is of use.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from forum.search.analysis import is_small, query_stems
from forum.search.dictionaries.dictd import WITH_CAPITALS
from forum.search.dictionaries.table import MOST_KEPT, Line, Table, current_table, folded_term, key_of
from forum.search.engine import Translated

MOST_WORDS = 8
MOST_TRANSLATIONS = 3
EXACT, FORM = 3, 2  # how much a headword that is the word itself says about the language, and one of which it is a form


@dataclass(frozen=True, slots=True)
class Open:
    """A word of a query that stands outside quotes. `is_name` when it has a capital in the middle of a sentence."""

    word: str
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words of a stretch of a query are in another language, or in several that write it alike.

    `stems` are those that posts in these languages have of it.
    """

    words: tuple[str, ...]
    text: str
    stems: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def part(self) -> Translated:
        """What an engine looks for."""
        return Translated(self.stems, self.languages)


Stretches = Mapping[tuple[int, int], Line]
Count = Callable[[Sequence[Translated]], Sequence[int]]


def wordings_of(opened: Sequence[Open], reader: str, spoken: Iterable[str], count: Count) -> Iterator[list[Wording]]:
    """The translations of each word, or of two together, into the languages that are spoken here.

    `count` tells in how many posts each is; what is in none is left out.
    """
    others = tuple(spoken)
    found = list(_possible(opened, reader, others))
    numbers = iter(count([one.part for every in found for one in every]) if found else ())
    for every in found:
        if written := [one for one in every if next(numbers)]:
            yield _chosen(written, others)


def _possible(opened: Sequence[Open], reader: str, others: Sequence[str]) -> Iterator[list[Wording]]:
    """What dictionaries say of each word, or of two together, the likeliest first."""
    table = current_table()
    if table is None or not others:
        return
    opened = opened[:MOST_WORDS]
    source, known = _understood(table, opened, reader)
    languages = [language for language in others if language != source]
    place = 0
    while place < len(opened):
        end = next((end for end in (place + 2, place + 1) if (place, end) in known), place + 1)
        line = known.get((place, end))
        if line and not any(map(_is_kept, opened[place:end], [source] * 2)):
            words = tuple(one.word for one in opened[place:end])
            yield _wordings(words, line, languages)
        place = end


def _is_kept(one: Open, source: str) -> bool:
    """Whether a word stays as it is: a name. Where all nouns have a capital it tells nothing."""
    return one.is_name and source not in WITH_CAPITALS


def _understood(table: Table, opened: Sequence[Open], reader: str) -> tuple[str, Stretches]:
    """The language of a query, and what its dictionary has for each word and each two words: from one place to another."""
    found: dict[str, dict[tuple[int, int], Line]] = {source: {} for source in table.sources}
    votes: Counter[str] = Counter()
    for start in range(len(opened)):
        for end in range(start + 1, min(start + 2, len(opened)) + 1):
            words = [one.word for one in opened[start:end]]
            if is_small(words[0]) or is_small(words[-1]):
                continue
            for source, line in _lines(table, " ".join(words)).items():
                found[source][start, end] = line
                votes[source] += EXACT if line.headword == folded_term(" ".join(words)) else FORM
    if not votes:
        return reader, {}
    source = max(found, key=lambda one: (votes[one], one == reader))
    return source, found[source]


@lru_cache(maxsize=2000)
def _lines(table: Table, term: str) -> Mapping[str, Line]:
    """What each language has for a term: the headword that it is, completed by those of which it is a form."""
    keys = {source: key_of(term, source) for source in table.sources}
    folded = folded_term(term)
    found: dict[str, Line] = {}
    lines = [line for key in set(keys.values()) for line in table.lines(key) if keys.get(line.source) == key]
    for line in sorted(lines, key=lambda line: line.headword != folded):
        first = found.setdefault(line.source, line)
        found[line.source] = replace(first, translations={**line.translations, **first.translations})
    return found


def _wordings(words: tuple[str, ...], line: Line, languages: Sequence[str]) -> list[Wording]:
    """All translations, without those that are the words themselves, which are looked for anyway."""
    found: dict[str, tuple[str, list[str]]] = {}
    for language, term in _in_turn(line, languages):
        found.setdefault(key_of(term, language), (term, []))[1].append(language)
    own = query_stems(words[0], tuple(languages)) if len(words) == 1 else ()
    return [
        Wording(words, term, tuple(key.split(" ")), tuple(dict.fromkeys(written_in)))
        for key, (term, written_in) in found.items()
        if key not in own
    ]


def _chosen(written: Sequence[Wording], languages: Sequence[str]) -> list[Wording]:
    """A few translations: the likeliest in each language, before a second one in any."""
    chosen: dict[Wording, None] = {}
    for _round in range(MOST_TRANSLATIONS):
        for language in languages:
            best = next((one for one in written if language in one.languages and one not in chosen), None)
            if best and len(chosen) < MOST_TRANSLATIONS:
                chosen[best] = None
    return list(chosen)


def _in_turn(line: Line, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Language and term: the first in each language, before the second in any."""
    for rank in range(MOST_KEPT):
        for language in languages:
            terms = line.translations.get(language, ())
            if rank < len(terms):
                yield language, terms[rank]
