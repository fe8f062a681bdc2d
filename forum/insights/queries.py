"""How many posts there are, counted along one or two axes: what maps, charts and gap maps show.

Each is one statement at any size, and counts for every reader what that reader may see.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nsmallest
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import FromClause

from forum.core.actor import Actor
from forum.core.db import db
from forum.library.browsing import FAMILIES
from forum.library.evidence import LEVEL
from forum.library.models import Post, PostConcept, PostCountry, slug_of
from forum.library.policy import listed
from forum.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Axis:
    """What posts are counted by: a value, and how to come to it from a post. A post may have several values, or none."""

    value: ColumnElement[Any]
    joins: tuple[tuple[Any, ColumnElement[bool]], ...] = ()


BY_KIND = Axis(Post.kind.expression)
BY_COUNTRY = Axis(PostCountry.country.expression, ((PostCountry, PostCountry.post_id == Post.id),))
BY_EVIDENCE = Axis(LEVEL)


def by_concept(concept_ids: Iterable[int]) -> Axis:
    """The concepts among these that a post is about, be it by one below them; a post counts once for each."""
    families: FromClause = FAMILIES.alias()
    link = aliased(PostConcept)
    member = (families.c.member == link.concept_id) & families.c.family.in_(sorted(concept_ids))
    return Axis(families.c.family, ((link, link.post_id == Post.id), (families, member)))


def by_period(starts: Sequence[datetime]) -> Axis:
    """The last of these moments, by its place in their order, after which a post was published."""
    latest_first = reversed(list(enumerate(starts)))
    return Axis(case(*((Post.published_at >= start, place) for place, start in latest_first)))


def tally(actor: Actor, *axes: Axis, where: Iterable[ColumnElement[bool]] = ()) -> Counter[Any]:
    """How many listed posts have each value of an axis, or each pair of values of two: a post counts once for each."""
    columns = [axis.value.label(f"axis_{place}") for place, axis in enumerate(axes)]
    query: Select[Any] = select(Post.id, *columns).select_from(Post).where(listed(actor), *where).distinct()
    for axis in axes:
        for target, condition in axis.joins:
            query = query.join(target, condition)
    posts = query.subquery()
    values = [posts.c[f"axis_{place}"] for place in range(len(axes))]
    rows = db.session.execute(select(*values, func.count()).group_by(*values))
    return Counter({row[0] if len(axes) == 1 else tuple(row[:-1]): row[-1] for row in rows})


def network_countries() -> Counter[str]:
    """How many open organisations are at home in each country."""
    query = select(Organisation.country, func.count()).where(
        Organisation.closed_at.is_(None), Organisation.country != ""
    )
    return Counter({row[0]: row[1] for row in db.session.execute(query.group_by(Organisation.country))})


@dataclass(frozen=True, slots=True)
class ComingDate:
    """A date of a policy that lies ahead, and the post that says so; `name` is the field."""

    day: date
    name: str
    post_id: int
    title: str
    language: str

    @property
    def slug(self) -> str:
        """The readable end of the post's address."""
        return slug_of(self.title)


def coming_dates(actor: Actor, names: Sequence[str], today: date, limit: int) -> list[ComingDate]:
    """The next dates of policies, from today on, in order; `names` are the fields that hold them."""
    days = [Post.details[name].as_string() for name in names]
    ahead = or_(*(day >= today.isoformat() for day in days))
    query = select(Post.id, Post.title, Post.language, *days).where(listed(actor), Post.kind == "policy", ahead)
    found = [
        ComingDate(date.fromisoformat(day), name, post_id, title, language)
        for post_id, title, language, *given in db.session.execute(query)
        for name, day in zip(names, given, strict=True)
        if day and day >= today.isoformat()
    ]
    return nsmallest(limit, found, key=lambda one: (one.day, one.post_id, one.name))
