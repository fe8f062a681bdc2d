"""The answers in a kind's own fields, as pages show them: short ones as facts, long ones as passages, numbers as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from forum.core.languages import country_name, language_name
from forum.library.fields import Field, Type
from forum.library.kinds import Kind
from forum.web import labels
from forum.web.templating import show_date, show_number

LONG = (Type.TEXT, Type.ROWS)
RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Fact:
    """A short answer. `written` is what a person typed (in the post's language), `url` a link."""

    name: str
    label: str
    values: tuple[str, ...]
    written: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A long answer under its heading: paragraphs, or rows of (label, text) pairs; `section` is that of its field."""

    name: str
    label: str
    section: str = ""
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()


def facts_of(kind: Kind, details: dict[str, Any], language: str) -> Iterator[tuple[Fact, Field]]:
    """The short answers that were given, in the kind's order, each with its field."""
    for one in kind.fields:
        if one.type not in LONG and one.name in details:
            yield _fact(kind, one, details[one.name], language), one


def is_figure(kind: Kind, one: Field) -> bool:
    """Whether an answer is one of the results that are shown as a table."""
    return one.section == RESULTS and not labels.choices_of(kind.name, one)


def _fact(kind: Kind, one: Field, value: Any, language: str) -> Fact:
    label = labels.field_label(kind.name, one.name)
    if one.type is Type.URL:
        return Fact(one.name, label, (str(value),), url=str(value))
    if one.type is Type.LINE:
        return Fact(one.name, label, (str(value),), written=True)
    return Fact(one.name, label, tuple(show_answer(kind.name, one, value, language)))


def show_answer(kind: str, one: Field, value: Any, language: str) -> list[str]:
    """A clean value in the reader's words."""
    if one.type is Type.COUNTRIES:
        return [country_name(code, language) for code in value]
    if one.type is Type.LANGUAGES:
        return [language_name(code, language) for code in value]
    if one.type is Type.DATE:
        return [show_date(date.fromisoformat(value))]
    if one.type in (Type.CHOICES, Type.CHOICE, Type.YES_NO) or labels.choices_of(kind, one):
        return [
            labels.choice_label(kind, one.name, answer) for answer in (value if isinstance(value, list) else [value])
        ]
    if one.name == "year":
        return [str(value)]
    return [show_number(value) if isinstance(value, int | float) else str(value)]


def passages_of(kind: Kind, details: dict[str, Any], figures: list[Fact]) -> Iterator[Passage]:
    """The long answers that were given, in the kind's order; the figures end the section of results."""
    for section, fields in groupby(kind.fields, key=lambda one: one.section):
        for one in fields:
            value = details.get(one.name)
            if not value or one.type not in LONG:
                continue
            label = labels.field_label(kind.name, one.name)
            if one.type is Type.TEXT:
                yield Passage(
                    one.name, label, section, paragraphs=tuple(part for part in value.split("\n\n") if part.strip())
                )
            else:
                yield Passage(one.name, label, section, rows=tuple(_row(kind.name, one, row) for row in value))
        if section == RESULTS and figures:
            yield _figures(figures)
            figures = []


def _figures(figures: list[Fact]) -> Passage:
    heads = str(_("What was counted")), str(_("Result"))
    rows = tuple(((heads[0], one.label), (heads[1], ", ".join(one.values))) for one in figures)
    return Passage("figures", str(_("Results in figures")), RESULTS, rows=rows)


def _row(kind: str, one: Field, row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    names = [column.name for column in one.columns]
    return tuple((labels.column_label(kind, one.name, name), row.get(name, "")) for name in names)
