"""Facets against a slow count in SQL: whatever is ticked, whoever looks, every number is true."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, extract, func, or_, select

from forum.core.db import db
from forum.library.models import Post, PostConcept, PostCountry
from forum.library.policy import listed
from forum.search.documents import SCHEMES
from forum.search.finding import Wish, find_posts
from forum.search.service import current_engine
from forum.vocabulary.queries import vocabulary
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post

GROUP = func.coalesce(Post.translation_of_id, Post.id)
YEAR = extract("year", Post.published_at)
CHOICES = {
    "kind": ("practice", "news", "question"),
    "theme": ("work-integration", "job-coaching", "finance"),
    "country": ("BE", "IT"),
    "language": ("nl", "it", "fr"),
    "year": ("2024", "2025", "2026"),
    "status": ("published", "archived"),
}
VISIBILITIES = ("public", "members", "organisation")


def with_value(facet: str, value: str) -> ColumnElement[bool]:
    """The condition that a post has a value of a facet, in the plainest SQL there is."""
    if facet in SCHEMES:
        entry = vocabulary().by_key(value)
        assert entry
        below = [one.id for one in vocabulary().of_scheme(SCHEMES[facet]) if entry.id in (one.id, *one.ancestors)]
        return Post.id.in_(select(PostConcept.post_id).where(PostConcept.concept_id.in_(below)))
    if facet == "country":
        return Post.id.in_(select(PostCountry.post_id).where(PostCountry.country == value))
    if facet == "year":
        return int(value) == YEAR
    column = Post.organisation_id if facet == "organisation" else getattr(Post, facet)
    return column == (int(value) if facet == "organisation" else value)


def count_slowly(cast: Cast, who: str, filters: dict[str, tuple[str, ...]]) -> int:
    """How many groups of translations meet the filters, for somebody."""
    conditions = [listed(cast.actor(who), filters.get("status", ("published",)))]
    conditions += [or_(*(with_value(facet, value) for value in values)) for facet, values in filters.items()]
    return db.session.scalar(select(func.count(GROUP.distinct())).select_from(Post).where(*conditions)) or 0


@pytest.fixture
def library(search_index: SearchIndex, cast: Cast) -> None:
    """Forty posts, some of them translations of others, of every sort that the choices know."""
    made: list[int] = []
    for number in range(40):
        themes = [key for place, key in enumerate(CHOICES["theme"]) if (number + place) % 3 == 0 or number % 7 == place]
        author, owner = ((cast.an, cast.sluis), (cast.chiara, cast.filo))[number % 2]
        post = make_post(
            author, owner, kind=CHOICES["kind"][number % 3], language=CHOICES["language"][number % 5 % 3],
            themes=tuple(themes), countries=CHOICES["country"][: number % 3], visibility=VISIBILITIES[number % 4 % 3],
            status="archived" if number % 9 == 0 else "published", at=datetime(2024 + number % 3, 3, 1, tzinfo=UTC),
            translation_of_id=made[number // 2] if number % 4 == 3 else None,
        )  # fmt: skip
        made.append(post.translation_of_id or post.id)
    search_index.build()


chosen = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
        for name, values in CHOICES.items()
    },
)


@pytest.mark.parametrize("who", ["visitor", "chiara", "an", "mia"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=chosen)
def test_totals_and_facets_are_what_SQL_counts(
    library: None, cast: Cast, who: str, filters: dict[str, tuple[str, ...]]
) -> None:
    found = find_posts(current_engine(), cast.actor(who), Wish(filters=filters, per_page=100))
    assert found.total == len(found.cards) == count_slowly(cast, who, filters)
    for facet in (*CHOICES, "organisation"):
        for value, number in found.facets[facet].items():
            wanted = {**filters, facet: (value,)}
            assert number == count_slowly(cast, who, wanted), (facet, value)
        unseen = set(CHOICES.get(facet, ())) - set(found.facets[facet])
        assert not any(count_slowly(cast, who, {**filters, facet: (value,)}) for value in unseen)
