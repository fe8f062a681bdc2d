"""Measures the web servers we could put under `forum serve`, on loopback, with a load generator of its own.

    python -m bench.servers                       every candidate, about 40 s each
    python -m bench.servers --seconds 1 "house 2" one of them, quickly

What is measured, and what came out: docs/decisions/0003-web-server.md. Rounds are interleaved (A B C, A B C ...) and
medians quoted, because others use the machine too; CPU milliseconds a request are the steadier figure.
"""

import argparse
import asyncio
import os
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

from bench.servers_app import BIG_BODY, CANDIDATES, fill_database

CONNECTIONS = 16
SLOW = 200
TICKS = os.sysconf("SC_CLK_TCK")
FORM = b"x" * 20_000


def get(path: str, *headers: str) -> bytes:
    """A GET request as bytes."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


def post(path: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """A POST request as bytes; `length` may promise more than `body` holds."""
    size = len(body) if length is None else length
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {size}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


LOADS = {"null": get("/null"), "page": get("/page"), "form": post("/form", FORM), "cached": get("/cached")}


@dataclass
class Running:
    """A candidate that answers requests."""

    process: subprocess.Popen[bytes]
    port: int
    cold_start: float

    def tree(self) -> list[int]:
        """The process ids of the server, main process first."""
        found = [self.process.pid]
        for pid in found:
            with suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def memory(self) -> float:
        """Proportional set size of all its processes in MB."""
        total = 0
        for pid in self.tree():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024

    def cpu(self) -> float:
        """CPU seconds all its processes used until now."""
        total = 0
        for pid in self.tree():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS


@contextmanager
def running(name: str) -> Iterator[Running]:
    """Start a candidate on a free port, and stop all of it at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = time.perf_counter()
    command = [sys.executable, "-m", "bench.servers_app", name, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        while not answers(port):
            if process.poll() is not None or time.perf_counter() - started > 20:
                raise SystemExit(f"{name} did not start: run {' '.join(command)}")
            time.sleep(0.01)
        yield Running(process, port, time.perf_counter() - started)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(3)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port: int) -> bool:
    """Whether somebody answers 200 on this port."""
    with suppress(OSError):
        return exchange(port, get("/null", "Connection: close")).startswith(b"HTTP/1.1 200")
    return False


def exchange(port: int, request: bytes, seconds: float = 5) -> bytes:
    """Send one request and read until the server closes or is silent for so long."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        with suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(request)
        with suppress(TimeoutError, ConnectionResetError):
            while chunk := client.recv(65536):
                received += chunk
    return received


# -- throughput


@dataclass
class Connection:
    """One keep-alive connection of the load generator."""

    client: socket.socket
    expected: int = 0
    received: bytearray = field(default_factory=bytearray)

    def take(self) -> bool:
        """Read what has come; whether that completes an answer."""
        chunk = self.client.recv(262144)
        if not chunk:
            raise ConnectionError("The server closed a connection under load.")
        self.received += chunk
        if not self.expected:
            self.expected = length_of(self.received)
        if not self.expected or len(self.received) < self.expected:
            return False
        self.received.clear()
        self.expected = 0
        return True


def length_of(received: bytearray) -> int:
    """The length of the whole answer as its head says; 0 while the head is incomplete."""
    head, end, _body = bytes(received).partition(b"\r\n\r\n")
    if not end:
        return 0
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 302", b"HTTP/1.1 303")):
        raise ConnectionError(head.decode("latin-1"))
    lines = head.lower().split(b"\r\n")
    return len(head) + 4 + next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))


def throughput(server: Running, requests: Iterator[bytes], seconds: float) -> tuple[float, float]:
    """Requests a second and CPU milliseconds a request with 16 connections."""
    poll = selectors.DefaultSelector()
    connections = [Connection(socket.create_connection(("127.0.0.1", server.port))) for _ in range(CONNECTIONS)]
    for one in connections:
        one.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(one.client, selectors.EVENT_READ, one)
    cpu, start, done = server.cpu(), time.perf_counter(), 0
    for one in connections:
        one.client.sendall(next(requests))
    while time.perf_counter() < start + seconds:
        for key, _events in poll.select(1):
            one = key.data
            if one.take():
                done += 1
                one.client.sendall(next(requests))
    elapsed = time.perf_counter() - start
    spent = server.cpu() - cpu
    for one in connections:
        one.client.close()
    return done / elapsed, 1000 * spent / max(done, 1)


# -- slow clients


@dataclass
class Probes:
    """What a well-behaved client lived through while others were slow."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    def told(self) -> str:
        """p50 / p95 in ms, and the failures."""
        if len(self.seconds) < 2:
            return f"down ({self.failed} failed)"
        p95 = statistics.quantiles(self.seconds, n=20)[-1]
        return f"{1000 * statistics.median(self.seconds):.0f} / {1000 * p95:.0f} / {self.failed}"


async def drip(port: int, beginning: bytes, stop: asyncio.Event) -> None:
    """A client that sends a beginning and then a byte a second, until it is turned away."""
    with suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(beginning)
        while not stop.is_set() and not reader.at_eof():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1)
            writer.write(b"x")
        writer.close()


async def probe(port: int, request: bytes, probes: Probes) -> None:
    """One request on a new connection; more than 5 s, or neither a page nor a way to one, is a failure."""
    start = time.perf_counter()
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            if not (await reader.readline()).startswith((b"HTTP/1.1 200", b"HTTP/1.1 302", b"HTTP/1.1 303")):
                raise ConnectionError
            writer.close()
        probes.seconds.append(time.perf_counter() - start)
    except (OSError, TimeoutError):
        probes.failed += 1


async def slow_clients(
    port: int,
    seconds: float,
    slow: int = SLOW,
    read: str = "/null",
    write: str = "/form",
    form: bytes = FORM,
    pause: float = 0.1,
) -> tuple[Probes, Probes]:
    """Probes by GET and by POST while so many connections are slow with headers and as many with bodies."""
    stop = asyncio.Event()
    kind = "Content-Type: application/x-www-form-urlencoded"
    beginnings = [
        get(read).removesuffix(b"\r\n\r\n") + b"\r\nX-Slow: ",
        post(write, b"x", kind, length=len(FORM)),
    ] * slow
    drips = [asyncio.create_task(drip(port, beginning, stop)) for beginning in beginnings]
    await asyncio.sleep(1)
    reading, writing, tasks = Probes(), Probes(), []
    for _ in range(int(seconds / pause)):
        tasks.append(asyncio.create_task(probe(port, get(read, "Connection: close"), reading)))
        tasks.append(asyncio.create_task(probe(port, post(write, form, kind, "Connection: close"), writing)))
        await asyncio.sleep(pause)
    await asyncio.gather(*tasks)
    stop.set()
    await asyncio.gather(*drips)
    return reading, writing


# -- manners


def stops_gracefully(name: str) -> str:
    """SIGTERM with a request in hand, an idle connection and ten slow ones: is it answered, how long to exit."""
    with running(name) as server:
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(11)]
        for one in idle[1:]:
            one.sendall(post("/form", b"x", length=1000))
        client = socket.create_connection(("127.0.0.1", server.port), timeout=8)
        client.sendall(get("/slow"))
        time.sleep(0.5)
        start = time.perf_counter()
        server.process.terminate()
        received = b""
        with suppress(OSError):
            while b"finished" not in received and (chunk := client.recv(4096)):
                received += chunk
        try:
            code = str(server.process.wait(15))
        except subprocess.TimeoutExpired:
            code = "never"
        elapsed = time.perf_counter() - start
        for one in [*idle, client]:
            one.close()
        return f"{'finished' if b'finished' in received else 'LOST'}, exit {code} after {elapsed:.1f} s"


def status(answer: bytes) -> str:
    """The status of an answer, or what came instead."""
    return answer.split(b" ", 2)[1].decode() if answer.startswith(b"HTTP/") else "closed"


def body_is_awaited(name: str) -> str:
    """Whether the application is entered only when the whole body is there."""
    with tempfile.TemporaryDirectory() as directory:
        entered = Path(directory) / "entered"
        os.environ["BENCH_ENTERED"] = str(entered)
        with running(name) as server, socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(post("/entered", b"half", length=8))
            time.sleep(0.5)
            return "no" if entered.exists() else "yes"


def manners(name: str) -> dict[str, str]:
    """What a server does with too much, and whose word it takes."""
    with running(name) as server:
        huge = status(exchange(server.port, post("/form", b"x" * 1000, length=BIG_BODY * 100), 2))
        header = status(exchange(server.port, get("/null", "X-Long: " + "x" * 300_000, "Connection: close"), 2))
        forwarded = exchange(server.port, get("/client", "X-Forwarded-For: 1.2.3.4", "Connection: close"))
        smuggled = exchange(server.port, get("/client", "X_Forwarded_For: 1.2.3.4", "Connection: close"))
    return {
        "waits for the body": body_is_awaited(name),
        "1.2 GB promised": huge,
        "300 kB of headers": header,
        "X-Forwarded-For": forwarded.rpartition(b"\r\n")[2].decode(),
        "X_Forwarded_For": smuggled.rpartition(b"\r\n")[2].decode(),
        "SIGTERM": stops_gracefully(name),
    }


# -- the tables


def print_table(rows: dict[str, dict[str, str]], first: str = "server") -> None:
    """A Markdown table, one line per candidate."""
    columns = list(next(iter(rows.values())))
    print(f"| {first} |", " | ".join(columns), "|")
    print("|---" * (len(columns) + 1) + "|")
    for name, row in rows.items():
        print(f"| {name} |", " | ".join(row[column] for column in columns), "|", flush=True)
    print()


def measure_speed(names: list[str], seconds: float, rounds: int) -> dict[str, dict[str, str]]:
    """Medians over rounds: cold start, memory after work, requests a second and CPU a request."""
    seen: dict[str, list[list[float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            with running(name) as server:
                loads = [
                    figure for request in LOADS.values() for figure in throughput(server, repeat(request), seconds)
                ]
                seen[name].append([server.cold_start, server.memory(), *loads])
    return {name: speed_row([statistics.median(column) for column in zip(*seen[name], strict=True)]) for name in names}


def speed_row(figures: list[float]) -> dict[str, str]:
    """The figures of one candidate, as text."""
    row = {"cold start s": f"{figures[0]:.2f}", "memory MB": f"{figures[1]:.0f}"}
    for position, load in enumerate(LOADS):
        rate, cpu = figures[2 + 2 * position : 4 + 2 * position]
        row[f"{load} req/s (CPU ms)"] = f"{rate:.0f} ({cpu:.2f})"
    return row


def measure_slow_clients(names: list[str], seconds: float, slow: int) -> dict[str, dict[str, str]]:
    """The probes of every candidate."""
    rows = {}
    for name in names:
        with running(name) as server:
            reading, writing = asyncio.run(slow_clients(server.port, seconds, slow))
        rows[name] = {"GET p50 / p95 ms / failed": reading.told(), "POST p50 / p95 ms / failed": writing.told()}
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="; ".join(CANDIDATES))
    parser.add_argument("--seconds", type=float, default=2, help="of load for each route in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow-seconds", type=float, default=10)
    parser.add_argument("--slow", type=int, default=SLOW, help="slow headers, and as many slow bodies")
    parser.add_argument("--only", choices=["speed", "slow", "manners"])
    options = parser.parse_args()
    names = options.names or list(CANDIDATES)
    fill_database()
    if options.only in (None, "speed"):
        print_table(measure_speed(names, options.seconds, options.rounds))
    if options.only in (None, "slow"):
        print_table(measure_slow_clients(names, options.slow_seconds, options.slow))
    if options.only in (None, "manners"):
        print_table({name: manners(name) for name in names})


if __name__ == "__main__":
    main()
