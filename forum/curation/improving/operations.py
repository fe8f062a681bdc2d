"""The request conversation: writing to the other side, suggesting changes field by field, taking them up or declining them."""

from sqlalchemy import func, select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.events import record
from forum.core.markdown import render
from forum.core.text import message as _
from forum.curation import events
from forum.curation.improving.models import MESSAGE_LENGTH, SENTENCE_LENGTH, RequestMessage, Suggestion
from forum.curation.improving.policy import may_suggest, require_answering, require_part, require_suggesting
from forum.library.content import content_of
from forum.library.form_texts import form_text
from forum.library.life import is_open
from forum.library.models import Post
from forum.library.operations.curating import resubmit, suggest_changes
from forum.library.operations.texts import clean_text_of, edit_text, text_of
from forum.library.operations.writing import find_post
from forum.library.roles import roles_of, standing_of

MOST_UNSENT = 30
ANSWERED = _("This suggestion is answered already.")


@operation
def write_message(actor: Actor, post_id: int, body: str, language: str) -> RequestMessage:
    """Write to the other side of a post. Raises `Invalid` for nothing, and for more than 5,000 characters."""
    post = require_part(actor, find_post(post_id))
    cleaned = form_text("body", body, MESSAGE_LENGTH, _("Write your message."))
    html = render(cleaned).html
    message = RequestMessage(
        post_id=post.id, author_id=actor.person_id, body=cleaned, body_html=html, language=language, written_at=now()
    )
    db.session.add(message)
    db.session.flush()
    record(actor, events.REQUEST_WRITTEN, "post", post.id, {"message": message.id})
    return message


@operation
def suggest(actor: Actor, post_id: int, field: str, text: str, sentence: str, language: str) -> Suggestion:
    """Keep a suggestion for a text field, not sent yet. A text like the present one leaves the words to the author.

    Raises `Invalid` under `field`, `text` or `sentence`.
    """
    post = require_suggesting(actor, find_post(post_id))
    proposed = clean_text_of(post.kind, field, text)
    why = form_text("sentence", sentence, SENTENCE_LENGTH, _("Write one friendly sentence: the author will read it."))
    unsent = select(func.count()).where(Suggestion.post_id == post.id, Suggestion.sent_at.is_(None))
    if (db.session.scalar(unsent) or 0) >= MOST_UNSENT:
        raise Conflict(_("Send the suggestions that wait first."))
    before = text_of(content_of(post), field)
    suggestion = Suggestion(
        post_id=post.id,
        field=field,
        sentence=why,
        language=language,
        before=before,
        proposed="" if proposed == before else proposed,
        suggested_by_id=actor.person_id,
        suggested_at=now(),
    )
    db.session.add(suggestion)
    db.session.flush()
    return suggestion


@operation
def remove_suggestion(actor: Actor, suggestion_id: int) -> Suggestion:
    """Take away a suggestion that was not sent."""
    suggestion = _find(suggestion_id)
    require_suggesting(actor, find_post(suggestion.post_id))
    if suggestion.sent_at:
        raise Conflict(_("This suggestion was sent already."))
    db.session.delete(suggestion)
    return suggestion


@operation
def send_suggestions(actor: Actor, post_id: int) -> Post:
    """Send what moderators suggest to the author, all at once; a post that has no badge yet is marked so until they answer."""
    post = require_suggesting(actor, find_post(post_id))
    waiting = select(Suggestion).where(Suggestion.post_id == post.id, Suggestion.sent_at.is_(None))
    suggestions = list(db.session.scalars(waiting.order_by(Suggestion.id)))
    if not suggestions:
        raise Conflict(_("There is nothing to send. Suggest a change first."))
    for suggestion in suggestions:
        suggestion.sent_at = now()
    data = {"suggestions": [suggestion.id for suggestion in suggestions]}
    if is_open("suggest_changes", roles_of(actor, post), standing_of(post)):
        suggest_changes(actor, post.id, data)
    record(actor, events.SUGGESTIONS_SENT, "post", post.id, data)
    return post


@operation
def accept_suggestion(
    actor: Actor, suggestion_id: int, text: str | None = None, revision: int | None = None
) -> Suggestion:
    """Take a suggestion up, as it is or in other words (`text`): the field says it from now on, its former text is a version.

    Raises `Conflict` when the field no longer says what it said when the suggestion was made; with `text`, when the post is no
    longer at the `revision` that the author saw. Raises `Invalid` for a text that the field cannot take.
    """
    suggestion = _find(suggestion_id)
    post = _answerable(actor, suggestion)
    content = content_of(post)
    if text is None and text_of(content, suggestion.field) != suggestion.before:
        raise Conflict(_("This text has changed since the suggestion. Compare both, then save your own words."))
    words = suggestion.proposed if text is None else clean_text_of(post.kind, suggestion.field, text)
    if not words or words == text_of(content, suggestion.field):
        raise Invalid({"text": _("Write what the text should say from now on.")})
    seen = post.revision if text is None else revision or 0
    edit_text(actor, post.id, suggestion.field, words, seen, note=f"suggestion {suggestion.id}", improves=True)
    return _answer(actor, suggestion, "accepted" if words == suggestion.proposed else "changed")


@operation
def decline_suggestion(actor: Actor, suggestion_id: int, because: str) -> Suggestion:
    """Decline a suggestion: "no thanks, because". The post stays as it is."""
    suggestion = _find(suggestion_id)
    _answerable(actor, suggestion)
    suggestion.answer = form_text("because", because, SENTENCE_LENGTH, _("Write why not: one sentence is enough."))
    return _answer(actor, suggestion, "declined")


def _find(suggestion_id: int) -> Suggestion:
    suggestion = db.session.get(Suggestion, suggestion_id, with_for_update=True)
    if suggestion is None:
        raise Missing(_("There is no such suggestion."))
    return suggestion


def _answerable(actor: Actor, suggestion: Suggestion) -> Post:
    post = find_post(suggestion.post_id)
    if suggestion.sent_at is None and not (post and may_suggest(actor, post)):
        raise Missing(_("There is no such suggestion."))
    found = require_answering(actor, post)
    if suggestion.state != "open":
        raise Conflict(ANSWERED)
    return found


def _answer(actor: Actor, suggestion: Suggestion, state: str) -> Suggestion:
    suggestion.state, suggestion.answered_by_id, suggestion.answered_at = state, actor.person_id, now()
    data = {"suggestion": suggestion.id, "state": state}
    record(actor, events.SUGGESTION_ANSWERED, "post", suggestion.post_id, data)
    return suggestion


@operation
def ask_for_another_look(actor: Actor, post_id: int) -> Post:
    """Tell the moderators that the suggestions are answered: the post waits for them again."""
    post = require_answering(actor, find_post(post_id))
    return resubmit(actor, post.id)
