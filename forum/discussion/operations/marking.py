"""Small signs of thanks: "useful", and the answer that a question's asker accepts. Asking twice for the same changes nothing."""

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Denied, Missing
from forum.core.events import record
from forum.core.text import message as _
from forum.discussion import events
from forum.discussion.models import Comment, UsefulMark
from forum.discussion.operations.writing import find_comment
from forum.discussion.policy import can_accept, is_shown
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.operations.talking import accept_comment, touch_post
from forum.library.operations.writing import find_post
from forum.library.policy import require_read


@operation
def mark_useful(actor: Actor, comment_id: int, *, useful: bool = True) -> Comment:
    """Say that a comment was useful, or take that back; once per person, and not of one's own."""
    comment, post = find_comment(actor, comment_id)
    if not is_shown(comment):
        raise Missing(_("This comment is no longer here."))
    change = _mark(actor, post, comment, comment.author_id, useful)
    comment.useful_count += change
    return comment


@operation
def mark_post_useful(actor: Actor, post_id: int, *, useful: bool = True) -> Post:
    """Say that a post was useful, or take that back; once per person, and not of one's own."""
    post = require_read(actor, find_post(post_id))
    if post.status not in SHOWN_STATUSES:
        raise Missing(_("This post does not exist, or you may not read it."))
    _mark(actor, post, None, post.author_id, useful)
    return post


def _mark(actor: Actor, post: Post, comment: Comment | None, author_id: int | None, useful: bool) -> int:
    """Set or remove the actor's mark; by how much the number of marks changed."""
    if not actor.is_member:
        raise Denied(_("Join your organisation first: then you can say what was useful."))
    if author_id == actor.person_id:
        raise Denied(_("Let others say whether your own words were useful."))
    comment_id = comment.id if comment else None
    existing = db.session.scalar(
        select(UsefulMark).where(
            UsefulMark.person_id == actor.person_id,
            UsefulMark.post_id == post.id,
            UsefulMark.comment_id.is_(None) if comment_id is None else UsefulMark.comment_id == comment_id,
        )
    )
    if useful == (existing is not None):
        return 0
    if existing:
        db.session.delete(existing)
    else:
        mark = UsefulMark(person_id=actor.person_id, post_id=post.id, comment_id=comment_id, created_at=now())
        db.session.add(mark)
    touch_post(post)
    subject = ("comment", comment_id) if comment_id else ("post", post.id)
    record(actor, events.MARKED_USEFUL, *subject, {"post": post.id, "given": useful})
    return 1 if useful else -1


@operation
def accept_answer(actor: Actor, comment_id: int, *, accepted: bool = True) -> Comment:
    """Say which comment answers a question, or take that back; who asked, their colleagues and moderators may."""
    comment, post = find_comment(actor, comment_id)
    if not can_accept(actor, post):
        raise Denied(_("Only the people who asked the question say which comment answers it."))
    if not is_shown(comment):
        raise Missing(_("This comment is no longer here."))
    if accepted != (post.accepted_comment_id == comment.id):
        accept_comment(post, comment.id if accepted else None)
        record(actor, events.ANSWER_ACCEPTED, "comment", comment.id, {"post": post.id, "accepted": accepted})
    return comment
