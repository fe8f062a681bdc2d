"""Which documents of a segment meet a query, and how well: masks for what is wanted, BM25F for the score.

The scores are those of Whoosh's BM25F (K1 = 1.2, B = 0.75; Robertson, Zaragoza, Taylor, CIKM 2004), field by field.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from forum.search.engine import (
    COMPOUNDING,
    CONCEPT_FIELDS,
    TEXT_FIELDS,
    Beginning,
    Compound,
    ConceptTag,
    Part,
    Phrase,
    Query,
    Translated,
    Word,
)
from forum.search.engines.segments import WORDS, Leaf, Mask, Places, Snapshot, Weights

BOOSTS = {
    "title": 3.0,
    "text": 1.0,
    "about": 0.8,
    "comments": 0.6,
    "files": 0.5,
    "parts": 0.3,
    WORDS: 1.0,
    "concepts": 0.6,
    "broader": 0.3,
}
TRANSLATED = 0.15  # of what the word itself counts: in a title still less than a concept
COMPOUND = 0.3
COMPOUNDED = ("title", "text", "parts")
GOOD_PART = 0.25
RARE = 0.01
K1, B = 1.2, 0.75
MOST_WORDS_BEGINNING = 1000


@dataclass(slots=True)
class Scorer:
    """Scores and matches the documents of one leaf; terms are weighed over the whole snapshot."""

    snapshot: Snapshot
    leaf: Leaf
    scores: Weights = field(init=False)
    whole: Mask = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no score for anything, and nothing missed."""
        self.scores = np.zeros(self.leaf.segment.size, np.float32)
        self.whole = self.leaf.living()

    def match(self, query: Query) -> Mask:
        """Which documents a query finds; the scores of its words are added up. `whole` are those that meet every group."""
        share = np.zeros(self.leaf.segment.size, np.float32)
        for group in query.wanted:
            met = np.zeros(self.leaf.segment.size, np.bool_)
            for part in group:
                met |= self.match_part(part)
            self.whole &= met
            if query.is_lenient:
                share[met] += self.rarity(group)
        found = self.whole.copy()
        if query.is_lenient:
            found |= self.leaf.living() & (share > 0) & (share >= GOOD_PART * sum(map(self.rarity, query.wanted)))
        kept = self.scores.copy() if query.unwanted else self.scores
        for part in query.unwanted:
            found &= ~self.match_part(part)
        self.scores = kept
        return found

    def rarity(self, group: Sequence[Part]) -> float:
        """What meeting a group is worth: the more, the fewer documents do; nothing for what no document has."""
        numbers = [number for number in map(self.number_of, group) if number]
        return math.log(1 + self.snapshot.size / min(numbers)) if numbers else 0.0

    def number_of(self, part: Part) -> float:
        """About how many documents have a part; what is more than a word is taken for a rare one."""
        if isinstance(part, Word):
            return sum(self.snapshot.frequency(name, stem) for name in part.fields for stem in part.stems)
        if isinstance(part, ConceptTag):
            return sum(self.snapshot.frequency(name, part.key) for name in CONCEPT_FIELDS)
        if isinstance(part, Translated):
            return min(sum(self.snapshot.frequency(name, stem) for name in TEXT_FIELDS) for stem in part.stems)
        if isinstance(part, Compound) and not self.known_splits(part):
            return 0
        return self.snapshot.size * RARE

    def match_part(self, part: Part) -> Mask:
        """Which documents a part finds."""
        if isinstance(part, Word):
            return self.match_terms((name, stem) for name in part.fields for stem in part.stems)
        if isinstance(part, ConceptTag):
            return self.match_terms((name, part.key) for name in CONCEPT_FIELDS)
        if isinstance(part, Beginning):
            return self.match_beginning(part)
        if isinstance(part, Compound):
            return self.match_compound(part)
        if isinstance(part, Translated):
            return self.match_translated(part)
        return self.match_phrase(part)

    def match_terms(self, terms: Iterable[tuple[str, str]]) -> Mask:
        """Which documents have any of these terms of these fields."""
        found = np.zeros(self.leaf.segment.size, np.bool_)
        for name, term in terms:
            places = self.leaf.segment.postings(name, term).places
            if len(places):
                self.score_term(name, term)
                found[places] = True
        return found

    def match_translated(self, part: Translated) -> Mask:
        """Which documents in these languages have all stems, in any text field."""
        found = self.leaf.having_any("language", part.languages)
        for stem in part.stems:
            found &= self.leaf.having(TEXT_FIELDS, stem)
        if found.any():
            for name in TEXT_FIELDS:
                for stem in part.stems:
                    self.score_term(name, stem, TRANSLATED, found)
        return found

    def score_term(self, name: str, term: str, share: float = 1.0, within: Mask | None = None) -> None:
        """Add the BM25 score of a term in a field, or a share of it, to the documents within a mask."""
        places, weights = self.leaf.segment.postings(name, term)
        if within is not None:
            kept = within[places]
            places, weights = places[kept], weights[kept]
        idf = math.log(self.snapshot.size / (self.snapshot.frequency(name, term) + 1)) + 1
        lengths = self.leaf.segment.lengths(name)[places] / self.snapshot.average_length(name)
        boost = share * BOOSTS[name] * idf * (K1 + 1)
        self.scores[places] += boost * weights / (weights + K1 * (1 - B + B * lengths))

    def match_compound(self, part: Compound) -> Mask:
        """Which documents have both words of a compound; they count for less than the compound itself."""
        before, found = self.scores, np.zeros(self.leaf.segment.size, np.bool_)
        for firsts, second in self.known_splits(part):
            self.scores = np.zeros_like(before)
            met = self.match_terms((name, second) for name in COMPOUNDED)
            met &= self.match_terms((name, stem) for name in COMPOUNDED for stem in firsts)
            met &= self.leaf.having_any("language", COMPOUNDING)
            before[met] += COMPOUND * self.scores[met]
            found |= met
        self.scores = before
        return found

    def known_splits(self, part: Compound) -> list[tuple[tuple[str, ...], str]]:
        """The ways to split a word of which both words are in the index."""
        known = self.snapshot.has_any
        return [split for split in part.splits if known(COMPOUNDED, split[1:]) and known(COMPOUNDED, split[0])]

    def match_beginning(self, part: Beginning) -> Mask:
        """Which documents have a word that begins so; many such words count for more, with less and less effect."""
        counts = np.zeros(self.leaf.segment.size, np.float32)
        for word in self.leaf.segment.terms_beginning(WORDS, part.letters, MOST_WORDS_BEGINNING):
            places, weights = self.leaf.segment.postings(WORDS, word)
            counts[places] += weights
        self.scores += counts * (K1 + 1) / (counts + K1)
        return counts > 0

    def match_phrase(self, part: Phrase) -> Mask:
        """Which documents have these words one after the other."""
        places = _intersection(self.leaf.segment.postings(WORDS, word).places for word in part.words)
        found = np.zeros(self.leaf.segment.size, np.bool_)
        if len(places):
            found[self.following(part.words, places)] = True
            for word in dict.fromkeys(part.words):
                self.score_term(WORDS, word)
        return found

    def following(self, words: tuple[str, ...], places: Places) -> Places:
        """Those of these documents in which the words follow one another."""
        first, *others = [self.leaf.segment.positions(WORDS, word, places) for word in words]
        holds = np.zeros(len(places), np.bool_)
        for row, starts in enumerate(first):
            left = set(starts)
            for step, positions in enumerate(others, start=1):
                left &= {position - step for position in positions[row]}
            holds[row] = bool(left)
        return places[holds]


def _intersection(every: Iterable[Places]) -> Places:
    first, *others = sorted(every, key=len)
    for one in others:
        first = np.intersect1d(first, one, assume_unique=True)
    return first
