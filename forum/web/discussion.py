"""Comments: writing, editing, deleting and marking them. The conversation on a post's page is in `conversation.py`."""

from dataclasses import replace
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Conflict, Invalid
from forum.core.limits import check_limit
from forum.core.markdown import render
from forum.core.text import message
from forum.curation.operations.decisions import Statement, decide_on_comment
from forum.discussion.mentions import completions
from forum.discussion.models import Comment
from forum.discussion.operations import marking, moderating, writing
from forum.discussion.policy import require_author, require_comment
from forum.discussion.queries.single import comment_by_number, comment_for_page, history_of, place_of
from forum.library.models import Post
from forum.library.operations.form_drafts import form_draft_of, mark_of
from forum.library.policy import require_moderate
from forum.library.reading import post_for_page
from forum.web.accounts import said
from forum.web.cards import post_url
from forum.web.comment_forms import CommentForm, form_of, keep_typing, new_form, number_from, quotation, sent_form
from forum.web.conversation import conversation_url
from forum.web.languages import interface_language, say
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("comments", __name__)

MOST_COMMENTS, MINUTES = 30, 10
TOO_MANY = message("You write very much at once. Wait a few minutes, then post this comment.")


@area.page("/comments/<int:comment_id>", needs=Need.ANYONE)
def show_comment(comment_id: int) -> Any:
    """Lead to the comment on its post's page."""
    return redirect(comment_url(comment_id))


def comment_url(comment_id: int) -> str:
    """The address of a comment on its post's page, on the right page of the conversation."""
    place = place_of(actor(), comment_id)
    return conversation_url(place.post_id, place.post_slug, place.page, f"comment-{place.number}")


@area.page("/posts/<int:post_id>/comments/new", needs=Need.PERSON)
def write_comment(post_id: int) -> Any:
    """A form of its own: to answer the comment `reply`, and to quote the comment `quote` (0: the post)."""
    post = require_comment(actor(), post_for_page(actor(), post_id).post)
    answered = _answered(post, number_from(request.args.get("reply")))
    return _writing_page(post, answered, new_form(actor(), post, answered, _quoted(post)))


def _answered(post: Post, number: int | None) -> Comment | None:
    return comment_by_number(actor(), post, number) if number else None


def _quoted(post: Post) -> str:
    """The quotation that a new form begins with, if one was asked for."""
    asked = request.args.get("quote")
    if asked == "0":
        name = post.organisation.name if post.organisation else post.title
        return quotation(post.body, name, f"/posts/{post.id}")
    number = number_from(asked)
    if number is None:
        return ""
    comment = comment_by_number(actor(), post, number)
    name = comment.author.name if comment.author else _("Comment %(number)s", number=number)
    return quotation(comment.body, name, f"/comments/{comment.id}")


def _writing_page(
    post: Post, answered: Comment | None, form: CommentForm, errors: dict[str, str] | None = None, preview: str = ""
) -> str:
    return render_template(
        "discussion/write.html", post=post, answered=answered, form=form, errors=errors or {}, preview=preview
    )


@area.page("/posts/<int:post_id>/comments", needs=Need.PERSON, methods=("POST",))
def post_comment(post_id: int) -> Any:
    """Post a comment, or show how it will look."""
    post = require_comment(actor(), post_for_page(actor(), post_id).post)
    form = sent_form()
    answered = _answered(post, form.reply)
    try:
        if request.form.get("step") == "preview":
            text = writing.clean_body(form.body)
            return _writing_page(post, answered, form.guessed(actor()), preview=render(text).html)
        check_limit(f"comment:{actor().person_id}", MOST_COMMENTS, MINUTES * 60, TOO_MANY)
        comment = writing.post_comment(
            actor(),
            post_id,
            form.body,
            parent_id=answered.id if answered else None,
            language=form.language or None,
            request_key=form.request_key,
        )
    except Invalid as problem:
        return _writing_page(post, answered, form, said(problem)), 422
    flash(_("Your comment is posted."), "ok")
    return redirect(comment_url(comment.id), 303)


@area.page("/posts/<int:post_id>/comments/draft", needs=Need.MEMBER, methods=("POST",))
def keep_new(post_id: int) -> Any:
    """Keep a comment that is being typed; `draft.js` asks for it."""
    post, form = require_comment(actor(), post_for_page(actor(), post_id).post), sent_form()
    answered = _answered(post, form.reply)
    place = writing.draft_place(post.id, answered.id if answered else None)
    return _kept(post.id, place, form, url_for("comments.keep_new", post_id=post.id))


@area.page("/comments/<int:comment_id>/draft", needs=Need.MEMBER, methods=("POST",))
def keep_change(comment_id: int) -> Any:
    """Keep a change to a comment that is being typed."""
    comment, _post = _own(comment_id)
    address = url_for("comments.keep_change", comment_id=comment.id)
    return _kept(comment.id, writing.edit_place(comment.id), sent_form(), address)


def _kept(number: int, place: str, form: CommentForm, address: str) -> Any:
    """Keep what is typed at a place and answer the script; 409 with the text that another window has kept since."""
    try:
        return jsonify(id=number, save_url=address, kept=keep_typing(actor(), place, form))
    except Conflict as problem:
        draft = form_draft_of(actor(), place)
        now = {"body": draft.content.get("body", "")} if draft else {}
        return jsonify(title=say(problem.sentence), now=now, kept=mark_of(draft)), 409


@area.page("/comments/<int:comment_id>/edit", needs=Need.PERSON, methods=("GET", "POST"))
def edit_comment(comment_id: int) -> Any:
    """Change one's own comment; when it changed in the meantime, both texts are shown."""
    comment, post = _own(comment_id)
    if request.method == "GET":
        return _editing_page(comment, post, form_of(actor(), comment))
    form = sent_form()
    try:
        if request.form.get("step") == "preview":
            return _editing_page(comment, post, form, preview=render(writing.clean_body(form.body)).html)
        writing.edit_comment(actor(), comment_id, form.body, form.revision, form.language or None)
    except Invalid as problem:
        return _editing_page(comment, post, form, errors=said(problem)), 422
    except Conflict as problem:
        present = replace(form, revision=comment.revision)
        return _editing_page(comment, post, present, conflict=say(problem.sentence)), 409
    flash(_("Your comment is saved."), "ok")
    return redirect(comment_url(comment_id), 303)


def _own(comment_id: int) -> tuple[Comment, Post]:
    comment, post = comment_for_page(actor(), comment_id)
    require_author(actor(), comment)
    return comment, post


def _editing_page(comment: Comment, post: Post, form: CommentForm, **more: Any) -> str:
    values = {"errors": {}, "preview": "", "conflict": ""} | more
    return render_template("discussion/edit.html", comment=comment, post=post, form=form, **values)


@area.page("/comments/<int:comment_id>/delete", needs=Need.PERSON, methods=("GET", "POST"))
def delete_comment(comment_id: int) -> Any:
    """Say what deleting does, then do it."""
    if request.method == "POST":
        writing.delete_comment(actor(), comment_id)
        flash(_("Your comment is deleted. You can bring it back within 30 days."), "ok")
        return redirect(comment_url(comment_id), 303)
    comment, post = _own(comment_id)
    return render_template("discussion/delete.html", comment=comment, post=post)


@area.page("/comments/<int:comment_id>/bring-back", needs=Need.PERSON, methods=("POST",))
def bring_back_comment(comment_id: int) -> Any:
    """Undo a deletion."""
    writing.bring_back_comment(actor(), comment_id)
    flash(_("Your comment is back."), "ok")
    return redirect(comment_url(comment_id), 303)


@area.page("/comments/<int:comment_id>/history", needs=Need.ANYONE)
def show_history(comment_id: int) -> Any:
    """What a comment said before."""
    comment, post = comment_for_page(actor(), comment_id)
    versions = [(version, render(version.body).html) for version in history_of(comment)]
    return render_template("discussion/history.html", comment=comment, post=post, versions=versions)


@area.page("/comments/<int:comment_id>/useful", needs=Need.MEMBER, methods=("POST",))
def mark_useful(comment_id: int) -> Any:
    """Find a comment useful, or take that back."""
    useful = request.form.get("useful") != "0"
    marking.mark_useful(actor(), comment_id, useful=useful)
    flash(_thanks(useful), "ok")
    return redirect(comment_url(comment_id), 303)


@area.page("/posts/<int:post_id>/useful", needs=Need.MEMBER, methods=("POST",))
def mark_post_useful(post_id: int) -> Any:
    """Find a post useful, or take that back."""
    useful = request.form.get("useful") != "0"
    post = marking.mark_post_useful(actor(), post_id, useful=useful)
    flash(_thanks(useful), "ok")
    return redirect(post_url(post.id, post.slug), 303)


def _thanks(useful: bool) -> str:
    return str(_("Thank you. You found this useful.") if useful else _("Your mark is taken back."))


@area.page("/comments/<int:comment_id>/accept", needs=Need.MEMBER, methods=("POST",))
def accept_answer(comment_id: int) -> Any:
    """Say that a comment answers the question, or take that back."""
    accepted = request.form.get("accepted") != "0"
    marking.accept_answer(actor(), comment_id, accepted=accepted)
    flash(_("This comment is now the accepted answer.") if accepted else _("The answer is open again."), "ok")
    return redirect(comment_url(comment_id), 303)


@area.page("/comments/<int:comment_id>/hide", needs=Need.MODERATOR, methods=("GET", "POST"))
def hide_comment(comment_id: int) -> Any:
    """Say what hiding does, ask for the reason, then do it."""
    comment, post = comment_for_page(actor(), comment_id)
    require_moderate(actor(), post)
    errors = {}
    if request.method == "POST":
        try:
            reasons = Statement(reason=request.form.get("reason", ""), language=interface_language())
            decide_on_comment(actor(), comment_id, "hide", reasons)
            flash(_("The comment is hidden. Its author can read your reason."), "ok")
            return redirect(comment_url(comment_id), 303)
        except Invalid as problem:
            errors = said(problem)
    page = render_template(
        "discussion/hide.html", comment=comment, post=post, errors=errors, reason=request.form.get("reason", "")
    )
    return page, 422 if errors else 200


@area.page("/comments/<int:comment_id>/restore", needs=Need.MODERATOR, methods=("POST",))
def restore_comment(comment_id: int) -> Any:
    """Show a hidden comment again."""
    moderating.restore_comment(actor(), comment_id)
    flash(_("Everybody who can read the post can read this comment again."), "ok")
    return redirect(comment_url(comment_id), 303)


@area.page("/mentions", needs=Need.MEMBER)
def list_mentions() -> Any:
    """People and organisations for the word after an @, for `mentions.js`."""
    found = completions(request.args.get("q", ""))
    return jsonify(items=[{"name": one.name, "detail": one.detail, "source": one.source} for one in found])
