"""The gate between granian's event loop and the WSGI application: a slow client waits here and never holds a thread.

Granian's own WSGI interface hands a request to a thread before its body has arrived, without a time limit (its issue
728, "won't fix"), so a few slow uploads stop a site. The gate speaks ASGI to granian: it gathers the whole body within
limits of size and time, runs the application in a small pool of threads, gathers the answer, and sends it at the
client's pace. Whoever would wait too long for a thread is refused at once (see `admission`); watchdogs have a thread of
their own. docs/decisions/0003-web-server.md has the figures.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from forum.core.errors import ForumError
from forum.web.admission import Admission, TooBusy
from forum.web.bodies import IN_MEMORY, Body

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Pairs = Sequence[tuple[bytes, bytes]]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CHUNK = 64 * 1024
TOLERATED = 3
PLAIN = (b"content-type", b"text/plain; charset=utf-8")
COME_BACK = (b"retry-after", b"5")
WATCHDOGS = (b"/healthz", b"/readyz")
REFUSAL = [PLAIN, (b"cache-control", b"no-store"), (b"connection", b"close"), (b"x-content-type-options", b"nosniff")]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker process gives away: bytes, seconds, threads, and places for requests that wait for one.

    A body may be `body` bytes, must begin within `patience` seconds and then come by at least `slowest` bytes a second;
    all bodies that are arriving or being worked on may be `held` bytes together. An answer may stand still for
    `patience` seconds. Readers are let in while they will get a thread within `soon` seconds.
    """

    body: int = 12 * 1024 * 1024
    patience: float = 20.0
    slowest: int = 20 * 1024
    held: int = 1024 * 1024 * 1024
    threads: int = 8
    waiting: int = 64
    soon: float = 0.5


class Refused(ForumError):
    """The request does not reach the application; the client is told why in one line."""

    def __init__(self, status: int, sentence: str):
        self.status = status
        super().__init__(sentence)


@dataclass(slots=True)
class Answer:
    """What the application said, complete; a large body is in `rest`, at its beginning."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    rest: IO[bytes] | None = None


Tell = Callable[[Scope, Refused], Answer]


def in_a_line(_scope: Scope, refusal: Refused) -> Answer:
    """A refusal as a line of plain text."""
    return Answer(refusal.status, [*REFUSAL, *when_to_return(refusal.status)], str(refusal).encode())


def when_to_return(status: int) -> list[tuple[bytes, bytes]]:
    """The header that says when to come again, with a refusal that passes."""
    return [COME_BACK] if status == 503 else []


class Gate:
    """An ASGI application that serves a WSGI one. `tell` says how those hear of it whose request is refused."""

    def __init__(self, application: Application, limits: Limits, tell: Tell = in_a_line):
        self.application = application
        self.limits = limits
        self.tell = tell
        self.admission = Admission(limits.threads, limits.waiting, limits.soon)
        self.watchdogs = Admission(1, limits.threads, limits.patience, "watchdog")
        self.held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = Body()
        try:
            answer = await self.answer(scope, receive, body)
        except Refused as refusal:
            answer = self.tell(scope, refusal)
        finally:
            self.held -= body.size
            body.store.close()
        await give_out(answer, send, self.limits.patience)

    async def answer(self, scope: Scope, receive: Receive, body: Body) -> Answer:
        """The application's answer; Refused when the request cannot reach it."""
        environ = environ_of(scope)
        if environ.pop("HTTP_TRANSFER_ENCODING", "") or environ.get("CONTENT_LENGTH", "0") != "0":
            await self.gather(receive, int(environ.get("CONTENT_LENGTH", 0)), body)
            environ["CONTENT_LENGTH"] = str(body.size)
        environ["wsgi.input"] = body.store
        admission = self.watchdogs if scope["raw_path"] in WATCHDOGS else self.admission
        try:
            return await admission.run(scope["method"], answer_of, self.application, environ)
        except TooBusy:
            raise busy() from None

    async def gather(self, receive: Receive, promised: int, body: Body) -> None:
        """Wait for the whole body; Refused (400, 408, 413, 503) when it breaks off, is too slow, too large or too much.

        A body somewhat too large is heard to its end, because a browser that is cut off shows no answer at all.
        """
        limits = self.limits
        if promised > TOLERATED * limits.body:
            raise too_large(limits)
        clock = asyncio.get_running_loop().time
        began, heard = clock(), 0
        try:
            async with asyncio.timeout(limits.patience) as patience:
                more = True
                while more:
                    event = await receive()
                    if event["type"] != "http.request":
                        raise Refused(400, "The client left.")
                    heard += len(event["body"])
                    if heard <= limits.body:
                        self.hold(event["body"], body)
                    elif heard > TOLERATED * limits.body:
                        raise too_large(limits)
                    patience.reschedule(began + limits.patience + heard / limits.slowest)
                    more = bool(event.get("more_body"))
        except TimeoutError:
            raise Refused(408, "This took too long to arrive.") from None
        if heard > limits.body:
            raise too_large(limits)
        body.store.seek(0)

    def hold(self, part: bytes, body: Body) -> None:
        """Add a part to a body."""
        if self.held + len(part) > self.limits.held:
            raise busy()
        self.held += len(part)
        body.add(part)


def busy() -> Refused:
    """The answer under overload."""
    return Refused(503, "The site is very busy. Please try again in a few seconds.")


def too_large(limits: Limits) -> Refused:
    """The answer to a body over the limit."""
    return Refused(413, f"This is too large: {limits.body // 1024**2} MB at most.")


def environ_of(scope: Scope) -> Environ:
    """The WSGI environment (PEP 3333) of an ASGI request that has no body yet."""
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "REMOTE_ADDR": scope["client"][0],
        "REMOTE_PORT": str(scope["client"][1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    add_headers(environ, scope["headers"])
    return environ


def add_headers(environ: Environ, headers: Pairs) -> None:
    """Name the headers as WSGI does; a header with an underscore could pass for another and is left out."""
    for raw_name, raw_value in headers:
        if b"_" in raw_name:
            continue
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if name not in ("CONTENT_LENGTH", "CONTENT_TYPE"):
            name = "HTTP_" + name
        if name not in environ:
            environ[name] = value
        elif name in ("HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE"):
            raise Refused(400, "A header is there twice.")
        else:
            environ[name] += ("; " if name == "HTTP_COOKIE" else ",") + value


def answer_of(application: Application, environ: Environ) -> Answer:
    """Run the application to its end in this thread, and keep what it says."""
    answer, written = Answer(), Body()

    def start_response(status: str, headers: Iterable[tuple[str, str]], _trouble: Any = None) -> Callable[..., None]:
        answer.status = int(status[:3])
        answer.headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return written.add

    try:
        parts = application(environ, start_response)
        try:
            keep(answer, written, parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
    except Exception:
        written.store.close()
        log.exception("The application failed")
        return Answer(500, [*REFUSAL], b"Something went wrong here. It has been noted.")
    return answer


def keep(answer: Answer, written: Body, parts: Iterable[bytes]) -> None:
    """Gather the parts of the answer's body."""
    if isinstance(parts, (list, tuple)) and len(parts) == 1 and not written.size:
        answer.body = parts[0]
        return
    for part in parts:
        written.add(part)
    written.store.seek(0)
    if written.size > IN_MEMORY:
        answer.rest = written.store
    else:
        answer.body = written.store.read()


async def give_out(answer: Answer, send: Send, patience: float) -> None:
    """Send the answer as fast as the client takes it; a client that takes nothing for `patience` seconds loses it."""
    try:
        async with asyncio.timeout(patience) as clock:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            while answer.rest is not None and (chunk := answer.rest.read(CHUNK)):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                clock.reschedule(asyncio.get_running_loop().time() + patience)
            await send({"type": "http.response.body", "body": answer.body, "more_body": False})
    except TimeoutError:
        log.info("A client stopped taking its answer")
    finally:
        if answer.rest is not None:
            answer.rest.close()
