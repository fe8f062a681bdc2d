"""The worker beside the web server: a process of its own, started again when it dies."""

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import structlog
from flask import Flask

from forum.worker import run_worker

PATIENCE = 15
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0  # the index may be five seconds late at most, however the worker ended before
LONG_LIFE = 5.0
log = structlog.get_logger()


@contextmanager
def worker_beside(app: Flask, *, wanted: bool) -> Iterator[None]:
    """Run the worker as a process of its own while the block runs; it finishes its batch before it ends."""
    if not wanted:
        yield
        return
    keeper = Keeper(app)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()


@dataclass
class Keeper:
    """Starts the worker, and starts it again when it ends by itself, after a pause that grows while it keeps dying.

    It is forked, as the web processes are: all of them share the memory of what is loaded.
    """

    app: Flask
    stopping: threading.Event = field(default_factory=threading.Event)
    process: BaseProcess | None = None
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the worker, and a thread that looks after it."""
        self._fork()
        self.thread = threading.Thread(target=self._keep, daemon=True, name="keeper of the worker")
        self.thread.start()

    def stop(self) -> None:
        """End the worker, with patience for the batch in hand."""
        self.stopping.set()
        if self.thread is not None:
            self.thread.join()

    def _fork(self) -> BaseProcess:
        work = multiprocessing.get_context("fork").Process(
            target=work_beside, args=(self.app, os.getpid()), name="worker"
        )
        work.start()
        self.process = work
        return work

    def _keep(self) -> None:
        pause, work = FIRST_PAUSE, self.process or self._fork()
        while not self.stopping.is_set():
            started = time.monotonic()
            while work.is_alive() and not self.stopping.wait(0.1):
                pass
            if self.stopping.is_set():
                break
            pause = FIRST_PAUSE if time.monotonic() - started > LONG_LIFE else min(pause * 2, LONGEST_PAUSE)
            log.error("the worker ended by itself and is started again", exit_code=work.exitcode, pause=pause)
            if not self.stopping.wait(pause):
                work = self._fork()
        end(work)


def end(work: BaseProcess) -> None:
    """Ask a process to end, and make it when it does not."""
    work.terminate()
    work.join(PATIENCE)
    if work.is_alive():
        work.kill()
        work.join()


def work_beside(app: Flask, server: int) -> None:
    """The worker in its forked process, out of reach of Ctrl-C; it ends when the server does, however that ends."""
    os.setsid()
    run_worker(app, parent=server)
