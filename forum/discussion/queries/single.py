"""One comment: where it stands in its conversation, what it says, what it said before."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import message as _
from forum.discussion.models import Comment, CommentVersion
from forum.discussion.policy import NO_COMMENT, require_text
from forum.discussion.queries.conversation import THREADS_A_PAGE
from forum.library.models import Post, slug_of
from forum.library.policy import readable, require_read


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """Where a comment stands: its post, its number, and the page of the conversation."""

    post_id: int
    post_title: str
    number: int
    page: int

    @property
    def post_slug(self) -> str:
        """The readable end of the post's address."""
        return slug_of(self.post_title)


def place_of(actor: Actor, comment_id: int) -> CommentPlace:
    """Where a comment stands. Raises `Missing` when the actor may not read its post."""
    parent, top, earlier = aliased(Comment), aliased(Comment), aliased(Comment)
    thread = func.coalesce(top.number, parent.number, Comment.number)
    rank = (
        select(func.count())
        .select_from(earlier)
        .where(earlier.post_id == Comment.post_id, earlier.parent_id.is_(None), earlier.number <= thread)
        .correlate(Comment, parent, top)
        .scalar_subquery()
    )
    query = (
        select(Post.id, Post.title, Comment.number, rank)
        .select_from(Comment)
        .join(Post, Post.id == Comment.post_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
        .outerjoin(top, top.id == parent.parent_id)
        .where(Comment.id == comment_id, readable(actor))
    )
    row = db.session.execute(query).first()
    if row is None:
        raise Missing(NO_COMMENT)
    return CommentPlace(row[0], row[1], row[2], max(1, -(-row[3] // THREADS_A_PAGE)))


def comment_for_page(actor: Actor, comment_id: int) -> tuple[Comment, Post]:
    """A comment that the actor may read, and its post. Raises `Missing`."""
    query = select(Comment, Post).join(Post, Post.id == Comment.post_id).where(Comment.id == comment_id)
    found = db.session.execute(query).first()
    if found is None:
        raise Missing(NO_COMMENT)
    comment, post = found
    require_read(actor, post, NO_COMMENT)
    require_text(actor, comment, post)
    return comment, post


def comment_by_number(actor: Actor, post: Post, number: int) -> Comment:
    """A post's comment by its number, if the actor may read it. Raises `Missing`."""
    require_read(actor, post)
    comment = db.session.scalar(select(Comment).where(Comment.post_id == post.id, Comment.number == number))
    if comment is None:
        raise Missing(_("This comment is no longer here."))
    require_text(actor, comment, post)
    return comment


def history_of(comment: Comment) -> list[CommentVersion]:
    """What a comment said before, the latest first. Ask only for a comment that the actor may read."""
    query = select(CommentVersion).where(CommentVersion.comment_id == comment.id)
    return list(db.session.scalars(query.order_by(CommentVersion.number.desc())))
