"""The gap map of a theme: its narrower themes by kind or by country, or its target groups; what is there, what is missing.

A theme without narrower ones has its kinds by country.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from forum.core.languages import country_name
from forum.core.text import sorting_key
from forum.insights.queries import BY_COUNTRY, BY_KIND, Axis, by_concept, network_countries, tally
from forum.library.kinds import KINDS
from forum.library.queries import about_concepts
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.schemes import SCHEMES
from forum.vocabulary.tree import Entry
from forum.web.cards import concept_url
from forum.web.insights_gaps import Head, Matrix, matrix
from forum.web.insights_maps import CountryMap, map_of_posts
from forum.web.labels import kind_label
from forum.web.languages import interface_language, say
from forum.web.sessions import actor

# The parameter of the search page that each scheme filters by.
FACETS = {"theme": "theme", "target": "target_group", "principle": "principle"}
MOST_COUNTRIES = 9


@dataclass(frozen=True, slots=True)
class GapMap:
    """One view of a theme; `tabs` lead to the others as (name, address, is it this one). By country there is a map too."""

    matrix: Matrix
    corner: str
    tabs: list[tuple[str, str, bool]]
    countries: CountryMap | None = None


def facet_of(entry: Entry) -> str:
    """The parameter by which the search page filters by a concept."""
    return FACETS.get(entry.scheme, entry.scheme)


def gap_map(entry: Entry, view: str, kinds: Counter[str], countries: Counter[str]) -> GapMap:
    """A view of a concept (by kind unless another is asked for); `kinds` and `countries` are the counts of all about it."""
    offered = {"kind": _("By kind"), "country": _("By country"), "group": _other_scheme(entry)[1]}
    chosen = view if view in offered else "kind"
    rows, axis, corner = _rows(entry, chosen)
    by_country = chosen == "country" or (chosen == "kind" and not entry.narrower)
    columns = _countries(countries) if by_country else _kinds()
    counts = tally(actor(), axis, BY_COUNTRY if by_country else BY_KIND, where=[_about(entry)])
    whole = Head(None, vocabulary().heading(entry.id, interface_language()))
    counts.update({(None, key): number for key, number in (countries if by_country else kinds).items()})
    filters = {facet_of(entry): entry.key}
    return GapMap(
        matrix=matrix(
            rows, columns, counts, lambda row, column: posts_url(filters, row.filters, column.filters), whole
        ),
        corner=corner,
        tabs=[(label, _address(entry, name), name == chosen) for name, label in offered.items()],
        countries=map_of_posts(countries, **filters) if chosen == "country" else None,
    )


def _other_scheme(entry: Entry) -> tuple[str, str]:
    """The scheme that a concept is crossed with, and the name of that view."""
    return ("target", _("By target group")) if entry.scheme == "theme" else ("theme", _("By theme"))


def _rows(entry: Entry, view: str) -> tuple[list[Head], Axis, str]:
    """What stands down the side: heads, the axis they are counted by, and what they are called together."""
    if view == "group":
        scheme, _name = _other_scheme(entry)
        return *_concepts(_groups(scheme)), say(SCHEMES[scheme].name)
    if entry.narrower:
        return *_concepts(vocabulary().narrower(entry.id)), _("Narrower themes")
    return _kinds(), BY_KIND, _("Kind")


def _groups(scheme: str) -> list[Entry]:
    """The main concepts of a scheme: those at the top, or those below if there is a single one at the top."""
    tops = vocabulary().top(scheme)
    return vocabulary().narrower(tops[0].id) if len(tops) == 1 else tops


def _concepts(entries: Sequence[Entry]) -> tuple[list[Head], Axis]:
    known, language = vocabulary(), interface_language()
    heads = [
        Head(
            entry.id,
            known.heading(entry.id, language),
            concept_url(entry),
            known.label_language(entry.id, language),
            filters={facet_of(entry): entry.key},
        )
        for entry in known.sorted(entries, language)
    ]
    return heads, by_concept(entry.id for entry in entries)


def _kinds() -> list[Head]:
    return [Head(kind, kind_label(kind), filters={"kind": kind}) for kind in KINDS]


def _countries(counts: Counter[str]) -> list[Head]:
    """The countries with most posts, then others where the network is at home: at most nine, so that they can be compared."""
    language = interface_language()
    named = [(code, country_name(code, language)) for code in {**counts, **network_countries()}]
    ranked = sorted(named, key=lambda pair: (-counts[pair[0]], sorting_key(pair[1], language)))
    return [Head(code, name, short=code, filters={"country": code}) for code, name in ranked[:MOST_COUNTRIES]]


def _about(entry: Entry) -> ColumnElement[bool]:
    return about_concepts(vocabulary().covering(entry.id))


def posts_url(*filters: Mapping[str, str]) -> str:
    """The search page under all these filters; of two for the same thing the later one holds."""
    wanted: dict[str, Any] = {}
    for more in filters:
        wanted.update(more)
    return url_for("search.show_search", **wanted)


def _address(entry: Entry, view: str) -> str:
    by = view if view != "kind" else None
    return url_for("themes.show_theme", slug=entry.key, by=by, _anchor="gaps")
