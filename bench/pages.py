"""How fast the pages are, through the real `forum serve` on loopback: python -m bench.pages [--posts 2000] [--rounds 3]

Every page is measured beside a route that only says that the process answers ("null"), in interleaved rounds; medians
are quoted. Trust the ratios and the CPU milliseconds: others may use the machine too. What came out: docs/benchmarks.md.
"""

import argparse
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar
from itertools import repeat
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from bench.corpus import TALK, forum, make_site
from bench.servers import Running, exchange, get, length_of, post, print_table, throughput
from forum.core.limits import forget_counts, keep_counts_in
from forum.interop.demonstration import PASSWORD

MEMBER = "an.peeters@example.org"
ALONE = 30
WARMING = 0.5
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Page:
    """A page to measure: `requests` gives one request after the other."""

    name: str
    requests: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round measured of a page."""

    alone_ms: float
    rate: float
    cpu_ms: float
    length: int


@contextmanager
def serving(folder: Path) -> Iterator[Running]:
    """`forum serve` on this data directory, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "forum", "serve", "--port", str(port)],
        env={**os.environ, "FORUM_DATA_DIR": str(folder), "FORUM_WORKERS": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not is_answering(port):
            if process.poll() is not None or time.perf_counter() - started > PATIENCE:
                raise SystemExit("forum serve did not start")
            time.sleep(0.01)
        yield Running(process, port, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def is_answering(port: int) -> bool:
    """Whether the site answers."""
    with suppress(OSError):
        return exchange(port, get("/healthz", "Connection: close")).startswith(b"HTTP/1.1 200")
    return False


# -- who asks for what


@dataclass
class Visit:
    """A signed-in browser that knows the address of the post with twenty comments."""

    root: str
    opener: OpenerDirector
    cookies: CookieJar
    talk: str = ""

    @classmethod
    def of_member(cls, port: int, talk: str = "") -> "Visit":
        """Sign in by the form, and find the post by the search unless its address is known."""
        cookies = CookieJar()
        visit = cls(f"http://127.0.0.1:{port}", build_opener(HTTPCookieProcessor(cookies)), cookies)
        form = {"csrf_token": visit.token("/sign-in"), "email": MEMBER, "password": PASSWORD}
        visit.opener.open(f"{visit.root}/sign-in", urlencode(form).encode()).read()
        if talk:
            visit.talk = visit.opener.open(visit.root + talk).geturl().removeprefix(visit.root)
            return visit
        found = json.load(visit.opener.open(f"{visit.root}/api/v1/search?q={quote(TALK)}"))["items"]
        visit.talk = urlsplit(next(one["url"] for one in found if one["title"] == TALK)).path
        return visit

    def token(self, path: str) -> str:
        """The token that the forms of a page carry."""
        page = self.opener.open(self.root + path).read().decode()
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if found is None:
            raise SystemExit(f"{path} has no form")
        return found[1]

    def cookie(self) -> str:
        """The header that shows who asks."""
        return "Cookie: " + "; ".join(f"{one.name}={one.value}" for one in self.cookies)

    def comments(self) -> Iterator[bytes]:
        """Requests that each post another comment on another post than the one that is read."""
        token, headers = self.token(self.talk), (self.cookie(), "Content-Type: application/x-www-form-urlencoded")
        place = re.sub(r"(/posts/\d+).*", r"\1/comments", self.talk)
        while True:
            form = {"csrf_token": token, "request_key": secrets.token_urlsafe(), "body": "This helped us: thank you."}
            yield post(place, urlencode(form | {"language": "en"}).encode(), *headers)


def pages_for(visit: Visit) -> list[Page]:
    """What is measured, the writing last: it makes the page that is read longer."""
    member = visit.cookie()
    reading = {
        "null": get("/healthz"),
        "post, visitor": get(visit.talk),
        "post, member": get(visit.talk, member),
        "home, visitor": get("/"),
        "home, member": get("/", member),
        "search, visitor": get("/search?q=workshop"),
        "search, member": get("/search?q=coach+training", member),
        "themes, visitor": get("/themes"),
    }
    pages = [Page(name, lambda request=request: repeat(request)) for name, request in reading.items()]  # type: ignore[misc]  # mypy cannot infer defaults
    return [*pages, Page("new comment (POST)", visit.comments)]


# -- measuring


def measure(server: Running, page: Page, seconds: float) -> Figures:
    """One page, alone and with 16 at once."""
    requests = page.requests()
    with limits_lifted():
        times, length = alone(server.port, requests)
        rate, cpu = throughput(server, requests, seconds)
    return Figures(1000 * statistics.median(times), rate, cpu, length)


@contextmanager
def limits_lifted() -> Iterator[None]:
    """Let one person search and write as often as is measured."""
    done = threading.Event()

    def lift() -> None:
        while not done.wait(0.1):
            forget_counts()

    thread = threading.Thread(target=lift)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def alone(port: int, requests: Iterator[bytes]) -> tuple[list[float], int]:
    """The seconds that each of some requests took on one connection, and the bytes of the last body."""
    times, size = [], 0
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(ALONE):
            started, received = time.perf_counter(), bytearray()
            client.sendall(next(requests))
            while not received or not 0 < length_of(received) <= len(received):
                received += client.recv(262144)
            times.append(time.perf_counter() - started)
            size = len(received.partition(b"\r\n\r\n")[2])
    return times, size


def measure_all(server: Running, seconds: float, rounds: int) -> dict[str, Figures]:
    """The medians of every page over interleaved rounds; writing comes once, at the end."""
    pages = pages_for(Visit.of_member(server.port))
    seen: dict[str, list[Figures]] = {page.name: [] for page in pages}
    for page in pages[:-1]:
        throughput(server, page.requests(), WARMING)
    for page in [*pages[:-1] * rounds, pages[-1]]:
        seen[page.name].append(measure(server, page, seconds))
    return {name: median_of(figures) for name, figures in seen.items()}


def median_of(figures: list[Figures]) -> Figures:
    """The medians of several rounds."""
    return Figures(
        statistics.median(one.alone_ms for one in figures),
        statistics.median(one.rate for one in figures),
        statistics.median(one.cpu_ms for one in figures),
        figures[-1].length,
    )


def start_times(folder: Path, rounds: int) -> tuple[float, float]:
    """Median seconds to the first answer on an existing data directory: of `forum serve`, and of `make run` in all."""
    cold, all_of_it = [], []
    for _ in range(rounds):
        first = forum("demo", "--if-empty", folder=folder)
        with serving(folder) as server:
            cold.append(server.cold_start)
            all_of_it.append(first + server.cold_start)
    return statistics.median(cold), statistics.median(all_of_it)


# -- the tables


def page_row(figures: Figures, null: Figures) -> dict[str, str]:
    """The figures of a page, as text."""
    return {
        "p50 alone, ms": f"{figures.alone_ms:.1f}",
        "req/s at 16": f"{figures.rate:.0f}",
        "of null": f"{figures.rate / null.rate:.3f}",
        "CPU ms": f"{figures.cpu_ms:.2f}",
        "times null": f"{figures.cpu_ms / null.cpu_ms:.1f}",
        "bytes": f"{figures.length}",
    }


def target_rows(pages: dict[str, Figures], memory: float, cold: float, run: float) -> dict[str, dict[str, str]]:
    """What is to be reached, and what was."""
    null, visitor, member = pages["null"], pages["post, visitor"], pages["post, member"]
    search = max(pages["search, visitor"].alone_ms, pages["search, member"].alone_ms)
    rows = {
        "post page of a visitor, of null req/s": ("at least 0.2", f"{visitor.rate / null.rate:.3f}"),
        "post page of a member, CPU as a multiple of null": ("at most 20", f"{member.cpu_ms / null.cpu_ms:.1f}"),
        "search page, p50": ("at most 40 ms", f"{search:.0f} ms"),
        "post page of a visitor, bytes": ("at most 40,000", f"{visitor.length:,}"),
        "memory of the whole server": ("at most 200 MB", f"{memory:.0f} MB"),
        "cold start": ("at most 3 s", f"{cold:.1f} s"),
        "`make run`, second start": ("at most 10 s", f"{run:.1f} s"),
    }
    return {name: {"target": target, "measured": found} for name, (target, found) in rows.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="posts in the interchange format; made up without one")
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=2, help="of load for each page in each round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines, seconds = make_site(folder, options.posts, options.corpus)
        keep_counts_in(folder)
        print(f"Import: {lines} lines in {seconds:.1f} s, until they can be found\n", flush=True)
        with serving(folder) as server:
            pages = measure_all(server, options.seconds, options.rounds)
            memory = server.memory()
        print_table({name: page_row(figures, pages["null"]) for name, figures in pages.items()}, "page")
        print_table(target_rows(pages, memory, *start_times(folder, options.rounds)), "from the start")


if __name__ == "__main__":
    main()
