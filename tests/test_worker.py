"""The worker: one at a time, never stopped by what fails, and gone when it is told to."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from forum import worker
from forum.core.actor import SYSTEM
from forum.core.db import operation
from forum.core.errors import ForumError
from forum.core.events import EventKind, backlog, consumers, record
from forum.core.modes import Mode, Standing
from forum.worker import WorkerRuns, is_running, only_worker, run_worker, settle

HAPPENED = EventKind("test.worked", "Something for the worker happened in a test.")
HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def told(app, monkeypatch):
    """What a consumer called `tester` was told, the only one there is."""
    subjects = []
    monkeypatch.setattr(consumers, "by_name", {})
    consumers.introduce("tester", [HAPPENED], lambda events: subjects.extend(event.subject_id for event in events), 2)
    return subjects


@operation
def happen(*subjects):
    for subject in subjects:
        record(SYSTEM, HAPPENED, "test", subject)


@pytest.fixture
def another(tmp_path):
    """Another process that is the worker of the folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "worker.lock")], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def stopped_after(monkeypatch, rounds):
    """An event that is set after so many rounds, which take no time."""
    stop = threading.Event()
    left = iter(range(rounds))

    def wait(_seconds):
        if next(left, None) is None:
            stop.set()

    monkeypatch.setattr(stop, "wait", wait)
    return stop


def test_one_worker_at_a_time(tmp_path, another):
    assert is_running(tmp_path)
    with pytest.raises(WorkerRuns, match="running on this data directory already"), only_worker(tmp_path):
        pass


def test_who_dies_is_the_worker_no_longer(tmp_path, another):
    another.kill()
    another.wait()
    assert not is_running(tmp_path)
    with only_worker(tmp_path):
        assert (tmp_path / "worker.lock").read_text() == str(os.getpid())


def test_asking_does_not_stand_in_a_workers_way(tmp_path):
    assert not is_running(tmp_path)
    with only_worker(tmp_path), (tmp_path / "worker.lock").open() as mine:
        assert is_running(tmp_path)
        assert is_running(tmp_path)
        assert not mine.closed
    with (tmp_path / "worker.lock").open() as asker:
        fcntl.flock(asker, fcntl.LOCK_SH)
        threading.Timer(0.2, fcntl.flock, (asker.fileno(), fcntl.LOCK_UN)).start()
        with only_worker(tmp_path, patience=5):
            pass


def test_a_second_worker_is_refused(app, told, monkeypatch):
    monkeypatch.setattr(worker, "LOCK_SECONDS", 0.1)
    with only_worker(app.config["SETTINGS"].data_dir), pytest.raises(WorkerRuns):
        run_worker(app, threading.Event())


def test_a_worker_beside_a_server_waits_for_its_turn_and_ends_with_its_server(app, told):
    with only_worker(app.config["SETTINGS"].data_dir):
        run_worker(app, threading.Event(), parent=-1)
        stop = threading.Event()
        threading.Timer(0.2, stop.set).start()
        run_worker(app, stop, parent=os.getppid())
    run_worker(app, threading.Event(), parent=-1)


def test_the_worker_hands_out_everything(app, told, monkeypatch):
    happen(1, 2, 3, 4, 5)
    run_worker(app, stopped_after(monkeypatch, 3))
    assert told == [1, 2, 3, 4, 5]


def test_a_consumer_that_fails_keeps_no_other_from_its_work(app, told, monkeypatch, capsys):
    consumers.introduce("broken", [HAPPENED], lambda _events: 1 / 0)
    consumers.by_name = dict(reversed(consumers.by_name.items()))
    happen(1, 2, 3)
    run_worker(app, stopped_after(monkeypatch, 3))
    assert told == [1, 2, 3]
    assert (backlog("tester"), backlog("broken")) == (0, 3)
    assert "delivery failed error='division by zero' consumer='broken'\nTraceback" in capsys.readouterr().err


def test_chores_are_done_and_one_that_fails_keeps_no_other_from_it(app, told, monkeypatch, capsys):
    done = []
    monkeypatch.setitem(app.extensions, "chores", (lambda: 1 / 0, lambda: done.append(1)))
    run_worker(app, stopped_after(monkeypatch, 1))
    assert done == [1]
    assert "chore failed" in capsys.readouterr().err


def test_a_database_that_is_away_is_one_line_of_the_log_and_a_pause(app, told, monkeypatch, capsys):
    def fail(_consumer):
        raise OperationalError("SELECT", {}, Exception("the server is away"))

    monkeypatch.setattr(worker, "deliver_batch", fail)
    assert worker.deliver_round() == worker.TROUBLE_SECONDS
    line = capsys.readouterr().err
    assert "the server is away" in line
    assert "Traceback" not in line


def test_while_nothing_may_be_saved_the_worker_rests(app, told, monkeypatch):
    done = []
    monkeypatch.setitem(app.extensions, "chores", (lambda: done.append(1),))
    monkeypatch.setattr(worker, "standing", lambda: Standing(Mode.READ_ONLY))
    happen(1)
    run_worker(app, stopped_after(monkeypatch, 2))
    assert (told, done) == ([], [])
    monkeypatch.setattr(worker, "standing", Standing)
    run_worker(app, stopped_after(monkeypatch, 2))
    assert told == [1]
    assert done


def test_a_disk_that_is_full_stops_writing_and_leaves_one_line(app, told, monkeypatch, capsys):
    failures = []

    def fail(_consumer):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(worker, "deliver_batch", fail)
    monkeypatch.setattr(worker, "note_failure", lambda: failures.append(1))
    worker.deliver_round()
    assert failures
    assert "Traceback" not in capsys.readouterr().err


def test_no_chore_begins_once_the_worker_is_to_stop():
    done = []
    worker.run_chores((lambda: done.append(1),), is_over=lambda: True)
    assert done == []


def test_settling_hands_out_here_when_no_worker_runs(told, tmp_path):
    happen(1, 2, 3, 4, 5)
    steps = []
    settle("tester", tmp_path, steps.append)
    assert told == [1, 2, 3, 4, 5]
    assert sum(steps) == 5
    assert (tmp_path / "worker.lock").exists()


def test_settling_waits_for_the_worker_that_runs(app, told, tmp_path, another):
    happen(1, 2, 3)
    thread = threading.Timer(0.5, another.kill)
    thread.start()
    started = time.monotonic()
    settle("tester", tmp_path)
    assert time.monotonic() - started > 0.4
    assert told == [1, 2, 3]


def test_settling_waits_only_for_what_was_there_when_it_began(told, tmp_path, monkeypatch):
    happen(1)
    consumers.introduce("tester", [HAPPENED], lambda events: (told.append(1), happen(2)), 1)
    settle("tester", tmp_path)
    assert told == [1]
    assert backlog("tester") == 1


def test_settling_says_what_fails_again_and_again(told, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "MOST_ATTEMPTS", 1)
    consumers.introduce("tester", [HAPPENED], lambda _events: 1 / 0)
    happen(1)
    with pytest.raises(ForumError, match=r"Everything is saved, but .* ZeroDivisionError: division by zero"):
        settle("tester", tmp_path)


def test_settling_does_not_wait_for_ever(told, tmp_path, another, monkeypatch):
    monkeypatch.setattr(worker, "STANDSTILL_SECONDS", 0.2)
    happen(1)
    with pytest.raises(ForumError, match="nothing moved for a long time"):
        settle("tester", tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_the_worker_to_stop(number: signal.Signals) -> None:
    former = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = worker.stop_on_signal()
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.is_set()
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)
