"""What the discussion forgets by itself; the worker asks once an hour."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from forum.core.clock import now
from forum.core.db import db, operation
from forum.discussion.models import Comment, CommentVersion

DELETED_FOR = timedelta(days=30)


@operation
def forget_deleted_comments() -> None:
    """Erase the text and the history of comments that their authors deleted 30 days ago."""
    due = (Comment.deleted_at < now() - DELETED_FOR, Comment.body != "")
    ids = select(Comment.id).where(*due)
    db.session.execute(delete(CommentVersion).where(CommentVersion.comment_id.in_(ids)))
    db.session.execute(update(Comment).where(*due).values(body="", body_html=""))
