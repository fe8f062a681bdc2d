"""`forum reindex` and `forum check-index`: the search index, which can always be made anew from the database."""

import sys

import click

from forum.cli.context import plainly, ready_app, say
from forum.search.indexing import count_shown
from forum.search.service import check_index as check_it
from forum.search.service import rebuild_index


@click.command()
@click.pass_context
@plainly
def reindex(context: click.Context) -> None:
    """Build the search index anew, beside the present one, which serves until the new one is ready."""
    with ready_app(context).app_context():
        with click.progressbar(length=count_shown(), label="Indexing") as bar:
            number = rebuild_index(bar.update)
        say(f"The search index holds {number} posts.")


@click.command("check-index")
@click.option(
    "--repair", is_flag=True, help="Bring what differs up to date; build the index anew if it cannot be read."
)
@click.pass_context
@plainly
def check_index(context: click.Context, repair: bool) -> None:
    """Compare the search index with the database. Exits with 0 exactly when they are equal."""
    with ready_app(context).app_context():
        report = check_it(repair=repair)
        click.echo(str(report), err=not report.is_sound)
    if not report.is_sound:
        sys.exit(1)
