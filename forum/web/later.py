"""Notes that pages leave in memory, written down a moment later: reading stays fast, and a GET writes nothing."""

import threading
from collections.abc import Callable

from flask import Flask

from forum.core.modes import standing


class Later:
    """Does something once, some seconds after it was first asked for, in a thread of its own; never in tests."""

    def __init__(self, pause: float, write: Callable[[], None]):
        self.pause = pause
        self._write = write
        self._planned = threading.Event()

    def plan(self, app: Flask) -> None:
        """Have it done, unless that is planned already."""
        if app.testing or self._planned.is_set():
            return
        self._planned.set()
        timer = threading.Timer(self.pause, self._do, (app,))
        timer.daemon = True
        timer.start()

    def _do(self, app: Flask) -> None:
        self._planned.clear()
        if not standing().takes_writes:
            return  # the notes stay in memory, for the next time
        with app.app_context():
            self._write()
