"""The colours of the site, as mails need them: written out, because mail programs know no custom properties."""

import re
from functools import cache

from forum.core.resources import resource

COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{3,8})\b")
DARK = re.compile(r'^  \[data-scheme="dark"\]\s*\{(.*?)\}', re.DOTALL | re.MULTILINE)
VARIABLE = re.compile(r"var\(--([\w-]+)\)")


@cache
def light_colours() -> dict[str, str]:
    """Each colour of tokens.css by its name, as it is in light: where it is first told."""
    return dict(reversed(COLOUR.findall(_tokens())))


@cache
def dark_colours() -> dict[str, str]:
    """The same in dark."""
    told = DARK.search(_tokens())
    return light_colours() | dict(COLOUR.findall(told[1] if told else ""))


@cache
def letter_styles() -> str:
    """The style sheet of mails, with its light colours filled in."""
    styles = resource("templates") / "mail" / "_styles.css"
    return VARIABLE.sub(lambda found: light_colours()[found[1]], styles.read_text(encoding="utf-8"))


def _tokens() -> str:
    return (resource("static") / "css" / "tokens.css").read_text(encoding="utf-8")
