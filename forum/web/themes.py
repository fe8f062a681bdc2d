"""Browsing by theme: the list of themes, and a page for every concept of the vocabulary with what is about it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import ColumnElement

from forum.core.errors import Missing
from forum.core.languages import country_name
from forum.core.text import message as _
from forum.core.text import sorting_key
from forum.library.browsing import Shelf, active_organisations, posts_about_each, shelf
from forum.library.models import Post
from forum.library.queries import about_concepts, counts_by, counts_by_country
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.schemes import SCHEMES, Scheme
from forum.vocabulary.tree import Entry, Vocabulary
from forum.web.cards import concept_url, show_cards
from forum.web.languages import interface_language
from forum.web.routes import Area, Need
from forum.web.sessions import actor
from forum.web.theme_gaps import facet_of, gap_map, posts_url

area = Area("themes", __name__)

PAGE = 8
DISCUSSED = 3
MOST_COUNTRIES = 6
CHOSEN_VIEWS = ("country", "group")  # these stand alone: with the lists of posts below them the page would be too heavy


@dataclass(frozen=True, slots=True)
class ConceptLink:
    """A concept as pages link to it: `label` for within a sentence, `heading` to stand alone, both in `language`."""

    key: str
    label: str
    heading: str
    language: str
    url: str
    posts: int


def as_link(known: Vocabulary, entry: Entry, posts: int = 0) -> ConceptLink:
    """A link to a concept, its label in the reader's language."""
    language = interface_language()
    return ConceptLink(
        key=entry.key,
        label=known.label(entry.id, language),
        heading=known.heading(entry.id, language),
        language=known.label_language(entry.id, language),
        url=concept_url(entry),
        posts=posts,
    )


def as_links(known: Vocabulary, entries: Iterable[Entry], counts: Mapping[int, int]) -> list[ConceptLink]:
    """Links to concepts, in the order of their labels."""
    ordered = known.sorted(entries, interface_language())
    return [as_link(known, entry, counts.get(entry.id, 0)) for entry in ordered]


@area.page("/themes", needs=Need.ANYONE)
def list_themes() -> str:
    """The top themes with those below them, and the other ways to browse; one of these if asked for."""
    wanted = SCHEMES.get(request.args.get("by", ""))
    if wanted and not wanted.is_chosen:
        return _show_scheme(wanted)
    known = vocabulary()
    counts = posts_about_each(actor())
    tops = known.sorted(known.top("theme"), interface_language())
    others = [scheme for scheme in SCHEMES.values() if scheme.is_chosen and scheme.code != "theme"]
    return render_template(
        "themes/list.html",
        themes=[(as_link(known, top, counts[top.id]), as_links(known, known.narrower(top.id), counts)) for top in tops],
        others=[(scheme, as_links(known, known.of_scheme(scheme.code), counts)) for scheme in others],
        searched=[scheme for scheme in SCHEMES.values() if not scheme.is_chosen],
    )


def _show_scheme(scheme: Scheme) -> str:
    """The concepts of a scheme that posts do not carry, in groups where it has some: each leads to a search."""
    known = vocabulary()
    tops = known.sorted(known.top(scheme.code), interface_language())
    return render_template(
        "themes/scheme.html",
        scheme=scheme,
        groups=[(as_link(known, top), as_links(known, known.narrower(top.id), {})) for top in tops if top.narrower],
        single=as_links(known, (top for top in tops if not top.narrower), {}),
    )


@area.page("/themes/<slug>", needs=Need.ANYONE)
def show_theme(slug: str) -> Any:
    """A concept: the posts about it and about those below it, and who writes them."""
    entry = vocabulary().by_key(slug)
    if entry is None:
        raise Missing(_("There is no such theme. All themes are on the page Themes."))
    if not SCHEMES[entry.scheme].is_chosen:
        return redirect(concept_url(entry))
    if entry.key != slug:
        return redirect(concept_url(entry), 301)
    about = about_concepts(vocabulary().covering(entry.id))
    kinds = counts_by(actor(), Post.kind, about)
    page, pages = _page_of(kinds.total())
    view = request.args.get("by", "") if page == 1 else ""
    posts = _shelf(about, page) if view not in CHOSEN_VIEWS else Shelf([], [])
    countries = counts_by_country(actor(), about)
    return render_template(
        "themes/theme.html",
        theme=as_link(vocabulary(), entry, kinds.total()),
        facet=facet_of(entry),
        gaps=gap_map(entry, view, kinds, countries) if kinds and page == 1 else None,
        newest=show_cards(posts.newest),
        discussed=show_cards(posts.discussed),
        all_posts=posts_url({facet_of(entry): entry.key}),
        countries=_by_number(countries)[:MOST_COUNTRIES],
        all_countries=len(countries),
        organisations=active_organisations(actor(), about),
        page=page,
        pages=pages,
        page_url=lambda number: url_for("themes.show_theme", slug=entry.key, page=number if number > 1 else None),
        **_surroundings(vocabulary(), entry),
    )


def _shelf(about: ColumnElement[bool], page: int) -> Shelf:
    return shelf(actor(), about, limit=PAGE, offset=(page - 1) * PAGE, discussed=DISCUSSED if page == 1 else 0)


def _surroundings(known: Vocabulary, entry: Entry) -> dict[str, Any]:
    """Where a concept stands: its scheme, those above and below it, and the woven pattern of its top theme."""
    above = known.ancestors(entry.id)[::-1]
    return {
        "scheme": SCHEMES[entry.scheme],
        "broader": [as_link(known, one) for one in above],
        "narrower": as_links(known, known.narrower(entry.id), {}),
        "pattern": (above or [entry])[0].key,
    }


def _page_of(total: int) -> tuple[int, int]:
    """The page asked for and how many there are; raises `Missing` for one that is not there."""
    pages = max(1, -(-total // PAGE))
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= pages:
        raise Missing(_("There is no such page in this list."))
    return page, pages


def _by_number(countries: Counter[str]) -> list[tuple[str, int]]:
    language = interface_language()
    return sorted(
        countries.items(), key=lambda pair: (-pair[1], sorting_key(country_name(pair[0], language), language))
    )
