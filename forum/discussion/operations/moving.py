"""Moving comments between posts: they keep their authors, dates, texts and addresses; what hangs on them goes along.

The curation room calls these from inside its own operations; permissions are its business.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import func, select, update

from forum.core.db import db, operation
from forum.discussion.models import Comment, Mention, UsefulMark
from forum.discussion.policy import shown
from forum.library.models import Post
from forum.library.operations.talking import recount_comments


class Place(NamedTuple):
    """Where a comment stands."""

    comment_id: int
    post_id: int
    number: int
    parent_id: int | None


def places_on(post_id: int) -> list[Place]:
    """Where the comments of a post stand, in their order; deleted and hidden ones too."""
    query = select(Comment.id, Comment.post_id, Comment.number, Comment.parent_id).where(Comment.post_id == post_id)
    return [Place(*row) for row in db.session.execute(query.order_by(Comment.number))]


def with_replies(places: Sequence[Place], chosen: Iterable[int]) -> set[int]:
    """The chosen comments, and everything that answers them."""
    found = set(chosen)
    for place in places:  # by number: an answer comes after what it answers
        if place.parent_id in found:
            found.add(place.comment_id)
    return found


@operation
def move_comments(places: Sequence[Place]) -> None:
    """Put comments into these places. First all of them go where no comment stands, so that two can change places."""
    for place in places:
        _place(place.comment_id, number=-place.comment_id)
    for place in places:
        _place(place.comment_id, post_id=place.post_id, number=place.number, parent_id=place.parent_id)
        for model in (Mention, UsefulMark):
            where = model.comment_id == place.comment_id
            db.session.execute(update(model).where(where).values(post_id=place.post_id))
    db.session.flush()


def _place(comment_id: int, **values: int | None) -> None:
    db.session.execute(update(Comment).where(Comment.id == comment_id).values(**values))


@operation
def recount(post: Post) -> None:
    """Bring a post's counters in step with the comments that it has now; numbers that were given are not given again."""
    row = select(func.count(), func.max(Comment.created_at)).where(Comment.post_id == post.id, shown())
    number, latest = db.session.execute(row).one()
    last = db.session.scalar(select(func.max(Comment.number)).where(Comment.post_id == post.id)) or 0
    recount_comments(post, number, latest)
    post.last_comment_number = max(post.last_comment_number, last)
