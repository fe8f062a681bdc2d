"""Chores that come round once an hour."""

from datetime import timedelta

import time_machine

from forum.core.clock import hourly, hourly_until_done, now


def test_an_hourly_chore_is_done_at_once_and_then_once_an_hour() -> None:
    done: list[str] = []
    with time_machine.travel(now(), tick=False) as clock:
        chore = hourly(lambda: done.append("a"), lambda: done.append("b"))
        for _ in range(3):
            chore()
        assert done == ["a", "b"]
        clock.shift(timedelta(hours=1))
        chore()
    assert done == ["a", "b", "a", "b"]


def test_a_chore_with_something_left_comes_round_at_once_and_else_once_an_hour() -> None:
    left = [True, True, False, False]
    with time_machine.travel(now(), tick=False) as clock:
        chore = hourly_until_done(lambda: left.pop(0))
        for _ in range(5):
            chore()
        assert left == [False]
        clock.shift(timedelta(hours=1))
        chore()
    assert left == []
