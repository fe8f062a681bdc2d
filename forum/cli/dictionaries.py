"""`forum dictionaries`: bilingual dictionaries that the operator installed, so that search finds words in other languages."""

from pathlib import Path

import click

from forum.cli.context import made_app, plainly, say
from forum.cli.progress import progress
from forum.core.languages import INTERFACE_LANGUAGES, language_name
from forum.search.dictionaries.building import load_dictionaries
from forum.search.dictionaries.dictd import FOLDER
from forum.search.dictionaries.table import current_table, forget_table, place_of_table

NONE = "Search has no dictionaries. Install some (README.md says which), then run: forum dictionaries load"


@click.group(invoke_without_command=True)
@click.pass_context
@plainly
def dictionaries(context: click.Context) -> None:
    """Show the dictionaries that search has; load or forget them."""
    if context.invoked_subcommand:
        return
    made_app(context)
    table = current_table()
    if table is None:
        say(NONE)
        return
    for (source, target), number in table.words.items():
        say(f"{language_name(source, 'en')} to {language_name(target, 'en')}: {number} words")


@dictionaries.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=FOLDER)
@click.pass_context
@plainly
def load(context: click.Context, folder: Path) -> None:
    """Load the dictionaries in FOLDER (where Debian puts those of FreeDict), in place of those loaded before."""
    made_app(context)
    with progress("Reading") as (start, move):
        words = load_dictionaries(folder, place_of_table(), INTERFACE_LANGUAGES, start, move)
    say(f"Search has dictionaries for {len(words)} pairs of languages, with {sum(words.values())} words.")


@dictionaries.command()
@click.pass_context
@plainly
def forget(context: click.Context) -> None:
    """Throw the loaded dictionaries away. Search does without at once."""
    made_app(context)
    say("The dictionaries are forgotten." if forget_table() else NONE)
