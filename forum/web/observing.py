"""Every request has an id, which all lines of the log have that it causes, and a line of its own when it is answered."""

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request
from sqlalchemy import event
from structlog.contextvars import bind_contextvars, clear_contextvars

from forum.core.db import db
from forum.web.tallies import Tallies

WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")
UNTOLD = frozenset({"static", "home.show_health", "home.show_readiness", "metrics.show_metrics"})
REFUSALS = frozenset({401, 403, 429})
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
FOLDER = "metrics"
log = structlog.get_logger()


def init_observing(app: Flask) -> None:
    """Note when each request begins, what it asks of the database, and how it ends. To be called before all others."""
    tallies = app.extensions["tallies"] = Tallies(app.config["SETTINGS"].data_dir / FOLDER)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", count_statement)

    def begin() -> None:
        given = request.headers.get("X-Request-ID", "") if app.config["SETTINGS"].trusted_proxies else ""
        g.request_id = given if WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
        g.began, g.statements = time.perf_counter(), 0
        clear_contextvars()
        bind_contextvars(request_id=g.request_id)

    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        response.headers["X-Request-Id"] = g.get("request_id", "")
        method, endpoint = request.method if request.method in METHODS else "other", request.endpoint or "none"
        tallies.note(endpoint, method, response.status_code, seconds, g.get("statements", 0))
        if endpoint not in UNTOLD or response.status_code >= 500:
            tell(method, endpoint, response.status_code, seconds)
        return response

    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(lambda _error: clear_contextvars())


def tell(method: str, endpoint: str, status: int, seconds: float) -> None:
    """One line: which page, how it ended, how long it took. No address of the page or of the reader, for both can be secret.

    Who was refused is told by their number.
    """
    refused = {"person": g.actor.person_id} if status in REFUSALS and g.get("actor") else {}
    log.info(
        "answered",
        method=method,
        endpoint=endpoint,
        status=status,
        ms=round(seconds * 1000),
        sql=g.get("statements", 0),
        **refused,
    )


def count_statement(*_all: object) -> None:
    """Count one SQL statement of the request in hand, if there is one."""
    if g and "statements" in g:
        g.statements += 1
