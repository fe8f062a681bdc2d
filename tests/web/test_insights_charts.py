"""Columns and bars: quarters in order, nothing before the beginning, words in the reader's language."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from forum.web.insights_charts import bars, columns, listing, quarters

pytestmark = pytest.mark.one_database

Reader = Callable[[str], None]


@pytest.fixture(autouse=True)
def reader_of(monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A function that changes the reader's language, which is English at first."""

    def reads(language: str) -> None:
        monkeypatch.setattr("forum.web.insights_charts.babel_locale", lambda: language)

    reads("en_GB")
    return reads


def test_the_present_quarter_is_the_last() -> None:
    found = quarters(date(2026, 2, 14), 3)
    assert found == [
        datetime(2025, 7, 1, tzinfo=UTC),
        datetime(2025, 10, 1, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
    ]


def test_columns_begin_where_the_library_does_but_show_a_year_at_least() -> None:
    starts = quarters(date(2026, 11, 28))
    assert len(columns(starts, {11: 3})) == 4
    assert len(columns(starts, {4: 1, 11: 3})) == 8
    assert [one.count for one in columns(starts, {10: 1, 11: 3})] == [0, 0, 1, 3]


def test_columns_stand_inside_the_picture_side_by_side() -> None:
    found = columns(quarters(date(2026, 11, 28)), dict(enumerate(range(1, 13))))
    assert all(one.left + one.width <= later.left for one, later in pairwise(found))
    assert found[-1].left + found[-1].width < 100
    assert max(one.height for one in found) == 70


def test_each_year_is_named_once_at_its_first_column() -> None:
    found = columns(quarters(date(2026, 11, 28)), {0: 1})
    assert [one.year for one in found] == ["2024", "", "", "", "2025", "", "", "", "2026", "", "", ""]


def test_quarters_and_lists_are_in_the_readers_language(reader_of: Reader) -> None:
    said = {}
    for language in ("en_GB", "fr", "nl"):
        reader_of(language)
        said[language] = (columns(quarters(date(2026, 11, 28)), {})[-1].label, listing(["A", "B", "C"]))
    assert said == {"en_GB": ("Q4", "A, B and C"), "fr": ("T4", "A, B et C"), "nl": ("K4", "A, B en C")}


def test_bars_without_anything_lead_nowhere() -> None:
    found = bars([("Some", 2, "/a"), ("None", 0, "/b")])
    assert [(one.length, one.url) for one in found] == [(100.0, "/a"), (0.0, "")]
