"""Browsing by concept: what pages of themes show, in few statements. Every count and list is the reader's own."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, distinct, func, select

from forum.core.actor import Actor
from forum.core.db import db
from forum.library.kinds import KINDS
from forum.library.models import Post, PostConcept
from forum.library.policy import listed
from forum.library.queries import PostCard, cards_by_id, latest_cards
from forum.organisations.models import Organisation
from forum.vocabulary.models import Concept

# For each concept the ids that its posts may carry: its own, those below it, and those merged into any of them.
_own = select(Concept.id.label("family"), Concept.id.label("member")).cte("families", recursive=True)
FAMILIES = _own.union(
    select(_own.c.family, Concept.id).where(func.coalesce(Concept.merged_into_id, Concept.broader_id) == _own.c.member)
)


def posts_about_each(actor: Actor) -> Counter[int]:
    """How many listed posts are about each concept or one below it; a post counts once a concept."""
    query = (
        select(FAMILIES.c.family, func.count(distinct(PostConcept.post_id)))
        .join(PostConcept, PostConcept.concept_id == FAMILIES.c.member)
        .join(Post, Post.id == PostConcept.post_id)
        .where(listed(actor))
        .group_by(FAMILIES.c.family)
    )
    return Counter(dict(db.session.execute(query).all()))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Two lists of posts: a page of the newest, and those with most comments."""

    newest: list[PostCard]
    discussed: list[PostCard]


def shelf(actor: Actor, condition: ColumnElement[bool], *, limit: int, offset: int = 0, discussed: int = 0) -> Shelf:
    """The posts that meet a condition, newest and most discussed, as cards: five statements for both."""
    mine = select(Post.id).where(listed(actor), condition)
    by_date = mine.order_by(Post.published_at.desc(), Post.id.desc()).limit(limit).offset(offset)
    by_comments = mine.where(Post.comment_count > 0).order_by(Post.comment_count.desc(), Post.id.desc())
    newest_ids = list(db.session.scalars(by_date))
    discussed_ids = list(db.session.scalars(by_comments.limit(discussed))) if discussed else []
    cards = {card.id: card for card in cards_by_id(actor, [*newest_ids, *discussed_ids])}
    return Shelf([cards[number] for number in newest_ids], [cards[number] for number in discussed_ids])


@dataclass(frozen=True, slots=True)
class ActiveOrganisation:
    """An organisation and how many posts of those asked for are its own."""

    name: str
    slug: str
    country: str
    language: str
    posts: int


def active_organisations(actor: Actor, *conditions: ColumnElement[bool], limit: int = 8) -> list[ActiveOrganisation]:
    """The organisations with most listed posts that meet the conditions."""
    number = func.count(Post.id)
    query = (
        select(Organisation.name, Organisation.slug, Organisation.country, Organisation.language, number)
        .join(Post, Post.organisation_id == Organisation.id)
        .where(listed(actor), *conditions)
        .group_by(Organisation.id, Organisation.name, Organisation.slug, Organisation.country, Organisation.language)
        .order_by(number.desc(), Organisation.name, Organisation.id)
        .limit(limit)
    )
    return [ActiveOrganisation(*row) for row in db.session.execute(query)]


def newest_of_each_kind(actor: Actor, condition: ColumnElement[bool], each: int = 3) -> list[PostCard]:
    """The newest listed posts of every kind that meet a condition, `each` of a kind, in the order of their dates."""
    latest_first = (Post.published_at.desc(), Post.id.desc())
    place = func.row_number().over(partition_by=Post.kind, order_by=latest_first).label("place")
    ranked = select(Post.id, place).where(listed(actor), condition).subquery()
    return latest_cards(actor, Post.id.in_(select(ranked.c.id).where(ranked.c.place <= each)), limit=each * len(KINDS))
