"""An index as numpy sees it: unchanging segments, whose columns and postings are read once and kept, in snapshots.

A segment's files never change, so what was read of it holds as long as the segment lives; only which of its documents are
still alive differs from one snapshot to the next. This module knows nothing of file formats: a `Source` reads them.
"""

import threading
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from forum.core.text import fold

Numbers = NDArray[np.int64]
Places = NDArray[np.int32]
Weights = NDArray[np.float32]
Mask = NDArray[np.bool_]
Kept = TypeVar("Kept")

WORDS, OFFERED = "words", "offered"
POSTINGS_KEPT = 32 * 1024 * 1024
HIGHEST = "\U0010ffff"


class Postings(NamedTuple):
    """The documents (by their place in the segment, ascending) that have a term, and how often each."""

    places: Places
    weights: Weights


class Codes(NamedTuple):
    """A facet as pairs: the document at `places[i]` has the value `values[codes[i]]`."""

    values: list[str]
    places: Places
    codes: Places


class Source(Protocol):
    """Reads one segment. Called by one thread at a time."""

    size: int

    def numbers(self, column: str) -> Numbers:
        """A whole column of numbers, by place."""

    def lengths(self, field: str) -> Weights:
        """How many words each document has in a field."""

    def total_length(self, field: str) -> int:
        """How many words all documents have in a field."""

    def postings(self, field: str, term: str) -> Postings:
        """Which documents have a term, and how often; nothing for an unknown one."""

    def positions(self, field: str, term: str, places: Places) -> list[Sequence[int]]:
        """Where a term stands in each of these documents, which all have it."""

    def terms(self, field: str) -> list[str]:
        """Every term of a field, sorted."""

    def frequencies(self, field: str) -> dict[str, int]:
        """In how many documents each term of a field is, dead ones included."""


class Segment:
    """A segment, with what was read of it. The postings used longest ago are forgotten first."""

    def __init__(self, name: str, source: Source):
        self.name = name
        self.source = source
        self.size = source.size
        self._lock = threading.Lock()
        self._postings: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._bytes = 0
        self._columns: dict[tuple[str, str], object] = {}

    def postings(self, field: str, term: str) -> Postings:
        """Which documents have a term in a field."""
        key = (field, term)
        with self._lock:
            found = self._postings.get(key)
            if found is None:
                found = self._postings[key] = self.source.postings(field, term)
                self._bytes += _size(found)
                self._forget()
            else:
                self._postings.move_to_end(key)
        return found

    def _forget(self) -> None:
        while self._bytes > POSTINGS_KEPT and len(self._postings) > 1:
            _key, oldest = self._postings.popitem(last=False)
            self._bytes -= _size(oldest)

    def positions(self, field: str, term: str, places: Places) -> list[Sequence[int]]:
        """Where a term stands in each of these documents."""
        with self._lock:
            return self.source.positions(field, term, places)

    def once(self, what: str, name: str, read: Callable[[str], Kept]) -> Kept:
        """What was read of a field or made of it; read and made once."""
        key = (what, name)
        with self._lock:
            if key not in self._columns:
                self._columns[key] = read(name)
        return self._columns[key]  # type: ignore[return-value]  # what `read` gave under this key

    def numbers(self, column: str) -> Numbers:
        """A column of numbers, by place."""
        return self.once("numbers", column, self.source.numbers)

    @property
    def newest(self) -> int:
        """When its newest document was published, in seconds since 1970."""
        return self.once("newest", "published", lambda name: int(self.source.numbers(name).max()))

    def lengths(self, field: str) -> Weights:
        """How many words each document has in a field."""
        return self.once("lengths", field, self.source.lengths)

    def terms(self, field: str) -> list[str]:
        """Every term of a field, sorted."""
        return self.once("terms", field, self.source.terms)

    def spellings(self, field: str) -> list[tuple[str, str]]:
        """Every term of a field with its folded form before it, sorted by that."""
        return self.once(
            "spellings", field, lambda name: sorted((fold(term), term) for term in self.source.terms(name))
        )

    def codes(self, field: str) -> Codes:
        """A facet's values, as pairs of place and code."""
        return self.once("codes", field, self._read_codes)

    def _read_codes(self, field: str) -> Codes:
        values = self.source.terms(field)
        places = [self.source.postings(field, value).places for value in values]
        sizes = [len(one) for one in places]
        codes = np.repeat(np.arange(len(values), dtype=np.int32), sizes)
        return Codes(values, np.concatenate(places) if places else np.zeros(0, np.int32), codes)

    def terms_beginning(self, field: str, letters: str, most: int) -> list[str]:
        """The terms of a field that begin so, as many as `most`."""
        terms = self.terms(field)
        start, end = bisect_left(terms, letters), bisect_left(terms, letters + HIGHEST)
        return terms[start : min(end, start + most)]

    def spellings_beginning(self, field: str, letters: str, most: int) -> list[str]:
        """The terms whose folded form begins so."""
        known = self.spellings(field)
        start, end = bisect_left(known, (letters, "")), bisect_left(known, (letters + HIGHEST, ""))
        return [term for _folded, term in known[start : min(end, start + most)]]

    def frequent_beginning(self, field: str, letters: str, most: int) -> list[str]:
        """The terms whose folded form begins so; of more than `most`, those that most documents have, in no order."""
        known = self.spellings(field)
        start, end = bisect_left(known, (letters, "")), bisect_left(known, (letters + HIGHEST, ""))
        places: Iterable[int] = range(start, end)
        if end - start > most:
            numbers = self.once("frequencies", field, lambda name: _in_order(known, self.source.frequencies(name)))
            places = (start + np.argpartition(-numbers[start:end], most)[:most]).tolist()
        return [known[place][1] for place in places]


def _in_order(known: Sequence[tuple[str, str]], numbers: Mapping[str, int]) -> Numbers:
    return np.fromiter((numbers[term] for _folded, term in known), np.int64, len(known))


def _size(postings: Postings) -> int:
    return postings.places.nbytes + postings.weights.nbytes + 200


def _family_in(known: Numbers, groups: Numbers) -> Places:
    if not len(known):
        return np.full(len(groups), -1, np.int32)
    places = np.minimum(np.searchsorted(known, groups), len(known) - 1)
    return np.where(known[places] == groups, places, -1).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A segment in a snapshot: which of its documents are alive (None: all)."""

    segment: Segment
    live: Mask | None

    def living(self) -> Mask:
        """A fresh mask of the documents that are alive."""
        return np.ones(self.segment.size, np.bool_) if self.live is None else self.live.copy()

    def having(self, fields: Iterable[str], term: str) -> Mask:
        """Which documents have a term in one of these fields, dead ones included."""
        found = np.zeros(self.segment.size, np.bool_)
        for name in fields:
            found[self.segment.postings(name, term).places] = True
        return found

    def having_any(self, field: str, terms: Iterable[str]) -> Mask:
        """Which documents have one of these terms in a field, dead ones included."""
        found = np.zeros(self.segment.size, np.bool_)
        for term in terms:
            found[self.segment.postings(field, term).places] = True
        return found


@dataclass(frozen=True)
class Snapshot:
    """The index at one moment. It stays whole for whoever holds it, while others write.

    `seals` tells for each of its files whether it is still what was opened.
    """

    name: str
    leaves: tuple[Leaf, ...]
    seals: Mapping[Path, tuple[int, int, int]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many documents there are, dead ones included: what BM25 reckons with."""
        return sum(leaf.segment.size for leaf in self.leaves)

    @property
    def count(self) -> int:
        """How many documents are alive."""
        return sum(leaf.segment.size if leaf.live is None else int(leaf.live.sum()) for leaf in self.leaves)

    def frequency(self, field: str, term: str) -> int:
        """How many documents have a term."""
        return sum(len(leaf.segment.postings(field, term).places) for leaf in self.leaves)

    def has_any(self, fields: Sequence[str], terms: Sequence[str]) -> bool:
        """Whether any document has one of these terms in one of these fields."""
        return any(self.frequency(field, term) for field in fields for term in terms)

    def average_length(self, field: str) -> float:
        """How many words a document has in a field, on average."""
        return sum(leaf.segment.source.total_length(field) for leaf in self.leaves) / max(1, self.size) or 1.0

    @property
    def newest(self) -> int:
        """When the newest document was published, in seconds since 1970; 0 without any."""
        return max((int(leaf.segment.newest) for leaf in self.leaves if leaf.segment.size), default=0)

    @cached_property
    def families(self) -> tuple[Places, ...]:
        """For each leaf, which family of translations a document is of, counted from 0; -1 for one without translations."""
        ids = [leaf.segment.numbers("id") for leaf in self.leaves]
        groups = [leaf.segment.numbers("group") for leaf in self.leaves]
        translated = [group[group != own] for own, group in zip(ids, groups, strict=True)]
        known = np.unique(np.concatenate([np.zeros(0, np.int64), *translated]))
        return tuple(_family_in(known, group) for group in groups)

    def values(self, facet: str) -> tuple[str, ...]:
        """Every value that a facet has, the most frequent first."""
        counts: Counter[str] = Counter()
        for leaf in self.leaves:
            for value in leaf.segment.codes(facet).values:
                counts[value] += len(leaf.segment.postings(facet, value).places)
        return tuple(sorted(counts, key=lambda value: (-counts[value], value)))

    def revisions(self) -> dict[int, int]:
        """The id and revision of every living document."""
        found: dict[int, int] = {}
        for leaf in self.leaves:
            alive = leaf.living()
            ids, revisions = (leaf.segment.numbers(name)[alive] for name in ("id", "revision"))
            found.update(zip(ids.tolist(), revisions.tolist(), strict=True))
        return found

    def places_of(self, ids: Iterable[int]) -> list[int]:
        """The places of these posts, counted through all segments."""
        wanted, base = np.fromiter(ids, np.int64), 0
        found: list[int] = []
        for leaf in self.leaves:
            here = leaf.living() & np.isin(leaf.segment.numbers("id"), wanted)
            found += (np.flatnonzero(here) + base).tolist()
            base += leaf.segment.size
        return found
