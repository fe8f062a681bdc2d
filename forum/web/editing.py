"""Editing a post: a draft until it is posted, then versions that others can follow."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Conflict, Invalid
from forum.core.markdown import render
from forum.library.content import Content, content_of
from forum.library.kinds import KINDS
from forum.library.models import Post
from forum.library.operations import writing
from forum.library.operations.form_drafts import discard, form_draft_of, mark_of
from forum.library.operations.writing import UNPOSTED, post_now, save_draft
from forum.library.privacy import FIELD as PRIVACY
from forum.library.reading import post_to_edit
from forum.web import labels
from forum.web.advice import hints_for
from forum.web.cards import post_url
from forum.web.checks import checks_in
from forum.web.differences import Difference, differences
from forum.web.form_fields import FieldMaker
from forum.web.languages import say
from forum.web.post_area import area
from forum.web.post_form import (
    Values,
    content_in,
    errors_of,
    number_in,
    text_in,
    valid_content_in,
    values_in,
    values_of,
    with_suggested_themes,
)
from forum.web.posting import organisation_in, own_organisations, thanks_for
from forum.web.routes import Need
from forum.web.sessions import actor
from forum.web.wording.headings import headings_of, with_headings


@area.page("/posts/<int:post_id>/edit", needs=Need.PERSON, methods=("GET", "POST"))
def edit_post(post_id: int) -> Any:
    """The whole form of a post, with what was typed into it before and not sent."""
    post = post_to_edit(actor(), post_id)
    if request.method == "GET":
        return show_kept(post)
    values = values_in(request.form)
    if "add" in request.form:
        if request.form["add"] == "headings":
            values["body"] = [with_headings(text_in(values, "body"), post.kind)]
        return show_edit(post, values)
    try:
        return take_edit(post, values, request.form.get("action", "save"))
    except Invalid as problem:
        return show_edit(post, values, errors_of(problem)), 422
    except Conflict as problem:
        return show_conflict(post, values, say(problem.sentence)), 409


def place_of(post_id: int) -> str:
    """Where what is typed into the form of a post is kept."""
    return f"posts/{post_id}/edit"


def show_kept(post: Post) -> str:
    """The form as the post is, or as it was left by somebody who did not send it."""
    kept = form_draft_of(actor(), place_of(post.id))
    content = content_of(post)
    if kept is None or valid_content_in(kept.content, content, actor()) == (content, True):
        return show_edit(post, values_of(content) | {"revision": [str(post.revision)]})
    values = {name: list(texts) for name, texts in kept.content.items()}
    return show_edit(post, values | {"revision": [str(kept.revision)]}, kept_at=kept.updated_at)


def take_edit(post: Post, values: Values, action: str) -> Any:
    """Do what the button says. Raises `Invalid` and `Conflict`."""
    content = content_in(values, content_of(post), actor())
    if action == "preview":
        return show_edit(post, values, preview=render(content.body).html)
    if post.status in UNPOSTED:
        return take_unposted(post, content, values, action)
    saved = writing.edit_post(actor(), post.id, content, number_in(values, "revision") or 0, text_in(values, "note"))
    discard(actor(), place_of(post.id))
    flash(_("Your changes are saved."), "ok")
    return redirect(post_url(saved.id, saved.slug), 303)


def take_unposted(post: Post, content: Content, values: Values, action: str) -> Any:
    """Post a draft, or keep it. Raises `Conflict` when it was changed in another window."""
    organisation_id, seen = organisation_in(values, post.organisation_id), number_in(values, "revision")
    if action != "post":
        save_draft(actor(), post.id, content, organisation_id, seen)
        discard(actor(), place_of(post.id))
        flash(_("The draft is saved. Only you can see it."), "ok")
        return redirect(url_for("posts.edit_post", post_id=post.id), 303)
    posted = post_now(actor(), content, organisation_id, draft_id=post.id, seen=seen, privacy_checked=PRIVACY in values)
    discard(actor(), place_of(post.id))
    flash(thanks_for(posted), "ok")
    return redirect(url_for("posts.ask_next", post_id=posted.id), 303)


def show_conflict(post: Post, values: Values, sentence: str) -> str:
    """Both texts, and the form with mine: saving it again puts mine in the place of theirs, knowingly."""
    theirs = content_of(post)
    apart = differences(theirs, content_in(values, theirs, actor()))
    mine = dict(values) | {"revision": [str(post.revision)]}
    return show_edit(post, mine, {"": sentence}, conflict=apart)


def show_edit(
    post: Post,
    values: Values,
    errors: dict[str, str] | None = None,
    *,
    preview: str = "",
    conflict: list[Difference] | None = None,
    kept_at: Any = None,
) -> str:
    """The whole form: first what posting asks for, then everything else by section."""
    suggested: list[str] = []
    if preview or post.status in UNPOSTED:
        values, suggested = with_suggested_themes(values)
    organisations = own_organisations() if post.status in UNPOSTED else []
    organisation = post.organisation.name if post.organisation else ""
    add = request.form.get("add", "") if request.method == "POST" else ""
    sent = frozenset(values) if request.method == "POST" or kept_at else frozenset()
    everything = {**values_of(content_of(post)), **values}
    maker = FieldMaker(KINDS[post.kind], everything, errors or {}, organisation, tuple(suggested), add, sent)
    return render_template(
        "library/edit.html",
        post=post,
        kind=post.kind,
        kind_label=labels.kind_label(post.kind),
        address=post_url(post.id, post.slug),
        unposted=post.status in UNPOSTED,
        maker=maker,
        fields=maker.tiny(),
        headings=headings_of(post.kind),
        sections=list(maker.sections()),
        values=everything,
        text_in=text_in,
        organisations=organisations,
        errors=errors or {},
        preview=preview,
        hints=hints_for(text_in(values, "body")) if preview else [],
        checks=checks_in(actor(), content_in(values, content_of(post), actor()), post.id) if preview else [],
        conflict=conflict,
        kept_at=kept_at,
        kept=text_in(values, "kept") if "kept" in values else mark_of(form_draft_of(actor(), place_of(post.id))),
    )
