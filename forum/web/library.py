"""A post's page. The other pages of the area stand in the modules named in PARTS."""

from typing import Any

from flask import current_app, redirect, render_template, request

from forum.core.errors import Missing
from forum.library.models import SHOWN_STATUSES
from forum.library.reading import Tombstone, post_for_page, tombstone
from forum.web import (
    attachments,
    drafts,
    editing,
    evidence,
    experts,
    history,
    nudges,
    offers,
    posting,
    restructuring,
    standing,
)
from forum.web.adoption_view import tried
from forum.web.cards import post_url
from forum.web.checks import checks_of
from forum.web.conversation import conversation
from forum.web.decisions import link_to_decision
from forum.web.experts import opinions_shown
from forum.web.improving import line_for
from forum.web.outward import absolute
from forum.web.post_area import area as area
from forum.web.post_view import PostView, view_of
from forum.web.progress import progress_of
from forum.web.restructured import new_address, restructured
from forum.web.review import moderator_panel
from forum.web.routes import Need
from forum.web.sessions import actor

PARTS = (attachments, drafts, editing, evidence, experts, history, nudges, offers, posting, restructuring, standing)
GONE = 410


@area.page("/posts/<int:post_id>", needs=Need.ANYONE, defaults={"slug": ""})
@area.page("/posts/<int:post_id>/<slug>", needs=Need.ANYONE)
def show_post(post_id: int, slug: str) -> Any:
    """A post, at its one address: an address without the right ending leads there."""
    try:
        whole = post_for_page(actor(), post_id)
    except Missing:
        return show_tombstone(post_id)
    if slug != whole.post.slug:
        return redirect(with_query(post_url(post_id, whole.post.slug)))
    page = view_of(actor(), whole)
    return render_template(
        f"library/kinds/{page.kind.name}.html",
        page=page,
        address=absolute(page.url),
        graph=open_graph(page),
        adoption=tried(actor(), whole.post),
        comments=conversation(actor(), whole.post),
        opinions=opinions_shown(whole.post),
        panel=moderator_panel(actor(), whole.post),
        checks=checks_of(whole.post) if page.may & {"edit", "moderate"} else [],
        progress=progress_of(actor(), whole.post),
        conversation_url=line_for(actor(), whole.post),
        decision_url=link_to_decision(actor(), whole.post),
        restructured=restructured(actor(), whole.post),
    )


def show_tombstone(post_id: int) -> Any:
    """Where a merged post went, or what remains of a withdrawn one; for those who could read it, else raises `Missing`."""
    if target := new_address(actor(), post_id):
        return redirect(target)
    stone: Tombstone | None = tombstone(actor(), post_id)
    if stone is None:
        raise Missing
    return render_template("library/withdrawn.html", stone=stone), GONE


def with_query(address: str) -> str:
    """The address with the query of this request."""
    query = request.query_string.decode("latin-1")
    return f"{address}?{query}" if query else address


def open_graph(page: PostView) -> dict[str, str]:
    """What other sites may show of a link to a post: only of one that everybody may read."""
    if page.post.visibility != "public" or page.post.status not in SHOWN_STATUSES:
        return {}
    settings = current_app.config["SETTINGS"]
    return {
        "og:type": "article",
        "og:title": page.title,
        "og:description": page.post.summary,
        "og:url": absolute(page.url),
        "og:site_name": settings.name,
    }
