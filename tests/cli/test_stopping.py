"""SIGTERM: no new requests, those in hand are answered, the batch in hand is finished, once."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli import test_serving
from tests.cli.conftest import Site
from tests.cli.test_serving import ROOT, free_port

PATIENCE = 240  # starting a site takes that long on a machine that does much else
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

# `forum` with a page that takes long, and a consumer that takes long: each leaves a mark where it begins and where it ends.
PROGRAM = """
import sys, time
from pathlib import Path

from sqlalchemy import text

from forum.__main__ import main
from forum.core.actor import SYSTEM
from forum.core.db import db, operation
from forum.core.events import EventKind, consumers, record
from forum.web import home
from forum.web.routes import Need

import forum.app as application

place = Path(sys.argv.pop(1))
HAPPENED = EventKind("test.happened", "Something happened in a test.")


def mark(name, line):
    with (place / name).open("a") as file:
        file.write(line + "\\n")


@operation
def happen(number):
    record(SYSTEM, HAPPENED, "test", number)


@home.area.page("/slow-write/<int:number>", needs=Need.ANYONE)
def slow_write(number):
    mark("requests", f"begin {number}")
    time.sleep(2)
    happen(number)
    mark("requests", f"end {number}")
    return "written"


def handle(events):
    for event in events:
        mark("work", f"begin {event.subject_id}")
    time.sleep(2)
    for event in events:
        mark("work", f"end {event.subject_id}")


introduce = application.introduce_consumers


def introduce_one_more(app):
    introduce(app)
    consumers.introduce("slow", [HAPPENED], handle, 1)


application.introduce_consumers = introduce_one_more
main()
"""


@contextmanager
def started(site: Site, folder: Path, *words: object) -> Iterator[subprocess.Popen[bytes]]:
    """A command of the program above, in a process of its own."""
    environment = {"PATH": os.environ["PATH"], **{name: text for name, text in site.environment.items() if text}}
    command = [sys.executable, "-c", PROGRAM, str(folder), *map(str, words)]
    with (folder / "output").open("ab") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(condition: Callable[[], object]) -> None:
    """Return once a condition is true."""
    test_serving.wait_for(condition, PATIENCE)


def lines(folder: Path, name: str) -> list[str]:
    with suppress(FileNotFoundError):
        return (folder / name).read_text().splitlines()
    return []


def is_ready(port: int) -> bool:
    with suppress(OSError), closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    return False


def ask_slowly(port: int, number: int, answers: dict[int, bytes]) -> threading.Thread:
    """Ask for the slow page in a thread."""

    def ask() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            connection.request("GET", f"/slow-write/{number}")
            answers[number] = connection.getresponse().read()

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_requests_in_hand_are_answered_and_what_they_wrote_is_worked_on_once(site: Site, tmp_path: Path) -> None:
    port, answers = free_port(), dict[int, bytes]()
    with started(site, tmp_path, "serve", "--port", port, "--workers", 2) as server:
        wait_for(lambda: server.poll() is not None or is_ready(port))
        threads = [ask_slowly(port, number, answers) for number in (1, 2, 3)]
        wait_for(lambda: len(lines(tmp_path, "requests")) == 3)
        server.send_signal(signal.SIGTERM)
        wait_for(lambda: refuses(port))
        for thread in threads:
            thread.join()
        assert answers == {1: b"written", 2: b"written", 3: b"written"}
        assert server.wait(PATIENCE) == 0
    assert sorted(lines(tmp_path, "requests")) == [f"{word} {n}" for word in ("begin", "end") for n in (1, 2, 3)]
    with started(site, tmp_path, "worker") as worker:
        wait_for(lambda: sum(line.startswith("end") for line in lines(tmp_path, "work")) == 3)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
    assert sorted(lines(tmp_path, "work")) == [f"{word} {n}" for word in ("begin", "end") for n in (1, 2, 3)]
    assert "Traceback" not in (tmp_path / "output").read_text()


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return True
    return False


@pytest.mark.parametrize("beside", [True, False], ids=["beside a server", "alone"])
def test_the_item_in_hand_of_a_worker_is_finished_once_and_the_rest_waits(
    beside: bool, site: Site, tmp_path: Path
) -> None:
    port, answers = free_port(), dict[int, bytes]()
    with ExitStack() as stack:
        options = ["--workers", 1, *([] if beside else ["--no-worker"])]
        server = stack.enter_context(started(site, tmp_path, "serve", "--port", port, *options))
        wait_for(lambda: server.poll() is not None or is_ready(port))
        told = server if beside else stack.enter_context(started(site, tmp_path, "worker"))
        for thread in [ask_slowly(port, number, answers) for number in (1, 2, 3)]:
            thread.join()
        wait_for(lambda: lines(tmp_path, "work"))
        told.send_signal(signal.SIGTERM)
        assert told.wait(PATIENCE) == 0
        done = lines(tmp_path, "work")
        assert [line.split()[0] for line in done] == ["begin", "end"] * (len(done) // 2)
        assert len(done) < 6
    with started(site, tmp_path, "worker") as worker:
        wait_for(lambda: sum(line.startswith("end") for line in lines(tmp_path, "work")) == 3)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
    ends = [line for line in lines(tmp_path, "work") if line.startswith("end")]
    assert sorted(ends) == ["end 1", "end 2", "end 3"]
