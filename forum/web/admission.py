"""Who is let in to the threads that make pages: as many as will be answered soon. The others are told at once to come back.

A queue that only counts its places lets everybody wait longest just when the site is slowest. This one counts seconds: from how
long requests took lately it knows how long the next one would wait. Forms wait longer than readers before they are refused,
because a text is on the way.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

Result = TypeVar("Result")

FIRST_PACE = 0.02
WEIGHT = 0.1
READING = ("GET", "HEAD", "OPTIONS")
FORMS_WAIT_LONGER = 8
LATE = 2


class TooBusy(Exception):
    """There is no thread for this request, nor will there be soon."""


@dataclass
class Admission:
    """So many threads, places to wait for one, and the seconds that a reader may have to wait by what is known."""

    threads: int
    waiting: int
    soon: float
    name: str = "request"
    inside: int = 0
    pace: float = FIRST_PACE
    pool: ThreadPoolExecutor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix=self.name)

    def wait(self) -> float:
        """The seconds that somebody who comes now would wait for a thread."""
        return max(0, self.inside - self.threads + 1) * self.pace / self.threads

    def has_room(self, soon: float) -> bool:
        """Whether one more would be served within so many seconds."""
        waiting = self.inside - self.threads
        return waiting < 0 or (waiting < self.waiting and self.wait() <= soon)

    async def run(self, method: str, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do the work in a thread. Raises `TooBusy`: at once, or when the wait became much longer than it seemed."""
        soon = self.soon if method in READING else FORMS_WAIT_LONGER * self.soon
        if not self.has_room(soon):
            raise TooBusy
        self.inside += 1
        try:
            latest = time.monotonic() + LATE * soon
            result, seconds = await asyncio.get_running_loop().run_in_executor(
                self.pool, timed, latest, work, arguments
            )
        finally:
            self.inside -= 1
        self.pace += WEIGHT * (seconds - self.pace)
        return result


def timed(latest: float, work: Callable[..., Result], arguments: tuple[Any, ...]) -> tuple[Result, float]:
    """Do it and say how many seconds it took. Raises `TooBusy` when it is later than `latest`."""
    started = time.monotonic()
    if started > latest:
        raise TooBusy
    return work(*arguments), time.monotonic() - started
