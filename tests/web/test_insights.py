"""The library in pictures: every number is the reader's own, and the table says what the picture says."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html as parser
from sqlalchemy import insert

from forum.core.db import db, transaction
from forum.core.languages import COUNTRIES
from forum.insights.europe import SQUARES
from forum.library.models import Post, PostConcept, PostCountry
from tests.conftest import Cast
from tests.factories import concept, make_post

Browsers = Callable[[Any], FlaskClient]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forum.web.insights.now", lambda: NOW)


def page(browser: FlaskClient, address: str = "/en/overview") -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200
    return parser.fromstring(answer.text)


def said(element: Any) -> str:
    return " ".join(element.text_content().split())


def rows(document: Any, caption: str) -> dict[str, list[str]]:
    """The cells of a table's rows by their headings."""
    (table,) = document.xpath(f"//table[normalize-space(caption)='{caption}']")
    return {
        said(row.xpath("th")[0]): [said(cell) for cell in row.xpath("td") if said(cell)]
        for row in table.xpath("tbody/tr")
    }


def test_an_empty_library_says_so(client: FlaskClient, cast: Cast) -> None:
    document = page(client)
    assert "The library is still empty" in said(document)
    assert document.xpath("//table") == []


def test_nobody_sees_in_a_picture_what_they_may_not_read(browser_of: Browsers, cast: Cast) -> None:
    make_post(cast.an, cast.sluis)
    make_post(
        cast.an,
        cast.sluis,
        kind="policy",
        countries=("PT",),
        themes=("finance",),
        visibility="members",
        title="A secret law",
        details={"expires_on": "2027-01-01"},
    )
    make_post(cast.an, cast.sluis, countries=("FI",), status="hidden", themes=("governance-democracy",))
    visitor = page(browser_of(None))
    assert "One post that you can read" in said(visitor)
    assert "country=PT" not in parser.tostring(visitor, encoding="unicode")
    assert "A secret law" not in said(visitor)
    assert "Portugal" not in rows(visitor, "Posts by country and kind")
    member = page(browser_of(cast.chiara))
    assert "A secret law" in said(member)
    assert rows(member, "Posts by country and kind")["Portugal"] == ["1", "0", "0", "1", "0", "0"]
    for document in (visitor, member, page(browser_of(cast.mia))):
        assert "country=FI" not in parser.tostring(document, encoding="unicode")


def test_the_table_of_the_map_says_what_the_squares_say(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, countries=("BE", "FR"))
    make_post(cast.an, cast.sluis, countries=("BE", "US"), kind="research")
    document = page(client)
    squares = {
        said(link.xpath("span")[0]): said(link.xpath("b")[0])
        for link in document.xpath("//ul[contains(@class, 'tiles')]//a")
    }
    table = rows(document, "Posts by country and kind")
    assert squares == {name: cells[0] for name, cells in table.items()}
    assert squares == {"Belgium": "2", "France": "1", "United States": "1"}
    assert [sum(map(int, cells[1:])) for cells in table.values()] == [int(cells[0]) for cells in table.values()]
    assert "Elsewhere" in said(document)


def test_a_square_names_its_country_and_leads_to_the_search(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, countries=("DE",))
    (link,) = page(client).xpath("//ul[@aria-label='Posts by country']//a")
    assert said(link) == "DE Germany 1"
    assert link.get("href") == "/en/search?country=DE"
    found = client.get("/en/api/v1/search?country=DE").json
    assert found is not None
    assert found["total"] == 1


def test_every_country_of_europe_is_on_the_map_with_or_without_posts(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis)
    document = page(client)
    codes = {said(tile)[:2] for tile in document.xpath("//ul[@aria-label='Posts by country']/li")}
    assert codes == {square.country for square in SQUARES}
    assert "Nothing yet from: Albania, Andorra," in said(document)


def test_countries_stand_in_the_order_of_the_readers_language(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, countries=("AT", "DE", "ES", "EE", "EG"))
    orders = {
        "en": ["Austria", "Egypt", "Estonia", "Germany", "Spain"],
        "fr": ["Allemagne", "Autriche", "Égypte", "Espagne", "Estonie"],
        "de": ["Ägypten", "Deutschland", "Estland", "Österreich", "Spanien"],
    }
    for language, names in orders.items():
        (table,) = page(client, f"/{language}/overview").xpath("//table[tbody/tr[count(td) = 6]]")
        assert [said(head) for head in table.xpath("tbody/tr/th")] == names


def test_themes_are_counted_exactly_and_those_without_a_practice_are_named(client: FlaskClient, cast: Cast) -> None:
    for _number in range(2):
        make_post(cast.an, cast.sluis, themes=("job-coaching", "supported-employment"))
    make_post(cast.an, cast.sluis, themes=("finance",), kind="research")
    document = page(client)
    assert rows(document, "Good practices by theme")["Work integration"] == ["2"]
    assert "Most practices are about these themes: Work integration (2)." in said(document)
    assert re.search("No practice yet about: [^.]*Funding and finance", said(document))
    assert rows(document, "Good practices by theme and country")["Work integration"] == ["2"]
    bar = document.xpath("//tr[th='Work integration']//rect")[0]
    assert bar.get("width") == "100.0%"


def test_the_columns_and_their_table_say_the_same(client: FlaskClient, cast: Cast) -> None:
    for moment in (NOW, NOW.replace(month=2), NOW.replace(month=3), NOW.replace(year=2025), NOW.replace(year=2019)):
        make_post(cast.an, cast.sluis, at=moment)
    document = page(client)
    (chart,) = document.xpath("//svg[@class='columns']")
    numbers = [said(text) for text in chart.xpath("*[local-name()='text'][not(@class)]")]
    assert [number for number in numbers if len(number) < 4] == ["1", "2", "0", "0", "1"]
    assert rows(document, "Posts by quarter") == {
        "4th quarter 2025": ["1"],
        "1st quarter 2026": ["2"],
        "2nd quarter 2026": ["0"],
        "3rd quarter 2026": ["0"],
        "4th quarter 2026": ["1"],
    }
    assert "3 posts in the last four quarters; 1 in the four before." in said(document)
    assert "5 posts that you can read" in said(document)


def test_practices_that_say_nothing_of_evidence_are_counted_too(client: FlaskClient, cast: Cast) -> None:
    for details in ({"evidence_claimed": 2}, {"evidence_claimed": 0}, {}, {}):
        make_post(cast.an, cast.sluis, details=details)
    document = page(client)
    assert rows(document, "Good practices by level of evidence") == {
        "Strong": ["0"],
        "Repeated": ["0"],
        "Evaluated": ["0"],
        "Monitored": ["1"],
        "Well described": ["0"],
        "Idea or story": ["1"],
        "Not said": ["2"],
    }
    assert "2 practices say how well they are tested; 2 do not." in said(document)


def test_coming_dates_lead_to_their_policies(client: FlaskClient, cast: Cast) -> None:
    law = make_post(
        cast.an,
        cast.sluis,
        kind="policy",
        title="Un decreto",
        language="it",
        details={"in_force_on": "2027-02-20", "comment_deadline": "2026-11-20", "adopted_on": "2026-01-01"},
    )
    (section,) = page(client).xpath("//section[@aria-labelledby='coming']")
    assert [said(one) for one in section.xpath(".//li/p")] == [
        "20 November 2026 Comments are possible until today",
        "20 February 2027 In force from in 3 months",
    ]
    title = section.xpath(".//h3")[0]
    assert (title.get("lang"), title.get("dir")) == ("it", "auto")
    assert f"/en/posts/{law.id}/" in title.xpath("a")[0].get("href")


def test_every_table_has_a_caption_and_every_heading_a_scope(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis)
    document = page(client)
    tables = document.xpath("//table")
    assert len(tables) == 5
    assert [table for table in tables if not said(table.xpath("caption")[0])] == []
    assert document.xpath("//table//th[not(@scope)]") == []


def test_the_page_stays_light_when_twenty_countries_write_about_everything(client: FlaskClient, cast: Cast) -> None:
    tops = [concept(key).id for key in ("work-integration", "finance", "skills-learning", "job-quality", "policy-law")]
    with transaction():
        for number, code in enumerate(COUNTRIES[:60:3]):
            moment = NOW.replace(year=2024 + number % 3, month=1 + number % 12)
            row = {
                "kind": "practice",
                "title": "T",
                "body": "B",
                "body_html": "B",
                "language": "en",
                "status": "published",
            }
            dates = {"created_at": moment, "updated_at": moment, "published_at": moment}
            ids = list(
                db.session.scalars(
                    insert(Post).returning(Post.id), [row | dates | {"visibility": "public"} for _ in tops]
                )
            )
            db.session.execute(insert(PostCountry), [{"post_id": one, "country": code} for one in ids])
            links = [{"post_id": one, "concept_id": top} for one, top in zip(ids, tops, strict=True)]
            db.session.execute(insert(PostConcept), links)
    assert len(client.get("/en/overview").data) < 30_000
