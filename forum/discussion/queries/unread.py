"""What somebody has not read yet: on a post, and in all since the visit before this one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.discussion.models import Comment, ReadMark
from forum.discussion.policy import shown
from forum.library.models import Post
from forum.library.policy import listed, require_read

MOST_UNREAD = 500


@dataclass(frozen=True, slots=True)
class UnreadComment:
    """A comment that the reader has not seen."""

    id: int
    number: int


@dataclass(frozen=True, slots=True)
class Unread:
    """How far somebody has read (0: this is the first time), and what came since: at most 500, by number."""

    read_to: int = 0
    comments: tuple[UnreadComment, ...] = ()

    @property
    def first(self) -> UnreadComment | None:
        """The first comment that the reader has not seen."""
        return self.comments[0] if self.comments else None


def unread_on(actor: Actor, post: Post) -> Unread:
    """What came on a post since the actor opened it last; nothing on a first visit, when everything is new. One statement."""
    if not actor:
        return Unread()
    require_read(actor, post)
    newer = and_(
        Comment.post_id == ReadMark.post_id, Comment.number > ReadMark.comment_number, shown(), not_written_by(actor)
    )
    query = (
        select(ReadMark.comment_number, Comment.id, Comment.number)
        .outerjoin(Comment, newer)
        .where(ReadMark.person_id == actor.person_id, ReadMark.post_id == post.id)
        .order_by(Comment.number)
        .limit(MOST_UNREAD)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return Unread()
    return Unread(rows[0][0], tuple(UnreadComment(row[1], row[2]) for row in rows if row[1] is not None))


def not_written_by(actor: Actor) -> ColumnElement[bool]:
    """The condition that somebody else wrote a comment; those without an author count too."""
    return or_(Comment.author_id.is_(None), Comment.author_id != actor.person_id)


def first_unread(actor: Actor, post: Post) -> int | None:
    """The number of the first comment on a post that the actor has not seen."""
    first = unread_on(actor, post).first
    return first.number if first else None


def read_up_to(read_to: int, numbers: Iterable[int]) -> int:
    """How far somebody has read who had read to `read_to` and now sees these numbers: without a gap."""
    seen = set(numbers)
    while read_to + 1 in seen:
        read_to += 1
    return read_to


@dataclass(frozen=True, slots=True)
class News:
    """How many posts and comments of others came since the visit before this one, and when that was."""

    posts: int = 0
    comments: int = 0
    since: datetime | None = field(default=None, compare=False)


def new_since_last_visit(actor: Actor) -> News:
    """What others posted since the actor's previous visit, as far as lists show it. Nothing on a first visit. Two statements."""
    person = db.session.get(Person, actor.person_id) if actor else None  # whom the session of a page has loaded already
    since = person.previous_visit_at if person else None
    if since is None:
        return News()
    other_posts = or_(Post.author_id.is_(None), Post.author_id != actor.person_id)
    posts = select(func.count()).select_from(Post).where(listed(actor), Post.published_at > since, other_posts)
    comments = (
        select(func.count())
        .select_from(Comment)
        .join(Post, Post.id == Comment.post_id)
        .where(listed(actor), shown(), Comment.created_at > since, not_written_by(actor))
    )
    row = db.session.execute(select(posts.scalar_subquery(), comments.scalar_subquery())).one()
    return News(row[0], row[1], since)
