"""All posts that somebody finds in lists, by spans of their numbers: for readers who take everything, a part at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, func, literal, select

from forum.core.actor import Actor
from forum.core.db import db
from forum.library.models import Post, slug_of
from forum.library.policy import listed

SPAN = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is, and when it was changed last."""

    id: int
    title: str
    updated_at: datetime

    @property
    def slug(self) -> str:
        """The title as a part of an address."""
        return slug_of(self.title)


def spans_listed(actor: Actor) -> dict[int, datetime]:
    """The spans of `SPAN` numbers that have posts in the actor's lists, each with the moment of its last change."""
    span = Post.id // SPAN
    rows = db.session.execute(select(span, func.max(Post.updated_at)).where(listed(actor)).group_by(span))
    return {row[0]: row[1] for row in rows}


def listed_in_span(actor: Actor, span: int) -> list[Place]:
    """The posts of a span that are in the actor's lists, by number; none of a span beyond all numbers."""
    first, last = (literal(number, BigInteger) for number in (span * SPAN, (span + 1) * SPAN - 1))
    numbers = Post.id.between(first, last)
    query = select(Post.id, Post.title, Post.updated_at).where(listed(actor), numbers)
    return [Place(*row) for row in db.session.execute(query.order_by(Post.id))]
