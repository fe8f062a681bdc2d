"""The words of our mails: whom a mail owed is for, whether it is still true, and its text in the recipient's language.

A template `templates/mail/<name>.txt` holds the whole mail: the first line is the subject, empty lines part paragraphs, and
a line that is a web address becomes a link of its own. The HTML is made from the same text by `templates/mail/_base.html`.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from forum.core.catalogues import catalogue
from forum.core.resources import resource
from forum.core.settings import Settings
from forum.core.text import single_line


@dataclass(frozen=True, slots=True)
class Errand:
    """A mail before it has words: to whom, in which language, which template with which values."""

    name: str
    address: str
    language: str
    template: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says."""

    subject: str
    text: str
    html: str


def write(errand: Errand, settings: Settings) -> Words:
    """The words of a mail in its reader's language; `link` in its values becomes an absolute address."""
    language = errand.language if errand.language in settings.languages else settings.languages[0]
    home = f"{settings.base_url}/{language}"
    values = {name: _said(value, language) for name, value in errand.values.items()}
    values |= {"name": single_line(errand.name), "site_name": settings.name, "home": f"{home}/"}
    values |= {"link": home + errand.values["link"]}
    environment = _environment(language)
    whole = environment.get_template(f"mail/{errand.template}.txt").render(values)
    subject, _newline, body = whole.strip().partition("\n")
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", body.strip())]
    html = environment.get_template("mail/_base.html").render(
        values, language=language, subject=subject, paragraphs=paragraphs
    )
    return Words(single_line(subject), "\n\n".join(paragraphs) + "\n", html)


def _said(value: Any, language: str) -> Any:
    """A date in words; text on one line, so that no name can bring a paragraph or a link of its own."""
    if isinstance(value, date):
        return format_date(value, "long", locale="en_GB" if language == "en" else language)
    return single_line(value) if isinstance(value, str) else value


@lru_cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals["is_address"] = lambda paragraph: re.fullmatch(r"https?://\S+", paragraph) is not None
    return environment
