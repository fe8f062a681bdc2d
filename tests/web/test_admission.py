"""Who is let in to the threads that make pages, and who is told to come back."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from forum.web.admission import Admission, TooBusy
from forum.web.gate import Gate, Limits
from tests.web.test_gate import echo, run, scope, serve


@contextmanager
def held() -> Iterator[threading.Event]:
    """Something that work waits for, until the test is over."""
    hold = threading.Event()
    try:
        yield hold
    finally:
        hold.set()


def busy_with(hold: threading.Event) -> Any:
    """An application that answers only when it is let go, except to watchdogs."""

    def app(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/healthz":
            hold.wait(20)
        return echo(environ, start_response)

    return app


async def let_begin(admission: Admission, number: int, work: Any, method: str = "GET") -> list[asyncio.Task[Any]]:
    """So many requests that are in, running or waiting."""
    tasks = [asyncio.create_task(admission.run(method, work)) for _ in range(number)]
    await asyncio.sleep(0)
    return tasks


def test_whoever_would_wait_too_long_is_refused_though_there_are_places() -> None:
    async def crowd(hold: threading.Event) -> None:
        admission = Admission(threads=2, waiting=50, soon=0.5, pace=0.4)
        inside = await let_begin(admission, 4, lambda: hold.wait(20))
        with pytest.raises(TooBusy):
            await admission.run("GET", lambda: None)
        hold.set()
        await asyncio.gather(*inside)
        assert await admission.run("GET", lambda: "served") == "served"

    with held() as hold:
        run(crowd(hold))


def test_a_form_waits_where_a_reader_is_refused_and_there_is_an_end_to_that_too() -> None:
    async def crowd(hold: threading.Event) -> None:
        admission = Admission(threads=1, waiting=3, soon=0.5, pace=0.4)
        inside = await let_begin(admission, 2, lambda: hold.wait(20))
        with pytest.raises(TooBusy):
            await admission.run("GET", lambda: None)
        forms = await let_begin(admission, 2, lambda: hold.wait(20), "POST")
        with pytest.raises(TooBusy):
            await admission.run("POST", lambda: None)
        hold.set()
        await asyncio.gather(*inside, *forms)

    with held() as hold:
        run(crowd(hold))


def test_who_waited_much_longer_than_it_seemed_is_told_and_not_served_late() -> None:
    async def crowd() -> None:
        admission = Admission(threads=1, waiting=9, soon=0.05, pace=0.001)
        first, second = await let_begin(admission, 2, lambda: time.sleep(0.4))
        await first
        with pytest.raises(TooBusy):
            await second
        assert admission.inside == 0
        assert admission.pace > 0.001

    run(crowd())


def test_the_pace_follows_what_requests_took() -> None:
    async def some() -> float:
        admission = Admission(threads=1, waiting=1, soon=1, pace=5.0)
        for _number in range(60):
            await let_begin(admission, 1, lambda: None)
            await asyncio.sleep(0.002)
        return admission.pace

    assert run(some()) < 1


def test_watchdogs_are_answered_while_every_thread_is_busy() -> None:
    async def crowd(hold: threading.Event) -> None:
        gate = Gate(busy_with(hold), Limits(threads=1, waiting=0))
        busy = asyncio.create_task(serve(gate, scope()))
        await asyncio.sleep(0)
        status, headers, _body = await serve(gate, scope())
        assert (status, headers[b"retry-after"]) == (503, b"5")
        assert (await serve(gate, scope(raw_path=b"/healthz")))[0] == 200
        hold.set()
        assert (await busy)[0] == 200

    with held() as hold:
        run(crowd(hold))
