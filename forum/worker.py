"""The worker: hands deliveries of the outbox to their consumers, and does what is due, until it is told to stop."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import structlog
from flask import Flask

from forum.core.db import db
from forum.core.errors import Conflict
from forum.core.events import backlog, consumers, deliver_batch
from forum.core.text import message as _

IDLE_SECONDS = 0.15
GATHER_SECONDS = 0.05
CHORE_SECONDS = 2.0
log = structlog.get_logger()

Chore = Callable[[], object]


@contextmanager
def only_worker(data_dir: Path) -> Iterator[None]:
    """Hold the worker's lock on the data directory. Raises `Conflict` when another worker has it."""
    with open(data_dir / "worker.lock", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(_("Another worker is running on this data directory already.")) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_running(data_dir: Path) -> bool:
    """Whether a worker holds the lock of this data directory."""
    try:
        with only_worker(data_dir):
            return False
    except Conflict:
        return True


def run_worker(app: Flask, stop: threading.Event | None = None) -> None:
    """Work until SIGTERM or SIGINT (or until `stop` is set); the batch in hand is finished first."""
    stop = stop or stop_on_signal()
    with app.app_context(), only_worker(app.config["SETTINGS"].data_dir):
        log.info("worker started")
        next_chores = 0.0
        while not stop.is_set():
            done = deliver_round()
            if time.monotonic() >= next_chores:
                done += run_chores(app.extensions.get("chores", ()))
                next_chores = time.monotonic() + CHORE_SECONDS
            db.session.remove()
            stop.wait(GATHER_SECONDS if done else IDLE_SECONDS)
        log.info("worker stopped")


def stop_on_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)
    return stop


def deliver_round() -> int:
    """One batch for every consumer; give how many deliveries were taken in. What fails is logged and tried again later."""
    done = 0
    for consumer in consumers.by_name.values():
        try:
            done += deliver_batch(consumer)
        except Exception as problem:
            log.exception("delivery failed", consumer=consumer.name, error=str(problem))
    return done


def run_chores(chores: tuple[Chore, ...]) -> int:
    """Do what is due besides the outbox (mail to send); a chore that fails is logged and comes round again."""
    for chore in chores:
        try:
            chore()
        except Exception as problem:
            log.exception("chore failed", error=str(problem))
    return 0


def drain(consumer_name: str | None = None, on_progress: Callable[[int], None] | None = None) -> None:
    """Hand out everything that is due now, in this process; errors are raised."""
    wanted = [one for one in consumers.by_name.values() if consumer_name in (None, one.name)]
    for consumer in wanted:
        while done := deliver_batch(consumer):
            if on_progress:
                on_progress(done)
            db.session.remove()


def wait_until_drained(seconds: float, consumer_name: str | None = None) -> bool:
    """Wait for a running worker to empty the outbox; False when it did not in time."""
    end = time.monotonic() + seconds
    while backlog(consumer_name):
        if time.monotonic() > end:
            return False
        db.session.rollback()
        time.sleep(0.2)
    return True
