"""The parameters of a search, the same for the page and the API: read, checked, and written into addresses again.

What nobody knows (a theme that does not exist) is left out of the search and told; numbers that are none are problems.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from forum.adoption.tried import TRIED
from forum.core.errors import Invalid
from forum.core.languages import is_country, is_language
from forum.core.limits import check_limit
from forum.core.text import Message
from forum.core.text import message as _
from forum.library.evidence import LEVELS
from forum.library.kinds import KINDS
from forum.library.models import SHOWN_STATUSES
from forum.search.documents import SCHEMES
from forum.search.engine import FILTERS, SORTS, Sort
from forum.search.finding import Wish
from forum.vocabulary.queries import vocabulary
from forum.web.sessions import actor

MOST_VALUES = 30
MOST_PER_PAGE = 100
LAST_PAGE = 100_000
OFF = "off"
SEARCHES, SECONDS = 300, 60  # five a second, with room to hurry now and then


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A search as its address asks for it: what can be searched for, what was left out, and numbers that are none."""

    wish: Wish
    ignored: Mapping[str, list[str]] = field(default_factory=dict)
    problems: Mapping[str, Message] = field(default_factory=dict)

    def demanded(self) -> Wish:
        """The wish; raises `Invalid` when a number is none."""
        if self.problems:
            raise Invalid(self.problems)
        return self.wish


@dataclass(slots=True)
class _Reading:
    """The parameters of an address while they are read."""

    args: MultiDict[str, str]
    ignored: dict[str, list[str]] = field(default_factory=dict)
    problems: dict[str, Message] = field(default_factory=dict)

    def values(self, name: str) -> tuple[str, ...]:
        """The known values of a filter, each once."""
        given = [value.strip() for value in self.args.getlist(name)[:MOST_VALUES] if value.strip()]
        known = {value: KNOWN[name](value) for value in given}
        unknown = [value[:60] for value, code in known.items() if code is None]
        if unknown:
            self.ignored[name] = unknown
        if unknown and name in NUMBERS:
            self.problems[name] = _("Write %(name)s as a whole number.", name=name)
        return tuple(dict.fromkeys(code for code in known.values() if code is not None))

    def number(self, name: str, usual: int, most: int) -> int:
        """A number from one up."""
        given = self.args.get(name, "").strip()
        if not given:
            return usual
        code = _number(1, most)(given)
        if code is None:
            self.ignored[name] = [given[:60]]
            self.problems[name] = _("Write %(name)s as a number from 1 to %(most)s.", name=name, most=most)
            return usual
        return int(code)

    def sort(self) -> Sort | None:
        """The order of results, if one is asked for."""
        given = self.args.get("sort", "")
        if given and given not in SORTS:
            self.ignored["sort"] = [given[:60]]
        return next((one for one in SORTS if one == given), None)


def read_wish(args: MultiDict[str, str], per_page: int = Wish().per_page) -> AskedFor:
    """What the parameters of an address ask for; `per_page` results where they do not say how many."""
    reading = _Reading(args)
    filters = {name: values for name in FILTERS if (values := reading.values(name))}
    wish = Wish(
        text=args.get("q", ""),
        filters=filters,
        sort=reading.sort(),
        page=reading.number("page", 1, LAST_PAGE),
        per_page=reading.number("per_page", per_page, MOST_PER_PAGE),
        across_languages=args.get("concepts", "") != OFF,
        as_written=args.get("spelling", "") == OFF,
    )
    return AskedFor(wish, reading.ignored, reading.problems)


def parameters(wish: Wish, **changes: Any) -> dict[str, Any]:
    """The parameters of an address that asks for a wish; what is as by default stays out."""
    values: dict[str, Any] = {
        "q": wish.text,
        **wish.filters,
        "sort": wish.sort,
        "page": wish.page,
        "per_page": wish.per_page,
        "concepts": None if wish.across_languages else OFF,
        "spelling": OFF if wish.as_written else None,
    }
    values |= changes
    default = Wish()
    return {
        name: value
        for name, value in values.items()
        if value not in (None, "", ()) and (name, value) not in (("page", default.page), ("per_page", default.per_page))
    }


def without_value(wish: Wish, name: str, value: str) -> dict[str, Any]:
    """The parameters of the same search without one value of a filter, from its first page."""
    return parameters(wish, page=1, **{name: tuple(one for one in wish.filters[name] if one != value)})


def limit_searching(what: str = "search", times: int = 1) -> None:
    """Count this search for its reader; raises `TooMany` beyond five a second over a minute, or `times` as many."""
    reader = actor()
    who = f"person {reader.person_id}" if reader else f"address {request.remote_addr}"
    sentence = _("You search very often. Wait a little, then try again.")
    check_limit(f"{what} {who}", SEARCHES * times, SECONDS, sentence)


def _concept(scheme: str) -> Callable[[str], str | None]:
    def key_of(value: str) -> str | None:
        entry = vocabulary().by_key(value)
        return entry.key if entry and entry.scheme == scheme else None

    return key_of


def _number(smallest: int, largest: int) -> Callable[[str], str | None]:
    def number_of(value: str) -> str | None:
        is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(largest))
        return str(int(value)) if is_number and smallest <= int(value) <= largest else None

    return number_of


def _one_of(is_known: Callable[[str], bool]) -> Callable[[str], str | None]:
    return lambda value: value if is_known(value) else None


KNOWN: Mapping[str, Callable[[str], str | None]] = {
    "kind": _one_of(lambda value: value in KINDS),
    **{name: _concept(scheme) for name, scheme in SCHEMES.items()},
    "country": lambda value: value.upper() if is_country(value.upper()) else None,
    "language": _one_of(is_language),
    "organisation": _number(1, 2**31 - 1),
    "year": _number(1, 9999),
    "status": _one_of(lambda value: value in SHOWN_STATUSES),
    "evidence": _number(LEVELS.start, LEVELS.stop - 1),
    "adopted": _one_of(lambda value: value in TRIED),
}
NUMBERS = ("organisation", "year", "evidence")
