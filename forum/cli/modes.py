"""`forum read-only` and `forum maintenance`: stop writing, or close the site, without stopping it."""

import click

from forum.cli.context import plainly, say
from forum.core.errors import ForumError
from forum.core.modes import Cause, Mode, Standing, choose_mode, chosen_mode
from forum.core.settings import prepare_data_dir, settings_from

SWITCH = click.Choice(["on", "off"])
REASON = click.option("--reason", default="", help="Why, for moderators and administrators.")
SAID = {
    Mode.OPEN: "The site is open.",
    Mode.READ_ONLY: "The site can be read, and nothing can be saved.",
    Mode.MAINTENANCE: "The site is closed: everybody sees the maintenance page.",
}


@click.command("read-only")
@click.argument("switch", type=SWITCH, required=False)
@REASON
@plainly
def read_only(switch: str | None, reason: str) -> None:
    """Let people read and nobody save (on), or open the site again (off); without either, say how it is."""
    change(Mode.READ_ONLY, switch, reason)


@click.command()
@click.argument("switch", type=SWITCH, required=False)
@REASON
@plainly
def maintenance(switch: str | None, reason: str) -> None:
    """Show everybody the maintenance page (on), or open the site again (off); without either, say how it is."""
    change(Mode.MAINTENANCE, switch, reason)


def change(mode: Mode, switch: str | None, reason: str) -> None:
    """Set or end a mode, and say how the site is then. Raises `ForumError` for the end of a mode it is not in."""
    settings = settings_from()
    prepare_data_dir(settings)
    now = chosen_mode(settings.data_dir)
    if switch == "on":
        choose_mode(settings.data_dir, mode, reason)
    elif switch == "off" and now.mode not in (mode, Mode.OPEN):
        raise ForumError(f"{SAID[now.mode]} That is ended by: forum {now.mode.value} off")
    elif switch == "off":
        choose_mode(settings.data_dir, Mode.OPEN)
    tell(chosen_mode(settings.data_dir))


def tell(now: Standing) -> None:
    """Say how the site is, and why."""
    say(f"{SAID[now.mode]} {now.reason}".strip() if now.cause is Cause.OPERATOR else SAID[now.mode])
