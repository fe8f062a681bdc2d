"""`forum serve` and `forum worker`, as processes of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.interop.files import post, write

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> object:
    """What a condition gives once it is true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


class Process:
    """A command of a site in a process of its own, its output in a file."""

    def __init__(self, site, *words):
        self.site = site
        self.output = site.data_dir.with_name(f"{'-'.join(map(str, words))}.out")
        environment = {"PATH": os.environ["PATH"], **{name: text for name, text in site.environment.items() if text}}
        command = [sys.executable, "-m", "forum", *map(str, words)]
        with self.output.open("w") as file:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        return self.process.wait(PATIENCE)

    def worker(self) -> int | None:
        """The process id of the worker of the site."""
        with suppress(FileNotFoundError, ValueError):
            return int((self.site.data_dir / "worker.lock").read_text())
        return None


@contextmanager
def running(site, *words) -> Iterator[Process]:
    """A command while it runs; all its processes are gone afterwards."""
    started = Process(site, *words)
    try:
        yield started
    finally:
        worker = started.worker()
        for stop in (
            lambda: os.killpg(started.process.pid, signal.SIGKILL),
            lambda: worker and os.kill(worker, signal.SIGKILL),
        ):
            with suppress(ProcessLookupError):
                stop()
        started.process.wait()


@contextmanager
def served(site, *options, ready="/readyz") -> Iterator[tuple[Process, str]]:
    """A site that answers, and its address."""
    port = free_port()
    with running(site, "serve", "--port", port, "--workers", 1, *options) as server:
        wait_for(lambda: server.process.poll() is not None or answers(port, ready))
        assert server.process.poll() is None, server.said
        yield server, f"http://127.0.0.1:{port}"


def answers(port: int, path: str) -> bool:
    with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).status == 200
    return False


def is_alive(process_id: int) -> bool:
    with suppress(OSError):
        return "Z" not in (Path("/proc") / str(process_id) / "stat").read_text().rsplit(")", 1)[1].split()[0]
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_site_is_served_with_its_worker_until_it_is_told_to_stop(site, number):
    with served(site) as (server, address):
        assert f"Passerelle is at {address}" in server.said
        assert "Sign in to the demonstration" not in server.said
        worker = wait_for(server.worker)
        assert is_alive(worker)
        server.signal(number)
        assert server.end() == 0
        assert not is_alive(worker)
        assert "Traceback" not in server.said
        assert server.said.endswith("info worker stopped\n")


def test_what_is_imported_while_the_site_is_served_is_found_when_the_command_ends(site, tmp_path):
    with served(site) as (server, address):
        path = write(tmp_path / "in.jsonl", *(post(f"x{n}", title=f"Bicycle workshop {n}") for n in range(150)))
        result = site.run("import", path)
        assert (result.exit_code, result.stdout) == (0, "150 imported, 0 updated, 0 unchanged, 0 rejected\n")
        with urllib.request.urlopen(f"{address}/api/v1/search?q=bicycle", timeout=10) as answer:
            assert b'"total": 150' in answer.read().replace(b'"total":150', b'"total": 150')
        assert is_alive(server.worker())
        assert site.run("check-index").exit_code == 0


def test_a_worker_that_is_killed_is_started_again(site, tmp_path):
    with served(site) as (server, _address):
        before = wait_for(server.worker)
        os.kill(before, signal.SIGKILL)
        after = wait_for(lambda: (now := server.worker()) not in (None, before) and is_alive(now) and now)
        assert after != before
        assert "the worker ended by itself and is started again exit_code=-9" in server.said
        assert site.run("import", write(tmp_path / "in.jsonl", post())).exit_code == 0
        server.signal(signal.SIGTERM)
        assert server.end() == 0
        assert not is_alive(after)


def test_a_server_that_is_killed_leaves_nobody_behind(site):
    with served(site) as (server, address):
        worker = wait_for(server.worker)
        server.signal(signal.SIGKILL)
        wait_for(lambda: not is_alive(worker))
        wait_for(lambda: not answers(int(address.rsplit(":", 1)[1]), "/healthz"))
    with served(site) as (_server, _address):
        pass


def test_a_second_worker_is_refused_and_one_beside_a_server_waits_for_its_turn(site):
    with running(site, "worker") as first:
        wait_for(lambda: "info worker started" in first.said)
        refused = Process(site, "worker")
        assert refused.end() == 1
        assert refused.said == "A worker is running on this data directory already.\n"
        with served(site) as (server, _address):
            assert server.worker() == first.process.pid
            first.signal(signal.SIGTERM)
            assert first.end() == 0
            wait_for(lambda: server.worker() != first.process.pid and is_alive(server.worker()))


def test_a_site_can_be_served_without_a_worker(site):
    with served(site, "--no-worker") as (server, _address):
        assert server.worker() is None
        server.signal(signal.SIGTERM)
        assert server.end() == 0


def test_a_port_in_use_is_named_before_anything_begins(site):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = site.run("serve", "--port", port)
    assert result.exit_code == 1
    assert re.fullmatch(
        rf"Port {port} is in use\. Stop the other program or choose another with PORT=\d+\.\n", result.stderr
    )
    assert not site.data_dir.exists()
