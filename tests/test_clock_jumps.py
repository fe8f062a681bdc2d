"""The clock is set forwards or back, by an hour or a day: nothing hangs until the clock is there again, nothing runs wild."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from forum.accounts import sessions, tokens
from forum.core import limits
from forum.core.actor import SYSTEM
from forum.core.clock import hourly, hourly_until_done, now
from forum.core.db import db, operation
from forum.core.errors import Missing, TooMany
from forum.core.events import Delivery, EventKind, bring_forward, consumers, deliver_batch, lease_deliveries, record
from forum.core.jumps import ClockMinder
from tests.conftest import Cast

JUMPS = pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1)], ids=["an hour", "a day"])
HAPPENED = EventKind("test.jumped", "Something happened while the clock was wrong.")


@pytest.fixture
def told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What a consumer called `tester` was told, the only one there is."""
    subjects: list[int] = []
    monkeypatch.setattr(consumers, "by_name", {})
    consumers.introduce("tester", [HAPPENED], lambda events: subjects.extend(event.subject_id for event in events))
    return subjects


@operation
def happen(*subjects: int) -> None:
    for subject in subjects:
        record(SYSTEM, HAPPENED, "test", subject)


@JUMPS
@pytest.mark.parametrize("forwards", [True, False])
def test_hourly_chores_are_done_once_after_a_jump_and_then_once_an_hour(jump: timedelta, forwards: bool) -> None:
    done: list[int] = []
    with time_machine.travel(now(), tick=False) as clock:
        chore, other = hourly(lambda: done.append(1)), hourly_until_done(lambda: bool(done.append(2)))
        for step in (timedelta(), jump if forwards else -jump, timedelta(minutes=59), timedelta(minutes=1)):
            clock.shift(step)
            for _time in range(5):
                chore()
                other()
    assert done == [1, 2] * 3


@JUMPS
def test_what_waits_is_handed_out_after_the_clock_was_set_back(jump: timedelta, told: list[int]) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        minder = ClockMinder(bring_forward, clock=lambda: now().timestamp())
        minder()
        happen(1, 2)
        clock.shift(-jump)
        assert deliver_batch(consumers.by_name["tester"]) == 0
        minder()
        assert deliver_batch(consumers.by_name["tester"]) == 2
    assert told == [1, 2]


@JUMPS
def test_a_clock_that_is_set_forwards_hands_out_everything_once(jump: timedelta, told: list[int]) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        minder = ClockMinder(bring_forward, clock=lambda: now().timestamp())
        minder()
        happen(1)
        clock.shift(jump)
        minder()
        for _time in range(3):
            deliver_batch(consumers.by_name["tester"])
    assert told == [1]


def test_what_a_worker_that_died_had_in_hand_is_due_when_the_next_begins(told: list[int]) -> None:
    happen(1)
    assert len(lease_deliveries("tester", 5)) == 1
    assert deliver_batch(consumers.by_name["tester"]) == 0
    ClockMinder(bring_forward)()
    assert deliver_batch(consumers.by_name["tester"]) == 1


def test_a_minder_leaves_alone_what_failed_while_the_clock_goes_well(told: list[int]) -> None:
    happen(1)
    consumers.by_name["tester"].handle = lambda _events: 1 / 0  # type: ignore[assignment,return-value]
    with pytest.raises(ZeroDivisionError):
        deliver_batch(consumers.by_name["tester"])
    before = db.session.scalar(db.select(Delivery.next_try_at))
    minder = ClockMinder(bring_forward)
    for _time in range(3):
        minder()
    assert db.session.scalar(db.select(Delivery.next_try_at)) == before


@JUMPS
def test_a_limit_that_was_reached_ends_when_the_clock_is_set_back(jump: timedelta, app: Flask) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        limits.check_limit("one", 1, 60)
        with pytest.raises(TooMany):
            limits.check_limit("one", 1, 60)
        clock.shift(-jump)
        limits.check_limit("one", 1, 60)
        with pytest.raises(TooMany) as told:
            limits.check_limit("one", 1, 60)
    assert told.value.retry_after <= 60


@JUMPS
@pytest.mark.parametrize("forwards", [True, False])
def test_people_stay_signed_in_and_proofs_and_links_end(jump: timedelta, forwards: bool, cast: Cast) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        token = sessions.open_session(cast.an.id, proven=True)
        link = tokens.make_token(cast.an, tokens.RESET)
        clock.shift(jump if forwards else -jump)
        session = sessions.live_session(token)
        assert session is not None
        assert not sessions.is_fresh(session)
        with pytest.raises(Missing):
            tokens.owner_of(link, tokens.RESET)
        assert tokens.owner_of(tokens.make_token(cast.an, tokens.RESET), tokens.RESET) == cast.an
