"""Reports on a practice are words it is found by, and a facet, for those who may read them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.adoption import operations
from forum.adoption.tried import TRIED
from forum.search.service import engine_for, use_engine
from tests import factories
from tests.conftest import Cast, SearchIndex


def found(client: FlaskClient, word: str) -> int:
    return int(client.get(f"/api/v1/search?q={word}").json["total"])


def test_a_practice_is_found_by_what_others_told_of_it_for_everybody(
    cast: Cast, search_index: SearchIndex, client: FlaskClient
) -> None:
    post, chiara = factories.make_post(cast.an, cast.sluis), cast.actor("chiara")
    words = {"intent": "running", "outcome": "worked", "language": "en", "details": {"what_helped": "zirkonbread"}}
    told = operations.report_adoption(chiara, post.id, cast.filo.id, words | {"permission": "members"})
    search_index.take_in()
    assert found(client, "zirkonbread") == 0
    operations.change_adoption(chiara, told.id, words | {"permission": "public"}, 1)
    search_index.take_in()
    assert found(client, "zirkonbread") == 1
    operations.withdraw_adoption(chiara, told.id)
    search_index.take_in()
    assert found(client, "zirkonbread") == 0


BrowserOf = Callable[[Any], FlaskClient]
TOLD = (
    ("running", "worked", "public"),
    ("running", "worked_with_changes", "members"),
    ("stopped", "did_not_work", "public"),
    ("running", "mixed", "members"),
    ("planning", "", "public"),
    ("trying", "too_early", "public"),
)
MEMBERS_FIND = {"tried": 5, "worked": 2, "did_not_work": 1, "mixed": 1, "stopped": 1}
VISITORS_FIND = {"tried": 3, "worked": 1, "did_not_work": 1, "stopped": 1}


@pytest.fixture
def tried(cast: Cast, search_index: SearchIndex) -> None:
    """Seven practices for everybody: each of six tried once in a way of `TOLD`, one by nobody."""
    for intent, outcome, permission in TOLD:
        post = factories.make_post(cast.an, cast.sluis, title="A practice to try")
        told = {"intent": intent, "outcome": outcome, "permission": permission}
        factories.make_adoption(post, cast.filo, cast.chiara, **told)
    factories.make_post(cast.an, cast.sluis, title="A practice to try")
    search_index.build()


def totals(client: FlaskClient, words: str = "practice") -> dict[str, int]:
    """How many posts are found under each value of the facet."""
    answers = {code: client.get(f"/api/v1/search?q={words}&adopted={code}").json for code in TRIED}
    return {code: answer["total"] for code, answer in answers.items() if answer and answer["total"]}


def counts(client: FlaskClient) -> dict[str, int]:
    """What the facet says."""
    facets = (client.get("/api/v1/search?q=practice").json or {})["facets"]
    return {one["value"]: one["count"] for one in facets["adopted"]}


@pytest.mark.usefixtures("tried")
def test_the_facet_counts_what_its_filter_finds_and_nothing_that_one_may_not_know(
    cast: Cast, browser_of: BrowserOf
) -> None:
    for person, found in ((cast.an, MEMBERS_FIND), (cast.noor, VISITORS_FIND), (None, VISITORS_FIND)):
        client = browser_of(person)
        assert counts(client) == totals(client) == found


@pytest.mark.usefixtures("tried")
def test_without_an_index_the_filter_finds_the_same(cast: Cast, browser_of: BrowserOf) -> None:
    use_engine(engine_for("none"))
    assert totals(browser_of(cast.an)) == MEMBERS_FIND
    assert totals(browser_of(None)) == VISITORS_FIND


@pytest.mark.usefixtures("tried")
def test_the_page_of_results_offers_it_and_several_values_mean_or(cast: Cast, browser_of: BrowserOf) -> None:
    client = browser_of(cast.an)
    assert "Tried by others" in client.get("/search?q=practice").text
    page = client.get("/search?q=practice&adopted=mixed&adopted=stopped").text
    assert 'value="mixed" checked' in page
    assert (client.get("/api/v1/search?q=practice&adopted=mixed&adopted=stopped").json or {})["total"] == 2
    assert (client.get("/api/v1/search?q=practice&adopted=%00").json or {})["ignored"] == {"adopted": ["\0"]}


def test_every_report_counts_on_a_practice_for_members(
    cast: Cast, search_index: SearchIndex, browser_of: BrowserOf
) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="A practice to try", visibility="members")
    told = factories.make_adoption(post, cast.filo, cast.chiara, intent="running", outcome="worked")
    search_index.build()
    assert totals(browser_of(cast.an)) == {"tried": 1, "worked": 1}
    operations.hide_adoption(cast.actor("mia"), told.id, "Names of people")
    search_index.take_in()
    assert totals(browser_of(cast.an)) == {}


def test_few_finds_under_the_filter_bring_no_posts_with_some_words_only(
    cast: Cast, search_index: SearchIndex, browser_of: BrowserOf
) -> None:
    for number in range(12):
        factories.make_post(cast.an, cast.sluis, title=f"Bread and zirkon {number}")
    post = factories.make_post(cast.an, cast.sluis, title="Bread alone")
    factories.make_adoption(post, cast.filo, cast.chiara, intent="running", outcome="worked")
    search_index.build()
    assert totals(browser_of(cast.an), "bread+zirkon") == {}
