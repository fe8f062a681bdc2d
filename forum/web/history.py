"""The history of a post: who changed what, the differences in words, and bringing an earlier version back."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.text import message
from forum.library.history import Change, change_of, change_since, changes_of
from forum.library.models import SHOWN_STATUSES
from forum.library.operations.writing import restore_version
from forum.library.policy import can_edit
from forum.library.reading import post_for_page, post_to_edit
from forum.web.cards import post_url
from forum.web.differences import changed_labels, differences
from forum.web.languages import say
from forum.web.post_area import area
from forum.web.routes import Need
from forum.web.sessions import actor

RESTORED = re.compile(r"restored ([0-9]+)")
SUGGESTED = re.compile(r"suggestion [0-9]+")
REVISION = re.compile("[0-9]{1,9}")


@area.page("/posts/<int:post_id>/history", needs=Need.ANYONE)
def show_history(post_id: int) -> str:
    """Every edit: who, when, why, and which fields."""
    post = post_for_page(actor(), post_id).post
    changes = changes_of(actor(), post)
    return render_template(
        "library/history.html",
        post=post,
        address=post_url(post.id, post.slug),
        changes=[(change, changed_labels(change.before, change.after), note_of(change)) for change in changes],
        may_restore=can_edit(actor(), post) and post.status in SHOWN_STATUSES,
    )


@area.page("/posts/<int:post_id>/history/<int:number>", needs=Need.ANYONE)
def show_change(post_id: int, number: int) -> str:
    """What one edit changed, in words that were taken out and put in."""
    post = post_for_page(actor(), post_id).post
    change = change_of(actor(), post, number)
    return render_template(
        "library/change.html",
        post=post,
        address=post_url(post.id, post.slug),
        change=change,
        note=note_of(change),
        differences=differences(change.before, change.after),
        may_restore=can_edit(actor(), post) and post.status in SHOWN_STATUSES,
    )


@area.page("/posts/<int:post_id>/history/since-review", needs=Need.ANYONE)
def show_since_review(post_id: int) -> str:
    """What results and method say now, and what they said when a moderator reviewed them."""
    post = post_for_page(actor(), post_id).post
    change = change_since(actor(), post, post.changed_version or 0)
    return render_template(
        "library/since_review.html",
        post=post,
        address=post_url(post.id, post.slug),
        change=change,
        differences=differences(change.before, change.after),
    )


@area.page("/posts/<int:post_id>/history/<int:number>/restore", needs=Need.MEMBER, methods=("GET", "POST"))
def bring_version_back(post_id: int, number: int) -> Any:
    """Say what bringing a version back means; then do it."""
    post = post_to_edit(actor(), post_id)
    if request.method == "POST":
        revision = request.form.get("revision", "")
        restore_version(actor(), post_id, number, int(revision) if REVISION.fullmatch(revision) else 0)
        flash(_("Version %(number)s is the present one again.", number=number), "ok")
        return redirect(post_url(post.id, post.slug), 303)
    change = change_of(actor(), post, number)
    return render_template("library/restore_version.html", post=post, change=change, back=url_for(
        "posts.show_change", post_id=post_id, number=number
    ))  # fmt: skip


def note_of(change: Change) -> str:
    """Why an edit was made: the editor's words, or ours for a version that was brought back."""
    if SUGGESTED.fullmatch(change.note):
        return say(message("A suggestion was accepted"))
    restored = RESTORED.fullmatch(change.note)
    return say(message("Version %(number)s was brought back", number=restored[1])) if restored else change.note
