"""The outbox: every consumer hears of every event it wants, at least once, whatever fails in between."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from forum.core import events
from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, operation, transaction
from forum.core.events import (
    Delivery,
    Event,
    EventKind,
    backlog,
    consumers,
    deliver_batch,
    event_kind,
    lease_deliveries,
    record,
    troubled_deliveries,
)

HAPPENED = EventKind("test.happened", "Something happened in a test.")
IGNORED = EventKind("test.ignored", "Something nobody wants to hear of.")


class Listener:
    """A consumer that remembers what it was told, and fails for subjects in `bad`."""

    def __init__(self, bad=()):
        self.bad = set(bad)
        self.batches = []

    def __call__(self, told):
        self.batches.append([event.subject_id for event in told])
        if self.bad.intersection(self.batches[-1]):
            raise ValueError("cannot take this")


@pytest.fixture
def listener(app, monkeypatch):
    """A consumer called `tester` that wants to hear of HAPPENED, 64 at a time."""
    told = Listener()
    monkeypatch.setattr(consumers, "by_name", dict(consumers.by_name))
    consumers.introduce("tester", [HAPPENED], told, batch=64)
    return told


@operation
def happen(*subjects, kind=HAPPENED):
    for subject in subjects:
        record(SYSTEM, kind, "test", subject, {"n": subject})


def deliver():
    return deliver_batch(consumers.by_name["tester"])


def deliver_through_errors(hours=24):
    """Deliver for a day, as a worker does."""
    with time_machine.travel(now(), tick=False) as traveller:
        for _minute in range(hours * 20):
            for _again in range(100):
                try:
                    if not deliver():
                        break
                except ValueError:
                    continue
            if not backlog("tester"):
                return
            traveller.shift(timedelta(minutes=3))


def test_an_event_reaches_who_wants_it_once(listener):
    happen(1, 2)
    happen(3, kind=IGNORED)
    assert deliver() == 2
    assert deliver() == 0
    assert listener.batches == [[1, 2]]
    assert backlog() == 0
    assert [event.data for event in db.session.scalars(select(Event).order_by(Event.id))] == [
        {"n": 1},
        {"n": 2},
        {"n": 3},
    ]


def test_an_event_of_a_change_that_failed_never_happened(listener):
    @operation
    def fail():
        record(SYSTEM, HAPPENED, "test", 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (deliver(), backlog()) == (0, 0)


def test_batches_are_limited_and_in_order(listener):
    happen(*range(100))
    while deliver():
        pass
    assert listener.batches == [[*range(64)], [*range(64, 100)]]


def test_what_one_worker_has_in_hand_no_other_gets(listener):
    happen(1, 2)
    assert len(lease_deliveries("tester", 64)) == 2
    assert lease_deliveries("tester", 64) == []
    assert (deliver(), listener.batches) == (0, [])


def test_what_fails_comes_again_later_with_its_error_kept(listener):
    listener.bad = {1}
    happen(1)
    with pytest.raises(ValueError, match="cannot take this"):
        deliver()
    assert deliver() == 0
    assert troubled_deliveries() == [("tester", 1, 1, "ValueError: cannot take this")]
    listener.bad = set()
    with time_machine.travel(now() + timedelta(seconds=5)):
        assert deliver() == 1
    assert (backlog(), troubled_deliveries()) == (0, [])


def test_each_try_is_further_away_but_never_more_than_an_hour(listener):
    listener.bad = {1}
    happen(1)
    waits = []
    with time_machine.travel(now(), tick=False) as traveller:
        for _try in range(14):
            with pytest.raises(ValueError, match="cannot"):
                deliver()
            wait = db.session.scalar(select(Delivery.next_try_at)) - now()
            waits.append(wait.total_seconds())
            traveller.shift(wait)
    assert waits[:4] == [4, 8, 16, 32]
    assert waits[-1] == 3600


def test_one_bad_event_does_not_hold_up_the_others(listener):
    listener.bad = {7}
    happen(*range(20))
    deliver_through_errors()
    reached = {subject for batch in listener.batches if 7 not in batch for subject in batch}
    assert reached == {*range(20)} - {7}
    assert backlog() == 1


def test_new_events_go_before_those_that_failed(listener):
    listener.bad = {1}
    happen(1)
    with pytest.raises(ValueError, match="cannot"):
        deliver()
    happen(2)
    with time_machine.travel(now() + timedelta(minutes=1)):
        assert deliver() == 1
    assert listener.batches[-1] == [2]


def test_what_a_consumer_holds_is_not_given_to_another_until_its_lease_ends(listener):
    happen(1)
    assert len(events.lease_deliveries("tester", 10)) == 1
    assert deliver() == 0
    with time_machine.travel(now() + events.LEASE + timedelta(seconds=1)):
        assert deliver() == 1


def test_a_consumer_that_changes_things_half_way_changes_nothing(listener, monkeypatch):
    def fail_after_writing(_told):
        with transaction():
            record(SYSTEM, IGNORED, "test", 99)
            raise ValueError("half way")

    monkeypatch.setattr(consumers.by_name["tester"], "handle", fail_after_writing)
    happen(1)
    with pytest.raises(ValueError, match="half way"):
        deliver()
    assert db.session.scalar(select(Event).where(Event.subject_id == 99)) is None
    assert backlog() == 1


def test_an_idle_look_at_the_outbox_reads_once_and_writes_nothing(listener, count_sql):
    db.session.rollback()
    with count_sql() as statements:
        deliver()
    assert len(statements) == 1
    assert statements[0].startswith("SELECT")


def test_the_backlog_is_counted_by_consumer_and_up_to_a_delivery(listener):
    happen(1, 2)
    newest = events.newest_delivery()
    happen(3)
    assert (backlog(), backlog("tester"), backlog("nobody"), backlog("tester", newest)) == (3, 3, 0, 2)


def test_an_event_kind_is_declared_once():
    kind = next(iter(events.EVENT_KINDS.values()))
    with pytest.raises(ValueError, match="declared twice"):
        event_kind(kind.name, "Something else.")
    assert event_kind(kind.name, kind.description, log=kind.log, is_public=kind.is_public) == kind
