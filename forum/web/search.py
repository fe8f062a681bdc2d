"""The search page: words, filters, results, pages of results. Every state of it has an address."""

from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape

from forum.search.documents import SCHEMES
from forum.search.engine import FACETS
from forum.search.finding import Found, Wish, find_posts
from forum.search.service import current_engine
from forum.vocabulary.queries import vocabulary
from forum.web.cards import concept_url, show_cards
from forum.web.facets import LEGENDS, Labels, Option, as_tree, offered
from forum.web.languages import interface_language
from forum.web.routes import Area, Need
from forum.web.sessions import actor
from forum.web.wishes import AskedFor, limit_searching, parameters, read_wish, without_value

area = Area("search", __name__)


@dataclass(frozen=True, slots=True)
class FacetShown:
    """One group of filters."""

    name: str
    legend: str
    options: list[Option]


@area.page("/search", needs=Need.ANYONE)
def show_search() -> str:
    """Posts that meet a wish; the newest without one."""
    limit_searching()
    asked = read_wish(request.args)
    found = find_posts(current_engine(), actor(), asked.wish)
    labels = Labels.for_values(_values(found, asked.wish))
    wish = replace(asked.wish, text=found.text)
    return render_template(
        "search/search.html",
        wish=wish,
        total=found.total,
        cards=show_cards(found.cards, snippets={key: escape(one) for key, one in found.snippets.items()}),
        notes=found.notes,
        ignored=_ignored(asked),
        facets=[] if found.is_degraded else list(_facets(found, wish, labels)),
        chosen=_chosen(wish, labels),
        kept=[(name, value) for name, value in parameters(wish, page=1).items() if name in ("q", "sort", "per_page")],
        orders=_orders(wish),
        pages=max(1, -(-found.total // wish.per_page)),
        page_url=lambda number: search_url(wish, page=number),
        unfiltered_url=url_for("search.show_search", **parameters(Wish(text=wish.text, sort=wish.sort))),
        top_themes=_top_themes() if not found.cards else [],
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
            yield FacetShown(name, str(LEGENDS[name]), options)


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


def _top_themes() -> list[tuple[str, str]]:
    language = interface_language()
    tops = vocabulary().sorted(vocabulary().top("theme"), language)
    return [(vocabulary().heading(top.id, language), concept_url(top)) for top in tops]
