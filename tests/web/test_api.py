"""The read API: its shapes are a promise."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.accounts.models import Person
from forum.core.db import db, transaction
from forum.core.origins import Origin
from forum.library.models import Post
from forum.library.operations import curating
from forum.search.engine import FACETS
from forum.search.service import engine_for, use_engine
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post

Browsers = Callable[[Person | None], FlaskClient]


@pytest.fixture
def library(search_index: SearchIndex, cast: Cast) -> dict[str, Post]:
    """The same post for three audiences; the public one was imported."""
    posts = {
        visibility: make_post(
            cast.an, cast.sluis, title=f"Bakery {visibility}", summary="Bread & work", body="A **bakery** for <all>.",
            visibility=visibility, themes=("job-coaching", "young-people"), details={"stage": "running"},
        )
        for visibility in ("public", "members", "organisation")
    }  # fmt: skip
    with transaction():
        db.session.add(Origin(source="demo", type="post", ref="x1", subject_id=posts["public"].id))
    search_index.build()
    return posts


def test_a_search_answers_in_the_promised_shape(library: dict[str, Post], cast: Cast, client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=bakery&theme=work-integration&per_page=5").json
    assert answer is not None
    assert list(answer["facets"]) == sorted(FACETS)
    took, facets, [item] = answer.pop("took_ms"), answer.pop("facets"), answer.pop("items")
    assert took >= 0
    assert answer == {
        "query": "bakery", "total": 1, "page": 1, "per_page": 5, "corrected": None,
        "concepts": [{"id": "bakery", "label": "bakery"}], "translations": []
    }  # fmt: skip
    assert facets["kind"] == [{"value": "practice", "label": "Good practice", "count": 1}]
    assert facets["theme"] == [
        {"value": "job-coaching", "label": "Coaching on the work floor", "count": 1},
        {"value": "work-integration", "label": "Work integration", "count": 1},
    ]
    assert facets["organisation"] == [{"value": str(cast.sluis.id), "label": "De Sluis", "count": 1}]
    assert item.pop("score") > 0
    post = library["public"]
    assert item == {
        "id": post.id,
        "kind": "practice",
        "title": "Bakery public",
        "summary": "Bread & work",
        "snippet": "A <mark>bakery</mark> for &lt;all&gt;.",
        "language": "en",
        "organisation": {"id": cast.sluis.id, "name": "De Sluis"},
        "countries": ["BE"],
        "themes": ["job-coaching"],
        "published_at": "2026-01-05T09:00:00Z",
        "url": f"/posts/{post.id}/bakery-public",
        "ref": "demo:x1",
        "languages": ["en"],
        "translations": [],
    }


def test_without_words_found_the_snippet_is_the_summary(library: dict[str, Post], client: FlaskClient) -> None:
    answer = client.get("/nl/api/v1/search").json
    assert answer is not None
    assert answer["items"][0]["snippet"] == "Bread &amp; work"
    assert answer["items"][0]["url"].startswith("/posts/")
    assert answer["facets"]["language"][0]["label"] == "Engels"


def test_a_label_names_its_concept(library: dict[str, Post], client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=insertion+professionnelle").json
    assert answer is not None
    assert answer["concepts"] == [{"id": "work-integration", "label": "work integration"}]


@pytest.mark.parametrize(("name", "number"), [(None, 1), ("noor", 1), ("chiara", 2), ("mia", 2), ("an", 3)])
def test_sessions_see_what_their_person_may_see(
    library: dict[str, Post], cast: Cast, browser_of: Browsers, name: str | None, number: int
) -> None:
    browser = browser_of(getattr(cast, name) if name else None)
    answer = browser.get("/api/v1/search?q=bakery&sort=newest").json
    assert answer is not None
    assert answer["total"] == len(answer["items"]) == number
    assert sum(one["count"] for one in answer["facets"]["kind"]) == number
    shown = [browser.get(f"/api/v1/posts/{post.id}").status_code for post in library.values()]
    assert shown == [200] * number + [404] * (3 - number)


def test_a_hidden_post_is_gone_at_once(library: dict[str, Post], cast: Cast, client: FlaskClient) -> None:
    curating.hide_post(cast.actor("mia"), library["public"].id, "spam")
    answer = client.get("/api/v1/search?q=bakery").json
    assert answer is not None
    assert (answer["total"], answer["items"]) == (0, [])
    assert not any(answer["facets"].values())
    assert client.get("/api/v1/suggest?q=bake").json == {"items": []}
    gone = client.get(f"/api/v1/posts/{library['public'].id}")
    assert (gone.status_code, gone.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page=99999999999999999999", "page"),
        ("per_page=0", "per_page"),
        ("per_page=101", "per_page"),
        ("per_page=1.5", "per_page"),
        ("year=abc", "year"),
        ("organisation=abc", "organisation"),
        ("organisation=99999999999999999999", "organisation"),
        ("evidence=many", "evidence"),
    ],
)
def test_a_number_that_is_none_is_a_problem_in_plain_words(
    library: dict[str, Post], client: FlaskClient, query: str, field: str
) -> None:
    answer = client.get(f"/api/v1/search?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json is not None
    assert answer.json["status"] == 422
    assert answer.json["errors"][field].startswith(f"Write {field} as a ")


def test_unknown_values_are_left_out_and_named(library: dict[str, Post], client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?theme=nope&kind=practice&sort=best&colour=blue").json
    assert answer is not None
    assert answer["total"] == 1
    assert answer["ignored"] == {"theme": ["nope"], "sort": ["best"]}
    assert client.get("/api/v1/search?organisation=999").json["total"] == 0  # type: ignore[index]


def test_a_whole_post_is_as_in_the_interchange_format(
    library: dict[str, Post], cast: Cast, client: FlaskClient
) -> None:
    post = client.get(f"/api/v1/posts/{library['public'].id}").json
    assert post is not None
    assert post["type"] == "post"
    assert post["ref"] == "demo:x1"
    assert post["body"] == "A **bakery** for <all>."
    assert post["html"].strip() == "<p>A <strong>bakery</strong> for &lt;all&gt;.</p>"
    assert (post["themes"], post["target_groups"], post["details"]) == (
        ["job-coaching"],
        ["young-people"],
        {"stage": "running"},
    )
    assert post["organisation"] == {"id": cast.sluis.id, "name": "De Sluis"}
    assert (post["status"], post["review"], post["visibility"]) == ("published", "new", "public")
    assert post["translation_of"] is None


def test_a_translation_names_its_original_only_to_who_may_read_it(
    library: dict[str, Post], cast: Cast, browser_of: Browsers
) -> None:
    translation = make_post(cast.an, cast.sluis, language="nl", translation_of_id=library["members"].id)
    for person, original in ((None, None), (cast.chiara, library["members"].id)):
        post = browser_of(person).get(f"/api/v1/posts/{translation.id}").json
        assert post is not None
        assert post["translation_of"] == original


@pytest.mark.parametrize("path", ["/api/v1/posts/999", "/api/v1/posts/abc", "/api/v1/nothing", "/api/v2/search"])
def test_what_is_not_there_is_a_problem_too(library: dict[str, Post], client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_suggestions_lead_somewhere(library: dict[str, Post], cast: Cast, browser_of: Browsers) -> None:
    answer = browser_of(cast.an).get("/nl/api/v1/suggest?q=bak").json
    assert answer is not None
    assert answer["items"][0] == {"text": "bakery", "type": "query", "url": "/search?q=bakery"}
    assert {"text": "Bakery public", "type": "post", "url": f"/posts/{library['public'].id}/bakery-public"} in answer[
        "items"
    ]
    sluis = browser_of(None).get("/api/v1/suggest?q=de+sl").json
    assert sluis == {"items": [{"text": "De Sluis", "type": "organisation", "url": "/organisations/de-sluis"}]}
    assert browser_of(None).get("/api/v1/suggest").json == {"items": []}


def test_while_the_index_is_away_the_shape_stays(library: dict[str, Post], client: FlaskClient) -> None:
    use_engine(engine_for("none:"))
    answer = client.get("/api/v1/search?q=bakery").json
    assert answer is not None
    assert answer["total"] == 1
    assert answer["facets"] == {name: [] for name in FACETS}
    assert answer["notes"][0].startswith("The search index is being mended.")


def test_the_api_keeps_its_sql_budget(
    library: dict[str, Post], client: FlaskClient, count_sql: Callable[[], Any]
) -> None:
    client.get("/api/v1/search?q=bakery")
    with count_sql() as issued:
        client.get("/api/v1/search?q=bakery")
    assert len(issued) <= 8, issued
    with count_sql() as issued:
        client.get(f"/api/v1/posts/{library['public'].id}")
    assert len(issued) <= 6, issued
    with count_sql() as issued:
        client.get("/api/v1/suggest?q=bak")
    assert len(issued) <= 6, issued


def test_twenty_results_are_given_where_nobody_says_how_many(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?q=bakery").json["per_page"] == 20


def test_translations_from_dictionaries_are_named(
    search_index: SearchIndex, cast: Cast, client: FlaskClient, few_dictionaries: None
) -> None:
    make_post(cast.an, cast.sluis, title="A bike for all", language="en", visibility="public")
    make_post(cast.an, cast.sluis, title="Un vélo pour tous", language="fr", visibility="members")
    search_index.build()
    answer = client.get("/api/v1/search?q=fiets").json
    assert answer is not None
    assert answer["translations"] == [{"text": "bike", "languages": ["en"]}]
    without = client.get("/api/v1/search?q=fiets&concepts=off").json
    assert without is not None
    assert without["translations"] == []
