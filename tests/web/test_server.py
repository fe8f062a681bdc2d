"""`serve_web`, started for real with a tiny application on a free port of the loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from forum.core.errors import Misconfigured
from forum.web.server import affordable, checked_address, unusable

PROGRAM = """
import os, sys, time

def make_app():
    def app(environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/slow":
            time.sleep(0.6)
        if path == "/die":
            os._exit(1)
        body = environ["wsgi.input"].read()
        big = b"x" * 3_000_000 if path == "/big" else b""
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{environ['REQUEST_METHOD']} {path} {len(body)} {os.getpid()}".encode(), big]
    return app

from forum.core.errors import Misconfigured
from forum.web.gate import Limits
from forum.web.server import serve_web

try:
    limits = Limits(threads=2, patience=2, body=100_000)
    serve_web(make_app, port=int(sys.argv[1]), workers=int(sys.argv[2]), limits=limits)
except Misconfigured as trouble:
    sys.exit(str(trouble))
"""


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def start(port: int, workers: int = 1) -> subprocess.Popen[str]:
    """The server as a process of its own."""
    command = [sys.executable, "-c", PROGRAM, str(port), str(workers)]
    place = Path(__file__).parents[2]
    return subprocess.Popen(
        command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def ask(port: int, request: bytes = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") -> bytes:
    """Send these bytes and read to the end of the answer."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(request)
        while chunk := client.recv(65536):
            received += chunk
    return received


def wait_until_it_answers(port: int) -> None:
    """Up to twenty seconds: other tests run beside."""
    for _ in range(1000):
        with suppress(OSError):
            if ask(port):
                return
        time.sleep(0.02)
    raise AssertionError("the server does not answer")


@contextmanager
def serving(workers: int = 1) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server that answers, and its port; nothing of it is left afterwards."""
    port = free_port()
    process = start(port, workers)
    try:
        wait_until_it_answers(port)
        yield port, process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def post(body: bytes, length: int | None = None, path: str = "/") -> bytes:
    """A POST that promises `length` bytes."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length or len(body)}\r\n\r\n"
    return head.encode() + body


def test_it_answers_refuses_what_is_too_large_and_is_not_stopped_by_slow_clients() -> None:
    with serving() as (port, _process):
        assert b" 200 OK" in ask(port)
        assert b"POST /a 70000 " in ask(port, post(b"x" * 70_000, path="/a"))
        chunked = b"POST /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert b"POST /b 3 " in ask(port, chunked + b"3\r\nabc\r\n0\r\n\r\n")
        assert ask(port, post(b"x" * 150_000)).startswith(b"HTTP/1.1 413")
        assert ask(port, post(b"x", length=10**9)).startswith(b"HTTP/1.1 413")
        assert len(ask(port, b"GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) > 3_000_000

        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
        for client in slow[:30]:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        for client in slow[30:]:
            client.sendall(post(b"x", length=1000))
        began = time.monotonic()
        assert b" 200 OK" in ask(port)
        assert b"POST / 5 " in ask(port, post(b"12345"))
        assert time.monotonic() - began < 1.9  # before the slow ones are given up
        slow[30].settimeout(20)
        assert slow[30].recv(100).startswith(b"HTTP/1.1 408")
        for client in slow:
            client.close()


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_request_in_hand_finish_and_ends_with_zero(which: signal.Signals) -> None:
    with serving() as (port, process), socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        os.killpg(process.pid, which) if which == signal.SIGINT else process.send_signal(which)
        assert b"GET /slow" in client.recv(4096)
        assert process.wait(20) == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_a_worker_that_dies_is_started_again() -> None:
    with serving() as (port, process):
        first = ask(port).split()[-1]
        with suppress(ConnectionError):
            ask(port, b"GET /die HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until_it_answers(port)
        assert ask(port).split()[-1] != first
        assert process.poll() is None


def test_a_server_whose_workers_keep_dying_goes_on() -> None:
    with serving() as (port, process):
        for _death in range(4):
            with suppress(ConnectionError):
                ask(port, b"GET /die HTTP/1.1\r\nHost: x\r\n\r\n")
            wait_until_it_answers(port)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_several_workers_share_the_port() -> None:
    with serving(workers=2) as (port, _process):
        workers = set()
        for _ in range(200):
            workers.add(ask(port).split()[-1])
            if len(workers) == 2:
                break
        assert len(workers) == 2


def test_a_taken_port_is_said_in_a_sentence_that_helps() -> None:
    with serving() as (port, _process):
        second = start(port)
        said, _nothing = second.communicate(timeout=20)
        assert said == f"Port {port} is in use. Stop the other program or choose another with PORT={port + 1}.\n"
        assert second.returncode == 1


def test_an_address_that_cannot_be_had_is_said_too() -> None:
    with pytest.raises(Misconfigured, match=r"192\.0\.2\.1 is not an address of this machine"):
        checked_address("192.0.2.1", 8000)
    assert "above 1023" in str(unusable("127.0.0.1", 80, PermissionError(13, "Permission denied")))
    assert str(unusable("127.0.0.1", 65535, OSError(98, "in use"))).endswith("PORT=8001.")


def test_the_name_of_a_host_becomes_its_address() -> None:
    assert checked_address("localhost", free_port()) in ("127.0.0.1", "::1")


def test_connections_are_as_many_as_open_files_allow() -> None:
    assert 256 <= affordable(2000) <= 2000
