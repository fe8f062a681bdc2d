"""Suggestions without an answer: one reminder after 14 days; after 14 more the post waits for a moderator as before."""

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, select

from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import Event, record
from forum.curation import events
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.operations.curating import step

PATIENCE = timedelta(days=14)
AT_ONCE = 100


def look_after_suggestions() -> None:
    """Remind authors once, and let go of what stays unanswered, without a reproach."""
    for post_id in _posts(~_reminded(), Post.review_since <= now() - PATIENCE):
        remind(post_id)
    for post_id in _posts(_reminded(), Post.review_since <= now() - 2 * PATIENCE):
        step(SYSTEM, post_id, "return_to_new")


@operation
def remind(post_id: int) -> None:
    """Owe the author's side one mail about the suggestions that wait for an answer."""
    record(SYSTEM, events.AUTHOR_REMINDED, "post", post_id)


def _posts(*conditions: ColumnElement[bool]) -> list[int]:
    waiting = Post.review == "changes_suggested", Post.status.in_(SHOWN_STATUSES)
    return list(db.session.scalars(select(Post.id).where(*waiting, *conditions).order_by(Post.id).limit(AT_ONCE)))


def _reminded() -> ColumnElement[bool]:
    about = Event.subject_type == "post", Event.subject_id == Post.id, Event.name == events.AUTHOR_REMINDED.name
    return exists().where(*about, Event.at >= Post.review_since)
