"""The conversation on a post as its page shows it: threads in order, in two statements however long it is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import message as _
from forum.discussion.models import Comment, UsefulMark
from forum.library.models import Post
from forum.library.policy import can_moderate, require_read
from forum.organisations.models import Organisation

THREADS_A_PAGE = 50


@dataclass(slots=True)
class CommentView:
    """A comment as a page shows it. Of a deleted one, or one hidden from this reader, number, dates and place remain."""

    id: int
    number: int
    parent_id: int | None
    author_id: int | None
    author_name: str
    organisation_name: str
    organisation_slug: str
    organisation_country: str
    language: str
    body_html: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    hidden_at: datetime | None
    hidden_reason: str
    useful_count: int
    indent: int = 0
    parent_number: int | None = None
    parent_author: str = ""
    is_mine: bool = False
    is_useful: bool = False
    is_accepted: bool = False
    is_new: bool = False
    is_first_new: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether only a trace is left for this reader."""
        return not self.body_html

    @property
    def status(self) -> str:
        """`deleted`, `hidden`, or `shown`."""
        return "deleted" if self.deleted_at else "hidden" if self.hidden_at else "shown"


@dataclass(frozen=True, slots=True)
class UsefulPost:
    """How many found the post itself useful, and whether the reader did."""

    count: int = 0
    mine: bool = False


@dataclass(slots=True)
class CommentsPage:
    """One page of a conversation; `pages` counts from 1, also when nobody has commented."""

    comments: list[CommentView]
    page: int = 1
    pages: int = 1
    useful_post: UsefulPost = field(default_factory=UsefulPost)


def _page_statement() -> Any:
    """Everything of one page: the threads, authors and organisations joined, the number of threads in every row."""
    parent = aliased(Comment)
    threads = select(Comment.id).where(Comment.post_id == bindparam("post_id"), Comment.parent_id.is_(None))
    here = threads.order_by(Comment.number).limit(THREADS_A_PAGE).offset(bindparam("first")).cte("here")
    ids = select(here.c.id)
    total = select(func.count()).select_from(threads.subquery()).scalar_subquery()
    return (
        select(
            Comment.id,
            Comment.number,
            Comment.parent_id,
            Comment.author_id,
            Person.name.label("author_name"),
            Organisation.name.label("organisation_name"),
            Organisation.slug.label("organisation_slug"),
            Organisation.country.label("organisation_country"),
            Comment.language,
            Comment.body_html,
            Comment.created_at,
            Comment.edited_at,
            Comment.deleted_at,
            Comment.hidden_at,
            Comment.hidden_reason,
            Comment.useful_count,
            total.label("threads"),
        )
        .outerjoin(parent, parent.id == Comment.parent_id)
        .outerjoin(Person, Person.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == Comment.organisation_id)
        .where(
            Comment.post_id == bindparam("post_id"),
            or_(Comment.id.in_(ids), Comment.parent_id.in_(ids), parent.parent_id.in_(ids)),
        )
        .order_by(Comment.number)
    )


PAGE_STATEMENT = _page_statement()


def comments_page(actor: Actor, post: Post, page: int = 1) -> CommentsPage:
    """One page of a post's conversation: two statements. Raises `Missing` for a post or page that is not there."""
    require_read(actor, post)
    values = {"post_id": post.id, "first": (page - 1) * THREADS_A_PAGE}
    rows = [dict(row) for row in db.session.execute(PAGE_STATEMENT, values).mappings()] if page > 0 else []
    if not rows and page != 1:
        raise Missing(_("This conversation has no such page."))
    threads = max((row.pop("threads") for row in rows), default=0)
    views = _in_order([_view(row) for row in rows])
    useful_post = _add_marks(actor, post, views)
    _take_away_hidden(actor, post, views)
    return CommentsPage(views, page, max(1, -(-threads // THREADS_A_PAGE)), useful_post)


def _view(row: dict[str, Any]) -> CommentView:
    for name in ("author_name", "organisation_name", "organisation_slug", "organisation_country"):
        row[name] = row[name] or ""
    return CommentView(**row)


def _in_order(views: list[CommentView]) -> list[CommentView]:
    """Threads by number, each comment followed by its replies; every reply knows what it answers."""
    replies: dict[int | None, list[CommentView]] = defaultdict(list)
    for view in views:
        replies[view.parent_id].append(view)
    return [view for top in replies[None] for view in _thread(top, replies)]


def _thread(view: CommentView, replies: dict[int | None, list[CommentView]]) -> Iterable[CommentView]:
    yield view
    for reply in replies[view.id]:
        reply.indent = view.indent + 1
        reply.parent_number, reply.parent_author = view.number, view.author_name
        yield from _thread(reply, replies)


def _add_marks(actor: Actor, post: Post, views: list[CommentView]) -> UsefulPost:
    """Note what the reader found useful, and give how many found the post so."""
    mine = case((UsefulMark.person_id == (actor.person_id or 0), 1), else_=0)
    query = (
        select(UsefulMark.comment_id, func.count(), func.max(mine))
        .where(UsefulMark.post_id == post.id, or_(UsefulMark.comment_id.is_(None), mine == 1))
        .group_by(UsefulMark.comment_id)
    )
    found = {comment_id: (count, bool(own)) for comment_id, count, own in db.session.execute(query)}
    for view in views:
        view.is_useful = view.id in found
        view.is_mine = bool(actor) and view.author_id == actor.person_id
        view.is_accepted = view.id == post.accepted_comment_id
    return UsefulPost(*found.get(None, (0, False)))


def _take_away_hidden(actor: Actor, post: Post, views: list[CommentView]) -> None:
    """Leave only a trace of what is deleted, or hidden from this reader."""
    moderates = None
    gone: dict[int, CommentView] = {}
    for view in views:
        if view.hidden_at and not view.deleted_at and not view.is_mine and moderates is None:
            moderates = can_moderate(actor, post)
        if view.deleted_at or (view.hidden_at and not view.is_mine and not moderates):
            gone[view.number] = view
            view.body_html = view.author_name = view.hidden_reason = ""
            view.organisation_name = view.organisation_slug = view.organisation_country = ""
            view.author_id = None
        if view.parent_number in gone:
            view.parent_author = ""
