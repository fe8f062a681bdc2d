"""Translations of one another as one hit. What counts is then the group: in totals, pages and facets alike.

A group stands where its best match stands. A value of a facet counts every group with a matching text that has the value:
so many hits are left when it is chosen. Most posts have no translation, and cost next to nothing here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forum.search.engines.segments import Leaf, Mask, Numbers, Places

MOST_FLAGS = 8_000_000
Selection = tuple[Leaf, Places, Mask]


@dataclass(frozen=True, slots=True)
class Member:
    """A text of a group that the reader may see; `is_first_choice` when it meets the filters in the reader's language."""

    id: int
    is_first_choice: bool


def first_of_each(families: Places) -> Places:
    """The places of hits that stay, given the family of each in order (-1: none): the first of every family."""
    kept = families < 0
    related = np.flatnonzero(~kept)
    kept[related[np.unique(families[related], return_index=True)[1]]] = True
    return np.flatnonzero(kept).astype(np.int32)


def count_values(selections: Sequence[Selection], facet: str) -> dict[str, int]:
    """How many groups among the selected documents have each value of a facet. A selection: leaf, families, mask."""
    total: Counter[str] = Counter()
    numbers: dict[str, int] = {}
    related: list[tuple[Places, Numbers]] = []
    for leaf, families, mask in selections:
        values, places, codes = leaf.segment.codes(facet)
        kin = mask & (families >= 0)
        has_kin = bool(kin.any())
        alone = np.bincount(codes[(mask & ~kin if has_kin else mask)[places]], minlength=len(values))
        total.update({values[code]: int(alone[code]) for code in np.flatnonzero(alone)})
        if has_kin:
            known = np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int64)
            chosen = kin[places]
            related.append((families[places[chosen]], known[codes[chosen]]))
    if related:
        names = list(numbers)
        counts = _distinct(related, len(names))
        total.update({names[number]: int(counts[number]) for number in np.flatnonzero(counts)})
    return dict(total)


def _distinct(pairs: Sequence[tuple[Places, Numbers]], values: int) -> Numbers:
    """How many different families there are for each value."""
    if not values:
        return np.zeros(0, np.int64)
    keys = np.concatenate([families.astype(np.int64) * values + numbers for families, numbers in pairs])
    size = int(keys.max(initial=-1)) + 1
    if size > MOST_FLAGS:
        return np.bincount(np.unique(keys) % values, minlength=values)
    flags = np.zeros(size, np.bool_)
    flags[keys] = True
    return np.bincount(np.flatnonzero(flags) % values, minlength=values)


def members_of(
    families: Iterable[int], visible: Sequence[Selection], choice: Sequence[Mask]
) -> Mapping[int, list[Member]]:
    """The visible texts of these families, by family; `choice` marks those that are the reader's first choice."""
    wanted = np.fromiter(families, np.int32)
    found: dict[int, list[Member]] = defaultdict(list)
    for (leaf, of, mask), first in zip(visible, choice, strict=True):
        for place in np.flatnonzero(mask & np.isin(of, wanted)).tolist():
            number = int(leaf.segment.numbers("id")[place])
            found[int(of[place])].append(Member(number, bool(first[place])))
    return found


def shown_for(hit: int, members: Sequence[Member]) -> int:
    """The text that stands for a group: the hit if it is in the reader's language, else one that is, else the hit."""
    first_choices = sorted(member.id for member in members if member.is_first_choice)
    return hit if hit in first_choices or not first_choices else first_choices[0]
