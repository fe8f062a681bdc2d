"""Reading many posts, as cards and counts. Every query carries the reader's visibility. One post: `reading.py`."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import load_only

from forum.core.actor import Actor
from forum.core.db import db
from forum.core.markdown import excerpt
from forum.library.models import MOST_DRAFTS, Post, PostConcept, PostCountry, slug_of
from forum.library.policy import SHOWN, listed, readable
from forum.organisations.models import Organisation

EXCERPT_SOURCE = 900
EXCERPT_WORDS = 40
TAGS = re.compile(r"<[^>]*(?:>|$)")
CUT_ENTITY = re.compile(r"&#?\w{0,8}$")
PAGE = 20


@dataclass(slots=True)
class PostCard:
    """What a list shows of a post; `summary` falls back to the beginning of the body."""

    id: int
    kind: str
    title: str
    summary: str
    language: str
    status: str
    visibility: str
    review: str
    organisation_id: int | None
    organisation_name: str
    organisation_slug: str
    organisation_country: str
    reviewed_at: datetime | None
    published_at: datetime | None
    last_activity_at: datetime | None
    comment_count: int
    translation_of_id: int | None
    accepted_comment_id: int | None
    countries: list[str] = field(default_factory=list)
    concept_ids: list[int] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The readable end of the post's address."""
        return slug_of(self.title)


CARD_COLUMNS = (
    Post.id,
    Post.kind,
    Post.title,
    Post.summary,
    func.substr(Post.body_html, 1, EXCERPT_SOURCE).label("beginning"),
    Post.language,
    Post.status,
    Post.visibility,
    Post.review,
    Post.organisation_id,
    Organisation.name.label("organisation_name"),
    Organisation.slug.label("organisation_slug"),
    Organisation.country.label("organisation_country"),
    Post.reviewed_at,
    Post.published_at,
    Post.last_activity_at,
    Post.comment_count,
    Post.translation_of_id,
    Post.accepted_comment_id,
)


def _links_statement() -> Select[Any]:
    """The countries and concepts of posts, each in its order: (post, country or nothing, concept or nought)."""
    posts: BindParameter[Any] = bindparam("ids", expanding=True)
    countries = select(
        PostCountry.post_id, PostCountry.country.label("country"), literal(0).label("concept_id"), PostCountry.position
    ).where(PostCountry.post_id.in_(posts))
    concepts = select(PostConcept.post_id, literal(""), PostConcept.concept_id, PostConcept.position).where(
        PostConcept.post_id.in_(posts)
    )
    every = union_all(countries, concepts).subquery().c
    return select(every.post_id, every.country, every.concept_id).order_by(every.post_id, every.position)


LINKS = _links_statement()


def card_query(*conditions: ColumnElement[bool]) -> Select[Any]:
    """A SELECT of card columns for the posts that meet the conditions; order and limit are the caller's."""
    return select(*CARD_COLUMNS).outerjoin(Organisation, Organisation.id == Post.organisation_id).where(*conditions)


def cards_from(query: Select[Any]) -> list[PostCard]:
    """Cards for the rows of a `card_query`, in its order: two statements however many."""
    cards = [_card(row) for row in db.session.execute(query).mappings()]
    by_id = {card.id: card for card in cards}
    if by_id:
        _add_places_and_concepts(by_id)
    return cards


def bare_cards(query: Select[Any], values: Mapping[str, Any] | None = None) -> list[PostCard]:
    """Cards for the rows of a `card_query` (executed with these values) without countries and concepts: one statement."""
    return [_card(row) for row in db.session.execute(query, values).mappings()]


def cards_by_id(
    actor: Actor, ids: Sequence[int], statuses: tuple[str, ...] = SHOWN, *, bare: bool = False
) -> list[PostCard]:
    """Cards for these posts in this order, without those that the actor may not see (search hits are checked so).

    `bare` ones have no countries and concepts, and cost one statement less.
    """
    query = card_query(listed(actor, statuses), Post.id.in_(list(ids)))
    found = {card.id: card for card in (bare_cards(query) if bare else cards_from(query))}
    return [found[number] for number in ids if number in found]


def moments_of_change(ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these posts, which the caller may show, was changed last."""
    return {row[0]: row[1] for row in db.session.execute(select(Post.id, Post.updated_at).where(Post.id.in_(ids)))}


def latest_cards(actor: Actor, *conditions: ColumnElement[bool], limit: int = PAGE, offset: int = 0) -> list[PostCard]:
    """The newest posts that meet the conditions."""
    query = card_query(listed(actor), *conditions).order_by(Post.published_at.desc(), Post.id.desc())
    return cards_from(query.limit(limit).offset(offset))


def most_discussed_cards(actor: Actor, *conditions: ColumnElement[bool], limit: int = 5) -> list[PostCard]:
    """The posts with most comments that meet the conditions, at least one each."""
    query = card_query(listed(actor), Post.comment_count > 0, *conditions)
    return cards_from(query.order_by(Post.comment_count.desc(), Post.id.desc()).limit(limit))


def featured_cards(actor: Actor, limit: int = 6) -> list[PostCard]:
    """The posts that moderators put on the home page, the latest choice first, without countries and concepts."""
    query = card_query(listed(actor, SHOWN), Post.featured_at.is_not(None)).order_by(Post.featured_at.desc())
    return bare_cards(query.limit(limit))


def count_posts(actor: Actor, *conditions: ColumnElement[bool]) -> int:
    """How many listed posts meet the conditions."""
    return db.session.scalar(select(func.count()).select_from(Post).where(listed(actor), *conditions)) or 0


def about_concepts(concept_ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a post is about one of these concepts (give a theme with its narrower ones)."""
    return Post.id.in_(select(PostConcept.post_id).where(PostConcept.concept_id.in_(list(concept_ids))))


def in_countries(codes: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a post speaks of one of these countries."""
    return Post.id.in_(select(PostCountry.post_id).where(PostCountry.country.in_(list(codes))))


def _card(row: Any) -> PostCard:
    values = dict(row)
    beginning = values.pop("beginning")
    values["summary"] = values["summary"] or excerpt(plain_beginning(beginning), EXCERPT_WORDS)
    for name in ("organisation_name", "organisation_slug", "organisation_country"):
        values[name] = values[name] or ""
    return PostCard(**values)


def plain_beginning(html: str) -> str:
    """The words at the beginning of a rendered body, which may be cut anywhere: cheaper than rendering it again."""
    return unescape(CUT_ENTITY.sub("", TAGS.sub(" ", html)))


def _add_places_and_concepts(by_id: dict[int, PostCard]) -> None:
    for post_id, country, concept_id in db.session.execute(LINKS, {"ids": list(by_id)}):
        if country:
            by_id[post_id].countries.append(country)
        else:
            by_id[post_id].concept_ids.append(concept_id)


def drafts_of(actor: Actor) -> list[Post]:
    """The drafts that an actor wrote or was invited to, the latest first; only kind, language, title and dates are loaded."""
    if not actor:
        return []
    query = select(Post).where(Post.status == "draft", readable(actor)).order_by(Post.updated_at.desc(), Post.id.desc())
    shown = load_only(Post.kind, Post.language, Post.title, Post.updated_at, Post.author_id)
    return list(db.session.scalars(query.options(shown).limit(MOST_DRAFTS)))


def own_posts(actor: Actor, page: int, per_page: int) -> list[Post]:
    """What an actor wrote and posted, withdrawn posts too, the latest first."""
    newest = select(Post).where(*_own(actor)).order_by(Post.published_at.desc(), Post.id.desc())
    return list(db.session.scalars(newest.limit(per_page).offset((page - 1) * per_page)))


def count_own_posts(actor: Actor) -> int:
    """How much an actor wrote and posted."""
    return db.session.scalar(select(func.count()).select_from(Post).where(*_own(actor))) or 0


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return Post.author_id == actor.person_id, Post.author_id.is_not(None), Post.status != "draft"


def counts_by(actor: Actor, column: Any, *conditions: ColumnElement[bool]) -> Counter[str]:
    """How many listed posts have each value of a column of `Post`."""
    query = select(column, func.count()).where(listed(actor), *conditions).group_by(column)
    return Counter({str(row[0]): int(row[1]) for row in db.session.execute(query)})


def counts_by_country(actor: Actor, *conditions: ColumnElement[bool]) -> Counter[str]:
    """How many listed posts speak of each country."""
    query = select(PostCountry.country, func.count()).join(Post, Post.id == PostCountry.post_id)
    rows = db.session.execute(query.where(listed(actor), *conditions).group_by(PostCountry.country))
    return Counter({str(row[0]): int(row[1]) for row in rows})


def counts_by_concept(actor: Actor, *conditions: ColumnElement[bool]) -> dict[int, set[int]]:
    """The ids of the listed posts about each concept; sets, so that narrower concepts can be joined without counting twice."""
    query = select(PostConcept.concept_id, PostConcept.post_id).join(Post, Post.id == PostConcept.post_id)
    found: dict[int, set[int]] = defaultdict(set)
    for concept_id, post_id in db.session.execute(query.where(listed(actor), *conditions)):
        found[concept_id].add(post_id)
    return found
