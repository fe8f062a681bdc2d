"""What every command starts with: the application on a site that is ready, and errors as one plain sentence."""

import fcntl
import functools
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.exc import DBAPIError

from forum.core.db import db
from forum.core.errors import ForumError, Invalid
from forum.core.logs import prepare_logs
from forum.core.schema import newest_schema, present_schema, require_known_schema
from forum.core.settings import Settings
from forum.search.indexing import count_shown
from forum.search.service import current_engine, rebuild_index
from forum.vocabulary.thesaurus import load_thesaurus

P = ParamSpec("P")
R = TypeVar("R")


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """End a command that fails with a sentence on stderr and exit code 1, never with a traceback for a foreseen error."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Invalid as problem:
            fail(*(f"{name}: {sentence}" for name, sentence in problem.fields.items()))
        except ForumError as problem:
            fail(str(problem.sentence))
        except DBAPIError as problem:
            fail(f"The database does not do its work: {str(problem.orig).strip()}", "Run: forum doctor")
        except OSError as problem:
            fail(f"{problem.filename or 'A file'} cannot be used: {problem.strerror or problem}.")

    return run


def fail(*lines: str) -> NoReturn:
    """Say what went wrong on stderr, and end with exit code 1."""
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)


def made_app(context: click.Context) -> Flask:
    """The application, its log down to what an operator must know."""
    app: Flask = context.find_root().obj()
    prepare_logs(logging.WARNING)
    return app


def ready_app(context: click.Context) -> Flask:
    """The application, its data directory, database and index made or brought up to date, the thesaurus in it."""
    app = made_app(context)
    with app.app_context():
        prepare_site(app.config["SETTINGS"])
    return app


def prepare_site(settings: Settings) -> None:
    """Migrate to the newest schema, load the thesaurus into an empty vocabulary, and make an index where nothing is."""
    with one_at_a_time(settings):
        prepare_database()
        if not count_shown() and not current_engine().health().is_well and current_engine().health().is_mendable:
            rebuild_index()
        db.session.remove()


@contextmanager
def one_at_a_time(settings: Settings) -> Iterator[None]:
    """Let several commands that start at once prepare the site one after the other."""
    with open(settings.data_dir / "prepare.lock", "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare_database() -> None:
    """Migrate to the newest schema and load the thesaurus. Raises `ForumError` for a schema of a newer version."""
    present = present_schema()
    require_known_schema(present)
    if present != newest_schema():
        upgrade()
    load_thesaurus()


def say(text: Any) -> None:
    """One line on stdout."""
    click.echo(text)
