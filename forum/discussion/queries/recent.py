"""Comments from many posts: the latest for the home page, and those of one person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.markdown import excerpt
from forum.discussion.models import Comment
from forum.discussion.policy import shown
from forum.library.models import SHOWN_STATUSES, Post, slug_of
from forum.library.policy import listed
from forum.library.queries import plain_beginning
from forum.organisations.models import Organisation

EXCERPT_SOURCE = 900
EXCERPT_WORDS = 30
PAGE = 20


@dataclass(frozen=True, slots=True)
class CommentCard:
    """What a list shows of a comment; `post_slug` is the readable end of its post's address."""

    id: int
    number: int
    post_id: int
    post_title: str
    post_language: str
    author_id: int | None
    author_name: str
    organisation_name: str
    language: str
    excerpt: str
    created_at: datetime

    @property
    def post_slug(self) -> str:
        """The readable end of the post's address."""
        return slug_of(self.post_title)


@dataclass(frozen=True, slots=True)
class CommentCards:
    """One page of comments, and how many there are in all."""

    cards: list[CommentCard]
    total: int
    page: int = 1

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def latest_comments(actor: Actor, *conditions: ColumnElement[bool], limit: int = 5) -> list[CommentCard]:
    """The newest comments on listed posts that meet the conditions: one statement."""
    return _cards(_card_query(listed(actor), *conditions).limit(limit))


def comments_of_person(actor: Actor, person_id: int, page: int = 1) -> CommentCards:
    """What a person said where the actor may read it, the newest first: two statements."""
    theirs = (Comment.author_id == person_id, listed(actor, SHOWN_STATUSES))
    counted = select(func.count()).select_from(Comment).join(Post, Post.id == Comment.post_id).where(shown(), *theirs)
    cards = _cards(_card_query(*theirs).limit(PAGE).offset((max(page, 1) - 1) * PAGE))
    return CommentCards(cards, db.session.scalar(counted) or 0, page)


def _card_query(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            Comment.id,
            Comment.number,
            Comment.post_id,
            Post.title.label("post_title"),
            Post.language.label("post_language"),
            Comment.author_id,
            Person.name.label("author_name"),
            Organisation.name.label("organisation_name"),
            Comment.language,
            func.substr(Comment.body_html, 1, EXCERPT_SOURCE).label("excerpt"),
            Comment.created_at,
        )
        .join(Post, Post.id == Comment.post_id)
        .outerjoin(Person, Person.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == Comment.organisation_id)
        .where(shown(), *conditions)
        .order_by(Comment.created_at.desc(), Comment.id.desc())
    )


def _cards(query: Select[Any]) -> list[CommentCard]:
    return [_card(dict(row)) for row in db.session.execute(query).mappings()]


def _card(row: dict[str, Any]) -> CommentCard:
    row["excerpt"] = excerpt(plain_beginning(row["excerpt"]), EXCERPT_WORDS)
    for name in ("author_name", "organisation_name"):
        row[name] = row[name] or ""
    return CommentCard(**row)
