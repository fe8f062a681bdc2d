"""Differences as people read them: long unchanged parts folded away, two states beside one another, lists item by item."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Literal

from forum.core.diff import Change

FOLD_OVER = 60  # words that did not change, in one piece
CONTEXT = 20  # words that stay on either side of what is folded
ROWS_KEPT = 1  # unchanged lines that stay on either side of a change, when two states stand side by side

Kind = Literal["kept", "removed", "added", "folded"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage as it is shown; `words` counts those of a folded one."""

    kind: Kind
    text: str
    words: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """Lines that stand beside one another: what was there, and what is there instead. A row that is no `change` has one text."""

    before: list[Piece]
    after: list[Piece]
    is_change: bool


@dataclass(frozen=True, slots=True)
class Fold:
    """Unchanged lines that are folded away."""

    text: str
    words: int


def folded(changes: Iterable[Change]) -> list[Piece]:
    """The passages of one text, the middle of a long unchanged one folded."""
    found: list[Piece] = []
    passages = list(changes)
    for place, change in enumerate(passages):
        if change.kind == "kept" and len(change.text.split()) > FOLD_OVER:
            found += _fold(change.text, is_first=place == 0, is_last=place == len(passages) - 1)
        else:
            found.append(Piece(change.kind, change.text))
    return found


def _fold(text: str, *, is_first: bool, is_last: bool) -> Iterator[Piece]:
    """An unchanged passage: some words beside the changes, the rest folded. At the ends of a text one side has no change."""
    head = "" if is_first else _first_words(text)
    tail = "" if is_last else text[len(text) - len(_first_words(text[::-1])) :]
    middle = text[len(head) : len(text) - len(tail)]
    pieces = (Piece("kept", head), Piece("folded", middle, len(middle.split())), Piece("kept", tail))
    return (piece for piece in pieces if piece.text)


def _first_words(text: str) -> str:
    """The beginning of a text, up to the space behind a number of words."""
    parts = text.split(None, CONTEXT)
    return text if len(parts) <= CONTEXT else text[: len(text) - len(parts[-1])]


def side_by_side(changes: Iterable[Change]) -> list[Row | Fold]:
    """The lines of two texts in pairs; lines that are the same in both stand once, most of them folded."""
    return _fold_rows(_rows(changes))


def _rows(changes: Iterable[Change]) -> Iterator[Row]:
    before: list[list[Piece]] = [[]]
    after: list[list[Piece]] = [[]]
    for change in changes:
        for place, line in enumerate(change.text.split("\n")):
            if place and change.kind == "kept":
                yield from _paired(before, after)
                before, after = [[]], [[]]
            elif place:
                (before if change.kind == "removed" else after).append([])
            if not line:
                continue
            if change.kind != "added":
                before[-1].append(Piece(change.kind, line))
            if change.kind != "removed":
                after[-1].append(Piece(change.kind, line))
    yield from _paired(before, after)


def _paired(before: list[list[Piece]], after: list[list[Piece]]) -> Iterator[Row]:
    for left, right in zip_longest(before, after, fillvalue=()):
        if left or right:
            yield Row(list(left), list(right), is_change=list(left) != list(right))


def _fold_rows(rows: Iterable[Row]) -> list[Row | Fold]:
    found: list[Row | Fold] = []
    groups = [(is_change, list(group)) for is_change, group in groupby(rows, lambda row: row.is_change)]
    for place, (is_change, group) in enumerate(groups):
        head = 0 if place == 0 else ROWS_KEPT
        tail = 0 if place == len(groups) - 1 else ROWS_KEPT
        middle = group[head : len(group) - tail]
        text = "\n".join(piece.text for row in middle for piece in row.after)
        if is_change or (len(middle) < 2 and len(text.split()) <= FOLD_OVER):
            found += group
        else:
            found += [*group[:head], Fold(text, len(text.split())), *group[len(group) - tail :]]
    return found


def items_apart(before: Iterable[str], after: Iterable[str]) -> list[Change]:
    """Two lists item by item: what both have, in the present order, then what was taken out, then what was put in."""
    old, new = list(dict.fromkeys(before)), list(dict.fromkeys(after))
    kept = [Change("kept", item) for item in new if item in old]
    removed = [Change("removed", item) for item in old if item not in new]
    return [*kept, *removed, *(Change("added", item) for item in new if item not in old)]
