"""`forum serve` and `forum worker`."""

import gc
import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask
from jinja2 import Environment, FileSystemBytecodeCache
from sqlalchemy import select
from sqlalchemy.orm import configure_mappers

from forum.accounts.models import Person
from forum.cli.beside import worker_beside
from forum.cli.context import plainly, ready_app, say
from forum.core.catalogues import catalogue
from forum.core.db import db
from forum.core.languages import native_name
from forum.core.logs import prepare_logs
from forum.interop.demonstration import PASSWORD, SIGN_INS, is_loaded
from forum.web.refusals import RefusalPages
from forum.web.server import checked_address, serve_web
from forum.worker import run_worker

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes; default FORUM_WORKERS.")
@click.option("--no-worker", is_flag=True, help="Do not start the worker beside the web server.")
@click.pass_context
@plainly
def serve(context: click.Context, host: str, port: int, workers: int | None, no_worker: bool) -> None:
    """Serve the site, with the worker beside it, until Ctrl-C or SIGTERM."""
    checked_address(host, port)
    settle_base_url(host, port)
    app = ready_app(context)
    with app.app_context():
        shown = offered_sign_ins(app.config["SETTINGS"].base_url)
        announce(app.config["SETTINGS"].base_url, shown)
        db.session.remove()
        db.engine.dispose()
    prepare_logs()
    app.config.update(DEMONSTRATION_SIGN_INS=shown, DEMONSTRATION_PASSWORD=PASSWORD if shown else "")
    app.extensions["tallies"].forget()
    prepare_to_fork(app)
    with worker_beside(app, wanted=not no_worker):
        processes = workers or app.config["SETTINGS"].workers
        serve_web(lambda: app, host, port, processes, tell=RefusalPages(app))


def settle_base_url(host: str, port: int) -> None:
    """Let links name the address we listen on, unless the operator set another."""
    if not os.environ.get("FORUM_BASE_URL"):
        name = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104  # nosec B104  # compared, not bound
        os.environ["FORUM_BASE_URL"] = f"http://{name}:{port}"


def offered_sign_ins(base_url: str) -> list[tuple[str, str]]:
    """(address, role) of the people of the demonstration; none on a site that others can reach, or without it."""
    if urlsplit(base_url).hostname not in LOOPBACK or not is_loaded():
        return []
    known = set(db.session.scalars(select(Person.email)))
    return [(email, role) for email, role in SIGN_INS if email in known]


def announce(base_url: str, shown: list[tuple[str, str]]) -> None:
    """Say where the site is, and who can sign in to the demonstration."""
    say(f"\nPasserelle is at {base_url}\n")
    if shown:
        say(f"Sign in to the demonstration with the password: {PASSWORD}")
        for email, role in shown:
            say(f"  {email:<32} {role}")
    say("\nCtrl-C stops it.\n")


def prepare_to_fork(app: Flask) -> None:
    """Load what every process needs, so that they share its memory and the first readers do not wait for it."""
    configure_mappers()
    for language in app.config["LANGUAGES"]:
        native_name(language)  # reads all that CLDR knows of a language: its names, dates and numbers
        catalogue(language)
    compile_templates(app.jinja_env, app.config["SETTINGS"].data_dir / "templates")
    gc.collect()
    gc.freeze()  # what is loaded by now stays shared as long as nobody goes through it


def compile_templates(environment: Environment, folder: Path) -> None:
    """Compile every template, or read what an earlier start compiled (1 s less) where that can be kept."""
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        environment.bytecode_cache = FileSystemBytecodeCache(str(folder))
        for name in environment.list_templates():
            environment.get_template(name)
    environment.bytecode_cache = None


@click.command()
@click.pass_context
@plainly
def worker(context: click.Context) -> None:
    """Keep the search index and send mail, until SIGTERM. `forum serve` has a worker of its own."""
    app = ready_app(context)
    prepare_logs()
    run_worker(app)
