"""`forum backup`, `forum restore` and `forum doctor`: keeping the site safe and well."""

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask

from forum.cli.context import plainly, prepare_database, ready_app, say
from forum.core.db import db, is_reachable
from forum.core.errors import ForumError
from forum.core.mail import mailer_from
from forum.core.settings import Settings, settings_from
from forum.interop.backups import check_rows, make_backup, restore_files
from forum.search.service import check_index, rebuild_index

ENOUGH_SPACE = 500 * 1024 * 1024
Finding = tuple[str, str]


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
@plainly
def backup(context: click.Context, directory: Path) -> None:
    """Write a backup of database and uploads into a new folder under DIRECTORY. The site may go on working."""
    app = ready_app(context)
    with app.app_context():
        say(f"The backup is in {make_backup(app.config['SETTINGS'], directory)}")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.pass_context
@plainly
def restore(context: click.Context, directory: Path) -> None:
    """Restore the backup in DIRECTORY into an empty data directory: verify, migrate, index, try."""
    started = time.monotonic()
    manifest = restore_files(settings_from(), directory)
    app: Flask = context.find_root().obj()
    with app.app_context():
        check_rows(manifest)
        prepare_database()
        rebuild_index()
    for path in ("/", "/readyz", "/search", "/themes"):
        if app.test_client().get(path, base_url=app.config["SETTINGS"].base_url).status_code != 200:
            raise ForumError(f"The restored site does not answer at {path}.")
    say(f"Restored in {time.monotonic() - started:.1f} s.")


@click.command()
@click.option("--deploy", is_flag=True, help="Also refuse settings that are unsafe for a public site.")
@click.pass_context
@plainly
def doctor(context: click.Context, deploy: bool) -> None:
    """Say what is wrong with settings, database, index, mail and disk, and how to mend it."""
    settings = settings_from()
    findings = list(settings_findings(settings)) + (list(unsafe_settings(settings)) if deploy else [])
    if not findings:
        app = ready_app(context)
        with app.app_context():
            findings = list(index_findings())
            db.session.remove()
    for problem, remedy in findings:
        click.echo(f"{problem}\n  -> {remedy}", err=True)
    if findings:
        sys.exit(1)
    say("All is well: settings, database, index, mail and disk.")


def settings_findings(settings: Settings) -> Iterator[Finding]:
    """What stops the site from working."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    reason = is_reachable(settings.database_url)
    if reason:
        yield f"The database cannot be reached: {reason.strip()}", "Check FORUM_DATABASE_URL, and that the server runs."
    if shutil.disk_usage(settings.data_dir).free < ENOUGH_SPACE:
        yield "Less than 500 MB are free on the disk of the data directory.", "Make room, or move FORUM_DATA_DIR."
    try:
        mailer_from(settings.mail_url)
    except ForumError as problem:
        yield str(problem.sentence), "Set FORUM_MAIL_URL, for example smtp://user:password@host:587?starttls=1"


def unsafe_settings(settings: Settings) -> Iterator[Finding]:
    """What should not be so on a site that the public can reach."""
    if not settings.is_secure:
        yield "FORUM_BASE_URL is not an https:// address.", "Put a proxy with TLS in front and set its address."
    if not settings.mail_url.startswith("smtp"):
        yield "Mail is not sent to anybody.", "Set FORUM_MAIL_URL to an smtp:// address."
    if not settings.require_second_factor:
        yield "Moderators need no second factor.", "Set FORUM_REQUIRE_SECOND_FACTOR=1."
    if settings.data_dir.stat().st_mode & 0o077:
        yield f"Others on this machine can look into {settings.data_dir}.", f"chmod 700 {settings.data_dir}"


def index_findings() -> Iterator[Finding]:
    """What is wrong with the search index."""
    report = check_index()
    if not report.is_sound:
        yield str(report), "Run: forum check-index --repair"
