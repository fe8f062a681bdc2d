"""What somebody probably meant by a word that nothing has: from the words of posts they may see, and of the thesaurus."""

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from forum.core.actor import Actor
from forum.library.policy import listens_to
from forum.search.analysis import is_small, query_stems, words_of
from forum.search.engine import Engine, Query, Word, most_slips
from forum.search.grammar import Asked
from forum.vocabulary.queries import every_label, vocabulary
from forum.vocabulary.words import plain

MOST_CORRECTED = 5
MOST_NEAR = 3
PLAIN_WORD = re.compile(r"(?<![\w:\"*-])[^\W\d_]{4,60}(?![\w:\"*])")


def corrected(
    engine: Engine, actor: Actor, asked: Asked, language: str, statuses: tuple[str, ...], without: frozenset[int]
) -> str:
    """The query with its unknown words replaced by near ones, as it would be typed; empty when there is nothing to mend."""
    room = MOST_CORRECTED

    def mend(found: re.Match[str]) -> str:
        nonlocal room
        word = found[0]
        if not room or is_small(word.casefold()) or _is_known(engine, actor, word, asked.languages, statuses, without):
            return word
        room -= 1
        return next(iter(_near(engine, actor, plain(word.casefold()), language, without)), word)

    mended = PLAIN_WORD.sub(mend, asked.text)
    return mended if mended != asked.text else ""


def _is_known(
    engine: Engine,
    actor: Actor,
    word: str,
    languages: tuple[str, ...],
    statuses: tuple[str, ...],
    without: frozenset[int],
) -> bool:
    """Whether any post that the actor may see has the word, or the thesaurus does."""
    if plain(word.casefold()) in thesaurus_words():
        return True
    wanted = tuple((Word(query_stems(one, languages)),) for one in words_of(word))
    query = Query(listens_to(actor), wanted, filters={"status": statuses}, limit=1, without=without)
    return bool(engine.search(query).total)


def _near(engine: Engine, actor: Actor, word: str, language: str, without: frozenset[int]) -> list[str]:
    """Words that are near, the nearest first; of equally near ones, those that posts have."""
    posted = engine.near_words(word, listens_to(actor), language, without, MOST_NEAR)
    known = _near_labels(word, language)
    found = dict.fromkeys((*posted, *known))
    return sorted(found, key=lambda other: OSA.distance(word, plain(other.casefold())))


def _near_labels(word: str, language: str) -> Iterable[str]:
    """Words of the thesaurus that are near; those of the reader's language first."""
    known, slips = thesaurus_words(), most_slips(word)
    near = extract(word, known.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None) if slips else []
    best = sorted(near, key=lambda one: (one[1], language not in known[one[0]][1]))
    return [known[folded][0] for folded, _distance, _place in best[:MOST_NEAR]]


def thesaurus_words() -> dict[str, tuple[str, frozenset[str]]]:
    """Every word of the thesaurus by its folded form: as it is written, and in which languages."""
    return _words_of_labels(vocabulary().stamp)


@lru_cache(maxsize=2)
def _words_of_labels(_stamp: tuple[object, ...] | None) -> dict[str, tuple[str, frozenset[str]]]:
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for _concept, language, _kind, text in every_label():
        for word in words_of(text):
            written, languages = found.get(plain(word), (word, frozenset()))
            found[plain(word)] = (written, languages | {language})
    return found
