"""Tints and bars: none is nothing, the most is full, and more is never paler."""

import pytest

from forum.insights.steps import STEPS, share, step

pytestmark = pytest.mark.one_database


def test_nothing_has_no_tint_and_the_most_has_the_strongest() -> None:
    assert step(0, 10) == 0
    for largest in (4, 5, 19, 1000):
        assert step(largest, largest) == STEPS
        assert step(1, largest) == 1


def test_small_numbers_keep_their_own_tint() -> None:
    assert [step(count, 3) for count in range(4)] == [0, 1, 2, 3]


def test_more_is_never_paler() -> None:
    tints = [step(count, 37) for count in range(38)]
    assert tints == sorted(tints)
    assert set(tints) == set(range(STEPS + 1))


def test_bars_are_parts_of_the_longest() -> None:
    assert (share(3, 12), share(12, 12), share(0, 0)) == (25.0, 100.0, 0.0)
