"""Suggestions for the fields of a post: moderators write and send them, authors answer each with one click."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.db import db
from forum.core.diff import compare
from forum.core.errors import Conflict, Invalid, Missing
from forum.curation.improving import operations
from forum.curation.improving.models import SENTENCE_LENGTH, Suggestion
from forum.curation.improving.policy import require_suggesting
from forum.curation.improving.queries import Proposal, conversation_of, proposal_for
from forum.library.content import content_of
from forum.library.models import Post
from forum.library.operations.texts import text_of, texts_of
from forum.web import labels
from forum.web.comment_forms import number_from
from forum.web.differences import Difference
from forum.web.improving import show_conversation
from forum.web.languages import interface_language, say
from forum.web.post_form import errors_of
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("suggesting", __name__)


@area.page("/posts/<int:post_id>/request/suggest", needs=Need.MODERATOR, methods=("GET", "POST"))
def suggest(post_id: int) -> Any:
    """Suggest other words for one field, and say why; nothing is sent yet."""
    post = require_suggesting(actor(), db.session.get(Post, post_id))
    name = request.values.get("field", "title")
    if name not in texts_of(post.kind):
        raise Missing
    text, sentence = request.form.get("text", text_of(content_of(post), name)), request.form.get("sentence", "")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            operations.suggest(actor(), post_id, name, text, sentence, interface_language())
            flash(_("The suggestion is kept. Add more, then send them all at once."), "ok")
            return redirect(conversation_url(post_id), 303)
        except Invalid as problem:
            errors = errors_of(problem)
    page = render_template(
        "improving/suggest.html",
        post=post,
        back=conversation_url(post_id),
        name=name,
        label=labels.field_label(post.kind, name),
        text=text,
        sentence=sentence,
        longest=SENTENCE_LENGTH,
        errors=errors,
    )
    return page, 422 if errors else 200


@area.page("/posts/<int:post_id>/request/send", needs=Need.MODERATOR, methods=("POST",))
def send(post_id: int) -> Any:
    """Send all suggestions that wait to the author."""
    operations.send_suggestions(actor(), post_id)
    flash(_("The suggestions are sent. The author gets one mail."), "ok")
    return redirect(conversation_url(post_id), 303)


@area.page("/suggestions/<int:suggestion_id>/remove", needs=Need.MODERATOR, methods=("POST",))
def remove(suggestion_id: int) -> Any:
    """Take away a suggestion that was not sent."""
    return redirect(conversation_url(operations.remove_suggestion(actor(), suggestion_id).post_id), 303)


@area.page("/suggestions/<int:suggestion_id>/accept", needs=Need.PERSON, methods=("POST",))
def accept(suggestion_id: int) -> Any:
    """Take a suggestion up as it is; when the text changed meanwhile, show both."""
    try:
        suggestion = operations.accept_suggestion(actor(), suggestion_id)
    except Conflict as problem:
        return show_change(suggestion_id, {"text": say(problem.sentence)}), 409
    except Invalid as problem:
        return show_change(suggestion_id, errors_of(problem)), 422
    return done(suggestion, _("Accepted. The former text is kept in the history."))


@area.page("/suggestions/<int:suggestion_id>/change", needs=Need.PERSON, methods=("GET", "POST"))
def change(suggestion_id: int) -> Any:
    """Take a suggestion up in one's own words."""
    if request.method == "GET":
        return show_change(suggestion_id)
    text, revision = request.form.get("text", ""), number_from(request.form.get("revision"))
    try:
        suggestion = operations.accept_suggestion(actor(), suggestion_id, text, revision)
    except Invalid as problem:
        return show_change(suggestion_id, errors_of(problem), text), 422
    except Conflict as problem:
        return show_change(suggestion_id, {"text": say(problem.sentence)}, text), 409
    return done(suggestion, _("Saved. The former text is kept in the history."))


@area.page("/suggestions/<int:suggestion_id>/decline", needs=Need.PERSON, methods=("POST",))
def decline(suggestion_id: int) -> Any:
    """Say no thanks, and why."""
    because = request.form.get(f"because-{suggestion_id}", "")
    try:
        return done(operations.decline_suggestion(actor(), suggestion_id, because), _("Your answer is kept."))
    except Invalid as problem:
        post, _proposal = proposal_for(actor(), suggestion_id)
        errors = {f"because-{suggestion_id}": sentence for sentence in errors_of(problem).values()}
        return show_conversation(conversation_of(actor(), post.id), errors), 422


def done(suggestion: Suggestion, sentence: str) -> Any:
    """Back to the conversation after an answer."""
    flash(sentence, "ok")
    return redirect(conversation_url(suggestion.post_id), 303)


def show_change(suggestion_id: int, errors: dict[str, str] | None = None, text: str | None = None) -> str:
    """A suggestion with what the field says now, and the words of the author's own."""
    post, proposal = proposal_for(actor(), suggestion_id)
    if proposal.suggestion.state != "open":
        raise Conflict(operations.ANSWERED)
    suggested = proposal.suggestion.proposed or proposal.now
    return render_template(
        "improving/change.html",
        post=post,
        back=conversation_url(post.id),
        suggestion=proposal.suggestion,
        label=labels.field_label(post.kind, proposal.suggestion.field),
        is_stale=proposal.is_stale,
        difference=from_now(post, proposal),
        now=proposal.now,
        text=suggested if text is None else text,
        errors=errors or {},
    )


def from_now(post: Post, proposal: Proposal) -> Difference | None:
    """How the suggestion differs from what the field says now; None when the words are left to the author."""
    suggestion = proposal.suggestion
    if not suggestion.proposed:
        return None
    label = labels.field_label(post.kind, suggestion.field)
    return Difference(suggestion.field, label, compare(proposal.now, suggestion.proposed))


def conversation_url(post_id: int) -> str:
    """The page of a post's conversation."""
    return url_for("improving.show_request", post_id=post_id)
