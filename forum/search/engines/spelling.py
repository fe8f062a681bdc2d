"""Words that are nearly what somebody typed, from what they may see: one or two letters wrong, missing, too many or swapped.

Distances are those of optimal string alignment (rapidfuzz). Most slips spare the first letter, so the words that begin
alike are looked at first; only when none of them is near, all others are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from forum.core.text import fold
from forum.search.engine import SHORTEST_NEAR, most_slips
from forum.search.engines.matching import visible
from forum.search.engines.segments import OFFERED, WORDS, Leaf, Mask, Segment, Snapshot

MOST_LOOKED_AT = 40
Buckets = Mapping[tuple[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Near:
    """A word that is in the index: how far it is from what was typed, in how many posts, how many in the language."""

    word: str
    distance: int
    posts: int
    in_language: int


def near_words(
    snapshot: Snapshot, word: str, audience: frozenset[str], without: frozenset[int], language: str
) -> list[Near]:
    """The words near a folded word in posts that an audience may see: the nearest, then those of the language, then common ones."""
    slips = most_slips(word)
    if not slips:
        return []
    candidates = _candidates(snapshot, word, slips, begins_alike=True) or _candidates(
        snapshot, word, slips, begins_alike=False
    )
    near = sorted(candidates.items(), key=lambda one: (one[1], one[0]))[:MOST_LOOKED_AT]
    seen = [
        (leaf, visible(leaf, audience, without), leaf.having_any("language", (language,))) for leaf in snapshot.leaves
    ]
    counted = (_counted(found, distance, seen) for found, distance in near)
    return sorted((one for one in counted if one.posts), key=lambda one: (one.distance, -one.in_language, -one.posts))


def _candidates(snapshot: Snapshot, word: str, slips: int, *, begins_alike: bool) -> dict[str, int]:
    """Words of the index within so many slips, with their distance."""
    found: dict[str, int] = {}
    for leaf in snapshot.leaves:
        for (first, length), words in buckets_of(leaf.segment).items():
            if abs(length - len(word)) <= slips and (first == word[0]) == begins_alike:
                near = extract(word, words, scorer=OSA.distance, score_cutoff=slips, limit=None)
                found.update((other, int(distance)) for other, distance, _place in near if other != word)
    return found


def buckets_of(segment: Segment) -> Buckets:
    """The words of a segment by first letter and length; made once."""
    return segment.once("buckets", WORDS, lambda name: _buckets(segment.source.terms(name)))


def _buckets(words: Iterable[str]) -> Buckets:
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word in words:
        if len(word) >= SHORTEST_NEAR - 1 and word.isalpha():
            found[word[0], len(word)].append(word)
    return found


def _counted(word: str, distance: int, seen: list[tuple[Leaf, Mask, Mask]]) -> Near:
    posts = in_language = 0
    for leaf, mask, of_language in seen:
        places = leaf.segment.postings(WORDS, word).places
        shown = mask[places]
        posts += int(shown.sum())
        in_language += int((shown & of_language[places]).sum())
    return Near(_as_written(word, (leaf for leaf, _mask, _language in seen)), distance, posts, in_language)


def _as_written(word: str, leaves: Iterable[Leaf]) -> str:
    """The word with its accents, if a title or a name has it."""
    near = (one for leaf in leaves for one in leaf.segment.spellings_beginning(OFFERED, word, MOST_LOOKED_AT))
    return next((one for one in near if fold(one) == word), word)
