"""The `forum` command."""

import click

from forum import __version__
from forum.cli.dictionaries import dictionaries
from forum.cli.exchange import demo, export, import_
from forum.cli.keeping import backup, doctor, restore
from forum.cli.links import check_links_command
from forum.cli.modes import maintenance, read_only
from forum.cli.people import person
from forum.cli.searching import check_index, reindex
from forum.cli.serving import serve, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="forum")
def forum() -> None:
    """Passerelle: a knowledge-exchange forum and good-practice library.

    Settings come from FORUM_* in the environment; README.md has the table.
    """


for command in (
    serve, worker, demo, import_, export, reindex, check_index, check_links_command, dictionaries, backup, restore, person, doctor,
    read_only, maintenance,
):  # fmt: skip
    forum.add_command(command)
