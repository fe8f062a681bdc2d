"""Collections: reading one, making one, and saying who sees it. Arranging one is in `arranging.py`."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.errors import Invalid, Missing
from forum.curation import collections_queries as queries
from forum.curation.collections_models import Collection
from forum.curation.collections_policy import can_change, is_owner, require_change
from forum.curation.operations import collections as operations
from forum.curation.operations.collection_entries import begin_with_post
from forum.curation.operations.collections import Cover
from forum.library.queries import featured_cards
from forum.web import arranging
from forum.web.accounts import said
from forum.web.cards import show_cards
from forum.web.collections_area import AUDIENCE_LABELS, collection_url
from forum.web.collections_area import area as area
from forum.web.comment_forms import number_from
from forum.web.form_fields import language_options
from forum.web.languages import interface_language
from forum.web.outward import absolute
from forum.web.routes import Need
from forum.web.sessions import actor

PARTS = (arranging,)
MOST_FEATURED = 50
AUDIENCE_HINTS = {
    "private": lazy_gettext("You can share it later."),
    "link": lazy_gettext("You get a link that nobody can guess. A new link ends the old one."),
    "public": lazy_gettext("It stands on the page of collections. Every moderator can change it."),
}


@area.page("/collections", needs=Need.ANYONE)
def list_collections() -> str:
    """The collections for everybody, one's own, and the posts that moderators put forward."""
    who, page = actor(), number_from(request.args.get("page")) or 1
    pages = max(1, -(-queries.count_public_collections() // queries.PAGE))
    if page > pages:
        raise Missing
    return render_template(
        "collections/list.html",
        collections=queries.public_collections(who, page),
        own=queries.own_collections(who),
        deleted=queries.deleted_collections(who),
        posts=show_cards(featured_cards(who, MOST_FEATURED)) if page == 1 else [],
        audiences=AUDIENCE_LABELS,
        page=page,
        pages=pages,
        page_url=lambda number: url_for("collections.list_collections", page=number if number > 1 else None),
    )


@area.page("/collections/<int:collection_id>", needs=Need.ANYONE)
def show_collection(collection_id: int) -> str:
    """A collection, to read or to print."""
    return _show(actor(), queries.collection_for(actor(), collection_id))


@area.page("/collections/shared/<token>", needs=Need.ANYONE)
def show_shared(token: str) -> Any:
    """A collection that somebody shares by a link. No search engine keeps it, and it is told to no other site."""
    page = _show(actor(), queries.shared_collection(actor(), token))
    return page, {"X-Robots-Tag": "noindex", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _show(who: Actor, collection: Collection) -> str:
    entries = queries.entries_for(who, collection)
    cards = show_cards(entry.card for entry in entries)
    by_moderators = collection.audience == "public"
    return render_template(
        "collections/show.html",
        collection=collection,
        entries=list(zip(cards, entries, strict=True)),
        owner=None if by_moderators or not collection.owner or collection.owner.erased_at else collection.owner,
        may_change=can_change(who, collection),
        may_feature=who.is_moderator and by_moderators,
        audiences=AUDIENCE_LABELS,
        link=link_of(collection) if can_change(who, collection) else "",
        today=now().date(),
    )


def link_of(collection: Collection) -> str:
    """The address that shares a collection; empty when none does."""
    if not collection.key:
        return ""
    return absolute(url_for("collections.show_shared", token=collection.key))


@area.page("/collections/new", needs=Need.PERSON, methods=("GET", "POST"))
def new_collection() -> Any:
    """Begin a collection, perhaps with a first post."""
    post_id = number_from(request.values.get("post"))
    if request.method != "POST":
        return _form(None, Cover(request.args.get("title", ""), language=interface_language()), post_id=post_id)
    cover = sent_cover()
    try:
        collection = begin_with_post(actor(), cover, post_id) if post_id else operations.make_collection(actor(), cover)
    except Invalid as problem:
        return _form(None, cover, said(problem), post_id=post_id), 422
    flash(_("Your collection is ready. Add posts from their own pages."), "ok")
    return redirect(collection_url(collection.id), 303)


@area.page("/collections/<int:collection_id>/edit", needs=Need.PERSON, methods=("GET", "POST"))
def edit_collection(collection_id: int) -> Any:
    """Give a collection another title, introduction or audience."""
    collection = require_change(actor(), queries.collection_for(actor(), collection_id))
    if request.method != "POST":
        return _form(collection, cover_of(collection))
    cover = sent_cover()
    try:
        operations.change_collection(actor(), collection_id, cover, number_from(request.form.get("revision")) or 0)
    except Invalid as problem:
        return _form(collection, cover, said(problem)), 422
    flash(_("The collection is saved."), "ok")
    return redirect(collection_url(collection_id), 303)


def cover_of(collection: Collection) -> Cover:
    """What a collection says of itself."""
    return Cover(collection.title, collection.introduction, collection.language, collection.audience)


def sent_cover() -> Cover:
    """The cover that was sent."""
    sent = request.form
    return Cover(
        sent.get("title", ""),
        sent.get("introduction", ""),
        sent.get("language", "") or interface_language(),
        sent.get("audience", "") or "private",
    )


def _form(
    collection: Collection | None, cover: Cover, errors: dict[str, str] | None = None, post_id: int | None = None
) -> str:
    return render_template(
        "collections/form.html",
        collection=collection,
        cover=cover,
        errors=errors or {},
        post_id=post_id,
        languages=language_options(interface_language()),
        audiences=audience_choices(actor(), collection),
    )


def audience_choices(who: Actor, collection: Collection | None) -> list[tuple[str, str, str]]:
    """(value, label, hint) of the audiences that an actor may choose."""
    offered = ["private", "link"] if collection is None or is_owner(who, collection) else []
    if who.is_moderator:
        offered.append("public")
    return [(name, str(AUDIENCE_LABELS[name]), str(AUDIENCE_HINTS[name])) for name in offered]


@area.page("/collections/<int:collection_id>/link", needs=Need.PERSON, methods=("POST",))
def renew_link(collection_id: int) -> Any:
    """Share by a new link; the old one leads nowhere from now on."""
    operations.renew_link(actor(), collection_id)
    flash(_("There is a new link. The old one no longer works."), "ok")
    return redirect(collection_url(collection_id), 303)


@area.page("/collections/<int:collection_id>/feature", needs=Need.MODERATOR, methods=("POST",))
def feature_collection(collection_id: int) -> Any:
    """Put a collection on the home page, or take it off."""
    featured = request.form.get("featured") != "0"
    operations.feature_collection(actor(), collection_id, featured=featured)
    flash(_("It stands on the home page now.") if featured else _("It no longer stands on the home page."), "ok")
    return redirect(collection_url(collection_id), 303)


@area.page("/collections/<int:collection_id>/delete", needs=Need.PERSON, methods=("GET", "POST"))
def delete_collection(collection_id: int) -> Any:
    """Say what deleting means; then do it."""
    collection = require_change(actor(), queries.collection_for(actor(), collection_id))
    if request.method != "POST":
        return render_template("collections/delete.html", collection=collection)
    operations.delete_collection(actor(), collection_id)
    flash(_("The collection is deleted. You can bring it back for 30 days."), "ok")
    return redirect(url_for("collections.list_collections"), 303)


@area.page("/collections/<int:collection_id>/restore", needs=Need.PERSON, methods=("POST",))
def bring_back_collection(collection_id: int) -> Any:
    """Bring a deleted collection back."""
    operations.bring_back_collection(actor(), collection_id)
    flash(_("The collection is back."), "ok")
    return redirect(collection_url(collection_id), 303)
