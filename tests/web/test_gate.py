"""The gate by itself, with a client made of a list of events."""

import asyncio
import io
import logging
import threading
import time
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from forum.web import bodies
from forum.web.bodies import IN_MEMORY
from forum.web.gate import Application, Environ, Gate, Limits

Event = dict[str, Any]
Result = TypeVar("Result")


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run it to its end in a thread of its own: a browser of other tests leaves a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def part(body: bytes, more: bool = False) -> Event:
    """A piece of a request's body."""
    return {"type": "http.request", "body": body, "more_body": more}


def scope(**other: Any) -> Event:
    """A request as granian tells it."""
    headers = [(b"host", b"forum.example"), *other.pop("headers", [])]
    return {
        "type": "http", "method": "GET", "raw_path": b"/", "query_string": b"", "http_version": "1.1", "scheme": "http",
        "server": ("127.0.0.1", "8000"), "client": ("192.0.2.7", "4711"), "headers": headers, **other,
    }  # fmt: skip


def posting(length: int | None, **other: Any) -> Event:
    """A POST with a body of this length, or a chunked one."""
    told = (b"transfer-encoding", b"chunked") if length is None else (b"content-length", str(length).encode())
    return scope(method="POST", headers=[told, *other.pop("headers", [])], **other)


async def serve(gate: Gate, request: Event, *events: Event) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of the answer; a client whose events are used up says nothing more."""
    coming, sent = list(events), []

    async def receive() -> Event:
        if not coming:
            await asyncio.sleep(60)
        return coming.pop(0)

    async def send(event: Any) -> None:
        sent.append(event)

    await gate(request, receive, send)
    assert [event["type"] for event in sent] == ["http.response.start"] + ["http.response.body"] * (len(sent) - 1)
    assert [event["more_body"] for event in sent[1:]] == [True] * (len(sent) - 2) + [False]
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(event["body"] for event in sent[1:])


def ask(app: Application, request: Event, *events: Event, **limits: Any) -> tuple[int, dict[bytes, bytes], bytes]:
    """Serve one request with a fresh gate, which holds nothing afterwards."""
    gate = Gate(app, Limits(**limits))
    answer = run(serve(gate, request, *events))
    assert (gate.held, gate.admission.inside) == (0, 0)
    return answer


def echo(environ: Environ, start_response: Any) -> Iterable[bytes]:
    """Say the length the application was told, and the body."""
    start_response("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", "none"))])
    return [environ["wsgi.input"].read()]


def seen(request: Event) -> Environ:
    """The environment the application gets."""
    kept: Environ = {}

    def keep(environ: Environ, start_response: Any) -> Iterable[bytes]:
        kept.update(environ)
        start_response("204 No Content", [])
        return []

    assert ask(keep, request) == (204, {}, b"")
    return kept


def test_the_environment_is_that_of_the_request() -> None:
    environ = seen(
        scope(raw_path=b"/caf%C3%A9/%FF", query_string=b"q=%20", headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")])
    )
    assert environ["PATH_INFO"] == "/caf\xc3\xa9/\xff"
    assert environ["QUERY_STRING"] == "q=%20"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_HOST"] == "forum.example"
    assert environ["REMOTE_ADDR"] == "192.0.2.7"


def test_a_header_with_an_underscore_cannot_pass_for_another() -> None:
    environ = seen(scope(headers=[(b"x-forwarded-for", b"1.1.1.1"), (b"x_forwarded_for", b"6.6.6.6")]))
    assert environ["HTTP_X_FORWARDED_FOR"] == "1.1.1.1"


def test_repeated_headers_are_joined_so_that_the_last_proxy_is_last() -> None:
    environ = seen(scope(headers=[(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"1.1.1.1")]))
    assert environ["HTTP_X_FORWARDED_FOR"] == "6.6.6.6,1.1.1.1"


def test_two_hosts_are_refused() -> None:
    assert ask(echo, scope(headers=[(b"host", b"evil.example")]))[0] == 400


def test_a_body_arrives_whole_whatever_its_size() -> None:
    assert ask(echo, posting(6), part(b"abc", more=True), part(b"def")) == (200, {b"X-Length": b"6"}, b"abcdef")
    assert ask(echo, posting(None), part(b"abc", more=True), part(b"")) == (200, {b"X-Length": b"3"}, b"abc")
    assert ask(echo, posting(0)) == (200, {b"X-Length": b"0"}, b"")
    assert ask(echo, scope()) == (200, {b"X-Length": b"none"}, b"")
    large = b"x" * IN_MEMORY
    assert ask(echo, posting(3 * IN_MEMORY), part(large, True), part(large, True), part(large))[2] == 3 * large


def test_a_body_over_the_limit_is_heard_out_and_refused() -> None:
    answer = ask(echo, posting(15), part(b"x" * 9, True), part(b"x" * 6), body=10)
    assert answer[0] == 413
    assert answer[1][b"connection"] == b"close"


def test_a_body_far_over_the_limit_is_refused_at_once() -> None:
    assert ask(echo, posting(31), body=10)[0] == 413
    assert ask(echo, posting(None), part(b"x" * 31, True), body=10)[0] == 413


def test_a_slow_body_is_given_up() -> None:
    began = time.monotonic()
    assert ask(echo, posting(9), part(b"x", True), patience=0.05)[0] == 408
    assert time.monotonic() - began < 10  # not a minute, nor for ever


def test_a_client_that_leaves_is_not_waited_for() -> None:
    assert ask(echo, posting(9), part(b"x", True), {"type": "http.disconnect"})[0] == 400


def test_all_bodies_together_have_a_limit() -> None:
    assert ask(echo, posting(9), part(b"123456789"), held=8)[0] == 503


def test_a_large_answer_is_sent_in_pieces_and_its_iterator_closed() -> None:
    class Pages:
        closed = False

        def __iter__(self) -> Any:
            return iter([b"a" * IN_MEMORY, b"b" * IN_MEMORY])

        def close(self) -> None:
            self.closed = True

    pages = Pages()

    def app(_environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])(b"first ")
        return pages

    assert ask(app, scope())[2] == b"first " + b"a" * IN_MEMORY + b"b" * IN_MEMORY
    assert pages.closed


def test_a_client_that_takes_nothing_loses_its_answer() -> None:
    async def stuck(_event: Any) -> None:
        await asyncio.sleep(60)

    def app(_environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"a" * IN_MEMORY, b"b"]

    began = time.monotonic()
    run(Gate(app, Limits(patience=0.05))(scope(), stuck, stuck))  # type: ignore[arg-type]
    assert time.monotonic() - began < 10  # not a minute, nor for ever


def test_an_error_of_the_application_is_a_plain_500_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def app(_environ: Environ, _start_response: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR):
        status, _headers, body = ask(app, scope(raw_path=b"/x%0Ay"))
    assert (status, body) == (500, b"Something went wrong here. It has been noted.")
    assert "The application failed" in caplog.text
    assert "/x" not in caplog.text.partition("Traceback")[0]  # an address may hold a secret


def test_too_many_at_once_are_refused_at_once_and_the_others_served() -> None:
    hold = threading.Event()

    def app(_environ: Environ, start_response: Any) -> Iterable[bytes]:
        hold.wait(5)
        start_response("200 OK", [])
        return [b"ok"]

    async def crowd() -> list[int]:
        gate = Gate(app, Limits(threads=1, waiting=2))
        waiting = [asyncio.create_task(serve(gate, scope())) for _ in range(5)]
        await asyncio.sleep(0.05)
        assert sum(task.done() for task in waiting) == 2
        hold.set()
        return sorted([(await task)[0] for task in waiting])

    assert run(crowd()) == [200, 200, 200, 503, 503]


def test_a_body_that_finds_no_room_on_the_disk_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    large = b"x" * IN_MEMORY

    def in_two(_environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [large, b"y"]

    for room in (0, IN_MEMORY, 2 * IN_MEMORY + 7):
        monkeypatch.setattr(bodies.tempfile, "TemporaryFile", lambda buffering, room=room: SmallFile(room))
        assert ask(echo, posting(3 * IN_MEMORY), part(large, True), part(large, True), part(large))[2] == 3 * large
        assert ask(in_two, scope())[2] == large + b"y"


class SmallFile(io.BytesIO):
    """A file on a disk with so much room."""

    def __init__(self, room: int):
        super().__init__()
        self.room = room

    def write(self, part: Any) -> int:
        """Write what fits; an error when nothing does."""
        left = self.room - self.tell()
        if left <= 0:
            raise OSError(28, "No space left on device")
        return super().write(part[:left])
