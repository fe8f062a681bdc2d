"""Clocks that jump. What waits for a moment that was set while the clock was wrong must not wait for that clock."""

import time
from collections.abc import Callable
from typing import Protocol

import structlog

NOTABLE = 5.0
log = structlog.get_logger()


class BringForward(Protocol):
    """Makes due now what waits for later; what was tried in vain only if `tried`."""

    def __call__(self, *, tried: bool) -> None:
        """Do so."""


class ClockMinder:
    """A chore that notices when the clock was set back, and has everything that waits looked at again.

    It does so for what was never tried, too, when a worker begins: leases of a worker that died end at once.
    """

    def __init__(self, *waiting: BringForward, clock: Callable[[], float] = time.time):
        self.waiting = waiting
        self.clock = clock
        self.seen: tuple[float, float] | None = None

    def __call__(self) -> None:
        """Compare the clock with one that never jumps."""
        before, self.seen = self.seen, (self.clock(), time.monotonic())
        if before is None:
            self.bring_forward(tried=False)
        elif self.seen[0] - before[0] < self.seen[1] - before[1] - NOTABLE:
            log.warning("the clock was set back", seconds=round(before[0] - self.seen[0]))
            self.bring_forward(tried=True)

    def bring_forward(self, *, tried: bool) -> None:
        """Make all that waits due now."""
        for bring in self.waiting:
            bring(tried=tried)
