"""What moderators do with a comment: hide it with a reason, and bring it back."""

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import operation
from forum.core.errors import Missing
from forum.core.events import record
from forum.core.text import message as _
from forum.discussion import events
from forum.discussion.models import REASON_LENGTH, Comment
from forum.discussion.operations.writing import find_comment, settle_count
from forum.library.form_texts import form_text
from forum.library.policy import require_moderate


@operation
def hide_comment(actor: Actor, comment_id: int, reason: str) -> Comment:
    """Hide a comment from everybody but its author and the moderators; others see its number only."""
    comment, post = find_comment(actor, comment_id)
    require_moderate(actor, post)
    if comment.deleted_at is not None:
        raise Missing(_("This comment is no longer here."))
    comment.hidden_reason = form_text("reason", reason, REASON_LENGTH, _("Write a reason. The author will read it."))
    if comment.hidden_at is None:
        comment.hidden_at = now()
        settle_count(post, comment)
        record(actor, events.HIDDEN, "comment", comment.id, {"post": post.id})
    return comment


@operation
def restore_comment(actor: Actor, comment_id: int) -> Comment:
    """Show a hidden comment again."""
    comment, post = find_comment(actor, comment_id)
    require_moderate(actor, post)
    if comment.hidden_at is not None:
        comment.hidden_at, comment.hidden_reason = None, ""
        settle_count(post, comment)
        record(actor, events.RESTORED, "comment", comment.id, {"post": post.id})
    return comment
