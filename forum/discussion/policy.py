"""Who may see and do what with a comment. The post's rules come first: who cannot read a post knows of no comment on it."""

from sqlalchemy import ColumnElement, and_

from forum.accounts.policy import require_voice, silence
from forum.core.actor import Actor
from forum.core.errors import Denied, Missing
from forum.core.text import Message
from forum.core.text import message as _
from forum.discussion.models import Comment
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import can_moderate, require_read

NO_COMMENT = _("This comment does not exist, or you may not read it.")


def shown() -> ColumnElement[bool]:
    """The condition that a comment is neither deleted nor hidden. Join `Post` and add its visibility."""
    return and_(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))


def is_shown(comment: Comment) -> bool:
    """The same as `shown`, of one comment."""
    return comment.deleted_at is None and comment.hidden_at is None


def refusal(actor: Actor, post: Post) -> Message | None:
    """Why an actor who reads a post may not comment on it; None when they may."""
    if post.status not in SHOWN_STATUSES:
        return _("Comments open when this post is published.")
    if not actor and not actor.is_system:
        return _("Sign in to comment.")
    if actor.is_silenced:
        return silence(actor)
    if not actor.is_member:
        return _("Join your organisation first: then you can comment.")
    if post.locked_at and not can_moderate(actor, post):
        return _("A moderator closed this conversation. You can still read it.")
    return None


def can_comment(actor: Actor, post: Post) -> bool:
    """Whether an actor who reads a post may comment on it."""
    return refusal(actor, post) is None


def is_author(actor: Actor, comment: Comment) -> bool:
    """Whether the actor wrote a comment."""
    return bool(actor) and comment.author_id == actor.person_id


def can_read_text(actor: Actor, comment: Comment, post: Post) -> bool:
    """Whether an actor who reads a post may read this comment: a hidden one only its author and the moderators."""
    if comment.deleted_at is not None:
        return False
    return comment.hidden_at is None or is_author(actor, comment) or can_moderate(actor, post)


def can_accept(actor: Actor, post: Post) -> bool:
    """Whether an actor may say which comment answers a question: who asked, colleagues of theirs, moderators."""
    if post.kind != "question" or post.status not in SHOWN_STATUSES or not (actor or actor.is_system):
        return False
    return (
        post.author_id == actor.person_id or post.organisation_id in actor.organisation_ids or can_moderate(actor, post)
    )


def require_comment(actor: Actor, post: Post | None) -> Post:
    """The post, or `Missing` / `Denied` when the actor may not comment on it."""
    found = require_read(actor, post)
    reason = refusal(actor, found)
    if reason:
        raise Denied(reason)
    return found


def require_text(actor: Actor, comment: Comment, post: Post) -> None:
    """Raise `Missing` unless the actor may read the comment."""
    if not can_read_text(actor, comment, post):
        raise Missing(_("This comment is no longer here."))


def require_author(actor: Actor, comment: Comment) -> None:
    """Raise `Denied` unless the actor wrote the comment, and may write now."""
    require_voice(actor)
    if not is_author(actor, comment):
        raise Denied(_("Only the person who wrote a comment may change it."))
