"""Comments that come from elsewhere: with their own dates, numbered in the order they come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Denied, Missing
from forum.core.events import record
from forum.core.text import message as _
from forum.discussion import events
from forum.discussion.models import Comment
from forum.discussion.operations.writing import (
    DEEPEST,
    add_comment,
    clean_body,
    clean_language,
    depth_of,
    rewrite,
    settle_count,
)
from forum.discussion.policy import is_shown
from forum.library.models import Post
from forum.library.operations.talking import accept_comment
from forum.library.operations.writing import find_post
from forum.organisations.models import Membership

Values = Mapping[str, Any]


@operation
def take_comment(actor: Actor, values: Values, comment_id: int | None = None) -> tuple[int, bool]:
    """Add a comment as a file tells it, or bring one that came before to what it says now: its id, and whether it changed.

    `values`: post_id, parent_id, author_id, body, language, created_at, state ("", "deleted" or "hidden"), and whether it
    is `accepted` as the answer. Where the source answers more than two levels deep, the reply stands beside the comment it
    answers. What was deleted here stays so.
    """
    if not (actor.is_system or actor.is_admin):
        raise Denied(_("Only administrators import."))
    post = find_post(values["post_id"])
    if post is None:
        raise Missing(_("The post of this comment is not here."))
    comment = db.session.get(Comment, comment_id) if comment_id else None
    if comment is None:
        return _add(actor, post, values), True
    if comment.deleted_at is not None:
        return comment.id, False
    changed = _change_text(actor, post, comment, values)
    if _change_state(post, comment, values.get("state", ""), now()):
        kind = events.DELETED if comment.deleted_at else events.HIDDEN
        record(actor, kind, "comment", comment.id, {"post": post.id, "imported": True})
        changed = True
    return comment.id, _accept(actor, post, comment, values) or changed


def _add(actor: Actor, post: Post, values: Values) -> int:
    body = _body(values)
    comment = Comment(
        author_id=values.get("author_id"),
        organisation_id=_organisation_of(values.get("author_id")),
        language=clean_language(values.get("language"), body, post.language),
    )
    add_comment(actor, post, comment, _parent(post, values.get("parent_id")), body, values["created_at"], imported=True)
    _change_state(post, comment, values.get("state", ""), values["created_at"])
    if values.get("accepted") and is_shown(comment):
        accept_comment(post, comment.id)
    return comment.id


def _body(values: Values) -> str:
    return "" if values.get("state") == "deleted" else clean_body(values["body"])


def _change_text(actor: Actor, post: Post, comment: Comment, values: Values) -> bool:
    body = _body(values)
    language = clean_language(values.get("language"), body, post.language)
    if (body, language) == (comment.body, comment.language):
        return False
    rewrite(actor, post, comment, body, language, imported=True)
    return True


def _change_state(post: Post, comment: Comment, state: str, moment: datetime) -> bool:
    """Bring a comment to the state its source gives; what the source shows stays shown or hidden as it is here."""
    if state == "deleted" and comment.deleted_at is None:
        comment.deleted_at = moment
    elif state == "hidden" and comment.hidden_at is None:
        comment.hidden_at = moment
    else:
        return False
    settle_count(post, comment)
    return True


def _accept(actor: Actor, post: Post, comment: Comment, values: Values) -> bool:
    if not values.get("accepted") or not is_shown(comment) or post.accepted_comment_id == comment.id:
        return False
    accept_comment(post, comment.id)
    record(actor, events.ANSWER_ACCEPTED, "comment", comment.id, {"post": post.id, "accepted": True, "imported": True})
    return True


def _organisation_of(person_id: int | None) -> int | None:
    """The organisation a person speaks for: the first they are an editor of, else the first they belong to."""
    active = select(Membership.organisation_id).where(Membership.person_id == person_id, Membership.state == "active")
    return db.session.scalar(active.order_by(Membership.role != "editor", Membership.organisation_id).limit(1))


def _parent(post: Post, parent_id: int | None) -> Comment | None:
    parent = db.session.get(Comment, parent_id) if parent_id else None
    if parent is None:
        return None
    if parent.post_id != post.id:
        raise Missing(_("The comment that this one answers is on another post."))
    return db.session.get_one(Comment, parent.parent_id) if depth_of(parent) >= DEEPEST else parent
