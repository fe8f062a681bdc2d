"""What is learnt from searches: numbers of what several people asked, never what one person typed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from forum.core.db import db
from forum.search.learning import (
    LAST_RANK,
    Learned,
    SearchNotes,
    clicks_by_rank,
    forget_counts_of_searches,
    keep_learned,
    monday,
    near_concepts,
    normalised,
    without_result,
)
from forum.search.models import ClickCount, SearchCount

WEDNESDAY = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(WEDNESDAY, tick=False) as moved:
        yield moved


def ask(notes: SearchNotes, text: str, *readers: str, is_empty: bool = True) -> None:
    for reader in readers:
        notes.add_search(text, "nl", reader, is_empty=is_empty)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "an@example.org",
            "ask @dora",
            "0475123456",
            "0475 12 34 56",
            "+32 2 555.12.12",
            "https://x.example",
            "www.x.be",
        ),
        *("one two three four five six seven", "x" * 81, "a\x00b", "\u202ex", "", "   "),
    ],
)
def test_what_may_be_about_a_person_or_is_a_sentence_is_not_noted(text: str) -> None:
    assert normalised(text) == ""


@pytest.mark.parametrize(("text", "kept"), [("  Maatwerk  BEDRIJF ", "maatwerk bedrijf"), ("law 2026", "law 2026")])
def test_the_same_words_are_one_query(text: str, kept: str) -> None:
    assert normalised(text) == kept


def test_a_query_is_told_once_three_different_readers_asked_it(clock: time_machine.Traveller) -> None:
    notes = SearchNotes()
    ask(notes, "zeepfabriek", *["an"] * 20, "bert")
    assert notes.take().searches == {}
    ask(notes, "Zeepfabriek", "dora", is_empty=False)
    assert notes.take() == Learned(date(2026, 6, 8), {("nl", "zeepfabriek"): (22, 21)}, {})
    assert notes.take().searches == {}
    ask(notes, "zeepfabriek", "an")
    assert notes.take().searches == {("nl", "zeepfabriek"): (1, 1)}


def test_a_new_week_begins_with_empty_hands(clock: time_machine.Traveller) -> None:
    notes = SearchNotes()
    ask(notes, "zeepfabriek", "an", "bert")
    clock.shift(timedelta(days=5))
    ask(notes, "zeepfabriek", "dora")
    assert notes.take() == Learned(date(2026, 6, 15))


def test_numbers_add_up_over_weeks_and_the_most_in_vain_come_first(app: Flask, clock: time_machine.Traveller) -> None:
    this, before = monday(), monday() - timedelta(weeks=1)
    keep_learned(Learned(before, {("nl", "zeep"): (5, 5), ("nl", "was"): (9, 0)}, {1: 3}))
    keep_learned(Learned(this, {("nl", "zeep"): (2, 1), ("fr", "savon"): (9, 8)}, {1: 1, LAST_RANK: 2}))
    keep_learned(Learned(this, {("nl", "zeep"): (1, 0)}, {1: 1}))
    assert without_result() == [("savon", "fr", 9, 8), ("zeep", "nl", 8, 6)]
    assert clicks_by_rank() == {1: 5, LAST_RANK: 2}


def test_ranks_far_down_count_together(clock: time_machine.Traveller) -> None:
    notes = SearchNotes()
    for rank in (1, 1, 11, 12, 999):
        notes.add_click(rank)
    assert notes.take().clicks == {1: 2, LAST_RANK: 3}


def test_a_year_later_everything_is_forgotten(app: Flask, clock: time_machine.Traveller) -> None:
    keep_learned(Learned(monday(), {("nl", "zeep"): (5, 5)}, {1: 3}))
    clock.shift(timedelta(days=360))
    forget_counts_of_searches()
    assert db.session.scalar(db.select(db.func.count()).select_from(SearchCount)) == 1
    clock.shift(timedelta(days=14))
    forget_counts_of_searches()
    for model in (SearchCount, ClickCount):
        assert db.session.scalar(db.select(db.func.count()).select_from(model)) == 0


def test_a_misspelt_word_is_near_its_concept(app: Flask) -> None:
    assert [one.key for one in near_concepts("work integraton")][:1] == ["work-integration"]
    assert near_concepts("zzyzzyx") == []


def test_nothing_that_is_stored_names_anybody() -> None:
    columns = {column.name for model in (SearchCount, ClickCount) for column in model.__table__.columns}
    assert columns == {"week", "language", "text", "searches", "empty", "rank", "clicks"}
