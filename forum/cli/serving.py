"""`forum serve` and `forum worker`."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import click
from sqlalchemy import select

from forum.accounts.models import Person
from forum.cli.context import plainly, ready_app, say
from forum.core.db import db
from forum.interop.demonstration import SIGN_INS, is_loaded
from forum.web.server import serve_web
from forum.worker import run_worker

WORKER_PATIENCE = 15


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes; default FORUM_WORKERS.")
@click.option("--no-worker", is_flag=True, help="Do not start the worker beside the web server.")
@click.pass_context
@plainly
def serve(context: click.Context, host: str, port: int, workers: int | None, no_worker: bool) -> None:
    """Serve the site, with the worker beside it, until Ctrl-C or SIGTERM."""
    factory = context.find_root().obj
    settle_base_url(host, port)
    app = ready_app(context)
    with app.app_context():
        announce(app.config["SETTINGS"].base_url, demonstration=is_loaded())
        db.session.remove()
        db.engine.dispose()
    with worker_beside(wanted=not no_worker):
        serve_web(factory, host, port, workers or app.config["SETTINGS"].workers)


def settle_base_url(host: str, port: int) -> None:
    """Let links name the address we listen on, unless the operator set another."""
    if not os.environ.get("FORUM_BASE_URL"):
        name = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104  # compared, not bound
        os.environ["FORUM_BASE_URL"] = f"http://{name}:{port}"


def announce(base_url: str, *, demonstration: bool) -> None:
    """Say where the site is, and who can sign in to the demonstration."""
    say(f"\nPasserelle is at {base_url}")
    if demonstration and urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1"):
        known = set(db.session.scalars(select(Person.email)))
        say("\nSign in to the demonstration as")
        for email, role, password in SIGN_INS:
            if email in known:
                say(f"  {email:<32} {password:<28} {role}")
    say("\nCtrl-C stops it.\n")


@contextmanager
def worker_beside(*, wanted: bool) -> Iterator[None]:
    """Run the worker as a process of its own while the block runs; it finishes its batch before it ends."""
    if not wanted:
        yield
        return
    worker_process = subprocess.Popen([sys.executable, "-m", "forum", "worker"], start_new_session=True)
    try:
        yield
    finally:
        worker_process.send_signal(signal.SIGTERM)
        try:
            worker_process.wait(WORKER_PATIENCE)
        except subprocess.TimeoutExpired:
            worker_process.kill()


@click.command()
@click.pass_context
@plainly
def worker(context: click.Context) -> None:
    """Keep the search index and send mail, until SIGTERM."""
    logging.basicConfig(level=logging.INFO)
    run_worker(ready_app(context))
