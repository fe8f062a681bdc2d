"""`forum import`, `forum export` and `forum demo`: content in and out, with progress."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from forum.accounts.queries import person_by_email
from forum.cli.context import plainly, ready_app, say
from forum.cli.people import organisation_called
from forum.core.db import db
from forum.core.errors import ForumError
from forum.core.events import backlog
from forum.core.text import message as _
from forum.interop.demonstration import is_loaded, load_demonstration
from forum.interop.exporting import export_file
from forum.interop.importing import Report, import_file
from forum.interop.known import Defaults
from forum.worker import drain, is_running, wait_until_drained

INDEX = "search"
PATIENCE = 3600.0
OUTCOMES = ("imported", "updated", "unchanged", "rejected")

Step = Callable[[int], None]


@contextmanager
def progress(label: str) -> Iterator[tuple[Step, Step]]:
    """A progress bar: a function that starts it with its length, and one that moves it."""
    bars: list[Any] = []

    def start(length: int) -> None:
        bar = click.progressbar(
            length=max(length, 1), label=label, file=sys.stderr, update_min_steps=max(length // 200, 1)
        )
        bar.__enter__()
        bars.append(bar)

    def move(steps: int) -> None:
        if bars:
            bars[-1].update(steps)

    try:
        yield start, move
    finally:
        for bar in bars:
            bar.finish()
            bar.render_progress()
            bar.__exit__(None, None, None)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source", default="", help="The name of the source, under which refs are kept; default the file's name."
)
@click.option("--dry-run", is_flag=True, help="Try everything and keep nothing.")
@click.option("--organisation", default="", help="For posts that name none: slug or name of an organisation.")
@click.option("--author", default="", help="For posts and comments that name none: e-mail address of a person.")
@click.pass_context
@plainly
def import_(context: click.Context, file: Path, source: str, dry_run: bool, organisation: str, author: str) -> None:
    """Import FILE (interchange format, JSON Lines), and wait until it can be searched.

    Lines that cannot be taken in go to FILE.rejected.jsonl with the reason; the others still go in.
    """
    app = ready_app(context)
    with app.app_context():
        defaults = defaults_for(organisation, author)
        with progress("Importing") as (start, move):
            report = import_file(
                file, source or file.stem, defaults=defaults, dry_run=dry_run, on_start=start, on_progress=move
            )
        if not dry_run:
            make_searchable(app.config["SETTINGS"].data_dir)
    summarise(report, file, dry_run=dry_run)
    sys.exit(1 if report.counts["rejected"] else 0)


def defaults_for(organisation: str, author: str) -> Defaults:
    """The ids behind `--organisation` and `--author`. Raises `ForumError` when one does not exist."""
    person = person_by_email(author) if author else None
    if author and person is None:
        raise ForumError(_("There is no account with the address %(email)s.", email=author))
    found = organisation_called(organisation) if organisation else None
    return Defaults(organisation=found.id if found else None, author=person.id if person else None)


def make_searchable(data_dir: Path) -> None:
    """Empty the outbox of the search index: through the running worker, or here when none runs."""
    waiting = backlog(INDEX)
    db.session.rollback()
    if is_running(data_dir):
        wait_until_drained(PATIENCE, INDEX)
        return
    with progress("Indexing ") as (start, move):
        start(waiting)
        drain(INDEX, on_progress=move)


def summarise(report: Report, file: Path, *, dry_run: bool) -> None:
    """Say what came of an import."""
    counts = ", ".join(f"{report.counts[outcome]} {outcome}" for outcome in OUTCOMES)
    say(f"{counts}{' (a trial: nothing was kept)' if dry_run else ''}")
    if report.counts["rejected"]:
        click.echo(f"The rejected lines and the reasons are in {file}.rejected.jsonl", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
@plainly
def export(context: click.Context, file: Path) -> None:
    """Export everything to FILE in the interchange format. Passwords, roles and files are not in it."""
    with ready_app(context).app_context(), progress("Exporting") as (start, move):
        lines = export_file(file, on_start=start, on_progress=move)
    say(f"{lines} lines in {file}")


@click.command()
@click.option("--if-empty", is_flag=True, help="Only when there is nothing here yet.")
@click.pass_context
@plainly
def demo(context: click.Context, if_empty: bool) -> None:
    """Load the demonstration network: invented organisations, people, posts and comments in six languages."""
    app = ready_app(context)
    with app.app_context():
        if if_empty and (is_loaded() or person_exists()):
            return
        with progress("Loading the demonstration network") as (start, move):
            report = load_demonstration(start, move)
        make_searchable(app.config["SETTINGS"].data_dir)
    say(", ".join(f"{report.counts[outcome]} {outcome}" for outcome in OUTCOMES))
    sys.exit(1 if report.counts["rejected"] else 0)


def person_exists() -> bool:
    """Whether anybody has an account here."""
    return db.session.execute(db.text("SELECT 1 FROM people LIMIT 1")).first() is not None
