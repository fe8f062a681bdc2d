"""Seeded nonsense over HTTP, by visitors and by signed-in people of every role: no answer of 5xx, none that takes over 2 s.

Methods, addresses, queries, forms, headers, cookies and files are mutated from what the site itself knows: its routes, the names
its pages read, the forms that each role is shown, with their tokens. The same seed asks the same things.
"""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.corpus import forum
from bench.drill.browser import Browser
from bench.drill.figure import Figure, part_of
from bench.drill.mutations import Known, Wish, query_names
from bench.drill.site import Site, serving, site_in
from bench.servers import exchange

ROLES = {
    "visitor": "",
    "member": "joris.verlinden@example.org",
    "editor": "an.peeters@example.org",
    "moderator": "helen.marsh@example.org",
    "admin": "tomas.quinn@example.org",
}
AT_ONCE = 2
SLOWEST = 2.0
PATIENCE = 30.0
LOOK_AFTER = 150
SIGN_INS = 8


@dataclass
class Answers:
    """What came back: how often each status, how long each took, and what must not be."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    roles: Counter[str] = field(default_factory=Counter)

    def note(self, role: str, wish: Wish, status: int, seconds: float) -> None:
        """Write down one answer."""
        self.statuses[status] += 1
        self.roles[role] += 1
        self.seconds.append(seconds)
        if status >= 500 or not status:
            print(f"{time.strftime('%H:%M:%S')} {status} {role} {wish}"[:700], flush=True)
            self.broken.append(f"{status} {role} {wish}")
        if seconds > SLOWEST:
            self.slow.append(f"{seconds:.1f} s {role} {wish}")


@dataclass
class Person:
    """Somebody of a role, who signs in again when a request ended the session."""

    site: Site
    role: str
    browser: Browser = field(init=False)
    left: int = SIGN_INS

    def __post_init__(self) -> None:
        self.come()

    def come(self) -> None:
        """Open a browser, and sign in where there is somebody to be."""
        self.browser = Browser(self.site.url)
        if ROLES[self.role] and self.left:
            self.left -= 1
            with suppress(SystemExit, StopIteration, OSError):
                self.browser.sign_in(ROLES[self.role])

    def is_in(self) -> bool:
        """Whether the site still knows who this is."""
        with (
            suppress(OSError),
            self.browser.reading.open(f"{self.site.url}/en/profile", timeout=PATIENCE) as one,
        ):
            return str(one.geturl()).endswith("/profile")
        return False


def ask(site: Site, role: str, wish: Wish, answers: Answers) -> None:
    """Send one request, and note its answer."""
    started = time.perf_counter()
    received = b""
    with suppress(OSError):
        received = exchange(site.port, wish.raw(), PATIENCE)
    parts = received.split(b" ", 2)
    status = int(parts[1]) if received.startswith(b"HTTP/1.1 ") and parts[1].isdigit() else 0
    answers.note(role, wish, status, time.perf_counter() - started)


def keep_asking(site: Site, known: Known, number: int, seed: int, answers: Answers) -> None:
    """Ask so many times, each time as somebody else."""
    chance = random.Random(seed)
    people = {role: Person(site, role) for role in ROLES}
    for one in range(number):
        if one % LOOK_AFTER == 0:
            renew(site, known, people)
        person = people[chance.choice(list(people))]
        ask(site, person.role, known.wish(person.role, person.browser.cookie(), chance), answers)


def renew(site: Site, known: Known, people: dict[str, Person]) -> None:
    """Let those sign in again whose session ended, and read the tokens of everybody's forms."""
    for role, person in people.items():
        if ROLES[role] and not person.is_in():
            person.come()
        with suppress(OSError, StopIteration):
            known.learn(role, person.browser)


def fuzz(folder: Path, number: int, seed: int) -> Answers:
    """Ask a site so many times."""
    forum("demo", folder=folder)
    answers = Answers()
    with serving(site_in(folder)) as site:
        told = subprocess.run(
            [sys.executable, "-m", "bench.drill.routes"],
            env=site.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        known = [Known(json.loads(told.stdout), query_names()) for _thread in range(AT_ONCE)]
        threads = [
            threading.Thread(target=keep_asking, args=(site, one, number // AT_ONCE, seed + place, answers))
            for place, one in enumerate(known)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


def figures(answers: Answers, seed: int) -> list[Figure]:
    """The lines of the table; what was slow is printed before."""
    for line in answers.slow[:20]:
        print(line[:700])
    statuses = ", ".join(f"{number:,} x {status}" for status, number in sorted(answers.statuses.items()))
    median, p99 = part_of(answers.seconds, 0.5), part_of(answers.seconds, 0.99)
    times = f"p50 {1000 * median:.0f} ms, p99 {1000 * p99:.0f} ms, worst {1000 * max(answers.seconds):.0f} ms"
    return [
        Figure(
            f"fuzzing, {answers.statuses.total():,} requests, seed {seed}, {len(answers.roles)} roles",
            "0 answers of 5xx, none missing",
            f"{len(answers.broken)}; {statuses}",
            not answers.broken,
        ),
        Figure("fuzzing: none over 2 s", "0", f"{len(answers.slow)}; {times}", not answers.slow),
    ]


def drill(folder: Path, seed: int, number: int = 10_000) -> list[Figure]:
    """Ask a site in this folder for nonsense."""
    return figures(fuzz(folder, number, seed), seed)
