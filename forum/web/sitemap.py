"""What search engines are told: robots.txt (RFC 9309), and a map of the pages that everybody may read (sitemaps.org, 0.9).

The map of a large site is in parts, each with the posts of a span of numbers, so that none grows beyond what search engines take.
"""

from datetime import datetime

from flask import Response, render_template, url_for

from forum.core.actor import VISITOR
from forum.core.errors import Missing
from forum.library.spans import listed_in_span, spans_listed
from forum.web.cards import post_url
from forum.web.outward import absolute, public_answer
from forum.web.routes import Area, Need

area = Area("sitemap", __name__)

ALWAYS = ("home.show_home", "themes.list_themes", "organisations.list_organisations", "help.show_help")
NOT_FOR_ROBOTS = ("/search?", "/feeds/", "/api/", "/sign-in")
KEPT_SECONDS = 3600


@area.page("/robots.txt", needs=Need.ANYONE)
def tell_robots() -> Response:
    """Where the map is, and what is no page of its own: results of searches are without end."""
    closed = [f"Disallow: {prefix}{path}" for path in NOT_FOR_ROBOTS for prefix in ("", "/*")]
    return public_answer(
        "\n".join(["User-agent: *", *closed, "", f"Sitemap: {absolute('/sitemap.xml')}", ""]),
        "text/plain",
        KEPT_SECONDS,
    )


@area.page("/sitemap.xml", needs=Need.ANYONE)
def show_sitemap() -> Response:
    """The list of the parts, each with the moment of its last change."""
    spans: dict[int, datetime | None] = {0: None, **spans_listed(VISITOR)}
    found = [(absolute(url_for("sitemap.show_part", span=span)), moment) for span, moment in sorted(spans.items())]
    return public_answer(render_template("sitemap/index.xml", parts=found), "application/xml", KEPT_SECONDS)


@area.page("/sitemap/<int:span>.xml", needs=Need.ANYONE)
def show_part(span: int) -> Response:
    """The pages of one part; in the first also those that every site has. Raises `Missing`."""
    posts = listed_in_span(VISITOR, span)
    if span and not posts:
        raise Missing
    pages = [(absolute(post_url(one.id, one.slug)), one.updated_at) for one in posts]
    first = [] if span else [(absolute(url_for(endpoint)), None) for endpoint in ALWAYS]
    return public_answer(render_template("sitemap/part.xml", pages=[*first, *pages]), "application/xml", KEPT_SECONDS)
