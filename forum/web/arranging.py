"""What stands in a collection: adding a post from its page, notes, order, and taking one out."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Invalid, Missing
from forum.core.text import message
from forum.curation import collections_queries as queries
from forum.curation.collections_policy import require_change
from forum.curation.operations import collection_entries as operations
from forum.curation.operations.collections import Cover
from forum.library.models import Post
from forum.library.reading import post_for_page
from forum.web.accounts import said
from forum.web.cards import post_url, show_cards
from forum.web.collections_area import AUDIENCE_LABELS, area, collection_url
from forum.web.comment_forms import number_from
from forum.web.languages import interface_language
from forum.web.routes import Need
from forum.web.sessions import actor

LAST = 10**9


@area.page("/posts/<int:post_id>/collect", needs=Need.PERSON, methods=("GET", "POST"))
def collect_post(post_id: int) -> Any:
    """Put a post into a collection of one's own, or a new one: each has a button."""
    post = post_for_page(actor(), post_id).post
    if request.method != "POST":
        return _collect_page(post, {})
    try:
        collection_id, is_new = _collect(post_id)
    except Invalid as problem:
        return _collect_page(post, said(problem)), 422
    flash(_("The post is in the collection.") if is_new else _("The post was in this collection already."), "ok")
    target = post_url(post_id, post.slug) if "collection" in request.form else collection_url(collection_id)
    return redirect(target, 303)


def _collect(post_id: int) -> tuple[int, bool]:
    """The collection that was chosen, or a new one; and whether the post was not in it."""
    collection_id, note = number_from(request.form.get("collection")), request.form.get("note", "")
    if collection_id is None:
        cover = Cover(request.form.get("title", ""), language=interface_language())
        return operations.begin_with_post(actor(), cover, post_id, note).id, True
    return collection_id, operations.add_to_collection(actor(), collection_id, post_id, note)


def _collect_page(post: Post, errors: dict[str, str]) -> str:
    return render_template(
        "collections/collect.html",
        post=post,
        choices=queries.choices_for(actor(), post.id),
        audiences=AUDIENCE_LABELS,
        errors=errors,
        form=request.form,
        address=post_url(post.id, post.slug),
    )


@area.page("/collections/<int:collection_id>/arrange", needs=Need.PERSON, methods=("GET", "POST"))
def arrange_collection(collection_id: int) -> Any:
    """Order the posts of a collection: by buttons, by numbers, and by dragging where there is script."""
    collection = require_change(actor(), queries.collection_for(actor(), collection_id))
    if request.method == "POST":
        revision = number_from(request.form.get("revision")) or 0
        post_id, step = _asked_move()
        operations.order_collection(actor(), collection_id, _moved(_sent_order(), post_id, step), revision)
        if not post_id:
            flash(_("The order is saved."), "ok")
        anchor = f"post-{post_id}" if post_id else None
        return redirect(url_for("collections.arrange_collection", collection_id=collection_id, _anchor=anchor), 303)
    entries = queries.entries_for(actor(), collection)
    cards = show_cards(entry.card for entry in entries)
    return render_template(
        "collections/arrange.html", collection=collection, entries=list(zip(cards, entries, strict=True))
    )


def _asked_move() -> tuple[int | None, int]:
    """The post whose button was pressed, and whether it goes up (-1) or down (1)."""
    for name, step in (("up", -1), ("down", 1)):
        if post_id := number_from(request.form.get(name)):
            return post_id, step
    return None, 0


def _moved(order: list[int], post_id: int | None, step: int) -> list[int]:
    """An order in which one post has gone a place up (-1) or down (1), if there is one. Raises `Missing` when it is not in it."""
    if post_id is None:
        return order
    if post_id not in order:
        raise Missing(message("This post is not in the collection."))
    place = order.index(post_id)
    rest = [number for number in order if number != post_id]
    return [*rest[: max(0, place + step)], post_id, *rest[max(0, place + step) :]]


def _sent_order() -> list[int]:
    """The posts by the numbers typed beside them; equal numbers keep the order they had."""
    ids = [number for text in request.form.getlist("post") if (number := number_from(text))]
    places = {number: number_from(request.form.get(f"place-{number}")) or LAST for number in ids}
    return sorted(dict.fromkeys(ids), key=lambda number: places[number])


@area.page("/collections/<int:collection_id>/posts/<int:post_id>", needs=Need.PERSON, methods=("GET", "POST"))
def annotate_entry(collection_id: int, post_id: int) -> Any:
    """Say why to read a post of a collection."""
    collection = require_change(actor(), queries.collection_for(actor(), collection_id))
    post = post_for_page(actor(), post_id).post
    errors: dict[str, str] = {}
    notes = {entry.card.id: entry.note for entry in queries.entries_for(actor(), collection)}
    if post_id not in notes:
        raise Missing(message("This post is not in the collection."))
    if request.method == "POST":
        try:
            operations.annotate_entry(actor(), collection_id, post_id, request.form.get("note", ""))
            flash(_("Your note is saved."), "ok")
            return redirect(url_for("collections.arrange_collection", collection_id=collection_id), 303)
        except Invalid as problem:
            errors = said(problem)
    note = request.form.get("note", notes[post_id])
    page = render_template("collections/note.html", collection=collection, post=post, note=note, errors=errors)
    return page, 422 if errors else 200


@area.page("/collections/<int:collection_id>/posts/<int:post_id>/remove", needs=Need.PERSON, methods=("POST",))
def take_out(collection_id: int, post_id: int) -> Any:
    """Take a post out of a collection."""
    operations.take_out(actor(), collection_id, post_id)
    flash(_("The post is out of the collection. It can be added again from its page."), "ok")
    return redirect(url_for("collections.arrange_collection", collection_id=collection_id), 303)
