"""Charts as pages show them: rows with a bar each, and columns over time. The numbers of the table are those of the picture."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from babel.dates import format_date
from babel.lists import format_list

from forum.insights.steps import share
from forum.web.languages import babel_locale

MONTHS = 3
SHORTEST, LONGEST = 4, 12  # quarters: one year at least, three at most


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart; `length` is in per cent of the longest. The address is empty when there is nothing to go to."""

    label: str
    count: int
    length: float
    url: str = ""
    language: str = ""


def bars(rows: Iterable[tuple[str, int, str]], language: str = "") -> list[Bar]:
    """Bars for (label, count, address), in that order."""
    every = list(rows)
    largest = max((count for _label, count, _url in every), default=0)
    return [Bar(label, count, share(count, largest), url if count else "", language) for label, count, url in every]


@dataclass(frozen=True, slots=True)
class Column:
    """A quarter of a year: what it is called, its year if it is the first one shown of it; the rest in per cent of the picture."""

    label: str
    year: str
    name: str
    count: int
    left: float
    width: float
    middle: float
    height: float


def quarters(today: date, number: int = LONGEST) -> list[datetime]:
    """The beginnings of the last quarters of a year, the present one last."""
    latest = today.year * 4 + (today.month - 1) // MONTHS
    every = range(latest - number + 1, latest + 1)
    return [datetime(quarter // 4, quarter % 4 * MONTHS + 1, 1, tzinfo=UTC) for quarter in every]


def columns(starts: Sequence[datetime], counts: Mapping[int, int], tallest: float = 70.0) -> list[Column]:
    """The quarters as columns, without the empty ones before anything was posted."""
    first = min((place for place in range(len(starts)) if counts.get(place)), default=len(starts))
    first = max(0, min(first, len(starts) - SHORTEST))
    shown = list(range(first, len(starts)))
    largest = max((counts.get(place, 0) for place in shown), default=0)
    slot = 100 / max(1, len(shown))
    return [
        Column(
            label=_said(starts[place], "QQQ"),
            year=str(starts[place].year) if not position or starts[place].month == 1 else "",
            name=_said(starts[place], "QQQQ y"),
            count=counts.get(place, 0),
            left=round(slot * (position + 0.15), 1),
            width=round(slot * 0.7, 1),
            middle=round(slot * (position + 0.5), 1),
            height=round(share(counts.get(place, 0), largest) * tallest / 100, 1),
        )
        for position, place in enumerate(shown)
    ]


def _said(moment: datetime, pattern: str) -> str:
    return format_date(moment.date(), pattern, locale=babel_locale())


def listing(parts: Sequence[str]) -> str:
    """Parts of a sentence one after the other, as the reader's language lists them: "one, two and three"."""
    return format_list(parts, locale=babel_locale())
