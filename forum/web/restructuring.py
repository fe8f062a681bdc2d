"""Merging, splitting, converting, superseding: a page says what will happen, then it is done."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from forum.core.actor import VISITOR
from forum.core.errors import Denied, Invalid
from forum.core.text import message
from forum.curation import restructuring_queries as queries
from forum.curation.operations import converting, merging, splitting
from forum.curation.operations.restructuring_undo import undo_restructuring
from forum.curation.restructuring_models import Restructuring
from forum.curation.restructuring_policy import may_make_practice, require_act
from forum.discussion.queries.conversation import comments_page
from forum.discussion.queries.single import comment_for_page
from forum.library.models import Post
from forum.library.operations.restructuring import CONVERTIBLE, without_place
from forum.library.policy import can_edit, can_read, require_moderate
from forum.library.reading import post_for_page
from forum.web.accounts import said
from forum.web.cards import post_url, show_cards
from forum.web.comment_forms import number_from
from forum.web.labels import field_label
from forum.web.post_area import area
from forum.web.routes import Need
from forum.web.sessions import actor

STEP_LABELS = {
    "merge": lazy_gettext("Merged"),
    "split": lazy_gettext("Comments moved to a new post"),
    "convert": lazy_gettext("Kind changed"),
    "practice": lazy_gettext("Answer turned into a practice"),
    "transfer": lazy_gettext("Moved to another organisation"),
    "supersede": lazy_gettext("Pointed to a newer post"),
}


def address_of(post: Post) -> str:
    """The address of a post's page."""
    return post_url(post.id, post.slug)


def attempt(step: Callable[[], Restructuring], done: str) -> tuple[Restructuring | None, dict[str, str]]:
    """Take a step; give it, or what is wrong with what was sent."""
    try:
        taken = step()
    except Invalid as problem:
        return None, said(problem)
    flash(done, "ok")
    return taken, {}


def _page(template: str, post: Post, errors: dict[str, str], **more: Any) -> Any:
    form = request.form
    page = render_template(
        f"restructuring/{template}.html", post=post, errors=errors, form=form, address=address_of(post), **more
    )
    return page, 422 if errors else 200


def _chosen(post: Post) -> tuple[list[Any], Any]:
    """The posts found for the words that were typed, and the one that was chosen."""
    words, other = request.args.get("q", "").strip(), number_from(request.values.get("other"))
    found = show_cards(queries.pick(actor(), words, post.id)) if words and not other else []
    chosen = show_cards(queries.pick(actor(), str(other), post.id)) if other else []
    return found, chosen[0] if chosen else None


@area.page("/posts/<int:post_id>/merge", needs=Need.PERSON, methods=("GET", "POST"))
def merge(post_id: int) -> Any:
    """Choose the post that this one goes into, read what will happen, and do it."""
    post = require_act(actor(), post_for_page(actor(), post_id).post)
    found, other = _chosen(post)
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = request.form
        done, errors = attempt(
            lambda: merging.merge_posts(
                actor(), post_id, number_from(sent.get("other")) or 0, sent.get("text", ""), sent.get("reason", "")
            ),
            _("The posts are merged. You can undo this for 30 days."),
        )
        if done and done.target_id:
            return redirect(url_for("posts.show_post", post_id=done.target_id, slug="-"), 303)
    is_narrower = (
        bool(other) and can_read(VISITOR, post) and not can_read(VISITOR, post_for_page(actor(), other.id).post)
    )
    return _page(
        "merge", post, errors, found=found, other=other, words=request.args.get("q", ""), is_narrower=is_narrower
    )


@area.page("/posts/<int:post_id>/supersede", needs=Need.PERSON, methods=("GET", "POST"))
def supersede(post_id: int) -> Any:
    """Choose the newer post, read what will happen, and do it."""
    post = require_act(actor(), post_for_page(actor(), post_id).post)
    found, other = _chosen(post)
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = request.form
        done, errors = attempt(
            lambda: merging.supersede_post(
                actor(), post_id, number_from(sent.get("other")) or 0, sent.get("reason", "")
            ),
            _("Readers of this post now find the newer one. You can undo this for 30 days."),
        )
        if done:
            return redirect(address_of(post), 303)
    return _page("supersede", post, errors, found=found, other=other, words=request.args.get("q", ""))


@area.page("/posts/<int:post_id>/split", needs=Need.MODERATOR, methods=("GET", "POST"))
def split(post_id: int) -> Any:
    """Choose comments that become a question of their own."""
    post = require_act(actor(), require_moderate(actor(), post_for_page(actor(), post_id).post))
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = request.form
        chosen = [number for text in sent.getlist("comments") if (number := number_from(text))]
        done, errors = attempt(
            lambda: splitting.split_post(
                actor(),
                post_id,
                number_from(sent.get("first")) or 0,
                chosen,
                sent.get("title", ""),
                sent.get("reason", ""),
            ),
            _("The comments are a post of their own now. You can undo this for 30 days."),
        )
        if done and done.target_id:
            return redirect(url_for("posts.show_post", post_id=done.target_id, slug="-"), 303)
    page = number_from(request.args.get("page")) or 1
    talk = comments_page(actor(), post, page)
    shown = [one for one in talk.comments if not one.is_gone and one.status == "shown"]
    first = number_from(request.values.get("first"))
    return _page("split", post, errors, comments=shown, first=first, page=talk.page, pages=talk.pages)


@area.page("/posts/<int:post_id>/convert", needs=Need.PERSON, methods=("GET", "POST"))
def convert(post_id: int) -> Any:
    """Make a question news, or news a question."""
    post = require_act(actor(), post_for_page(actor(), post_id).post)
    if post.kind not in CONVERTIBLE:
        raise Denied(message("Only a question can become news, and news a question."))
    errors: dict[str, str] = {}
    homeless = [field_label(post.kind, name) for name in without_place(post)]
    if request.method == "POST":
        done, errors = attempt(
            lambda: converting.convert_post(actor(), post_id, request.form.get("reason", "")),
            _("The kind is changed. You can undo this for 30 days."),
        )
        if done:
            return redirect(address_of(post), 303)
    return _page("convert", post, errors, homeless=homeless, may_edit=can_edit(actor(), post))


@area.page("/comments/<int:comment_id>/practice", needs=Need.MEMBER, methods=("GET", "POST"))
def practice_from(comment_id: int) -> Any:
    """Turn an answer into the draft of a practice, for who wrote it."""
    comment, post = comment_for_page(actor(), comment_id)
    if not may_make_practice(actor(), comment):
        raise Denied(message("Only the people who wrote this answer can turn it into a practice."))
    if request.method == "POST":
        done, _errors = attempt(
            lambda: splitting.make_practice(actor(), comment_id),
            _("Here is your draft. Only you can see it until you post it."),
        )
        if done and done.target_id:
            return redirect(url_for("posts.edit_post", post_id=done.target_id), 303)
    return _page("practice", post, {}, comment=comment)


@area.page("/restructurings", needs=Need.PERSON)
def list_restructurings() -> str:
    """What was merged, split and moved in the last 30 days, as far as the reader may undo it."""
    return render_template("restructuring/list.html", steps=queries.undoable(actor()), labels=STEP_LABELS)


@area.page("/restructurings/<int:restructuring_id>/undo", needs=Need.PERSON, methods=("POST",))
def undo(restructuring_id: int) -> Any:
    """Take a step back: everything, or nothing with a sentence that says why not."""
    done = undo_restructuring(actor(), restructuring_id)
    flash(_("It is undone. Everything is as it was."), "ok")
    return redirect(url_for("posts.show_post", post_id=done.source_id, slug="-"), 303)
