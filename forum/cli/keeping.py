"""`forum backup`, `forum restore` and `forum doctor`: keeping the site safe and well."""

import os
import sys
import time
from pathlib import Path

import click
from flask import Flask

from forum.cli.context import made_app, plainly, prepare_site, ready_app, say
from forum.cli.deployment import schema_findings, unsafe_findings
from forum.cli.diagnosis import Finding, settings_findings, site_findings
from forum.core.db import db
from forum.core.errors import ForumError
from forum.core.last_backup import note_backup
from forum.core.settings import settings_from
from forum.interop.backups import check_rows, make_backup, restore_files
from forum.interop.rotation import Keep, newest_backup, rotate, verify_backup
from forum.personal.erased import copy_erased_list, keep_erased_list, replay_erased_lists
from forum.search.service import rebuild_index

TRIED = ("/", "/healthz", "/search", "/themes", "/organisations")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--keep", type=click.IntRange(1), help="Then remove all but this many of the newest backups there.")
@click.option("--keep-weekly", type=click.IntRange(1), help="Also keep the newest of each of so many weeks.")
@click.option("--keep-monthly", type=click.IntRange(1), help="Also keep the newest of each of so many months.")
@click.option("--verify", is_flag=True, help="Write nothing: read the newest backup in DIRECTORY from end to end.")
@click.pass_context
@plainly
def backup(
    context: click.Context,
    directory: Path,
    keep: int | None,
    keep_weekly: int | None,
    keep_monthly: int | None,
    verify: bool,
) -> None:
    """Write a backup of database and uploads into a new folder under DIRECTORY. The site may go on working.

    Older backups are removed only when asked for, and only after the new one was read from end to end.
    """
    if verify:
        report_backup(made_app(context), directory)
        return
    app = ready_app(context)
    with app.app_context():
        settings = app.config["SETTINGS"]
        keep_erased_list(settings.data_dir)
        made = make_backup(settings, directory)
        say(f"The backup is in {made}")
        note_backup(settings.data_dir)
        copy_erased_list(settings.data_dir, directory)
        if wish := Keep(keep or 0, keep_weekly or 0, keep_monthly or 0):
            verify_backup(made)
            say(f"It is whole. Older backups removed: {rotate(directory, wish)}")


def report_backup(app: Flask, directory: Path) -> None:
    """Say what is in a backup, or in the newest of a folder of them, once all of it was read."""
    with app.app_context():
        found = newest_backup(directory)
        manifest = verify_backup(found)
    rows, tables, files = sum(manifest["rows"].values()), len(manifest["rows"]), len(manifest["files"]) - 1
    say(f"{found} is whole: made at {manifest['made_at']}, {rows} rows in {tables} tables, {files} uploaded files.")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.pass_context
@plainly
def restore(context: click.Context, directory: Path) -> None:
    """Restore the backup in DIRECTORY into an empty data directory: verify, migrate, erase who left since, index, try."""
    started = time.monotonic()
    app = made_app(context)
    settings = app.config["SETTINGS"]
    with app.app_context():
        manifest = restore_files(settings, directory)
        check_rows(manifest)
        prepare_site(settings)
        erased = replay_erased_lists(settings.data_dir, directory, directory.parent)
        posts = rebuild_index()
        db.session.remove()
        os.sync()
    for path in TRIED:
        if app.test_client().get(path, base_url=settings.base_url, follow_redirects=True).status_code != 200:
            raise ForumError(f"The restored site does not answer at {path}.")
    rows = sum(manifest["rows"].values())
    if erased:
        who = "1 person had closed the account" if erased == 1 else f"{erased} people had closed their accounts"
        say(f"{who} since; they are erased again.")
    say(f"Restored {rows} rows, {posts} posts to be found by search, in {time.monotonic() - started:.1f} s.")


@click.command()
@click.option("--deploy", is_flag=True, help="Also refuse settings that are unsafe for a public site.")
@click.pass_context
@plainly
def doctor(context: click.Context, deploy: bool) -> None:
    """Say what is wrong with settings, database, index, mail and disk, and how to mend it."""
    settings = settings_from()
    findings = list(settings_findings(settings))
    if not findings:
        app = made_app(context)
        with app.app_context():
            findings = list(schema_findings())
            if not findings:
                prepare_site(settings)
                findings = [*site_findings(settings.data_dir), *(unsafe_findings(app) if deploy else ())]
            db.session.remove()
    report(findings)


def report(findings: list[Finding]) -> None:
    """Say what was found; exit code 1 when there is anything."""
    for problem, remedy in findings:
        click.echo(f"{problem}\n  -> {remedy}", err=True)
    if findings:
        sys.exit(1)
    say("All is well: settings, database, index, mail and disk.")
