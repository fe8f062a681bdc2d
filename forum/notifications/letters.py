"""The words of our mails, in the language of the reader: one template a mail, told twice, as HTML and as plain text.

A template `templates/mail/<name>.jinja` fills the blocks of `_base.html` or `_base.txt` with pieces of the same name from
`_parts.html` or `_parts.txt`, so that both forms of a mail say the same.
"""

import re
import textwrap
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

from babel.dates import format_date
from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from forum.core.catalogues import PSEUDO_LANGUAGE, catalogue
from forum.core.resources import resource
from forum.core.settings import Settings
from forum.core.text import Message, single_line
from forum.notifications.kinds import KIND_OF
from forum.notifications.palette import dark_colours, letter_styles
from forum.notifications.stopping import search_stop_path, stop_path

WIDTH = 72
SIGNATURE = "--"  # with a space behind it: from here on, mail programs fold the text away and leave it out of answers
LOCALES = {"en": "en_GB", PSEUDO_LANGUAGE: "en_GB"}
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
READS_LEFT, READS_RIGHT = {"direction": "rtl", "side": "right"}, {"direction": "ltr", "side": "left"}
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LINK_BEGINNINGS = re.compile(r"https?:/+|\bwww\.", re.IGNORECASE)  # mail programs make links of them
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Errand:
    """A mail before it has words: to whom, in which language, which template with which values."""

    name: str
    address: str
    language: str
    template: str
    values: dict[str, Any] = field(default_factory=dict)
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says; `stop` is the address that stops mails of this kind, if that can be done."""

    subject: str
    text: str
    html: str
    stop: str | None = None


def write(errand: Errand, settings: Settings) -> Words:
    """The words of a mail in its reader's language; `link` in its values becomes an absolute address."""
    language = errand.language if errand.language in settings.languages else settings.languages[0]
    home, kind = f"{settings.base_url}/{language}", KIND_OF[errand.template]
    values = {name: _said(value, language) for name, value in errand.values.items()}
    values |= {"name": _said(errand.name, language), "site_name": settings.name, "home": f"{home}/"}
    values |= {"link": home + errand.values["link"], "choices": f"{home}/profile/mail", "privacy": f"{home}/privacy"}
    values |= {"stop": None, "language": language, "dark": dark_colours(), "site": home, "direction_of": direction_of}
    values |= {"stop_search": lambda search_id: home + search_stop_path(settings, search_id)}
    values |= READS_LEFT if direction_of(language) == "rtl" else READS_RIGHT
    if errand.person_id is not None and kind.can_be_stopped:
        values["stop"] = home + stop_path(settings, errand.person_id, kind)
    values["always"] = _translated(kind.always, language) if kind.always else ""
    subject, text = _as_text(_render(errand.template, language, "txt", values))
    html = _inliner().inline(_render(errand.template, language, "html", values))
    return Words(subject, text, html, values["stop"])


def direction_of(language: str) -> str:
    """Which way a language is written, as `dir` has it."""
    return "rtl" if language[:2] in RIGHT_TO_LEFT else "ltr"


def _translated(sentence: Message, language: str) -> str:
    known = catalogue(language)
    return str(sentence.told(known.ugettext))


def _said(value: Any, language: str) -> Any:
    """A date in words; text on one line and without web addresses, so that no name brings a paragraph or a link of its own.

    A name with letters that run from right to left is set apart, so that it does not turn round the words beside it.
    """
    if isinstance(value, dict):
        return {name: _said(one, language) for name, one in value.items()}
    if isinstance(value, list):
        return [_said(one, language) for one in value]
    if isinstance(value, date):
        return format_date(value, "long", locale=LOCALES.get(language, language.replace("-", "_")))
    if not isinstance(value, str):
        return value
    line = single_line(LINK_BEGINNINGS.sub("", DIRECTION_MARKS.sub("", value)))
    runs_left = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in line)
    return f"{ISOLATE}{line}{END_OF_ISOLATE}" if runs_left else line


def _render(template: str, language: str, form: str, values: dict[str, Any]) -> str:
    return _environment(language, form).get_template(f"mail/{template}.jinja").render(values)


def _as_text(rendered: str) -> tuple[str, str]:
    """The subject, and the paragraphs of the text with their lines broken."""
    subject, _newline, body = rendered.strip().partition("\n")
    paragraphs = [part for part in re.split(r"\n\s*\n", body.strip()) if part.strip()]
    return single_line(subject), "\n\n".join(map(_set, paragraphs)) + "\n"


def _set(paragraph: str) -> str:
    """A paragraph in lines of 72 characters; those that go on end in a space (RFC 3676), so phones can join them again."""
    lines = [single_line(line) for line in paragraph.strip().splitlines()]
    return "\n".join(f"{SIGNATURE} " if line == SIGNATURE else " \n".join(_broken(line)) for line in lines)


def _broken(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False)


@lru_cache
def _environment(language: str, form: str) -> Environment:
    """The templates in a language, as `html` or as `txt`."""
    environment = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=select_autoescape(("html", "jinja") if form == "html" else ()),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]  # from jinja2.ext.i18n
    environment.globals["base"] = f"mail/_base.{form}"
    environment.globals["mail"] = environment.get_template(f"mail/_parts.{form}").module
    return environment


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(extra_css=letter_styles(), load_remote_stylesheets=False, apply_width_attributes=True)
