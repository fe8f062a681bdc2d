"""Search without an index: words in titles and summaries by LIKE, newest first, no facets. Plain, so that it always works."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from forum.adoption.tried import was_tried
from forum.core.actor import Actor
from forum.core.db import db
from forum.library.evidence import LEVEL
from forum.library.models import Post
from forum.library.policy import listed
from forum.library.queries import PostCard, about_concepts, card_query, cards_from, in_countries
from forum.search.analysis import is_small, words_of
from forum.search.documents import SCHEMES
from forum.search.grammar import Asked
from forum.vocabulary.queries import vocabulary

MOST_WORDS = 8
Values = Sequence[str]


def find_in_database(
    actor: Actor, asked: Asked, filters: Mapping[str, Values], statuses: tuple[str, ...], page: int, per_page: int
) -> tuple[list[PostCard], int]:
    """A page of the posts that have every word in title or summary, and how many there are."""
    conditions = [_has(word) for word in _insisted(asked.words)]
    conditions += [CONDITIONS[name](values) for name, values in filters.items() if name in CONDITIONS and values]
    if filters.get("adopted"):
        conditions.append(was_tried(actor, filters["adopted"]))
    query = card_query(listed(actor, statuses), *conditions).order_by(Post.published_at.desc(), Post.id.desc())
    cards = cards_from(query.limit(per_page).offset((page - 1) * per_page))
    count = select(func.count()).select_from(Post).where(listed(actor, statuses), *conditions)
    return cards, db.session.scalar(count) or 0


def _insisted(text: str) -> list[str]:
    words = words_of(text)
    return ([word for word in words if not is_small(word)] or words)[:MOST_WORDS]


def _has(word: str) -> ColumnElement[bool]:
    return or_(Post.title.icontains(word, autoescape=True), Post.summary.icontains(word, autoescape=True))


def _about(keys: Values) -> ColumnElement[bool]:
    known = vocabulary()
    entries = [entry for entry in map(known.by_key, keys) if entry]
    families = [known.covering(entry.id) for entry in entries]
    return about_concepts(frozenset().union(*families)) if families else false()


def _in_years(years: Values) -> ColumnElement[bool]:
    starts = [datetime(int(year), 1, 1, tzinfo=UTC) for year in years if year.isdigit() and 1 <= int(year) < 9999]
    ranges = [
        and_(Post.published_at >= start, Post.published_at < start.replace(year=start.year + 1)) for start in starts
    ]
    return or_(false(), *ranges)


CONDITIONS: Mapping[str, Callable[[Values], ColumnElement[bool]]] = {
    "kind": Post.kind.in_,
    "language": Post.language.in_,
    "organisation": lambda values: Post.organisation_id.in_([int(value) for value in values if value.isdigit()]),
    "country": in_countries,
    **dict.fromkeys(SCHEMES, _about),
    "year": _in_years,
    "evidence": lambda values: min(int(value) for value in values) <= LEVEL,
}
