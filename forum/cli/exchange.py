"""`forum import`, `forum export` and `forum demo`: content in and out, with progress."""

import sys
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person
from forum.accounts.queries import person_by_email
from forum.cli.context import plainly, ready_app, say
from forum.cli.people import organisation_called
from forum.cli.progress import progress
from forum.core.db import db
from forum.core.errors import Invalid, Missing
from forum.core.events import backlog
from forum.core.text import Message
from forum.core.text import message as _
from forum.interop.demonstration import is_loaded, load_demonstration
from forum.interop.exporting import export_file
from forum.interop.importing import Report, import_file
from forum.interop.known import Defaults
from forum.interop.rejections import write_rejections
from forum.search.indexing import CONSUMER
from forum.worker import is_running, settle

OUTCOMES = ("imported", "updated", "unchanged", "rejected")
MOST_NAMED = 20


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source",
    default="",
    help="What the source is called: its refs are kept under this name. Default: the file's name.",
)
@click.option(
    "--dry-run", is_flag=True, help="Try everything and keep nothing. With SQLite, nobody else can write meanwhile."
)
@click.option("--organisation", default="", help="For posts that name none: slug, name or ref of an organisation.")
@click.option("--author", default="", help="For posts and comments that name none: e-mail address of a person.")
@click.pass_context
@plainly
def import_(context: click.Context, file: Path, source: str, dry_run: bool, organisation: str, author: str) -> None:
    """Import FILE (interchange format, JSON Lines), and wait until it can be searched.

    Lines that cannot be taken in go to FILE.rejected.jsonl with the reason; the others still go in. What came before
    from the same source is updated, or left alone when nothing changed.
    """
    app = ready_app(context)
    with app.app_context():
        report = import_with_progress(app, file, source or file.stem, defaults_for(organisation, author), dry_run)
        summarise(report, dry_run=dry_run)
        try:
            rejections = write_rejections(file, report.refusals)
        finally:
            if not dry_run:
                make_searchable(app)
    if rejections:
        click.echo(f"The rejected lines are in {rejections}, each with its reason.", err=True)
        sys.exit(1)


def import_with_progress(app: Flask, file: Path, source: str, defaults: Defaults, dry_run: bool) -> Report:
    """Import a file with a progress bar, gently where a site is at work on the same data."""
    is_gentle = is_running(app.config["SETTINGS"].data_dir)
    with progress("Importing") as (start, move):
        return import_file(
            file, source, defaults=defaults, is_trial=dry_run, is_gentle=is_gentle, on_start=start, on_progress=move
        )


def defaults_for(organisation: str, author: str) -> Defaults:
    """The ids behind `--organisation` and `--author`. Raises `Missing` when one does not exist."""
    person = person_by_email(author) if author else None
    if author and person is None:
        raise Missing(_("There is no account with the address %(email)s.", email=author))
    found = organisation_called(organisation) if organisation else None
    return Defaults(organisation=found.id if found else None, author=person.id if person else None)


def make_searchable(app: Flask) -> None:
    """Let the search index take in all that waits for it: through the running worker, or here when none runs."""
    with progress("Indexing") as (start, move):
        start(backlog(CONSUMER))
        db.session.rollback()
        settle(CONSUMER, app.config["SETTINGS"].data_dir, move)


def summarise(report: Report, *, dry_run: bool) -> None:
    """Say what came of an import, and which fields nobody here knows."""
    counts = ", ".join(f"{report.counts[outcome]} {outcome}" for outcome in OUTCOMES)
    say(f"{counts}{' (a trial: nothing was kept)' if dry_run else ''}")
    if report.ignored:
        names = ", ".join(f"{name} ({number})" for name, number in report.ignored.most_common(MOST_NAMED))
        click.echo(f"These fields are unknown here and were left out: {names}.", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
@plainly
def export(context: click.Context, file: Path) -> None:
    """Export everything to FILE in the interchange format.

    Passwords, roles, attached files and former versions are not in it. People's addresses are: keep the file safe.
    """
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
        if if_empty and (is_loaded() or is_inhabited()):
            return
        with progress("Loading the demonstration network") as (start, move):
            report = load_demonstration(start, move)
        summarise(report, dry_run=False)
        make_searchable(app)
    if report.refusals:
        raise Invalid({f"line {one.number}": Message("%(reason)s", {"reason": one.reason}) for one in report.refusals})


def is_inhabited() -> bool:
    """Whether anybody has an account here."""
    return db.session.scalar(select(Person.id).limit(1)) is not None
