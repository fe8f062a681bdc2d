"""Finding and counting in a snapshot: what is wanted and visible (see `scoring`), in order, with a bincount for facets."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from forum.search.engine import (
    AUDIENCE,
    TEXT_FIELDS,
    Hits,
    Part,
    Query,
    Translated,
)
from forum.search.engines.grouping import count_values, first_of_each, members_of, shown_for
from forum.search.engines.ranking import has_exact_title, order, weighed
from forum.search.engines.scoring import Scorer
from forum.search.engines.segments import OFFERED, Leaf, Mask, Numbers, Places, Snapshot, Weights

MOST_WORDS_OFFERED = 300
NO_PLACES = np.zeros(0, np.int32)
NO_MASK = np.zeros(0, np.bool_)


@dataclass(frozen=True, slots=True)
class Found:
    """What one leaf gives: the documents that match and are visible, before and after the filters.

    `families` is -1 for documents that count by themselves; `visible` has those that do not match as well.
    """

    leaf: Leaf
    families: Places
    scores: Weights
    visible: Mask
    whole: Mask
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
    scores = np.concatenate([np.zeros(0, np.float32), *(weighed(snapshot, *one, query.language) for one in leaves)])
    exact = np.concatenate([NO_MASK, *(has_exact_title(leaf, query)[mask] for leaf, _s, mask in leaves)])
    partial = np.concatenate([NO_MASK, *(~one.whole[mask] for one, mask in zip(found, masks, strict=True))])
    in_order = order(query, ids, published, scores, exact, partial)
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
    return Found(leaf, families, scorer.scores, seen, scorer.whole, before, filters)


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
        for word in leaf.segment.frequent_beginning(OFFERED, letters, MOST_WORDS_OFFERED):
            counts[word] += int(seen[leaf.segment.postings(OFFERED, word).places].sum())
    best = sorted((word for word in counts if counts[word]), key=lambda word: (-counts[word], len(word), word))
    return best[:limit]


def numbers_of(
    snapshot: Snapshot, parts: Sequence[Translated], audience: frozenset[str], without: frozenset[int]
) -> list[int]:
    """In how many documents that an audience may see each translation is."""
    totals = [0] * len(parts)
    for leaf in snapshot.leaves:
        seen = visible(leaf, audience, without)
        written_in = cache(partial(_seen_in, leaf, seen))
        for place, part in enumerate(parts):
            totals[place] += _number(leaf, part, written_in(part.languages))
    return totals


def _seen_in(leaf: Leaf, seen: Mask, languages: tuple[str, ...]) -> Mask:
    return seen & leaf.having_any("language", languages)


def _number(leaf: Leaf, part: Translated, seen: Mask) -> int:
    """How many of these documents have all stems of a translation."""
    found = seen
    for stem in part.stems:
        if not any(len(leaf.segment.postings(name, stem).places) for name in TEXT_FIELDS):
            return 0
        found = found & leaf.having(TEXT_FIELDS, stem)
    return int(found.sum())


def concerned(snapshot: Snapshot, wanted: Iterable[Sequence[Part]]) -> set[int]:
    """The living posts that have all parts of one of these, whoever may see them."""
    every = [tuple((part,) for part in parts) for parts in wanted if parts]
    found: set[int] = set()
    for leaf in snapshot.leaves:
        for groups in every:
            mask = Scorer(snapshot, leaf).match(Query(frozenset(), wanted=groups))
            found.update(leaf.segment.numbers("id")[mask].tolist())
    return found


def _gather(parts: Iterable[Numbers]) -> Numbers:
    return np.concatenate([np.zeros(0, np.int64), *parts])
