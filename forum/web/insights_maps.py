"""The map of Europe as pages show it: one square a country, each a link to what is there; and the same as a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from forum.core.languages import country_name
from forum.core.text import sorting_key
from forum.insights.europe import ON_THE_MAP, SQUARES
from forum.insights.steps import step
from forum.web.languages import interface_language


@dataclass(frozen=True, slots=True)
class Tile:
    """A country: its column on the map (0 when it has none), how many there are and in which tint; no address when none."""

    code: str
    name: str
    count: int
    step: int
    url: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class CountryMap:
    """`squares` from north-west to south-east; `elsewhere` and `table` by name; `silent` are names of countries without any."""

    squares: list[Tile]
    elsewhere: list[Tile]
    table: list[Tile]
    silent: list[str]


def country_map(counts: Mapping[str, int], url_of: Callable[[str], str]) -> CountryMap:
    """The map of these counts by country code."""
    largest = max(counts.values(), default=0)
    language = interface_language()

    def tile(code: str, column: int = 0) -> Tile:
        count = counts.get(code, 0)
        url = url_of(code) if count else ""
        return Tile(code, country_name(code, language), count, step(count, largest), url, column)

    squares = [tile(square.country, square.column) for square in SQUARES]
    elsewhere = by_name([tile(code) for code, count in counts.items() if count and code not in ON_THE_MAP])
    inhabited = [one for one in (*squares, *elsewhere) if one.count]
    silent = by_name([one for one in squares if not one.count])
    return CountryMap(squares, elsewhere, by_name(inhabited), [one.name for one in silent])


def by_name(tiles: list[Tile]) -> list[Tile]:
    """Countries in the order of their names in the reader's language, accents and case aside."""
    return sorted(tiles, key=lambda tile: (sorting_key(tile.name, interface_language()), tile.code))


def map_of_posts(counts: Mapping[str, int], **filters: Any) -> CountryMap:
    """A map whose squares lead to the search for posts about that country, under these filters too."""
    return country_map(counts, lambda code: url_for("search.show_search", **filters, country=code))


def map_of_organisations(counts: Mapping[str, int]) -> CountryMap:
    """A map whose squares lead to the organisations at home in that country."""
    return country_map(counts, lambda code: url_for("organisations.list_organisations", country=code))
