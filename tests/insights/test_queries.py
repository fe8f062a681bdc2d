"""Counting posts along axes: exactly, once each, and only what the reader may see."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from forum.core.actor import VISITOR
from forum.insights.queries import (
    BY_COUNTRY,
    BY_EVIDENCE,
    BY_KIND,
    by_concept,
    by_period,
    coming_dates,
    network_countries,
    tally,
)
from forum.library.models import Post
from forum.vocabulary.operations import merge_concepts
from tests.conftest import Cast
from tests.factories import concept, make_organisation, make_post


def test_a_post_counts_once_for_each_of_its_countries_and_kinds(cast: Cast) -> None:
    make_post(cast.an, cast.sluis, countries=("BE", "FR"))
    make_post(cast.an, cast.sluis, countries=("BE",), kind="research")
    assert tally(VISITOR, BY_COUNTRY) == Counter({"BE": 2, "FR": 1})
    assert tally(VISITOR, BY_COUNTRY, BY_KIND) == {
        ("BE", "practice"): 1,
        ("FR", "practice"): 1,
        ("BE", "research"): 1,
    }


def test_a_post_counts_once_for_a_theme_however_many_of_its_narrower_themes_it_has(cast: Cast) -> None:
    make_post(cast.an, cast.sluis, themes=("work-integration", "job-coaching", "supported-employment"))
    top, coaching = concept("work-integration").id, concept("job-coaching").id
    assert tally(VISITOR, by_concept([top, coaching])) == {top: 1, coaching: 1}
    assert tally(VISITOR, by_concept([coaching]), BY_COUNTRY) == {(coaching, "BE"): 1}


def test_two_axes_of_concepts_meet_in_one_post(cast: Cast) -> None:
    make_post(cast.an, cast.sluis, themes=("job-coaching", "young-people"))
    make_post(cast.an, cast.sluis, themes=("finance",))
    top, young = concept("work-integration").id, concept("young-people").id
    assert tally(VISITOR, by_concept([top]), by_concept([young])) == {(top, young): 1}


def test_posts_of_a_merged_theme_count_for_its_heir(cast: Cast) -> None:
    make_post(cast.an, cast.sluis, themes=("green-spaces",))
    heir = concept("food-agriculture").id
    merge_concepts(cast.actor("mia"), concept("green-spaces").id, heir)
    assert tally(VISITOR, by_concept([heir])) == {heir: 1}


@pytest.mark.parametrize(("name", "number"), [("visitor", 1), ("noor", 1), ("chiara", 2), ("bert", 3), ("mia", 2)])
def test_nobody_counts_what_they_may_not_see(cast: Cast, name: str, number: int) -> None:
    moment = datetime(2026, 2, 1, tzinfo=UTC)
    for status, visibility in (
        ("published", "public"),
        ("published", "members"),
        ("published", "organisation"),
        ("draft", "public"),
        ("hidden", "public"),
        ("declined", "public"),
        ("withdrawn", "public"),
        ("archived", "public"),
    ):
        details = {"evidence_claimed": 1, "expires_on": "2030-01-01"}
        kind = "policy" if status == "published" else "practice"
        make_post(cast.an, cast.sluis, status=status, visibility=visibility, details=details, at=moment, kind=kind)
    actor, theme = cast.actor(name), concept("work-integration").id
    assert tally(actor, BY_COUNTRY) == {"BE": number}
    assert tally(actor, by_concept([theme]), BY_KIND) == {(theme, "policy"): number}
    assert tally(actor, BY_EVIDENCE) == {1: number}
    assert tally(actor, by_period([moment])) == {0: number}
    assert len(coming_dates(actor, ["expires_on"], date(2026, 1, 1), 10)) == number


def test_periods_begin_at_their_first_moment(cast: Cast) -> None:
    starts = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 4)]
    for moment in (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), starts[0], datetime(2026, 3, 31, tzinfo=UTC), starts[1]):
        make_post(cast.an, cast.sluis, at=moment)
    assert tally(VISITOR, by_period(starts)) == {None: 1, 0: 2, 1: 1}


def test_a_practice_without_a_level_counts_as_not_said(cast: Cast) -> None:
    make_post(cast.an, cast.sluis, details={"evidence_claimed": 0})
    make_post(cast.an, cast.sluis)
    assert tally(VISITOR, BY_EVIDENCE, where=[Post.kind == "practice"]) == {0: 1, None: 1}


def test_coming_dates_stand_in_order_and_begin_today(cast: Cast) -> None:
    make_post(
        cast.an, cast.sluis, kind="policy", title="B", details={"expires_on": "2026-06-01", "review_on": "2026-02-01"}
    )
    make_post(cast.an, cast.sluis, kind="policy", title="A", details={"expires_on": "2026-03-01"})
    make_post(cast.an, cast.sluis, kind="practice", details={"expires_on": "2026-03-01"})
    found = coming_dates(VISITOR, ["expires_on", "review_on"], date(2026, 3, 1), 10)
    assert [(one.day, one.name, one.title) for one in found] == [
        (date(2026, 3, 1), "expires_on", "A"),
        (date(2026, 6, 1), "expires_on", "B"),
    ]
    assert len(coming_dates(VISITOR, ["expires_on", "review_on"], date(2026, 1, 1), 2)) == 2


def test_closed_organisations_and_those_of_no_country_are_not_on_the_map(cast: Cast) -> None:
    make_organisation(country="")
    make_organisation(country="FR", closed_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert network_countries() == {"BE": 2, "IT": 1}


def test_each_count_is_one_statement(cast: Cast, count_sql: Callable[[], Any]) -> None:
    make_post(cast.an, cast.sluis)
    theme = concept("work-integration").id
    for count in (
        lambda: tally(VISITOR, by_concept([theme]), BY_COUNTRY),
        lambda: coming_dates(VISITOR, ["expires_on", "review_on"], date(2026, 1, 1), 5),
        network_countries,
    ):
        with count_sql() as statements:
            count()
        assert len(statements) == 1
