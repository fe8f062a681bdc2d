"""Processes are killed while twenty people write. What the site said it had taken must be there, once, and be found.

Any of the processes of `forum serve` may be hit by `kill -9`: a web process, the worker, and now and then the parent of all, which
is then started again as a service manager would. Twenty writers because the site takes thirty comments of one in ten minutes.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.corpus import forum
from bench.drill.browser import Browser
from bench.drill.figure import Figure
from bench.drill.site import Site, serving, site_in
from bench.drill.writers import Entry, Writer

DEEDS_A_SECOND = 3.0
PARENTS = 0.04
LONGEST_UNTIL_SOUND = 5.0
PATIENCE = 180.0


@dataclass
class Aftermath:
    """What was killed, what the writers' ledgers say, and what the site holds."""

    killed: Counter[str] = field(default_factory=Counter)
    taken: list[Entry] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    cut_off: int = 0
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def lost(self) -> list[Entry]:
        """What the site said it had taken and does not have."""
        return [(what, word) for what, word in self.taken if word not in self.found[what]]

    @property
    def doubled(self) -> list[str]:
        """What is there twice."""
        return [word for what in ("post", "upload") for word, number in Counter(self.found[what]).items() if number > 1]


def children_of(parent: int) -> list[int]:
    """The processes that another one started, from whichever of its threads."""
    found = []
    with suppress(OSError):
        for thread in Path(f"/proc/{parent}/task").iterdir():
            found += [int(one) for one in (thread / "children").read_text().split()]
    return sorted(found)


def kill_one(site: Site, chance: random.Random) -> str:
    """Kill any process of the site; say which. A parent is started again once its port is free."""
    parent = site.process.pid if site.process else 0
    children = children_of(parent)
    if site.process and (chance.random() < PARENTS or not children):
        site.process.kill()
        site.process.wait()
        end = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < end:
            time.sleep(0.1)
        site.start()
        return "parent"
    victim = chance.choice(children)
    name = "worker" if is_worker(site, victim) else "web"
    with suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    return name


def is_worker(site: Site, pid: int) -> bool:
    """Whether a process says that it is the worker."""
    return (site.folder / "worker.lock").read_text().strip() == str(pid)


def add_writers(site: Site, number: int) -> list[Writer]:
    """Accounts of so many members, each with a browser."""
    command = [sys.executable, "-m", "bench.drill.people", str(number)]
    emails = subprocess.run(command, env=site.environment, check=True, capture_output=True, text=True).stdout.split()
    return [Writer(Browser(site.url), email, number / DEEDS_A_SECOND) for email in emails]


@contextmanager
def writing(writers: list[Writer]) -> Iterator[None]:
    """Let all of them write until the block ends; they sign in one after the other."""
    threads = [threading.Thread(target=one.keep_writing, daemon=True) for one in writers]
    try:
        for one, thread in zip(writers, threads, strict=True):
            one.browser.sign_in(one.email)
            thread.start()
        yield
    finally:
        for one in writers:
            one.stopping.set()
        for thread in threads:
            thread.join(60)


def let_all_write(writers: list[Writer]) -> None:
    """Return when everybody got something more in: the site works again for all. Fails when it does not."""
    before, end = [len(one.taken) for one in writers], time.monotonic() + PATIENCE
    while any(len(one.taken) <= number for one, number in zip(writers, before, strict=True)):
        if time.monotonic() > end:
            refused = sum((one.refused for one in writers), Counter())
            raise SystemExit(f"Not everybody can write again after {PATIENCE:.0f} s; answers were {dict(refused)}.")
        time.sleep(0.2)


@contextmanager
def looking(site: Site) -> Iterator[subprocess.Popen[str]]:
    """A process that is ready to look at what the site holds, as soon as it is told to."""
    command, pipe = [sys.executable, "-m", "bench.drill.afterwards"], subprocess.PIPE
    with (
        (site.folder / "afterwards.log").open("w+") as log,
        subprocess.Popen(command, env=site.environment, text=True, stdin=pipe, stdout=pipe, stderr=log) as process,
    ):
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise SystemExit(f"Nobody can look at the site: {(site.folder / 'afterwards.log').read_text()[-2000:]}")
        yield process


def aftermath(folder: Path, kills: int, chance: random.Random, number_of_writers: int = 20) -> Aftermath:
    """Serve, write, kill, and look."""
    forum("demo", folder=folder)
    site, result = site_in(folder), Aftermath()
    writers = add_writers(site, number_of_writers)
    with serving(site), looking(site) as look:
        with writing(writers):
            for _kill in range(kills):
                time.sleep(chance.uniform(0.2, 1.4))
                result.killed[kill_one(site, chance)] += 1
            let_all_write(writers)
        said, _nothing = look.communicate("now\n", timeout=2 * PATIENCE)
        if look.returncode:
            raise SystemExit(f"Nobody looked at the site: {(folder / 'afterwards.log').read_text()[-2000:]}")
    result.found = json.loads(said)
    result.taken = [entry for one in writers for entry in one.taken]
    result.refused = sum((one.refused for one in writers), Counter())
    result.cut_off = sum(one.cut_off for one in writers)
    return result


def figures(result: Aftermath) -> list[Figure]:
    """The lines of the table."""
    found, lost = result.found, result.lost
    taken = ", ".join(f"{number} {what}s" for what, number in Counter(what for what, _word in result.taken).items())
    killed = ", ".join(f"{number} {what}" for what, number in result.killed.items())
    errors = {code: number for code, number in result.refused.items() if code >= 500}
    refused = f"; answers of 5xx: {errors}" if errors else ""
    seconds, unsound = found["index_seconds"], found["index_seconds"] > LONGEST_UNTIL_SOUND
    return [
        Figure(
            f"acknowledged writes lost in {result.killed.total()} kills ({killed})",
            "0 lost, 0 twice",
            f"{len(lost)} lost, {len(result.doubled)} twice of {taken}; {result.cut_off} cut off{refused}",
            bool(result.taken) and not lost and not result.doubled and not errors,
        ),
        Figure(
            "index against database after that",
            "equal within 5 s",
            f"after {seconds:.1f} s: {found['index']}",
            not unsound,
        ),
        Figure("files after that", "0 half-written", f"{len(found['bad_files'])}", not found["bad_files"]),
        Figure(
            "mails after that",
            "0 doubled",
            f"{found['mails_doubled']} of {found['mails']}",
            not found["mails_doubled"],
        ),
    ]


def drill(folder: Path, seed: int, kills: int = 200) -> list[Figure]:
    """Kill processes of a site in this folder."""
    return figures(aftermath(folder, kills, random.Random(seed)))
