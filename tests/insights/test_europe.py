"""The map of squares: every country of the continent once, each in a square of its own."""

from itertools import pairwise

import pytest

from forum.core.languages import EUROPE
from forum.insights.europe import ON_THE_MAP, SQUARES

pytestmark = pytest.mark.one_database

TERRITORIES = {"AX", "FO", "GG", "GI", "IM", "JE", "SJ", "VA"}


def test_every_country_of_europe_has_one_square() -> None:
    assert set(EUROPE) - TERRITORIES == ON_THE_MAP
    assert len(SQUARES) == len(ON_THE_MAP)


def test_no_two_countries_share_a_square() -> None:
    assert len({(square.row, square.column) for square in SQUARES}) == len(SQUARES)


def test_each_row_begins_left_of_where_the_last_one_ended_so_that_columns_alone_place_the_squares() -> None:
    pairs = pairwise(SQUARES)
    assert all((later.row == before.row) is (later.column > before.column) for before, later in pairs)


def test_neighbours_are_where_people_expect_them() -> None:
    place = {square.country: (square.row, square.column) for square in SQUARES}
    north_of = [
        ("NO", "DK"),
        ("DK", "DE"),
        ("NL", "BE"),
        ("FR", "ES"),
        ("DE", "CH"),
        ("IT", "MT"),
        ("LT", "UA"),
        ("RO", "BG"),
    ]
    west_of = [
        ("PT", "ES"),
        ("IE", "GB"),
        ("FR", "CH"),
        ("BE", "DE"),
        ("DE", "PL"),
        ("AT", "HU"),
        ("GR", "TR"),
        ("IT", "HR"),
    ]
    assert [pair for pair in north_of if not place[pair[0]][0] < place[pair[1]][0]] == []
    assert [pair for pair in west_of if not place[pair[0]][1] < place[pair[1]][1]] == []
