"""Overload: four times what the site can answer. Who is let in is answered soon, the others are told at once to come back.

Visitors read pages of the demonstration network. A closed loop finds how many a second the site answers; then they come at four
times that rate. Load generator and site share the machine, so the site has less of it than without the load.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from bench.corpus import forum
from bench.drill.figure import Figure, part_of
from bench.drill.site import Site, serving, site_in
from bench.servers import exchange, get

PAGES = ("/en/", "/en/themes", "/en/organisations", "/en/search?q=work")
POSTS = 6
TIMES = 4
SLOWEST_READ, SLOWEST_REFUSAL, LONGEST_RECOVERY = 2.0, 1.0, 10.0
NORMAL_IN_A_ROW = 10
SERVED = (200,)
Answer = tuple[int, float, bool]


@dataclass
class Overload:
    """What visitors lived through: those let in, those refused, those who got no answer or another one."""

    answers: list[Answer]
    capacity: float
    seconds: float
    recovery: float
    health: list[float] = field(default_factory=list)

    @property
    def read(self) -> list[float]:
        """Seconds of the answers with a page."""
        return [seconds for status, seconds, _retry in self.answers if status in SERVED]

    @property
    def refused(self) -> list[float]:
        """Seconds until a refusal that says when to come back."""
        return [seconds for status, seconds, retry in self.answers if status == 503 and retry]

    @property
    def others(self) -> list[int]:
        """Whatever else came: 0 for nothing at all."""
        return sorted(code for code, _s, retry in self.answers if code not in SERVED and not (code == 503 and retry))


def pages_of(site: Site) -> list[str]:
    """What visitors read: some pages, and some posts that are open to everybody."""
    with urlopen(f"{site.url}/api/v1/search?q=work", timeout=20) as answer:
        items = json.load(answer)["items"]
    return [*PAGES, *(urlsplit(one["url"]).path for one in items[:POSTS])]


def load(site: Site, pages: list[str], seconds: float, *wish: str) -> list[Answer]:
    """Let visitors come for so long; what each of them got."""
    paths = [word for path in pages for word in ("--path", path)]
    command = [sys.executable, "-m", "bench.drill.load", str(site.port), str(seconds), *wish, *paths]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [(status, taken, retry) for status, taken, retry in json.loads(said)]


def probe(site: Site, path: str = PAGES[0]) -> float:
    """Seconds until a page came; endless when another answer did."""
    started = time.perf_counter()
    with suppress(OSError):
        if exchange(site.port, get(path, "Connection: close"), 10).startswith(b"HTTP/1.1 200"):
            return time.perf_counter() - started
    return float("inf")


@contextmanager
def watched_health(site: Site, found: list[float]) -> Iterator[None]:
    """Ask for /healthz twice a second, as a watchdog does."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            found.append(probe(site, "/healthz"))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def recovery(site: Site, normal: float) -> float:
    """Seconds until ten pages in a row came about as fast as before the load; endless after half a minute."""
    started = since = time.perf_counter()
    in_a_row = 0
    while in_a_row < NORMAL_IN_A_ROW:
        if since - started > 3 * LONGEST_RECOVERY:
            return float("inf")
        is_normal = probe(site) <= normal
        in_a_row = in_a_row + 1 if is_normal else 0
        since = since if is_normal else time.perf_counter()
    return since - started


def overload(folder: Path, seconds: float, finding: float) -> Overload:
    """Find the capacity, then load the site with four times as much."""
    forum("demo", folder=folder)
    with serving(site_in(folder, FORUM_TRUSTED_PROXIES="1")) as site:
        pages = pages_of(site)
        load(site, pages, 3, "--at-once", "4")
        usual = sorted(probe(site) for _ in range(20))
        answered = sum(status in SERVED for status, _s, _r in load(site, pages, finding, "--at-once", "8"))
        capacity, health = answered / finding, list[float]()
        with watched_health(site, health):
            answers = load(site, pages, seconds, "--rate", f"{TIMES * capacity:.1f}")
        return Overload(answers, capacity, seconds, recovery(site, 2 * usual[-2] + 0.1), health)


def figures(found: Overload) -> list[Figure]:
    """The lines of the table."""
    p99, refusal = part_of(found.read, 0.99), part_of(found.refused, 0.99)
    rate = len(found.read) / found.seconds
    where = f"{found.capacity:.0f}/s x {TIMES} for {found.seconds:.0f} s"
    unwell = sum(one == float("inf") for one in found.health)
    told = f"p50 {part_of(found.read, 0.5):.2f} s, p99 {p99:.2f} s; {rate:.0f} reads/s"
    refused = (
        f"{len(found.refused):,} refused, p50 {1000 * part_of(found.refused, 0.5):.0f} ms, p99 {1000 * refusal:.0f} ms"
    )
    others = f"; other answers: {sorted(set(found.others))} x {len(found.others)}" if found.others else ""
    return [
        Figure(f"overload, {where}: accepted reads", "p99 < 2 s", told, p99 < SLOWEST_READ),
        Figure(
            "overload: the excess is refused at once, with 503 and Retry-After",
            "p99 < 1 s, nothing else",
            refused + others,
            bool(found.refused) and not found.others and refusal < SLOWEST_REFUSAL,
        ),
        Figure(
            "overload: normal again", "within 10 s", f"after {found.recovery:.1f} s", found.recovery <= LONGEST_RECOVERY
        ),
        Figure(
            "overload: /healthz answers meanwhile",
            "every time",
            f"{len(found.health) - unwell} of {len(found.health)}, p95 {1000 * part_of(found.health, 0.95):.0f} ms",
            bool(found.health) and not unwell,
        ),
    ]


def drill(folder: Path, seconds: float = 60, finding: float = 10) -> list[Figure]:
    """Overload a site in this folder."""
    return figures(overload(folder, seconds, finding))
