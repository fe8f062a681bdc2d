"""The level of evidence on pages: the mark on a post, the moderators' form, the filter "at least", and the API."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from forum.core.db import db, transaction
from forum.curation.operations.evidence import judge_evidence
from forum.library.evidence import LEVEL
from forum.library.models import Post
from forum.library.operations.evidence import Judgement
from forum.search.service import engine_for, use_engine
from tests import factories
from tests.conftest import Cast, SearchIndex

BrowserOf = Callable[[Any], FlaskClient]
STUDY = "https://example.org/study"


def practice(cast: Cast, claimed: int | None = None, **fields: Any) -> Post:
    details = {} if claimed is None else {"evidence_claimed": claimed}
    return factories.make_post(cast.an, cast.sluis, details=details, **fields)


def judge(cast: Cast, post: Post, level: int, url: str = STUDY, source: int | None = None) -> None:
    if level >= 4:
        repeat(post)
    judge_evidence(cast.actor("mia"), post.id, Judgement(level, "" if source else url, source), confirmed=True)


def repeat(post: Post, countries: tuple[str, ...] = ("IT", "ES")) -> None:
    """Let a practice have worked in these countries, in an organisation each."""
    for country in countries:
        factories.make_adoption(post, factories.make_organisation(country=country))


def mark_on(browser: FlaskClient, post: Post) -> str:
    """What the box of facts says of evidence."""
    page = html.fromstring(browser.get(f"/posts/{post.id}/{post.slug}").text)
    found = page.xpath("//div[dt='Evidence']/dd")
    return " ".join(found[0].text_content().split()) if found else ""


def test_a_claim_says_that_it_is_one(cast: Cast, client: FlaskClient) -> None:
    assert mark_on(client, practice(cast, 1)).startswith("Well described Level 1 of 5")
    assert "Its author says so." in mark_on(client, practice(cast, 0))
    assert mark_on(client, practice(cast)) == ""


def test_a_judgement_shows_its_date_and_source_and_asks_for_a_check_after_five_years(
    cast: Cast, client: FlaskClient
) -> None:
    post = practice(cast, 1)
    judge(cast, post, 3)
    shown = mark_on(client, post)
    for expected in ("Evaluated Level 3 of 5", "A moderator judged so on", STUDY):
        assert expected in shown
    assert "needs a new check" not in shown
    with transaction():
        db.session.get_one(Post, post.id).evidence_set_on = date(2020, 1, 1)
    assert "needs a new check" in mark_on(client, post)


def test_taking_a_judgement_back_says_so(cast: Cast, browser_of: BrowserOf) -> None:
    post = practice(cast, 1)
    judge(cast, post, 3)
    answer = browser_of(cast.mia).post(f"/posts/{post.id}/evidence", data={"level": ""}, follow_redirects=True)
    assert "no moderator judges the evidence of this post now" in answer.text
    assert "The level of evidence is saved" not in answer.text
    assert mark_on(browser_of(cast.an), post).startswith("Well described Level 1 of 5")


def test_a_source_that_the_reader_may_not_read_is_not_named(
    cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    study = factories.make_post(
        cast.chiara, cast.filo, kind="research", visibility="members", title="Night work", language="it"
    )
    post = practice(cast)
    judge(cast, post, 3, source=study.id)
    assert "Night work" in mark_on(browser_of(cast.an), post)
    assert "Night work" not in mark_on(client, post)
    told = client.get(f"/api/v1/posts/{post.id}").json
    assert told["evidence"] == {
        "level": 3,
        "claimed": False,
        "set_on": post.evidence_set_on.isoformat(),
        "source_url": None,
        "source_post": None,
    }
    assert browser_of(cast.an).get(f"/api/v1/posts/{post.id}").json["evidence"]["source_post"] == study.id


def test_the_api_tells_a_claim_and_silence_too(cast: Cast, client: FlaskClient) -> None:
    told = client.get(f"/api/v1/posts/{practice(cast, 2).id}").json["evidence"]
    assert (told["level"], told["claimed"], told["source_url"]) == (2, True, None)
    assert client.get(f"/api/v1/posts/{practice(cast).id}").json["evidence"] is None


# The form


def test_the_form_proposes_what_reports_prove_with_them_as_its_source(
    cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    post = practice(cast, 2)
    mia, address = browser_of(cast.mia), f"/posts/{post.id}/evidence"
    assert chosen_on(mia.get(address).text) == ("", "")
    repeat(post)
    level, source = chosen_on(mia.get(address).text)
    assert (level, source.rpartition("/posts/")[2]) == ("4", f"{post.id}/adoptions")
    assert mia.post(address, data={"level": level, "source": source, "confirmed": "1"}).status_code == 303
    assert chosen_on(mia.get(address).text) == ("4", source)
    page = html.fromstring(client.get(f"/posts/{post.id}/{post.slug}").text)
    assert page.xpath("//div[dt='Evidence']//a[normalize-space()='Read the reports']/@href")[0].endswith("/adoptions")


def chosen_on(page: str) -> tuple[str, str]:
    """The level and the source that the form holds."""
    form = html.fromstring(page).xpath("//main//form")[0]
    return form.fields["level"] or "", form.fields["source"] or ""


@pytest.mark.parametrize(
    ("name", "status"), [("visitor", 302), ("noor", 403), ("an", 403), ("chiara", 403), ("mia", 200), ("ada", 200)]
)
def test_the_form_is_for_moderators(cast: Cast, browser_of: BrowserOf, name: str, status: int) -> None:
    browser = browser_of(None if name == "visitor" else getattr(cast, name))
    assert browser.get(f"/posts/{practice(cast).id}/evidence").status_code == status


def test_the_form_is_not_for_ones_own_organisation_nor_for_questions(cast: Cast, browser_of: BrowserOf) -> None:
    own = factories.make_post(cast.ada, cast.secretariat)
    question = factories.make_post(cast.an, cast.sluis, kind="question")
    assert browser_of(cast.mia).get(f"/posts/{own.id}/evidence").status_code == 403
    assert browser_of(cast.mia).get(f"/posts/{question.id}/evidence").status_code == 404


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"level": "3", "source": ""}, "source"),
        ({"level": "3", "source": "a study"}, "source"),
        ({"level": "3", "source": "/posts/999999"}, "source"),
        ({"level": "9", "source": STUDY}, "level"),
        ({"level": "4", "source": STUDY, "confirmed": "1"}, "level"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_comes_back(
    cast: Cast, browser_of: BrowserOf, form: dict[str, str], field: str
) -> None:
    post = practice(cast)
    answer = browser_of(cast.mia).post(f"/posts/{post.id}/evidence", data=form)
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.xpath("//*[@class='error-summary']//a/@href") == [f"#field-{field}"]
    assert page.xpath("//input[@name='source']/@value") == [form["source"]]
    assert db.session.get_one(Post, post.id).evidence_level is None


def test_the_address_of_a_post_here_is_that_post(cast: Cast, browser_of: BrowserOf) -> None:
    study, post = factories.make_post(cast.chiara, cast.filo, kind="research"), practice(cast)
    for source in (f"/posts/{study.id}", f"http://localhost/nl/posts/{study.id}/{study.slug}"):
        browser_of(cast.mia).post(f"/posts/{post.id}/evidence", data={"level": "3", "source": source})
        found = db.session.get_one(Post, post.id)
        assert (found.evidence_level, found.evidence_post_id, found.evidence_url) == (3, study.id, "")
    browser_of(cast.mia).post(f"/posts/{post.id}/evidence", data={"level": "", "source": ""})
    assert db.session.get_one(Post, post.id).evidence_level is None


# Searching


@pytest.fixture
def several(cast: Cast, search_index: SearchIndex) -> list[Post]:
    """Practices of all sorts: silent ones, claims, judgements above and below them."""
    posts = [practice(cast, claimed) for claimed in (None, None, 0, 1, 1, 2, 2, 1)]
    for post, level in ((posts[1], 5), (posts[5], 3), (posts[6], 0), (posts[7], 4)):
        judge(cast, post, level)
    search_index.build()
    return posts


def counts_in_sql() -> dict[str, int]:
    """For each level how many practices have it or a higher one."""
    found = {}
    for level in range(6):
        number = db.session.scalar(db.select(db.func.count()).select_from(Post).where(level <= LEVEL))
        if number:
            found[str(level)] = number
    return found


def test_the_facet_counts_at_least_as_sql_does(client: FlaskClient, several: list[Post]) -> None:
    facet = client.get("/api/v1/search").json["facets"]["evidence"]
    assert {one["value"]: one["count"] for one in facet} == counts_in_sql()
    assert [one["value"] for one in facet] == ["5", "4", "3", "2", "1", "0"]
    assert facet[3]["label"] == "Level 2 or more: Monitored"


@pytest.mark.parametrize("level", range(6))
def test_a_filter_finds_a_level_and_those_above_with_and_without_an_index(
    client: FlaskClient, several: list[Post], search_index: SearchIndex, level: int
) -> None:
    expected = set(db.session.scalars(db.select(Post.id).where(level <= LEVEL)))
    query = f"/api/v1/search?evidence={level}&per_page=50"
    assert {one["id"] for one in client.get(query).json["items"]} == expected
    use_engine(engine_for("none:"))
    assert {one["id"] for one in client.get(query).json["items"]} == expected


def test_several_levels_mean_the_lowest_of_them(client: FlaskClient, several: list[Post]) -> None:
    assert client.get("/api/v1/search?evidence=2&evidence=4").json["total"] == counts_in_sql()["2"]


def test_a_judgement_is_found_at_once_and_never_decides_the_order(
    cast: Cast, client: FlaskClient, search_index: SearchIndex
) -> None:
    older, newer = practice(cast), practice(cast, at=factories.LONG_AGO.replace(month=2))
    search_index.build()
    judge(cast, older, 5)
    search_index.take_in()
    assert [one["id"] for one in client.get("/api/v1/search?evidence=5").json["items"]] == [older.id]
    assert [one["id"] for one in client.get("/api/v1/search").json["items"]] == [newer.id, older.id]


def test_the_search_page_names_the_filter(client: FlaskClient, several: list[Post]) -> None:
    page = html.fromstring(client.get("/search?evidence=2").text)
    assert "Evidence: Level 2 or more: Monitored" in " ".join(page.text_content().split())


def test_the_help_explains_every_level(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/help/reviewing").text)
    names = [one.text_content() for one in page.xpath("//h2[@id='evidence']/following-sibling::ol[1]/li/strong")]
    assert names == ["Idea or story", "Well described", "Monitored", "Evaluated", "Repeated", "Strong"]


def test_old_levels_and_answers_of_experts_wait_on_the_desk(cast: Cast, browser_of: BrowserOf) -> None:
    old, young = practice(cast, review="reviewed", title="Old"), practice(cast, review="reviewed", title="Young")
    for post in (old, young):
        judge(cast, post, 3)
    with transaction():
        db.session.get_one(Post, old.id).evidence_set_on = date(2020, 1, 1)
    asked = practice(cast, review="in_expert_review", title="Asked")
    page = html.fromstring(browser_of(cast.mia).get("/review").text)
    assert page.xpath("//ul[@class='desk-list']//h3/a/text()") == ["Asked", "Old"]
    links = page.xpath("//ul[@class='desk-list']//h3/a/@href")
    assert [one.removeprefix("/en") for one in links] == [f"/posts/{asked.id}/experts", f"/posts/{old.id}/evidence"]


def test_reports_from_two_countries_propose_level_4_which_a_moderator_confirms(
    cast: Cast, browser_of: BrowserOf
) -> None:
    post, browser = practice(cast, review="reviewed", title="Repeated"), browser_of(cast.mia)
    repeat(post, ("IT",))
    form = {"level": "4", "source": STUDY, "confirmed": "1"}
    unconfirmed = {"level": "4", "source": STUDY}
    assert "need reports that it worked" in browser.post(f"/posts/{post.id}/evidence", data=form).text
    assert "Repeated" not in browser.get("/review").text
    repeat(post, ("ES",))
    assert "Proposal: level 4" in browser.get("/review").text
    assert (
        "in 2 other organisations, in 2 countries. That is enough for level 4."
        in browser.get(f"/posts/{post.id}/evidence").text
    )
    assert "Confirm that you read" in browser.post(f"/posts/{post.id}/evidence", data=unconfirmed).text
    assert browser.post(f"/posts/{post.id}/evidence", data=form).status_code == 303
    assert db.session.get_one(Post, post.id).evidence_level == 4
    assert "Proposal: level 4" not in browser.get("/review").text
