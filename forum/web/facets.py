"""Facets as readers see them: what they and their values are called, in which order they stand."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, literal, select, union_all

from forum.core.db import db
from forum.core.languages import country_name, language_name
from forum.core.text import fold
from forum.organisations.models import Organisation
from forum.search.documents import SCHEMES
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.tree import Entry
from forum.web.labels import kind_label, status_label
from forum.web.languages import interface_language
from forum.web.wording.evidence import LEVELS


def at_least(level: int) -> str:
    """What a level of evidence is called as a filter, which finds higher ones too."""
    return str(gettext("Level %(level)s or more: %(name)s", level=level, name=str(LEVELS[level].label)))


LEGENDS = {
    "kind": _("Kind"),
    "theme": _("Theme"),
    "target_group": _("Target group"),
    "principle": _("Principle"),
    "country": _("Country"),
    "language": _("Language"),
    "organisation": _("Organisation"),
    "year": _("Year"),
    "status": _("Status"),
    "evidence": _("Evidence"),
    "adopted": _("Tried by others"),
    "instrument": _("Policy instrument"),
    "form": _("Kind of organisation"),
    "sort": _("Order"),
    "page": _("Page"),
    "per_page": _("Posts on a page"),
}
TRIED_LABELS = {
    "tried": _("Tried at least once"),
    "worked": _("It worked"),
    "mixed": _("Mixed: some of it worked"),
    "did_not_work": _("It did not work"),
    "stopped": _("Stopped"),
}
NAMES: Mapping[str, Callable[[str, str], str]] = {
    "kind": lambda kind, _language: kind_label(kind),
    "country": country_name,
    "language": lambda code, language: _with_capital(language_name(code, language)),
    "status": lambda status, _language: status_label(status),
    "evidence": lambda level, _language: at_least(int(level)),
    "adopted": lambda code, _language: str(TRIED_LABELS[code]),
}
MOST_OPTIONS = 24


def _with_capital(name: str) -> str:
    return name[:1].upper() + name[1:]


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a facet to choose, with the number of posts that have it; `share` is the length of its bar, of a hundred."""

    value: str
    label: str
    count: int
    selected: bool = False
    is_narrower: bool = False
    share: int = 0


@dataclass(frozen=True, slots=True)
class Labels:
    """What values are called in the reader's language; organisations are looked up beforehand, all at once."""

    language: str
    organisations: Mapping[str, str]
    beside: tuple[int, str] | None = None

    @classmethod
    def for_values(cls, values: Mapping[str, Iterable[str]], beside: Select[int, str] | None = None) -> "Labels":
        """Labels for these values by facet: one statement if there are organisations among them.

        The row of another SELECT (number, text) comes with the same statement.
        """
        numbers = {int(value) for value in values.get("organisation", ())}
        parts = [select(Organisation.id, Organisation.name, literal("")).where(Organisation.id.in_(numbers))]
        parts = parts if numbers else []
        parts += [beside.add_columns(literal("beside"))] if beside is not None else []
        rows = db.session.execute(union_all(*parts)).all() if parts else []
        names = {str(number): text for number, text, place in rows if not place}
        return cls(interface_language(), names, next(((row[0], row[1]) for row in rows if row[2]), None))

    def label(self, facet: str, value: str) -> str:
        """What a value of a facet is called."""
        if facet in SCHEMES:
            entry = vocabulary().by_key(value)
            return vocabulary().heading(entry.id, self.language) if entry else value
        if facet == "organisation":
            return self.organisations.get(value, value)
        return NAMES[facet](value, self.language) if facet in NAMES else value

    def options(self, facet: str, counts: Mapping[str, int], chosen: Iterable[str] = ()) -> list[Option]:
        """The values of a facet by number of posts (years: the latest first); what is chosen is there even without any."""
        every = dict.fromkeys(chosen, 0) | dict(counts)
        found = [Option(value, self.label(facet, value), count, value in set(chosen)) for value, count in every.items()]
        if facet in ("year", "evidence"):
            return sorted(found, key=lambda one: -int(one.value))
        return sorted(found, key=lambda one: (-one.count, fold(one.label)))


def offered(options: list[Option], total: int) -> list[Option]:
    """The options worth showing: none when there is nothing to choose, else the first of them and those chosen."""
    if not any(one.selected for one in options) and (len(options) < 2 and all(one.count == total for one in options)):
        return []
    return [one for place, one in enumerate(options) if one.selected or place < MOST_OPTIONS]


def with_bars(options: list[Option]) -> list[Option]:
    """The options with a bar each, the longest for the largest number; something of it is seen of any number but none."""
    most = max((one.count for one in options), default=0)
    return [replace(one, share=-(-100 * one.count // most) if most else 0) for one in options]


def as_tree(options: list[Option], chosen: Iterable[str], scheme: str) -> list[Option]:
    """Concepts of a scheme to choose: the top ones, and below those that are chosen the next level, set in.

    What is chosen comes first, with all that is below it.
    """
    known = vocabulary()
    tops = known.top(scheme)
    picked = [entry for entry in map(known.by_key, chosen) if entry] or (tops if len(tops) == 1 else [])
    opened = {number for entry in picked for number in (entry.id, *entry.ancestors)}
    by_key = {one.value: one for one in options}

    def branch(entries: Iterable[Entry]) -> Iterator[Option]:
        shown = [one for one in entries if one.key in by_key]
        for entry in sorted(shown, key=lambda one: (one.id not in opened, -by_key[one.key].count)):
            option = by_key[entry.key]
            yield replace(option, is_narrower=entry.depth > 0)
            if entry.id in opened:
                yield from branch(known.sorted(known.narrower(entry.id), interface_language()))

    return list(branch(known.sorted(tops, interface_language())))
