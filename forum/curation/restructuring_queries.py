"""What became of posts that were merged, and what can still be undone. Visibility is in every query."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.curation.operations.restructuring_undo import KEPT_FOR, changed_by
from forum.curation.restructuring_models import Restructuring
from forum.curation.restructuring_policy import may_undo
from forum.library.models import SHOWN_STATUSES, Post, PostConcept
from forum.library.policy import can_read, could_read, listed
from forum.library.queries import PostCard, bare_cards, card_query
from forum.library.similar import titles_with

MOST_FOUND = 10
MOST_LISTED = 50
NUMBER = re.compile(r"(?:.*/posts/|#)?(\d{1,9})(?:[/?#].*)?")


def merged_into(actor: Actor, post_id: int) -> Post | None:
    """The post that took this one in, for who could read this one before and may read that one; else None."""
    source = db.session.scalar(select(Post).where(Post.id == post_id))  # asked whatever is known, so that none can tell
    if source is None or not could_read(actor, source):
        return None
    query = select(Post).join(Restructuring, Restructuring.target_id == Post.id)
    taken = query.where(Restructuring.source_id == post_id, Restructuring.step == "merge")
    target = db.session.scalar(taken.where(Restructuring.undone_at.is_(None)).order_by(Restructuring.id.desc()))
    return target if target is not None and can_read(actor, target) else None


def merged_title(actor: Actor, post_id: int, target_id: int) -> tuple[str, str] | None:
    """(title, language) of a post that was merged into another, for who could read it; else None."""
    target = merged_into(actor, post_id)
    source = db.session.get(Post, post_id)
    return (source.title, source.language) if source and target and target.id == target_id else None


@dataclass(frozen=True, slots=True)
class Undoable:
    """A step that the actor may take back, with its posts."""

    step: Restructuring
    source: Post
    target: Post | None


def undoable(actor: Actor, post_id: int | None = None) -> list[Undoable]:
    """The steps of the last 30 days that an actor may take back, perhaps on one post only, the latest first."""
    if not actor:
        return []
    query = select(Restructuring).where(Restructuring.undone_at.is_(None), Restructuring.at > now() - KEPT_FOR)
    if post_id is not None:
        query = query.where(or_(Restructuring.source_id == post_id, Restructuring.target_id == post_id))
    recent = query.options(joinedload(Restructuring.actor)).order_by(Restructuring.id.desc()).limit(MOST_LISTED)
    steps = list(db.session.scalars(recent))
    known = _posts({number for one in steps for number in (one.source_id, one.target_id) if number})
    found = [(one, known.get(one.source_id or 0), known.get(one.target_id or 0)) for one in steps]
    return [
        Undoable(one, source, target)
        for one, source, target in found
        if source
        and can_see_step(actor, source)
        and all(may_undo(actor, {"source": source, "target": target}[name]) for name in changed_by(one))
    ]


def can_see_step(actor: Actor, source: Post) -> bool:
    """Whether an actor may know of the post that a step began with."""
    return can_read(actor, source) or could_read(actor, source)


def _posts(ids: Iterable[int]) -> dict[int, Post]:
    numbers = list(ids)
    if not numbers:
        return {}
    loaded = (selectinload(Post.concepts).joinedload(PostConcept.concept), selectinload(Post.coauthors))
    query = select(Post).where(Post.id.in_(numbers)).options(*loaded)
    return {post.id: post for post in db.session.scalars(query)}


def pick(actor: Actor, words: str, but: int) -> list[PostCard]:
    """Posts to choose from, by number, by address, or by words of the title; this one is left out."""
    number = NUMBER.fullmatch(words.strip())
    if number:
        return bare_cards(card_query(listed(actor, SHOWN_STATUSES), Post.id == int(number[1]), Post.id != but))
    return [card for card in titles_with(actor, words, MOST_FOUND + 1) if card.id != but][:MOST_FOUND]
