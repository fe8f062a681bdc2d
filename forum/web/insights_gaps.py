"""Tables of numbers that show what is there and what is missing: one thing down, another across."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from forum.insights.steps import step


@dataclass(frozen=True, slots=True)
class Head:
    """What a row or a column is about: its `key` in the counts, its name, how it is written where room is scarce, and by which
    parameters the search page finds it.
    """

    key: Hashable
    label: str
    url: str = ""
    language: str = ""
    short: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many there are where a row meets a column, in which tint; no address when there are none."""

    count: int
    step: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows by columns; `rows` are heads with their cells, and `whole` is the row that sums up, if there is one."""

    columns: Sequence[Head]
    rows: Sequence[tuple[Head, list[Cell]]]
    whole: tuple[Head, list[Cell]] | None = None


UrlOf = Callable[[Head, Head], str]


def matrix(
    rows: Sequence[Head],
    columns: Sequence[Head],
    counts: Mapping[tuple[Hashable, Hashable], int],
    url_of: UrlOf,
    whole: Head | None = None,
) -> Matrix:
    """The counts by (row, column) as a table. The whole, whose cells are larger by nature, does not weigh in the tints."""
    largest = max((counts.get((row.key, column.key), 0) for row in rows for column in columns), default=0)

    def cells(row: Head, tinted: bool) -> list[Cell]:
        found = [(column, counts.get((row.key, column.key), 0)) for column in columns]
        return [
            Cell(count, step(count, largest) if tinted else 0, url_of(row, column) if count else "")
            for column, count in found
        ]

    return Matrix(columns, [(row, cells(row, True)) for row in rows], (whole, cells(whole, False)) if whole else None)
