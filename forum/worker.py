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
from typing import NoReturn

import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from forum.core.db import db
from forum.core.errors import Conflict, ForumError
from forum.core.events import backlog, consumers, deliver_batch, newest_delivery, troubled_deliveries
from forum.core.modes import note_failure, standing
from forum.core.text import message as _
from forum.core.troubles import Trouble, trouble_of

IDLE_SECONDS = 0.15
GATHER_SECONDS = 0.05
TROUBLE_SECONDS = 1.0
CHORE_SECONDS = 2.0
LOCK_SECONDS = 1.0
MOST_ATTEMPTS = 5
STANDSTILL_SECONDS = 900.0

Chore = Callable[[], object]
IsOver = Callable[[], bool]
log = structlog.get_logger()


class WorkerRuns(Conflict):
    """Another process is the worker of this data directory."""

    def __init__(self) -> None:
        super().__init__(_("A worker is running on this data directory already."))


@contextmanager
def only_worker(data_dir: Path, patience: float = 0.0, is_over: IsOver = lambda: False) -> Iterator[None]:
    """Be the worker of the data directory; whoever dies gives that up. Raises `WorkerRuns` after `patience` seconds."""
    end = time.monotonic() + patience
    with open(data_dir / "worker.lock", "a+", encoding="utf-8") as file:
        while not _locked(file.fileno(), fcntl.LOCK_EX):
            if time.monotonic() >= end or is_over():
                raise WorkerRuns
            time.sleep(0.05)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_running(data_dir: Path) -> bool:
    """Whether some process is the worker of this data directory."""
    try:
        with open(data_dir / "worker.lock", encoding="utf-8") as file:
            return not _locked(file.fileno(), fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def run_worker(app: Flask, stop: threading.Event | None = None, parent: int | None = None) -> None:
    """Work until SIGTERM or SIGINT, or until `stop` is set; the batch in hand is finished first.

    Beside a server, its process being the `parent`, it waits for another worker to end, and ends when the server does.
    Otherwise it raises `WorkerRuns`.
    """
    stop = stop or stop_on_signal()

    def is_over() -> bool:
        return stop.is_set() or parent not in (None, os.getppid())

    patience = LOCK_SECONDS if parent is None else float("inf")
    try:
        with app.app_context(), only_worker(app.config["SETTINGS"].data_dir, patience, is_over):
            work(app, stop, is_over)
    except WorkerRuns:
        if not is_over():
            raise


def work(app: Flask, stop: threading.Event, is_over: IsOver) -> None:
    """Hand out deliveries as they come, and do the chores every two seconds; rest while nothing may be written."""
    log.info("worker started")
    next_chores = 0.0
    while not is_over():
        if not standing().takes_writes:
            db.session.remove()
            stop.wait(TROUBLE_SECONDS)
            continue
        pause = deliver_round()
        if time.monotonic() >= next_chores:
            run_chores(app.extensions.get("chores", ()), is_over)
            next_chores = time.monotonic() + CHORE_SECONDS
        db.session.remove()
        stop.wait(pause)
    log.info("worker stopped")


def stop_on_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)
    return stop


def deliver_round() -> float:
    """One batch for every consumer; give the seconds to wait after it. What fails is logged and tried again later."""
    done, pause = 0, 0.0
    for consumer in consumers.by_name.values():
        try:
            done += deliver_batch(consumer)
        except Exception as problem:
            note_trouble("delivery failed", problem, consumer=consumer.name)
            pause = TROUBLE_SECONDS
    return pause or (GATHER_SECONDS if done else IDLE_SECONDS)


def run_chores(chores: tuple[Chore, ...], is_over: IsOver = lambda: False) -> None:
    """Do what is due besides the outbox (mail to send); a chore that fails is logged and comes round again."""
    for chore in chores:
        if is_over():
            return
        try:
            chore()
        except Exception as problem:
            note_trouble("chore failed", problem)


def note_trouble(what: str, problem: Exception, **values: str) -> None:
    """Log a failure: with its traceback, unless it only says that the disk is full or the database away."""
    db.session.rollback()
    trouble = trouble_of(problem)
    if trouble is Trouble.FULL:
        note_failure()
    if trouble or isinstance(problem, OperationalError):
        log.warning(what, error=str(getattr(problem, "orig", problem)), **values)
    else:
        log.exception(what, error=str(problem), **values)


def settle(consumer_name: str, data_dir: Path, on_progress: Callable[[int], None] | None = None) -> None:
    """See to it that a consumer takes in all that waits for it now: by the running worker, or here when none runs.

    Raises `ForumError` when it fails again and again, or nothing moves for a quarter of an hour.
    """
    newest = newest_delivery()
    left = backlog(consumer_name, newest)
    moved_at = time.monotonic()
    while waiting := backlog(consumer_name, newest):
        db.session.rollback()
        if waiting < left:
            if on_progress:
                on_progress(left - waiting)
            left, moved_at = waiting, time.monotonic()
        elif time.monotonic() - moved_at > STANDSTILL_SECONDS:
            give_up(consumer_name)
        if not deliver_here(consumer_name, data_dir):
            time.sleep(IDLE_SECONDS)
    if on_progress:
        on_progress(left)


def deliver_here(consumer_name: str, data_dir: Path) -> bool:
    """Hand out one batch unless a worker runs, which does so itself; whether anything was taken in."""
    try:
        with only_worker(data_dir):
            return deliver_batch(consumers.by_name[consumer_name]) > 0
    except WorkerRuns:
        pass
    except Exception as problem:
        note_trouble("delivery failed", problem, consumer=consumer_name)
    if any(
        name == consumer_name and attempts >= MOST_ATTEMPTS for name, attempts, _number, _error in troubled_deliveries()
    ):
        give_up(consumer_name)
    return False


def give_up(consumer_name: str) -> NoReturn:
    """Say which error keeps a consumer from taking in what waits for it."""
    errors = [error for name, _attempts, _number, error in troubled_deliveries() if name == consumer_name]
    sentence = _(
        "Everything is saved, but the search index could not take it in: %(error)s. The worker goes on trying.",
        error=errors[0] if errors else _("nothing moved for a long time"),
    )
    raise ForumError(sentence)
