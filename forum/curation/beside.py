"""What stands beside a post on its page, in one statement: collections that hold it, posts it belongs to, steps to undo."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Select, and_, literal, or_, select, union_all

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.curation.collections_models import Collection, CollectionEntry
from forum.curation.collections_policy import published
from forum.curation.operations.restructuring_undo import KEPT_FOR
from forum.curation.restructuring_models import Restructuring
from forum.library.models import SHOWN_STATUSES, Post, PostLink, slug_of
from forum.library.policy import readable

REVERSED = {"supersedes": "superseded_by", "split_from": "split_to"}
COLLECTION, STEP = "collection", "step"


class Neighbour(NamedTuple):
    """A collection, or another post: `supersedes`, `superseded_by`, `split_from` or `split_to`."""

    kind: str
    id: int
    title: str
    language: str

    @property
    def slug(self) -> str:
        """The readable end of the other post's address."""
        return slug_of(self.title)


@dataclass(slots=True)
class Beside:
    """What the reader may see beside a post. `has_steps`: something was done here that may perhaps be undone."""

    collections: list[Neighbour] = field(default_factory=list)
    relations: list[Neighbour] = field(default_factory=list)
    has_steps: bool = False


def beside(actor: Actor, post_id: int) -> Beside:
    """What stands beside a post that the reader may read: one statement."""
    every = union_all(_collections(post_id), _relations(actor, post_id), _steps(post_id)).subquery().c
    rows = db.session.execute(select(every.kind, every.side, every.id, every.title, every.language).order_by(every.id))
    found = Beside()
    for kind, side, number, title, language in rows:
        if kind == COLLECTION:
            found.collections.append(Neighbour(kind, number, title, language))
        elif kind == STEP:
            found.has_steps = True
        else:
            found.relations.append(Neighbour(kind if side == post_id else REVERSED[kind], number, title, language))
    return found


def _collections(post_id: int) -> Select[str, int, int, str, str]:
    entry = and_(CollectionEntry.collection_id == Collection.id, CollectionEntry.post_id == post_id)
    kind, side = literal(COLLECTION).label("kind"), literal(0).label("side")
    return (
        select(kind, side, Collection.id.label("id"), Collection.title.label("title"), Collection.language)
        .join(CollectionEntry, entry)
        .where(published())
    )


def _relations(actor: Actor, post_id: int) -> Select[str, int, int, str, str]:
    there = and_(PostLink.post_id == post_id, Post.id == PostLink.other_id)
    here = and_(PostLink.other_id == post_id, Post.id == PostLink.post_id)
    query = select(PostLink.kind, PostLink.post_id, Post.id, Post.title, Post.language).join(Post, or_(there, here))
    return query.where(PostLink.kind.in_(list(REVERSED)), readable(actor), Post.status.in_(SHOWN_STATUSES))


def _steps(post_id: int) -> Select[str, int, int, str, str]:
    nothing = literal("")
    query = select(literal(STEP), literal(0), Restructuring.id, nothing, nothing)
    concerned = or_(Restructuring.source_id == post_id, Restructuring.target_id == post_id)
    return query.where(concerned, Restructuring.undone_at.is_(None), Restructuring.at > now() - KEPT_FOR)
