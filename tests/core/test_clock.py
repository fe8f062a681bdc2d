"""Chores that come round once an hour."""

from datetime import timedelta

import time_machine

from forum.core.clock import hourly, now


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
