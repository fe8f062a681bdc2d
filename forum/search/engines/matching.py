"""Finding and counting in a snapshot: masks for what is wanted and visible, BM25F for the order, bincount for facets.

The scores are those of Whoosh's BM25F (K1 = 1.2, B = 0.75; Robertson, Zaragoza, Taylor, CIKM 2004), field by field.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from forum.search.engine import (
    AUDIENCE,
    CONCEPT_FIELDS,
    Beginning,
    ConceptTag,
    Hits,
    Part,
    Phrase,
    Query,
    Word,
)
from forum.search.engines.grouping import count_values, first_of_each, members_of, shown_for
from forum.search.engines.ranking import has_exact_title, order, weighed
from forum.search.engines.segments import OFFERED, WORDS, Leaf, Mask, Numbers, Places, Snapshot, Weights

BOOSTS = {
    "title": 3.0,
    "text": 1.0,
    "about": 0.8,
    "comments": 0.6,
    "files": 0.5,
    WORDS: 1.0,
    "concepts": 0.6,
    "broader": 0.3,
}
K1, B = 1.2, 0.75
MOST_WORDS_BEGINNING = 1000
MOST_WORDS_OFFERED = 300
NO_PLACES = np.zeros(0, np.int32)


@dataclass(slots=True)
class Scorer:
    """Scores and matches the documents of one leaf; terms are weighed over the whole snapshot."""

    snapshot: Snapshot
    leaf: Leaf
    scores: Weights = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no score for anything."""
        self.scores = np.zeros(self.leaf.segment.size, np.float32)

    def match(self, query: Query) -> Mask:
        """Which documents the words of a query find; their scores are added up."""
        found = self.leaf.living()
        for group in query.wanted:
            met = np.zeros(self.leaf.segment.size, np.bool_)
            for part in group:
                met |= self.match_part(part)
            found &= met
        kept = self.scores.copy() if query.unwanted else self.scores
        for part in query.unwanted:
            found &= ~self.match_part(part)
        self.scores = kept
        return found

    def match_part(self, part: Part) -> Mask:
        """Which documents a part finds."""
        if isinstance(part, Word):
            return self.match_terms((name, stem) for name in part.fields for stem in part.stems)
        if isinstance(part, ConceptTag):
            return self.match_terms((name, part.key) for name in CONCEPT_FIELDS)
        if isinstance(part, Beginning):
            return self.match_beginning(part)
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

    def score_term(self, name: str, term: str) -> None:
        """Add the BM25 score of a term in a field."""
        places, weights = self.leaf.segment.postings(name, term)
        idf = math.log(self.snapshot.size / (self.snapshot.frequency(name, term) + 1)) + 1
        lengths = self.leaf.segment.lengths(name)[places] / self.snapshot.average_length(name)
        self.scores[places] += BOOSTS[name] * idf * weights * (K1 + 1) / (weights + K1 * (1 - B + B * lengths))

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


@dataclass(frozen=True, slots=True)
class Found:
    """What one leaf gives: the documents that match and are visible, before and after the filters.

    `families` is -1 for documents that count by themselves; `visible` has those that do not match as well.
    """

    leaf: Leaf
    families: Places
    scores: Weights
    visible: Mask
    before: Mask
    filters: dict[str, Mask]

    def under(self, but: str = "") -> Mask:
        """The documents under all filters but one."""
        found = self.before.copy()
        for name, mask in self.filters.items():
            if name != but:
                found &= mask
        return found

    def chosen_in(self, language: str, as_matched: bool) -> Mask:
        """The visible documents in a language that meet the filters, and with `as_matched` the words."""
        found = (self.before if as_matched else self.visible) & self.leaf.having_any("language", [language])
        for mask in self.filters.values():
            found &= mask
        return found


def search(snapshot: Snapshot, query: Query) -> Hits:
    """Everything a query asks for."""
    found = [_found(snapshot, place, query) for place in range(len(snapshot.leaves))]
    masks = [one.under() for one in found]
    ids = _gather(one.leaf.segment.numbers("id")[mask] for one, mask in zip(found, masks, strict=True))
    published = _gather(one.leaf.segment.numbers("published")[mask] for one, mask in zip(found, masks, strict=True))
    families = np.concatenate([NO_PLACES, *(one.families[mask] for one, mask in zip(found, masks, strict=True))])
    leaves = [(one.leaf, one.scores, mask) for one, mask in zip(found, masks, strict=True)]
    scores = np.concatenate([np.zeros(0, np.float32), *(weighed(snapshot, *one) for one in leaves)])
    exact = np.concatenate([np.zeros(0, np.bool_), *(has_exact_title(leaf, query)[mask] for leaf, _s, mask in leaves)])
    in_order = order(query, ids, published, scores, exact)
    in_order = in_order[first_of_each(families[in_order])]
    best = in_order[query.offset : query.offset + query.limit]
    hits = Hits(
        ids=ids[best].tolist(),
        scores=[round(float(score), 4) for score in scores[best]],
        total=len(in_order),
        facets={
            name: count_values([(one.leaf, one.families, one.under(but=name)) for one in found], name)
            for name in query.facets
        },
    )
    return _in_language(query, hits, found, families[best].tolist(), exact[best].tolist())


def _in_language(
    query: Query, hits: Hits, found: Sequence[Found], families: Sequence[int], exact: Sequence[bool]
) -> Hits:
    """The hits, groups shown in the language wished for where they can be; a text with exactly the title asked for stays."""
    related = {family for family in families if family >= 0}
    if not related:
        return hits
    visible = [(one.leaf, one.families, one.visible) for one in found]
    members = members_of(related, visible, [one.chosen_in(query.language, query.as_matched) for one in found])
    ids, siblings = list(hits.ids), {}
    for place, (family, is_exact) in enumerate(zip(families, exact, strict=True)):
        if family >= 0:
            ids[place] = ids[place] if is_exact else shown_for(ids[place], members[family])
            siblings[ids[place]] = tuple(one.id for one in members[family] if one.id != ids[place])
    return replace(hits, ids=ids, siblings=siblings)


def _found(snapshot: Snapshot, place: int, query: Query) -> Found:
    leaf = snapshot.leaves[place]
    scorer = Scorer(snapshot, leaf)
    seen = visible(leaf, query.audience, query.without)
    families = snapshot.families[place] if query.grouped else np.full(leaf.segment.size, -1, np.int32)
    filters = {name: leaf.having_any(name, values) for name, values in query.filters.items()}
    before = scorer.match(query) & seen
    return Found(leaf, families, scorer.scores, seen, before, filters)


def visible(leaf: Leaf, audience: frozenset[str], without: frozenset[int]) -> Mask:
    """Which living documents an audience may see."""
    found = leaf.having_any(AUDIENCE, audience)
    if leaf.live is not None:
        found &= leaf.live
    if without:
        found &= ~np.isin(leaf.segment.numbers("id"), np.fromiter(without, np.int64))
    return found


def offered(
    snapshot: Snapshot, letters: str, audience: frozenset[str], without: frozenset[int], limit: int
) -> list[str]:
    """Words that begin so in what an audience may see, the most frequent first."""
    counts: Counter[str] = Counter()
    for leaf in snapshot.leaves:
        seen = visible(leaf, audience, without)
        for word in leaf.segment.spellings_beginning(OFFERED, letters, MOST_WORDS_OFFERED):
            counts[word] += int(seen[leaf.segment.postings(OFFERED, word).places].sum())
    best = sorted((word for word in counts if counts[word]), key=lambda word: (-counts[word], len(word), word))
    return best[:limit]


def concerned(snapshot: Snapshot, wanted: Iterable[Sequence[Part]]) -> set[int]:
    """The living posts that have all parts of one of these, whoever may see them."""
    every = [tuple((part,) for part in parts) for parts in wanted if parts]
    found: set[int] = set()
    for leaf in snapshot.leaves:
        for groups in every:
            mask = Scorer(snapshot, leaf).match(Query(frozenset(), wanted=groups))
            found.update(leaf.segment.numbers("id")[mask].tolist())
    return found


def _intersection(every: Iterable[Places]) -> Places:
    first, *others = sorted(every, key=len)
    for one in others:
        first = np.intersect1d(first, one, assume_unique=True)
    return first


def _gather(parts: Iterable[Numbers]) -> Numbers:
    return np.concatenate([np.zeros(0, np.int64), *parts])
