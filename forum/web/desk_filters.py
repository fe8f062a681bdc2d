"""The filters of the moderators' desk: how addresses write them, what they offer, and how many things each would show."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _
from flask_babel import pgettext

from forum.core.languages import country_name, is_country, is_language, language_name
from forum.core.text import sorting_key
from forum.curation.queue import CLOCKS, Tallies, Tally, Wanted
from forum.vocabulary.queries import vocabulary
from forum.web.comment_forms import number_from
from forum.web.desk_kinds import BY_NAME
from forum.web.languages import interface_language

FILTER_LABELS = {
    "kind": _("Kind"),
    "theme": _("Theme"),
    "language": _("Language"),
    "country": _("Country"),
    "taken": _("Taken by"),
    "clock": _("Waits"),
}
CLOCK_LABELS = {"fresh": _("Up to 2 days"), "due": _("3 to 5 days"), "late": _("More than 5 days")}

Choice = tuple[str, str]


def chosen() -> dict[str, str]:
    """The filters of the address, as they are written there; what names nothing is left out."""
    asked = {name: request.args.get(name, "") for name in FILTER_LABELS}
    is_known: Mapping[str, Callable[[str], bool]] = {
        "kind": lambda value: value in BY_NAME,
        "theme": lambda value: vocabulary().by_key(value) is not None,
        "language": is_language,
        "country": is_country,
        "taken": lambda value: value in ("me", "nobody"),
        "clock": lambda value: value in CLOCKS,
    }
    return {name: value if value and is_known[name](value) else "" for name, value in asked.items()}


def wanted() -> Wanted:
    """What the address asks for."""
    asked = chosen()
    theme = vocabulary().by_key(asked["theme"])
    return Wanted(
        kind=asked["kind"],
        clock=asked["clock"],
        taken=asked["taken"],
        concept_ids=tuple(vocabulary().covering(theme.id)) if theme else (),
        language=asked["language"],
        country=asked["country"],
    )


def page_number() -> int:
    """The page of the address, 1 when there is none."""
    return number_from(request.args.get("page")) or 1


def desk_url(changed: Mapping[str, str] | None = None, page: int = 1) -> str:
    """The address of the desk with the filters of this request, some of them changed (to "": taken away)."""
    kept: dict[str, Any] = {name: value for name, value in (chosen() | dict(changed or {})).items() if value}
    return url_for("review.show_desk", page=page if page > 1 else None, **kept)


def choices(found: Tallies) -> dict[str, list[Choice]]:
    """(value, label) of what each filter offers: only what waits somewhere, with how much, and what is chosen."""
    here, known = interface_language(), vocabulary()
    asked = chosen()
    themes = known.sorted(known.top("theme"), here)
    return {
        "kind": [
            (name, _counted(str(kind.plural), number))
            for name, kind in BY_NAME.items()
            if (number := found.kinds.get(name, 0)) or asked["kind"] == name
        ],
        "theme": [(entry.key, known.heading(entry.id, here)) for entry in themes],
        "language": [(code, _counted(name, one.open)) for code, name, one in by_language(found)],
        "country": [(code, _counted(name, one.open)) for code, name, one in by_country(found)],
        "taken": [(who, _counted(words, found.taken.get(who, 0))) for who, words in takers().items()],
    }


def takers() -> dict[str, str]:
    """Who may have taken something, as the filter offers it."""
    return {"me": pgettext("taken by", "Me"), "nobody": pgettext("taken by", "Nobody")}


def _counted(label: str, number: int) -> str:
    return f"{label} ({number})"


def by_country(found: Tallies) -> list[tuple[str, str, Tally]]:
    """(code, name, how much waits) of each country with something that waits, by name."""
    return _named(found.countries, chosen()["country"], country_name)


def by_language(found: Tallies) -> list[tuple[str, str, Tally]]:
    """(code, name, how much waits) of each language with something that waits, by name."""
    return _named(found.languages, chosen()["language"], language_name)


def _named(
    tallies: Mapping[str, Tally], asked: str, name_of: Callable[[str, str], str]
) -> list[tuple[str, str, Tally]]:
    here = interface_language()
    all_of_them = ({asked: Tally()} if asked else {}) | dict(tallies)
    named = [(code, name_of(code, here), one) for code, one in all_of_them.items() if code]
    return sorted(named, key=lambda row: sorting_key(row[1], here))


def chosen_values() -> list[tuple[str, str, str]]:
    """(filter, value in words, address without it) of every filter in force, the clock apart (it has its own links)."""
    here, asked = interface_language(), chosen()
    theme = vocabulary().by_key(asked["theme"])
    words = {
        "kind": str(BY_NAME[asked["kind"]].plural) if asked["kind"] else "",
        "theme": vocabulary().heading(theme.id, here) if theme else "",
        "language": language_name(asked["language"], here) if asked["language"] else "",
        "country": country_name(asked["country"], here) if asked["country"] else "",
        "taken": takers().get(asked["taken"], ""),
    }
    return [(str(FILTER_LABELS[name]), said, desk_url({name: ""})) for name, said in words.items() if said]


def clock_links(found: Tallies) -> list[tuple[str, str, bool, int]]:
    """(label, address, whether it is this one, how many) of the ages that what waits can have."""
    now_at, total = chosen()["clock"], sum(found.clocks.values())
    every = [(_("All"), desk_url({"clock": ""}), not now_at, total)]
    ages = [
        (words, desk_url({"clock": name}), name == now_at, found.clocks.get(name, 0))
        for name, words in CLOCK_LABELS.items()
    ]
    return [(str(words), url, is_here, number) for words, url, is_here, number in every + ages]


def is_filtered() -> bool:
    """Whether anything but the clock narrows the queue."""
    return any(value for name, value in chosen().items() if name != "clock")
