"""The style page: every component in its states, both schemes side by side, in the language of the page. In development only."""

import re
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, render_template

from forum.core.errors import Missing
from forum.core.settings import Settings
from forum.web import style_samples as samples
from forum.web import style_tokens as tokens
from forum.web.languages import interface_language
from forum.web.routes import Area, Need

area = Area("style", __name__)

PARTS = (
    "forms",
    "editor",
    "cards",
    "meta",
    "lists",
    "navigation",
    "facets",
    "status",
    "hints",
    "words",
    "pictures",
    "prose",
    "languages",
)
WOVEN_FROM = "<!-- The woven patterns of the themes -->"


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour on another, and how they contrast."""

    name: str
    ground: str
    colour: str
    ground_colour: str
    ratio: float
    wanted: int


@area.page("/style", needs=Need.ANYONE)
def show_foundations() -> str:
    """Colours with their contrast, type, spaces, icons and patterns."""
    only_in_development()
    sheet = (_static() / "css" / "tokens.css").read_text(encoding="utf-8")
    drawings = (_static() / "pictures.svg").read_text(encoding="utf-8").split(WOVEN_FROM)
    return render_template(
        "style/foundations.html",
        parts=PARTS,
        schemes={name: pairs(colours) for name, colours in tokens.schemes(sheet).items()},
        sizes=tokens.lengths(sheet, "size"),
        spaces=tokens.lengths(sheet, "space"),
        icons=symbols(drawings[0]),
        patterns=symbols(drawings[1]),
    )


@area.page("/style/<part>", needs=Need.ANYONE)
def show_part(part: str) -> str:
    """The components of one file, in the light and in the dark scheme."""
    only_in_development()
    if part not in PARTS:
        raise Missing
    return render_template(
        "style/part.html",
        parts=PARTS,
        part=part,
        samples=samples,
        language=interface_language(),
        messages=[(kind, samples.TEXTS["en"][0]) for kind in ("ok", "warn")] if part == "status" else [],
        open_hint=samples.first_hint,
    )


def pairs(colours: dict[str, str]) -> list[Pair]:
    """The pairs of colours that must contrast, with what is wanted of each."""
    wanted = [(pair, 7) for pair in tokens.TEXT_PAIRS] + [(pair, 3) for pair in tokens.LINE_PAIRS]
    return [
        Pair(name, ground, colours[name], colours[ground], tokens.contrast(colours[name], colours[ground]), least)
        for (name, ground), least in wanted
    ]


def symbols(drawing: str) -> list[str]:
    """The names of the symbols in a part of the sprite."""
    return re.findall(r'<symbol id="([\w-]+)"', drawing)


def only_in_development() -> None:
    """Raise `Missing` on a site that is not for developing."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.development:
        raise Missing


def _static() -> Path:
    return Path(str(current_app.static_folder))
