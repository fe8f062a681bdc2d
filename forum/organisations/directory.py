"""The directory of organisations: by country in the reader's language, filtered, a page at a time.

All open organisations are read in one statement (3,000 rows of seven short columns take 10 ms) and sorted here: a
database sorts neither country names in the reader's language nor names without regard to accents, in every engine alike.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, select

from forum.core.db import db
from forum.core.languages import country_name
from forum.core.text import fold
from forum.organisations.models import Organisation
from forum.organisations.queries import member_counts

PAGE = 50
COMPLETIONS = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for in the directory; empty fields do not filter."""

    country: str = ""
    network_id: int | None = None
    text: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation in a list."""

    id: int
    slug: str
    name: str
    kind: str
    country: str
    language: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Directory:
    """One page of the directory: its entries in order, how many people each has, and what the filters offer."""

    entries: list[Entry]
    people: Mapping[int, int]
    total: int
    page: int
    countries: list[tuple[str, str, int]]
    networks: list[Entry]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))

    @property
    def network_names(self) -> dict[int, str]:
        """The names of all networks by their numbers."""
        return {one.id: one.name for one in self.networks}


def directory(wish: Wish, language: str) -> Directory:
    """One page of the open organisations that a reader of `language` looks for: two statements. No page is too high."""
    entries = _entries()
    in_country = Counter(one.country for one in entries)
    names = {code: country_name(code, language) for code in in_country if code}
    found = sorted(_wanted(entries, wish), key=lambda one: _place(one, names))
    page = min(max(1, wish.page), max(1, -(-len(found) // PAGE)))
    shown = found[(page - 1) * PAGE : page * PAGE]
    countries = sorted(((code, name, in_country[code]) for code, name in names.items()), key=lambda one: _key(one[1]))
    networks = sorted((one for one in entries if one.kind == "network"), key=lambda one: _key(one.name))
    return Directory(shown, member_counts(one.id for one in shown), len(found), page, countries, networks)


def children_of(organisation: Organisation) -> list[Entry]:
    """The open organisations that belong to a network directly: networks first, then by name."""
    found = _entries(Organisation.parent_id == organisation.id) if organisation.kind == "network" else []
    return sorted(found, key=lambda one: (one.kind != "network", _key(one.name), one.id))


def complete_names(text: str, limit: int = COMPLETIONS) -> list[Entry]:
    """Open organisations one of whose words begins like the text, for completing a name in a form."""
    start = fold(text.strip())
    if not start:
        return []
    found = [one for one in _entries() if f" {start}" in f" {_key(one.name)}"]
    return sorted(found, key=lambda one: (not _key(one.name).startswith(start), _key(one.name), one.id))[:limit]


def _entries(*conditions: ColumnElement[bool]) -> list[Entry]:
    columns = (getattr(Organisation, name) for name in Entry.__dataclass_fields__)
    query = select(*columns).where(Organisation.closed_at.is_(None), *conditions)
    return [Entry(*row) for row in db.session.execute(query)]


def _wanted(entries: list[Entry], wish: Wish) -> Iterator[Entry]:
    words = fold(wish.text).split()
    below = _below(entries, wish.network_id) if wish.network_id else None
    for one in entries:
        if wish.country and one.country != wish.country:
            continue
        if below is not None and one.id not in below:
            continue
        if all(word in _key(one.name) for word in words):
            yield one


def _below(entries: list[Entry], network_id: int) -> set[int]:
    """A network, and everything that belongs to it at any depth."""
    children: dict[int | None, list[int]] = {}
    for one in entries:
        children.setdefault(one.parent_id, []).append(one.id)
    found, waiting = {network_id}, [network_id]
    while waiting:
        fresh = [child for child in children.get(waiting.pop(), ()) if child not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return found


def _place(one: Entry, countries: Mapping[str, str]) -> tuple[bool, str, bool, str, int]:
    """Countries by name, those that are at home in none last; networks first in their country."""
    return not one.country, _key(countries.get(one.country, "")), one.kind != "network", _key(one.name), one.id


@lru_cache(maxsize=16_384)
def _key(name: str) -> str:
    return fold(name)
