"""The list of dead links, for moderators. It shows what `forum check-links` found; opening it asks no other site."""

from flask import render_template, url_for

from forum.curation.links.checking import PAGE, count_dead_links, dead_links
from forum.web.desk_filters import page_number
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("dead_links", __name__)


@area.page("/review/links", needs=Need.MODERATOR)
def show_links() -> str:
    """Dead links with the posts that hold them."""
    page, total = page_number(), count_dead_links(actor())
    return render_template(
        "curation/links.html",
        links=dead_links(actor(), page),
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        page_url=lambda number: url_for("dead_links.show_links", page=number if number > 1 else None),
    )
