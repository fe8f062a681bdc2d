"""What changed between two texts, for people to read: first whole lines, then the words within the lines that changed.

Myers' greedy algorithm (1986) with a bound on its work: texts that have little in common are said to be replaced rather
than compared at any cost. `difflib` without its shortcuts took 10.7 s for 3,000 words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

MAX_CHARACTERS = 250_000  # of both texts together
MAX_DIFFERENCES = 1_000  # of one passage
MAX_STEPS = 1_000_000  # of the whole comparison; about half a second
SHORTEST_KEPT = 2  # words; fewer between two changes are noise
LEAST_IN_COMMON = 0.25  # of the words; below, a rewritten passage reads better as a whole

LINE = re.compile(r"[^\n]*\n|[^\n]+")
WORD = re.compile(r"\S+[^\S\n]*|\n|[^\S\n]+")

Kind = Literal["kept", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Change:
    """A passage that was kept, removed or added, with its line breaks."""

    kind: Kind
    text: str


@dataclass(slots=True)
class _Effort:
    """The steps a comparison may still take."""

    left: int = MAX_STEPS


def compare(old: str, new: str) -> list[Change]:
    """Give the changes that lead from one text to the other, in order, what was removed before what was added.

    Kept and removed passages together are the old text exactly, kept and added ones the new. Over 250,000 characters the
    whole text counts as replaced.
    """
    if len(old) + len(new) > MAX_CHARACTERS and old != new:
        return _merged(_replaced(old, new))
    effort = _Effort()
    lines = _merged(_edits(LINE.findall(old), LINE.findall(new), effort))
    changes: list[Change] = []
    for is_kept, group in groupby(lines, _is_kept):
        passage = list(group)
        changes += passage if is_kept else _compare_words(_text(passage, "removed"), _text(passage, "added"), effort)
    return _merged(changes)


def _compare_words(old: str, new: str, effort: _Effort) -> list[Change]:
    """Compare two passages word by word; as a whole if they have too little in common."""
    changes = _without_crumbs(_merged(_edits(WORD.findall(old), WORD.findall(new), effort)))
    in_common = len(_text(changes, "kept").split())
    if in_common < LEAST_IN_COMMON * max(len(old.split()), len(new.split())):
        return _replaced(old, new)
    return changes


def _without_crumbs(changes: list[Change]) -> list[Change]:
    """Take single words kept between two changes into those changes."""
    whole: list[Change] = []
    for place, change in enumerate(changes):
        within = 0 < place < len(changes) - 1
        is_crumb = within and _is_kept(change) and len(change.text.split()) < SHORTEST_KEPT and "\n" not in change.text
        whole += _replaced(change.text, change.text) if is_crumb else [change]
    return whole


def _is_kept(change: Change) -> bool:
    """Tell whether a passage is in both texts."""
    return change.kind == "kept"


def _text(changes: Iterable[Change], kind: Kind) -> str:
    """Join the text of the changes of one kind."""
    return "".join(change.text for change in changes if change.kind == kind)


def _replaced(old: str, new: str) -> list[Change]:
    """Say that one text took the place of the other."""
    return [Change("removed", old), Change("added", new)]


def _merged(changes: Iterable[Change]) -> list[Change]:
    """Join neighbours of a kind; between two kept passages, what was removed comes before what was added."""
    merged: list[Change] = []
    for is_kept, group in groupby((change for change in changes if change.text), _is_kept):
        passage = list(group)
        kinds: tuple[Kind, ...] = ("kept",) if is_kept else ("removed", "added")
        merged += [Change(kind, text) for kind in kinds if (text := _text(passage, kind))]
    return merged


def _edits(old: Sequence[str], new: Sequence[str], effort: _Effort) -> Iterator[Change]:
    """Give the way from one sequence to the other, piece by piece."""
    x = y = 0
    for i, j in [*_in_both(old, new, effort), (len(old), len(new))]:
        yield Change("removed", "".join(old[x:i]))
        yield Change("added", "".join(new[y:j]))
        yield Change("kept", "".join(new[j : j + 1]))
        x, y = i + 1, j + 1


def _in_both(old: Sequence[str], new: Sequence[str], effort: _Effort) -> list[tuple[int, int]]:
    """Give the places of the pieces that both sequences have; only those at the two ends if the rest is too different."""
    shorter = min(len(old), len(new))
    head = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    tail = next((place for place in range(shorter - head) if old[-1 - place] != new[-1 - place]), shorter - head)
    levels = _levels(old[head : len(old) - tail], new[head : len(new) - tail], effort)
    middle = _way_back(levels, len(old) - head - tail, len(new) - head - tail)
    return [
        *((place, place) for place in range(head)),
        *((head + i, head + j) for i, j in middle),
        *((len(old) - place, len(new) - place) for place in range(tail, 0, -1)),
    ]


def _levels(old: Sequence[str], new: Sequence[str], effort: _Effort) -> list[dict[int, int]]:
    """Say for 0, 1, 2 ... differences how far into `old` each diagonal gets; nothing if it takes too much effort."""
    levels: list[dict[int, int]] = []
    previous = {1: 0}
    for differences in range(MAX_DIFFERENCES):
        current: dict[int, int] = {}
        for diagonal in range(-differences, differences + 1, 2):
            start = _next_start(previous, diagonal, differences)
            current[diagonal] = end = _slide(old, new, start, start - diagonal)
            effort.left -= 1 + end - start
            if end >= len(old) and end - diagonal >= len(new):
                return [*levels, current]
        if effort.left < 0:
            break
        levels.append(current)
        previous = current
    return []


def _goes_down(previous: dict[int, int], diagonal: int, differences: int) -> bool:
    """Tell whether a diagonal is best reached by adding a piece of `new` rather than by removing one of `old`."""
    if abs(diagonal) == differences:
        return diagonal == -differences
    return previous[diagonal - 1] < previous[diagonal + 1]


def _next_start(previous: dict[int, int], diagonal: int, differences: int) -> int:
    """Say where in `old` a diagonal begins after one more difference."""
    if _goes_down(previous, diagonal, differences):
        return previous[diagonal + 1]
    return previous[diagonal - 1] + 1


def _slide(old: Sequence[str], new: Sequence[str], x: int, y: int) -> int:
    """Follow equal pieces to the first difference; say where in `old` that is."""
    while x < len(old) and y < len(new) and old[x] == new[y]:
        x, y = x + 1, y + 1
    return x


def _way_back(levels: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """Follow the levels back from the ends (x, y); give the equal pieces on the way, in order."""
    pairs: list[tuple[int, int]] = []
    for differences in range(len(levels) - 1, -1, -1):
        diagonal = x - y
        previous = levels[differences - 1] if differences else {1: 0}
        start = _next_start(previous, diagonal, differences)
        pairs += [(place, place - diagonal) for place in range(x - 1, start - 1, -1)]
        down = _goes_down(previous, diagonal, differences)
        x, y = (start, start - diagonal - 1) if down else (start - 1, start - diagonal)
    return pairs[::-1]
