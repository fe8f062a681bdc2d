"""The library in pictures: where posts come from, what they are about, when they came, and which dates lie ahead."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from forum.core.clock import now
from forum.core.languages import country_name
from forum.core.text import sorting_key
from forum.insights.queries import BY_COUNTRY, BY_EVIDENCE, BY_KIND, by_concept, by_period, tally
from forum.library.kinds import KINDS
from forum.library.models import Post
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.tree import Entry
from forum.web.cards import concept_url
from forum.web.insights_charts import Bar, bars, columns, listing, quarters
from forum.web.insights_dates import what_is_coming
from forum.web.insights_gaps import Head, Matrix, matrix
from forum.web.insights_maps import map_of_posts
from forum.web.labels import kind_label
from forum.web.languages import interface_language
from forum.web.routes import Area, Need
from forum.web.sessions import actor
from forum.web.templating import show_number
from forum.web.wording.evidence import LEVELS

area = Area("insights", __name__)

LEADERS = 3
YEAR = 4  # quarters
MOST_COUNTRIES = 9
PRACTICES = Post.kind == "practice"


@dataclass(frozen=True, slots=True)
class Themes:
    """Practices by theme: a bar each, the names of those in front and of those without any, and each by country."""

    bars: list[Bar]
    leaders: str
    empty: str
    by_country: Matrix


@area.page("/overview", needs=Need.ANYONE)
def show_overview() -> str:
    """Everything in pictures, each with a sentence that says what one sees, and its table."""
    today, who = now().date(), actor()
    starts = quarters(today)
    activity = tally(who, by_period(starts))
    kinds = tally(who, BY_COUNTRY, BY_KIND)
    posts = Counter[str]()
    for (country, _kind), number in kinds.items():
        posts[country] += number
    return render_template(
        "insights/overview.html",
        total=activity.total(),
        countries=map_of_posts(posts),
        leading_countries=leaders({country_name(code, interface_language()): n for code, n in posts.items()}),
        kinds=[str(kind_label(kind)) for kind in KINDS],
        kinds_by_country={code: [kinds[code, kind] for kind in KINDS] for code in posts},
        themes=_themes(),
        quarters=columns(starts, activity),
        last_year=sum(activity[place] for place in range(len(starts) - YEAR, len(starts))),
        year_before=sum(activity[place] for place in range(len(starts) - 2 * YEAR, len(starts) - YEAR)),
        evidence=_evidence(tally(who, BY_EVIDENCE, where=[PRACTICES])),
        coming=what_is_coming(who, today),
    )


def leaders(counts: Mapping[str, int]) -> str:
    """The names with the highest counts, as a list within a sentence: "Belgium (19), Italy (17) and Spain (15)"."""
    language = interface_language()
    some = [pair for pair in counts.items() if pair[1]]
    ranked = sorted(some, key=lambda pair: (-pair[1], sorting_key(pair[0], language)))
    return listing([f"{name} ({show_number(number)})" for name, number in ranked[:LEADERS]])


def _themes() -> Themes:
    known, language = vocabulary(), interface_language()
    tops = known.sorted(known.top("theme"), language)
    axis = [top.id for top in tops]
    counts = tally(actor(), by_concept(axis), where=[PRACTICES])
    by_country = tally(actor(), by_concept(axis), BY_COUNTRY, where=[PRACTICES])
    names = {top.id: known.heading(top.id, language) for top in tops}
    ranked = sorted(tops, key=lambda top: -counts[top.id])
    return Themes(
        bars=bars((names[top.id], counts[top.id], _search(top, kind="practice")) for top in ranked),
        leaders=leaders({names[top.id]: counts[top.id] for top in tops}),
        empty=listing([names[top.id] for top in tops if not counts[top.id]]),
        by_country=matrix(
            [Head(top.id, names[top.id], concept_url(top)) for top in tops],
            _countries(by_country),
            by_country,
            lambda _row, _column: "",
        ),
    )


def _countries(counts: Counter[Any]) -> list[Head]:
    """The countries with most of what is counted by (anything, country), at most nine, the first ones first."""
    totals = Counter[str]()
    for (_key, code), number in counts.items():
        totals[code] += number
    language = interface_language()
    named = [(code, country_name(code, language)) for code in totals]
    ranked = sorted(named, key=lambda pair: (-totals[pair[0]], sorting_key(pair[1], language)))
    return [Head(code, name, short=code) for code, name in ranked[:MOST_COUNTRIES]]


def _search(theme: Entry, **filters: Any) -> str:
    return url_for("search.show_search", theme=theme.key, **filters)


def _evidence(counts: Mapping[int | None, int]) -> list[Bar]:
    """The levels of practices, the highest first, and those that say nothing. No links: a search finds "at least"."""
    levels = [(str(words.label), counts.get(level, 0), "") for level, words in sorted(LEVELS.items(), reverse=True)]
    return bars([*levels, (_("Not said"), counts.get(None, 0), "")])
