"""The small Flask application that `bench.servers` serves with every candidate, and the ways to start a candidate.

Run as `python -m bench.servers_app NAME PORT`: serves in the foreground until SIGTERM.
"""

import os
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, request

PAGE = "<!doctype html><title>A page</title>" + "<p>Twenty comments are about this long.</p>" * 766
DATABASE = Path(tempfile.gettempdir()) / f"passerelle-bench-{os.getuid()}.sqlite"
BIG_BODY = 12 * 1024 * 1024
connections = threading.local()


def fill_database() -> None:
    """Write the thousand rows the page route reads from."""
    DATABASE.unlink(missing_ok=True)
    with sqlite3.connect(DATABASE) as database:
        database.execute("CREATE TABLE post (id INTEGER PRIMARY KEY, topic INTEGER, body TEXT)")
        database.execute("CREATE INDEX by_topic ON post (topic)")
        database.executemany("INSERT INTO post VALUES (?, ?, ?)", ((n, n % 50, "x" * 200) for n in range(1000)))
    database.close()


def database_connection() -> sqlite3.Connection:
    """This thread's own connection."""
    if not hasattr(connections, "database"):
        connections.database = sqlite3.connect(DATABASE)
    found: sqlite3.Connection = connections.database
    return found


def cached_before_flask(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Answer /cached from memory before Flask hears of it, as the page cache will."""
    body = PAGE.encode()
    headers = [("Content-Type", "text/html"), ("Content-Length", str(len(body)))]

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/cached":
            start_response("200 OK", headers)
            return [body]
        return application(environ, start_response)

    return answer


def make_app() -> Callable[..., Iterable[bytes]]:
    """A Flask application with one route for each thing that is measured."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BIG_BODY

    @app.get("/null")
    def null() -> str:
        return "ok"

    @app.get("/page")
    def page() -> str:
        database = database_connection()
        post = database.execute("SELECT id, body FROM post WHERE id = ?", (7,)).fetchone()
        comments = database.execute("SELECT id, body FROM post WHERE topic = ? LIMIT 20", (7,)).fetchall()
        return f"{PAGE}<!-- {post[0]} {len(comments)} -->"

    @app.post("/form")
    def form() -> str:
        return str(len(request.get_data()))

    @app.post("/entered")
    def entered() -> str:
        Path(os.environ["BENCH_ENTERED"]).touch()
        return str(len(request.get_data()))

    @app.get("/slow")
    def slow() -> str:
        time.sleep(1.5)
        return "finished"

    @app.get("/client")
    def client() -> str:
        return f"{request.remote_addr} {request.headers.get('X-Forwarded-For', '-')}"

    return cached_before_flask(app)


def run_granian(port: int, **settings: Any) -> None:
    """Granian, WSGI interface, two workers."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    settings = {"interface": Interfaces.WSGI, "workers": 2, **settings}
    Server(
        "bench.servers_app:make_app",
        port=port,
        factory=True,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        **settings,
    ).serve()


def run_waitress(port: int, processes: int, **settings: Any) -> None:
    """Waitress; with several processes they fork after the shared socket listens."""
    from waitress.server import create_server  # type: ignore[import-untyped, unused-ignore]  # no types, or not installed

    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    for _ in range(processes - 1):
        if os.fork() == 0:
            break
    create_server(make_app(), sockets=[listener], asyncore_use_poll=True, **settings).run()


def run_house(port: int, **settings: Any) -> None:
    """What `forum serve` does."""
    from forum.web.server import serve_web

    serve_web(make_app, "127.0.0.1", port, **settings)


CANDIDATES: dict[str, Callable[[int], None]] = {
    "granian wsgi 2x1": lambda port: run_granian(port, blocking_threads=1),
    "granian wsgi 2x16": lambda port: run_granian(port, blocking_threads=16),
    "granian wsgi 2x128": lambda port: run_granian(port, blocking_threads=128),
    "granian wsgi 2x16 backpressure 32": lambda port: run_granian(port, blocking_threads=16, backpressure=32),
    "granian wsgi 2x128 backpressure 1024": lambda port: run_granian(port, blocking_threads=128, backpressure=1024),
    "waitress 1x4 as it comes": lambda port: run_waitress(port, 1, threads=4),
    "waitress 1x4": lambda port: run_waitress(port, 1, threads=4, connection_limit=1000, channel_timeout=60),
    "waitress 1x8": lambda port: run_waitress(port, 1, threads=8, connection_limit=1000, channel_timeout=60),
    "waitress 2x4": lambda port: run_waitress(port, 2, threads=4, connection_limit=1000, channel_timeout=60),
    "waitress 2x8": lambda port: run_waitress(port, 2, threads=8, connection_limit=1000, channel_timeout=60),
    "house 1": lambda port: run_house(port, workers=1),
    "house 2": lambda port: run_house(port, workers=2),
}

if __name__ == "__main__":
    CANDIDATES[sys.argv[1]](int(sys.argv[2]))
