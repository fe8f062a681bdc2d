"""Text as the matcher reads it: words folded as the head of thesaurus.yaml says, and cut to their stems by language."""

import re
from functools import cache, lru_cache

import Stemmer

from forum.core.languages import language_name
from forum.core.text import fold

TOKEN = re.compile(r"[^\W_]+(?:[-.'’\u2010\u2011][^\W_]+)*\+?")
HYPHEN = re.compile("[-\u2010\u2011]")
APOSTROPHE = re.compile("['’]")
# Articles and the like that French and Italian tie to the next word, and the English possessive.
ELIDED = frozenset(
    ("c", "d", "j", "l", "m", "n", "qu", "s", "t", "un", "all", "coll", "dall", "dell", "nell", "quest", "sull")
)
# Snowball's newer `dutch` takes "begeleiding" for "beleid" (measured).
ALGORITHMS = {"nl": "dutch_porter"}
LONGEST_ENDING = 3
LONGEST_WORD = 80  # what is longer is no word, and would fill the caches


def tokens(text: str) -> list[str]:
    """The words of a text as written, with what ties their parts together: "d'insertion", "co-op", "e.V", "ESF+"."""
    return TOKEN.findall(text)


def words(token: str, joined: frozenset[str]) -> list[str]:
    """The lower-case words in a token: apostrophes cut, hyphened parts joined after "co-" or when `joined` has them."""
    found: list[str] = []
    for piece in re.split(r"['’.+]", token.casefold()):
        if piece and piece not in ELIDED and len(piece) <= LONGEST_WORD:
            found += _unhyphened(piece, joined)
    return found


def _unhyphened(piece: str, joined: frozenset[str]) -> list[str]:
    parts = HYPHEN.split(piece)
    if len(parts) == 1:
        return parts
    whole = "".join(parts)
    return [whole] if parts[0] == "co" or fold(whole) in joined else parts


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The folded stem of a lower-case word: stem first, fold then (the other way round loses German pairs)."""
    stemmer = _stemmer(language)
    return plain(stemmer.stemWord(word) if stemmer else word)


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """The word without accents."""
    return word if word.isascii() else fold(word)


@cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    """Snowball's stemmer of a language, if there is one; without a cache of its own, so that threads may share it."""
    name = ALGORITHMS.get(language) or language_name(language, "en").lower()
    return Stemmer.Stemmer(name, 0) if name in Stemmer.algorithms() else None


def is_inflection(word: str, other: str) -> bool:
    """Whether two folded words of one stem differ only as singular and plural do: "associations", not "associated"."""
    if word == other:
        return True
    same = 0
    while same < min(len(word), len(other)) and word[same] == other[same]:
        same += 1
    endings = sorted((len(word) - same, len(other) - same))
    return endings[0] <= 1 and endings[1] <= LONGEST_ENDING
