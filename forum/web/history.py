"""The history of a post: who changed what, the differences in words, and bringing an earlier version back."""

import re
from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.text import message
from forum.library.history import (
    Change,
    Version,
    change_of,
    change_since,
    changes_of,
    two_versions,
    versions_from,
    versions_of,
)
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.operations.writing import restore_version
from forum.library.policy import can_edit
from forum.library.reading import post_for_page, post_to_edit
from forum.web.cards import post_url
from forum.web.comment_forms import number_from
from forum.web.differences import changed_labels, differences
from forum.web.languages import say
from forum.web.post_area import area
from forum.web.routes import Need
from forum.web.sessions import actor
from forum.web.templating import show_date

RESTORED = re.compile(r"restored ([0-9]+)")
SUGGESTED = re.compile(r"suggestion [0-9]+")
REVISION = re.compile("[0-9]{1,9}")


@area.page("/posts/<int:post_id>/history", needs=Need.ANYONE)
def show_history(post_id: int) -> str:
    """Every edit: who, when, why, and which fields."""
    post = post_for_page(actor(), post_id).post
    changes = changes_of(actor(), post)
    versions = versions_from(changes, post)
    return render_template(
        "library/history.html",
        post=post,
        address=post_url(post.id, post.slug),
        choices=version_choices(versions),
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
        beside=beside_url(post, change),
        differences=differences(change.before, change.after),
        may_restore=can_edit(actor(), post) and post.status in SHOWN_STATUSES,
    )


@area.page("/posts/<int:post_id>/history/compare", needs=Need.ANYONE)
def compare_versions(post_id: int) -> str:
    """Any two versions, in one text or side by side (`view=side`); without a choice, the last change."""
    post = post_for_page(actor(), post_id).post
    asked = [number_from(request.args.get(name)) or 0 for name in ("from", "to")]
    versions = versions_of(actor(), post)
    if "from" not in request.args and len(versions) > 1:
        asked[0] = versions[1].number
    older, newer = two_versions(actor(), post, *asked)
    sides = request.args.get("view") == "side"
    return render_template(
        "library/compare.html",
        post=post,
        address=post_url(post.id, post.slug),
        older=older,
        newer=newer,
        choices=version_choices(versions),
        name_of=version_name,
        differences=differences(older.content, newer.content),
        sides=sides,
        view_url=lambda view: url_for(
            "posts.compare_versions", post_id=post_id, **{"from": older.number, "to": newer.number, "view": view}
        ),
        may_restore=can_edit(actor(), post) and post.status in SHOWN_STATUSES,
        notes=[(version, note_of(version)) for version in (older, newer)],
    )


def beside_url(post: Post, change: Change) -> str:
    """Where one change stands side by side: its version, and the next that the reader may read."""
    later = [one.number for one in versions_of(actor(), post) if one.number > change.number]
    between: dict[str, Any] = {"from": change.number, "to": min(later, default=0), "view": "side"}
    return url_for("posts.compare_versions", post_id=post.id, **between)


def version_choices(versions: Iterable[Version]) -> list[tuple[str, str]]:
    """(value, words) of each version, for a form."""
    return [(str(version.number), version_name(version)) for version in versions]


def version_name(version: Version) -> str:
    """What a version is called: its number, and since when the post said so."""
    if not version.number:
        return str(_("What it says now"))
    if version.at is None:
        return str(_("Version %(number)s", number=version.number))
    return str(_("Version %(number)s, of %(date)s", number=version.number, date=show_date(version.at)))


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


def note_of(change: Change | Version) -> str:
    """Why an edit was made: the editor's words, or ours for a version that was brought back."""
    if SUGGESTED.fullmatch(change.note):
        return say(message("A suggestion was accepted"))
    restored = RESTORED.fullmatch(change.note)
    return say(message("Version %(number)s was brought back", number=restored[1])) if restored else change.note
