"""Searches to try, in the reader's language: what each field does, with a query that uses it."""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import country_name, language_name
from forum.organisations.models import Organisation
from forum.search.fields import TITLE, name_in
from forum.vocabulary.queries import vocabulary
from forum.web.facets import LEGENDS
from forum.web.labels import kind_label

THEME = "finance"
MISSPELT = "work-integration"


class Example(NamedTuple):
    """What a search does, and what one types for it."""

    meaning: str
    query: str


class Examples(NamedTuple):
    """A search for each field that people may write before a colon, and one with a misspelt word."""

    fields: list[Example]
    misspelt: str


def search_examples(language: str) -> Examples:
    """Searches to try, in a language."""
    return Examples(field_examples(language), misspelt_example(language))


def field_examples(language: str) -> list[Example]:
    """One search for each field that people may write before a colon."""
    theme = vocabulary().by_key(THEME)
    first = select(Organisation.name).where(Organisation.closed_at.is_(None)).order_by(Organisation.id).limit(1)
    values = {
        TITLE: vocabulary().label(theme.id, language) if theme else "",
        "theme": vocabulary().label(theme.id, language) if theme else "",
        "country": country_name("BE", language),
        "language": language_name("fr", language),
        "kind": kind_label("practice"),
        "organisation": db.session.scalar(first) or "",
        "year": f"{now().year - 1}-{now().year}",
    }
    meanings = {name: str(LEGENDS[name]) for name in values if name != TITLE} | {TITLE: _("Title")}
    return [Example(meanings[name], written(name_in(name, language), value)) for name, value in values.items() if value]


def written(name: str, value: str) -> str:
    """A field with its value, in quotation marks where there are two words."""
    return f'{name}:"{value}"' if " " in value else f"{name}:{value.lower()}"


def misspelt_example(language: str) -> str:
    """A word of the library in which two letters changed places."""
    theme = vocabulary().by_key(MISSPELT)
    word = max(vocabulary().label(theme.id, language).split(), key=len) if theme else ""
    return f"{word[:3]}{word[4]}{word[3]}{word[5:]}" if len(word) > len("abcde") else ""
