"""What every command starts with: the application on a database that is up to date, and errors as one plain sentence."""

import functools
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import click
from flask import Flask
from flask_migrate import upgrade

from forum.core.errors import ForumError, Invalid
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
            for name, sentence in problem.fields.items():
                click.echo(f"{name}: {sentence}", err=True)
            sys.exit(1)
        except ForumError as problem:
            click.echo(str(problem.sentence), err=True)
            sys.exit(1)

    return run


def ready_app(context: click.Context) -> Flask:
    """The application, its data directory and database made or brought up to date, the thesaurus in it."""
    app: Flask = context.find_root().obj()
    with app.app_context():
        prepare_database()
    return app


def prepare_database() -> None:
    """Migrate to the newest schema and load the thesaurus into an empty vocabulary."""
    upgrade()
    load_thesaurus()


def say(text: Any) -> None:
    """One line on stdout."""
    click.echo(text)
