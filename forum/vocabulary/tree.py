"""The whole vocabulary in memory: every concept with its labels and its place in the tree. Once made, it stays."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forum.core.text import sorting_key

ENGLISH = "en"
INDENT = "\u2003"


@dataclass(frozen=True, slots=True)
class Row:
    """A concept as the database has it."""

    id: int
    key: str
    scheme: str
    broader_id: int | None
    merged_into_id: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept in its place. `narrower` are direct, `descendants` all below; `ancestors` begin with the nearest."""

    id: int
    key: str
    scheme: str
    labels: Mapping[str, str]
    broader_id: int | None
    narrower: tuple[int, ...]
    descendants: tuple[int, ...]
    ancestors: tuple[int, ...]

    @property
    def depth(self) -> int:
        """How many concepts stand above this one."""
        return len(self.ancestors)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice in a form: `value` is the concept's key, `label` is indented by its depth, `name` is not."""

    value: str
    name: str
    depth: int

    @property
    def label(self) -> str:
        """The name, set in by its place in the tree."""
        return INDENT * self.depth + self.name


class Vocabulary:
    """All concepts, in the order of the thesaurus. A merged concept is found as its heir, by id and by key."""

    def __init__(
        self,
        rows: Iterable[Row],
        labels: Mapping[int, Mapping[str, str]],
        default_language: str = ENGLISH,
        stamp: tuple[Any, ...] | None = None,
    ):
        """Put concepts in their places; `stamp` names the state of the database they show (None: not yet committed)."""
        self.stamp = stamp
        self.default_language = default_language
        every = list(rows)
        self._heirs = _heirs(every)
        live = [row for row in every if row.id not in self._heirs]
        self._entries = {entry.id: entry for entry in _entries(live, labels, self._heirs)}
        self._ids = {row.key: self._heirs.get(row.id, row.id) for row in every}
        self._merged: dict[int, list[int]] = defaultdict(list)
        for merged, heir in self._heirs.items():
            self._merged[heir].append(merged)

    def __iter__(self) -> Iterator[Entry]:
        """Every concept that is not merged."""
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def heir(self, concept_id: int) -> int:
        """The concept that a merged one is part of now; any other concept itself."""
        return self._heirs.get(concept_id, concept_id)

    def by_id(self, concept_id: int) -> Entry | None:
        """The concept with this id, or its heir."""
        return self._entries.get(self.heir(concept_id))

    def by_key(self, key: str) -> Entry | None:
        """The concept with this key, or its heir."""
        return self._entries.get(self._ids.get(key, 0))

    def entries(self, concept_ids: Iterable[int], scheme: str | None = None) -> list[Entry]:
        """The concepts with these ids in this order, each once (heirs for merged ones), of one scheme if asked."""
        found = dict.fromkeys(self.heir(concept_id) for concept_id in concept_ids)
        known = [self._entries[concept_id] for concept_id in found if concept_id in self._entries]
        return [entry for entry in known if scheme is None or entry.scheme == scheme]

    def label(self, concept_id: int, language: str) -> str:
        """The word to show: in this language, else in the site's own, in English, in any; the key if there is none."""
        entry = self.by_id(concept_id)
        if entry is None:
            return ""
        for wanted in (language, self.default_language, ENGLISH):
            if wanted in entry.labels:
                return entry.labels[wanted]
        return next(iter(entry.labels.values()), entry.key)

    def heading(self, concept_id: int, language: str) -> str:
        """The label with a capital, as it stands alone: in a title, a list, a choice."""
        label = self.label(concept_id, language)
        return label[:1].upper() + label[1:]

    def label_language(self, concept_id: int, language: str) -> str:
        """The language that `label` answers in, for the `lang` attribute."""
        entry = self.by_id(concept_id)
        labels = entry.labels if entry else {}
        wishes = (language, self.default_language, ENGLISH, *labels)
        return next((wanted for wanted in wishes if wanted in labels), language)

    def of_scheme(self, scheme: str) -> list[Entry]:
        """Every concept of a scheme."""
        return [entry for entry in self if entry.scheme == scheme]

    def top(self, scheme: str) -> list[Entry]:
        """The concepts of a scheme that have none above them."""
        return [entry for entry in self.of_scheme(scheme) if entry.broader_id is None]

    def narrower(self, concept_id: int) -> list[Entry]:
        """The concepts directly below."""
        entry = self.by_id(concept_id)
        return self.entries(entry.narrower) if entry else []

    def descendants(self, concept_id: int) -> list[Entry]:
        """All concepts below."""
        entry = self.by_id(concept_id)
        return self.entries(entry.descendants) if entry else []

    def ancestors(self, concept_id: int) -> list[Entry]:
        """The concepts above, the nearest first."""
        entry = self.by_id(concept_id)
        return self.entries(entry.ancestors) if entry else []

    def covering(self, concept_id: int) -> frozenset[int]:
        """The ids that posts about this concept may carry: its own, those below, and those merged into any of them."""
        entry = self.by_id(concept_id)
        if entry is None:
            return frozenset()
        family = (entry.id, *entry.descendants)
        return frozenset(family).union(*(self._merged.get(member, ()) for member in family))

    def sorted(self, entries: Iterable[Entry], language: str) -> list[Entry]:
        """Concepts in the order of their labels in this language."""
        return sorted(entries, key=lambda entry: (sorting_key(self.label(entry.id, language), language), entry.id))

    def options(self, scheme: str, language: str) -> list[Option]:
        """The concepts of a scheme as choices of a form: the tree, each level in the order of its labels."""
        return list(self._branch(self.top(scheme), language, 0))

    def _branch(self, entries: Iterable[Entry], language: str, depth: int) -> Iterator[Option]:
        for entry in self.sorted(entries, language):
            yield Option(entry.key, self.heading(entry.id, language), depth)
            yield from self._branch(self.narrower(entry.id), language, depth + 1)


def _heirs(rows: Iterable[Row]) -> dict[int, int]:
    """For each merged concept the one it is part of in the end."""
    merged = {row.id: row.merged_into_id for row in rows if row.merged_into_id is not None}
    chains = {concept_id: _last(concept_id, merged) for concept_id in merged}
    return {concept_id: chain[-1] for concept_id, chain in chains.items() if chain}


def _last(concept_id: int, following: Mapping[int, int | None]) -> list[int]:
    """The chain that begins after a concept; a loop, which no operation makes, ends it."""
    chain: list[int] = []
    step = following.get(concept_id)
    while step is not None and step not in chain and step != concept_id:
        chain.append(step)
        step = following.get(step)
    return chain


def _entries(live: list[Row], labels: Mapping[int, Mapping[str, str]], heirs: Mapping[int, int]) -> Iterator[Entry]:
    broader = {row.id: heirs.get(row.broader_id, row.broader_id) if row.broader_id else None for row in live}
    ancestors = {row.id: tuple(_last(row.id, broader)) for row in live}
    narrower: dict[int, list[int]] = defaultdict(list)
    descendants: dict[int, list[int]] = defaultdict(list)
    for row in live:
        for place, above in enumerate(ancestors[row.id]):
            descendants[above].append(row.id)
            if place == 0:
                narrower[above].append(row.id)
    for row in live:
        yield Entry(
            id=row.id,
            key=row.key,
            scheme=row.scheme,
            labels=labels.get(row.id, {}),
            broader_id=broader[row.id],
            narrower=tuple(narrower[row.id]),
            descendants=tuple(descendants[row.id]),
            ancestors=ancestors[row.id],
        )
