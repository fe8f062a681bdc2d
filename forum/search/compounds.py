"""Dutch and German words that are made of others: "textielsortering" is also found by "textiel" and by "sortering".

A text's compounds are split when it is indexed, by words that are known from other texts; a query's, by what is in the index.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from forum.search.analysis import is_small
from forum.vocabulary.words import plain, stem

LINKS = {"nl": ("", "s", "en", "n", "e"), "de": ("", "s", "es", "n", "en", "er", "e")}
SHORTEST_PART = 4
SHORTEST_COMPOUND = 2 * SHORTEST_PART
LONGEST_COMPOUND = 40
DEPTH = 2
# Beginnings of verbs and the like: "onderzoek" has nothing to do with "onder".
NO_PARTS = frozenset(
    """
    achter anders buiten door mede naar onder over samen tegen terug tussen voor vooruit weer
    aller auf dazu durch gegen nach ober seit uber unter vielen wieder weiter zurueck zuruck
    """.split()  # noqa: SIM905  (as in `analysis`)
)

Split = tuple[tuple[str, ...], str]


class Splitter:
    """Splits the compounds of one language into words that are known."""

    def __init__(self, language: str, words: Iterable[str]):
        self.language = language
        folded = {plain(word) for word in words if word.isalpha()}
        every = folded | {stem(word, language) for word in folded}
        self.known = frozenset(word for word in every if is_part(word))
        self.parts = lru_cache(maxsize=50_000)(self._parts)

    def _parts(self, word: str) -> tuple[str, ...]:
        """The folded words that a lower-case word is made of; none when it is simple, or made of what is not known."""
        return self._split(plain(word), DEPTH) if SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND else ()

    def _split(self, word: str, depth: int) -> tuple[str, ...]:
        """The longest known word at the end, after something known, or something that can itself be split."""
        for before, last in _cuts(word, self.language):
            if last in self.known:
                for first in before:
                    if first in self.known:
                        return first, last
                    if depth > 1 and (parts := self._split(first, depth - 1)):
                        return *parts, last
        return ()

    def stems(self, words: Iterable[str]) -> list[str]:
        """The stems of the parts of these lower-case words."""
        return [stem(part, self.language) for word in words for part in self.parts(word)]


def is_part(word: str) -> bool:
    """Whether a folded word may be part of a compound."""
    return len(word) >= SHORTEST_PART and word not in NO_PARTS and not is_small(word)


def _cuts(word: str, language: str) -> Iterator[tuple[list[str], str]]:
    """Every way to cut a folded word in two, the longest end first: what may stand before it without what links them, and it."""
    for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        before = [word[: place - len(link)] for link in LINKS[language] if word[:place].endswith(link)]
        if before := [one for one in before if is_part(one)]:
            yield before, word[place:]


@lru_cache(maxsize=5_000)
def splits_of(word: str) -> tuple[Split, ...]:
    """Every way in which a word of a query may be made of two, as the stems of the first and that of the second."""
    if not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND or not word.isalpha():
        return ()
    found: dict[Split, None] = {}
    for language in LINKS:
        for before, last in _cuts(plain(word), language):
            if is_part(last):
                found[tuple(dict.fromkeys(stem(one, language) for one in before)), stem(last, language)] = None
    return tuple(found)
