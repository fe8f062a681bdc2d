"""Backup and restore of a large site: the same data, the same files, and back within five minutes.

The database is compared as what its rows say, line by line in any order, dumped from the site and from what was restored; uploads
are compared by their hashes. Seconds are by the clock, beside them the CPU seconds of the commands: on a machine with other work
only these tell how long it would take alone.
"""

import hashlib
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.drill.figure import Figure
from forum.core.storage import Store
from tests.postgres import PostgresServer

LONGEST = 300.0
UPLOADS = 200
NOISE = (b"--", b"\\restrict", b"\\unrestrict", b"SELECT pg_catalog.setval")


@dataclass(frozen=True)
class Place:
    """Where a site lives: its data directory, and the address of its database when that is PostgreSQL."""

    folder: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The environment for commands on it."""
        wish = {"FORUM_DATA_DIR": str(self.folder), "FORUM_REQUIRE_SECOND_FACTOR": "0"}
        return {**os.environ, **wish, **({"FORUM_DATABASE_URL": self.database_url} if self.database_url else {})}

    def run(self, *command: str) -> str:
        """Run a command of `forum`; what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "forum", *command], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"forum {' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def lines(self) -> Iterator[bytes]:
        """The rows of the database, a line for each."""
        if self.database_url:
            command = ["pg_dump", "--data-only", "--inserts", f"--dbname={self.database_url}"]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as dump:
                yield from (line for line in dump.stdout or () if not line.startswith(NOISE))
            return
        database = sqlite3.connect(f"file:{self.folder / 'forum.sqlite3'}?mode=ro", uri=True)
        try:
            yield from (line.encode(errors="surrogatepass") for line in database.iterdump())
        finally:
            database.close()


@dataclass(frozen=True)
class Restored:
    """What came of it: the posts, seconds of the clock and of the CPU, and whether everything is the same."""

    kind: str
    posts: int
    backup: float
    verify: float
    restore: float
    cpu: float
    same_rows: bool
    same_uploads: bool
    rows: int
    uploads: int
    said: str


def in_any_order(lines: Iterable[bytes]) -> tuple[int, int]:
    """A hash of lines that does not depend on their order, and how many they are."""
    total = number = 0
    for line in lines:
        total += int.from_bytes(hashlib.sha256(line).digest(), "big")
        number += 1
    return total % 2**256, number


def uploads_of(folder: Path) -> dict[str, str]:
    """The files of a site by name, with the hash of what they hold."""
    store = Store(folder / "uploads")
    return {name: hashlib.sha256(store.path(name).read_bytes()).hexdigest() for name in store.all()}


def add_uploads(folder: Path, number: int) -> None:
    """Files in the store, for there are none in a site that was filled for measuring."""
    chance, store = random.Random(5), Store(folder / "uploads")
    if not any(True for _one in store.all()):
        for _one in range(number):
            content = chance.randbytes(chance.randrange(10_000, 200_000))
            place = store.path(hashlib.sha256(content).hexdigest())
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.write_bytes(content)


def timed(place: Place, *command: str) -> tuple[float, float, str]:
    """Run a command; seconds of the clock, of the CPU, and what it said."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said = place.run(*command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, cpu, said


def there_and_back(source: Place, target: Place, backups: Path) -> Restored:
    """Back a site up, verify that, restore it elsewhere, and compare."""
    add_uploads(source.folder, UPLOADS)
    backup = timed(source, "backup", str(backups))[0]
    verify = timed(target, "backup", "--verify", str(backups))[0]
    shutil.rmtree(target.folder, ignore_errors=True)
    (made,) = backups.glob("passerelle-*")
    seconds, cpu, said = timed(target, "restore", str(made))
    before, after = in_any_order(source.lines()), in_any_order(target.lines())
    files = uploads_of(source.folder)
    posts = int(said.rpartition(" posts")[0].rsplit(" ", 1)[-1])
    kind = "PostgreSQL" if source.database_url else "SQLite"
    same = (before == after, files == uploads_of(target.folder))
    return Restored(kind, posts, backup, verify, seconds, cpu, *same, before[1], len(files), said.strip())


def fill(place: Place, posts: int, corpus: Path | None = None) -> None:
    """Make a site of the demonstration network and so many posts, of a corpus or made up, unless one is there."""
    if not place.database_url and (place.folder / "forum.sqlite3").exists():
        return
    place.run("demo")
    if posts:
        command = [sys.executable, "-m", "bench.drill.large", str(posts)]
        command += ["--corpus", str(corpus)] if corpus else []
        subprocess.run(command, env=place.environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def on_postgres(folder: Path) -> Iterator[tuple[Place, Place]]:
    """Two empty places on a PostgreSQL server of their own, which is thrown away."""
    server = PostgresServer()
    root = server.start()
    try:
        for name in ("before", "after"):
            subprocess.run(["psql", "-q", f"--dbname={root}/postgres", "-c", f"CREATE DATABASE {name}"], check=True)
        yield Place(folder / "before", f"{root}/before"), Place(folder / "after", f"{root}/after")
    finally:
        server.stop()


def on_sqlite(folder: Path, posts: int, corpus: Path | None = None, site: Path | None = None) -> Restored:
    """Restore a site on SQLite: this one, which is kept, or one made in the folder."""
    source = Place(site or folder / "before")
    fill(source, posts, corpus)
    return there_and_back(source, Place(folder / "after"), folder / "backups")


def on_postgresql(folder: Path, posts: int, corpus: Path | None = None) -> Restored:
    """The same on PostgreSQL."""
    with on_postgres(folder) as (source, target):
        fill(source, posts, corpus)
        return there_and_back(source, target, folder / "backups")


def figures(found: Restored) -> list[Figure]:
    """The lines of the table."""
    times = (
        f"{found.restore:.0f} s ({found.cpu:.0f} s of CPU); backup {found.backup:.0f} s, verifying {found.verify:.0f} s"
    )
    size = f"{found.posts:,} posts on {found.kind}"
    same = f"{found.rows:,} lines {'equal' if found.same_rows else 'DIFFERENT'}, {found.uploads} uploads "
    same += "equal" if found.same_uploads else "DIFFERENT"
    return [
        Figure(f"restore of {size}: the same data", "equal hashes", same, found.same_rows and found.same_uploads),
        Figure(f"restore of {size}: back", "within 5 min", times, found.restore <= LONGEST),
    ]


def drill(folder: Path, site: Path | None, corpus: Path | None, posts: int = 100_000) -> list[Figure]:
    """Restore a site of many posts on SQLite."""
    return figures(on_sqlite(folder, posts, corpus, site))


def drill_postgresql(folder: Path, corpus: Path | None, posts: int = 100_000) -> list[Figure]:
    """Restore a site of many posts on PostgreSQL."""
    return figures(on_postgresql(folder, posts, corpus))
