"""Counts of requests over all web processes: each keeps its own in memory and in a file that the others read.

prometheus-client's own way for several processes maps files into memory, and a full disk then kills the process (SIGBUS);
it also wants an environment variable set before the first import. Here a write that fails is repeated with the next count.
A process that is killed loses the counts of its last second. `forum serve` begins with none; Prometheus knows such resets.
"""

import json
import os
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

WRITE_EVERY = 1.0
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Series = tuple[str, ...]
Counts = defaultdict[Series, float]


class Tallies:
    """The counts of this process, in `folder` for the others."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.lock = threading.Lock()
        self.process = os.getpid()
        self.counts: Counts = defaultdict(float)
        self.write_at = 0.0

    def note(self, endpoint: str, method: str, status: int, seconds: float, statements: int) -> None:
        """Count one request, and write the counts down once a second at most."""
        bucket = bisect_left(BUCKETS, seconds)
        with self.lock:
            self._begin_anew_after_fork()
            self.counts["requests", endpoint, method, f"{status // 100}xx"] += 1
            self.counts["bucket", endpoint, str(bucket)] += 1
            self.counts["seconds", endpoint] += seconds
            self.counts["statements", endpoint] += statements
            if time.monotonic() >= self.write_at:
                self.write_at = time.monotonic() + WRITE_EVERY
                self._write()

    def total(self) -> Counts:
        """The counts of all processes: this one's as they are, the others' as they last wrote them."""
        with self.lock:
            self._begin_anew_after_fork()
            found = self.counts.copy()
        for path in self.folder.glob("*.json"):
            if path.stem != str(self.process):
                for series, number in read(path):
                    found[series] += number
        return found

    def forget(self) -> None:
        """Begin with none: what former processes counted is over."""
        self.counts.clear()
        for path in self.folder.glob("*.json"):
            path.unlink(missing_ok=True)

    def _begin_anew_after_fork(self) -> None:
        if self.process != os.getpid():
            self.process = os.getpid()
            self.counts.clear()

    def _write(self) -> None:
        path = self.folder / f"{self.process}.json"
        with suppress(OSError):  # no room: the next count tries again
            self.folder.mkdir(mode=0o700, exist_ok=True)
            half = path.with_suffix(".part")
            half.write_text(json.dumps([[series, number] for series, number in self.counts.items()]), encoding="utf-8")
            half.replace(path)


def read(path: Path) -> Iterator[tuple[Series, float]]:
    """What a process wrote; nothing of a file that cannot be read."""
    try:
        for series, number in json.loads(path.read_text(encoding="utf-8")):
            yield tuple(series), number
    except (OSError, ValueError, TypeError):
        return
