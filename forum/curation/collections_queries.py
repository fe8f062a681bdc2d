"""Reading collections. Counts and places are of the posts that the reader may see; the others leave no trace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from forum.core.actor import VISITOR, Actor
from forum.core.db import db
from forum.curation.collections_models import Collection, CollectionEntry
from forum.curation.collections_policy import changeable, mine, published, require_see
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import listed
from forum.library.queries import PostCard, card_query, cards_from

PAGE = 20
MOST_CHOICES = 50


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection in a list of collections; `count` is of the posts that the reader may see."""

    id: int
    title: str
    language: str
    audience: str
    introduction_html: str
    featured_at: datetime | None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A post in a collection, and why to read it."""

    card: PostCard
    note: str
    added_at: datetime


COLUMNS: tuple[Any, ...] = (
    Collection.id,
    Collection.title,
    Collection.language,
    Collection.audience,
    Collection.introduction_html,
    Collection.featured_at,
)


def _shelves(actor: Actor, condition: ColumnElement[bool]) -> Select[Any]:
    seen = and_(Post.id == CollectionEntry.post_id, listed(actor, SHOWN_STATUSES))
    query: Select[Any] = select(*COLUMNS, func.count(Post.id)).where(condition).group_by(*COLUMNS)
    return query.outerjoin(CollectionEntry, CollectionEntry.collection_id == Collection.id).outerjoin(Post, seen)


def public_collections(actor: Actor, page: int = 1) -> list[Shelf]:
    """One page of the collections for everybody: those on the home page first, then the latest made."""
    ordered = _shelves(actor, published()).order_by(
        Collection.featured_at.is_(None), Collection.featured_at.desc(), Collection.id.desc()
    )
    return [Shelf(*row) for row in db.session.execute(ordered.limit(PAGE).offset((page - 1) * PAGE))]


def count_public_collections() -> int:
    """How many collections there are for everybody."""
    return db.session.scalar(select(func.count()).select_from(Collection).where(published())) or 0


def own_collections(actor: Actor) -> list[Shelf]:
    """The collections that the actor made and does not show to everybody, the latest changed first."""
    if not actor:
        return []
    query = _shelves(actor, and_(mine(actor), Collection.audience != "public"))
    ordered = query.add_columns(Collection.updated_at).group_by(Collection.updated_at)
    return [Shelf(*row[:-1]) for row in db.session.execute(ordered.order_by(Collection.updated_at.desc()))]


def deleted_collections(actor: Actor) -> list[Collection]:
    """The actor's collections that can still be brought back."""
    if not actor:
        return []
    query = select(Collection).where(Collection.owner_id == actor.person_id, Collection.deleted_at.is_not(None))
    return list(db.session.scalars(query.order_by(Collection.deleted_at.desc()).limit(PAGE)))


def featured_collection() -> Collection | None:
    """The collection on the home page; None when there is none."""
    query = select(Collection).where(published(), Collection.featured_at.is_not(None))
    return db.session.scalar(query.order_by(Collection.featured_at.desc()).limit(1))


def collection_for(actor: Actor, collection_id: int) -> Collection:
    """A collection that the actor may open. Raises `Missing`."""
    query = select(Collection).where(Collection.id == collection_id).options(joinedload(Collection.owner))
    return require_see(actor, db.session.scalar(query))


def shared_collection(actor: Actor, key: str) -> Collection:
    """The collection that a link shares. Raises `Missing` for a link that was ended."""
    query = select(Collection).where(Collection.key == key).options(joinedload(Collection.owner))
    known = db.session.scalar(query) if key.isprintable() else None  # PostgreSQL takes no NUL
    return require_see(actor, known, key)


def entries_for(actor: Actor, collection: Collection) -> list[Entry]:
    """What the reader may see in a collection, in its order: three statements."""
    kept = select(CollectionEntry.post_id, CollectionEntry.note, CollectionEntry.added_at)
    kept = kept.where(CollectionEntry.collection_id == collection.id)
    rows = db.session.execute(kept.order_by(CollectionEntry.position, CollectionEntry.post_id)).all()
    cards = _cards(actor, [row[0] for row in rows])
    return [Entry(cards[row[0]], row[1], row[2]) for row in rows if row[0] in cards]


def _cards(actor: Actor, ids: Sequence[int]) -> dict[int, PostCard]:
    found = cards_from(card_query(listed(actor, SHOWN_STATUSES), Post.id.in_(ids))) if ids else []
    return {card.id: card for card in found}


def public_entries(collection: Collection) -> list[Entry]:
    """What everybody may see in a collection, for its feed."""
    return entries_for(VISITOR, collection)


def choices_for(actor: Actor, post_id: int) -> list[tuple[Collection, bool]]:
    """The collections that a post may be put into, the latest changed first, and whether it stands there already."""
    holds = exists().where(CollectionEntry.collection_id == Collection.id, CollectionEntry.post_id == post_id)
    query = select(Collection, holds).where(changeable(actor)).order_by(Collection.updated_at.desc(), Collection.id)
    return [(row[0], row[1]) for row in db.session.execute(query.limit(MOST_CHOICES))]
