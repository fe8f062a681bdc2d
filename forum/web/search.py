"""The search page: words, filters, results, pages of results. Every state of it has an address."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from forum.notifications.saved_searches import pairs_of, saved_as
from forum.search.documents import SCHEMES
from forum.search.engine import FACETS
from forum.search.finding import Found, Wish, find_posts
from forum.search.service import current_engine
from forum.vocabulary.matcher import suggest_themes
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.tree import Entry
from forum.web.cards import concept_url, show_results
from forum.web.facets import LEGENDS, Labels, Option, as_tree, offered, with_bars
from forum.web.feeds import feed_url
from forum.web.languages import interface_language
from forum.web.learning import note_search
from forum.web.routes import Area, Need
from forum.web.sessions import actor
from forum.web.wishes import OFF, AskedFor, limit_searching, parameters, read_wish, without_value

area = Area("search", __name__)

MOST_THEMES = 4
USUALLY_IN_SIGHT = 3
IN_SIGHT = {"kind": 5, "year": 5}


@dataclass(frozen=True, slots=True)
class FacetShown:
    """One group of filters, of which as many as `shown` are in sight before one looks for more."""

    name: str
    legend: str
    options: list[Option]
    shown: int


@area.page("/search", needs=Need.ANYONE)
def show_search() -> str:
    """Posts that meet a wish; the newest without one."""
    limit_searching()
    asked = read_wish(request.args)
    found = find_posts(current_engine(), actor(), replace(asked.wish, reader_language=interface_language()))
    note_search(asked.wish, found)
    wish = replace(asked.wish, text=found.text)
    labels = Labels.for_values(_values(found, asked.wish), saved_as(actor(), wish) if actor() else None)
    return render_template(
        "search/search.html",
        wish=wish,
        total=found.total,
        cards=show_results(found),
        notes=found.notes,
        corrected=found.corrected,
        as_written_url=search_url(wish, page=1, spelling=OFF),
        also_searched=[
            vocabulary().label(one.id, interface_language()) for one in vocabulary().entries(found.concept_ids)
        ],
        wordings=found.wordings,
        only_words_url=search_url(wish, page=1, concepts=OFF),
        meanings_url=search_url(replace(wish, across_languages=True), page=1),
        ignored=_ignored(asked),
        facets=[] if found.is_degraded else list(_facets(found, wish, labels)),
        chosen=_chosen(wish, labels),
        kept=[
            (name, value)
            for name, value in parameters(wish, page=1).items()
            if name in ("q", "sort", "per_page", "concepts")
        ],
        orders=_orders(wish),
        page=wish.page,
        pages=max(1, -(-found.total // wish.per_page)),
        page_url=lambda number: search_url(wish, page=number),
        unfiltered_url=url_for("search.show_search", **parameters(Wish(text=wish.text, sort=wish.sort))),
        near_themes=_themes_in(found.text) if not found.total else [],
        top_themes=_top_themes() if not found.cards else [],
        every_language_url=search_url(_without(wish, "language"), page=1) if wish.filters.get("language") else "",
        is_degraded=found.is_degraded,
        feed_url=feed_url(wish),
        can_be_saved=bool(wish.text or wish.filters),
        wish_pairs=pairs_of(wish),
        saved=labels.beside,
    )


def search_url(wish: Wish, **changes: Any) -> str:
    """The address of a wish."""
    return url_for("search.show_search", **parameters(wish, **changes))


def _values(found: Found, wish: Wish) -> dict[str, list[str]]:
    """Every value that needs a label, by facet."""
    names = {*found.facets, *wish.filters}
    return {name: [*found.facets.get(name, ()), *wish.filters.get(name, ())] for name in names}


def _facets(found: Found, wish: Wish, labels: Labels) -> Any:
    for name in FACETS:
        chosen = wish.filters.get(name, ())
        options = labels.options(name, found.facets.get(name, {}), chosen)
        if name in SCHEMES:
            options = as_tree(options, chosen, SCHEMES[name])
        if options := offered(options, found.total):
            bars = with_bars(options) if name == "year" else options
            yield FacetShown(name, str(LEGENDS[name]), bars, IN_SIGHT.get(name, USUALLY_IN_SIGHT))


def _chosen(wish: Wish, labels: Labels) -> list[tuple[str, str, str]]:
    """(facet, value, address without it) of every filter in force."""
    return [
        (
            str(LEGENDS[name]),
            labels.label(name, value),
            url_for("search.show_search", **without_value(wish, name, value)),
        )
        for name, values in wish.filters.items()
        for value in values
    ]


def _orders(wish: Wish) -> list[tuple[str, str, bool]]:
    """(name, address, is it this one) of every order of results."""
    names = [("relevance", _("Best match")), ("newest", _("Newest")), ("oldest", _("Oldest"))]
    usual = "relevance" if wish.text else "newest"
    current = wish.sort or usual
    wanted = names if wish.text else names[1:]
    return [
        (label, search_url(wish, sort=None if sort == usual else sort, page=1), sort == current)
        for sort, label in wanted
    ]


def _ignored(asked: AskedFor) -> list[tuple[str, str]]:
    """(parameter, values) that the search did without."""
    return [(str(LEGENDS[name]), ", ".join(values)) for name, values in asked.ignored.items()]


def _without(wish: Wish, name: str) -> Wish:
    """The same wish without one filter."""
    return replace(wish, filters={key: values for key, values in wish.filters.items() if key != name})


def _themes_in(text: str) -> list[tuple[str, str]]:
    """The themes that the words speak of, in whatever language they are."""
    found = suggest_themes(text, None, limit=MOST_THEMES).themes
    return _as_links(vocabulary().entries(found, "theme"))


def _top_themes() -> list[tuple[str, str]]:
    return _as_links(vocabulary().sorted(vocabulary().top("theme"), interface_language()))


def _as_links(themes: Iterable[Entry]) -> list[tuple[str, str]]:
    return [(vocabulary().heading(one.id, interface_language()), concept_url(one)) for one in themes]
