"""Themes as gap maps: what is there leads to the search, what is missing shows, and nobody counts what they may not read."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html as parser
from sqlalchemy import insert

from forum.core.db import db, transaction
from forum.library.models import Post, PostConcept, PostCountry
from tests.conftest import Cast, SearchIndex
from tests.factories import LONG_AGO, concept, make_organisation, make_post

Browsers = Callable[[Any], FlaskClient]
THEME = "/en/themes/work-integration"


def said(element: Any) -> str:
    return " ".join(element.text_content().split())


def page(browser: FlaskClient, address: str = THEME) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200
    return parser.fromstring(answer.text)


def gaps(browser: FlaskClient, address: str = THEME) -> dict[str, dict[str, int]]:
    """The numbers of the gap map by row and column."""
    (table,) = page(browser, address).xpath("//table[@class='gaps']")
    columns = [said(head) for head in table.xpath("thead//th")[1:]]
    return {
        said(row.xpath("th")[0]): dict(zip(columns, [int(said(cell)) for cell in row.xpath("td")], strict=True))
        for row in table.xpath(".//tr[td]")
    }


def test_narrower_themes_by_kind_with_their_gaps(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, themes=("job-coaching", "supported-employment"))
    make_post(cast.an, cast.sluis, themes=("work-integration",), kind="research")
    found = gaps(client)
    assert found["Coaching on the work floor"] == {
        "Good practice": 1,
        "Research": 0,
        "Policy update": 0,
        "Question": 0,
        "News": 0,
    }
    assert sum(found["Outreach and activation"].values()) == 0
    assert (found["Work integration"]["Good practice"], found["Work integration"]["Research"]) == (1, 1)


def test_a_number_leads_to_as_many_posts_and_says_where_it_goes(
    client: FlaskClient, cast: Cast, search_index: SearchIndex
) -> None:
    for kind, country in (("practice", "BE"), ("practice", "FR"), ("research", "BE")):
        make_post(
            cast.an,
            cast.sluis,
            themes=("job-coaching", "young-people", "i-law", "cooperative"),
            kind=kind,
            countries=(country,),
        )
    search_index.build()
    for address in (
        THEME,
        f"{THEME}?by=country",
        f"{THEME}?by=group",
        "/en/themes/job-coaching",
        "/en/themes/young-people",
        "/en/themes/i-law",
        "/en/themes/i-law?by=group",
        "/en/themes/cooperative?by=country",
    ):
        document = page(client, address)
        links = document.xpath("//table[@class='gaps']//td/a | //ul[@class='tiles']//a")
        assert links, address
        for link in links:
            where = link.get("href").replace("/en/search?", "/en/api/v1/search?")
            number = link.xpath("b")[0] if link.xpath("b") else link
            assert client.get(where).json["total"] == int(said(number)), where
        for link in document.xpath("//table[@class='gaps']//td/a"):
            parts = [document.get_element_by_id(one) for one in link.get("aria-labelledby").split()]
            assert len(parts) == 3
            assert all(map(said, parts))


def test_by_country_shows_where_the_network_is_at_home_even_without_posts(client: FlaskClient, cast: Cast) -> None:
    make_organisation(country="PL")
    make_post(cast.an, cast.sluis, themes=("job-coaching",), countries=("FR",))
    found = gaps(client, f"{THEME}?by=country")
    assert found["Coaching on the work floor"] == {"FR France": 1, "BE Belgium": 0, "IT Italy": 0, "PL Poland": 0}


def test_by_target_group_and_for_a_target_group_by_theme(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, themes=("job-coaching", "young-people"))
    assert gaps(client, f"{THEME}?by=group")["Young people (NEET)"]["Good practice"] == 1
    assert gaps(client, f"{THEME}?by=group")["Single parents"]["Good practice"] == 0
    assert gaps(client, "/en/themes/young-people?by=group")["Work integration"]["Good practice"] == 1


def test_a_theme_without_narrower_ones_has_its_kinds_by_country(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, themes=("job-coaching",), countries=("FR",))
    found = gaps(client, "/en/themes/job-coaching")
    assert found["Good practice"]["FR France"] == 1
    assert found["Coaching on the work floor"]["FR France"] == 1


def test_nobody_counts_what_they_may_not_read(browser_of: Browsers, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, themes=("job-coaching",))
    make_post(cast.an, cast.sluis, themes=("job-coaching",), visibility="members", countries=("PT",))
    make_post(cast.an, cast.sluis, themes=("job-coaching",), visibility="organisation", countries=("PT",))
    make_post(cast.an, cast.sluis, themes=("job-coaching",), status="hidden", countries=("PT",))
    for name, number in ((None, 1), ("noor", 1), ("chiara", 2), ("bert", 3), ("mia", 2)):
        browser = browser_of(getattr(cast, name) if name else None)
        assert gaps(browser)["Coaching on the work floor"]["Good practice"] == number, name
        by_country = gaps(browser, f"{THEME}?by=country")["Coaching on the work floor"]
        assert by_country.get("PT Portugal", 0) == number - 1, name


def test_the_views_are_links_that_say_which_one_is_shown(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis)
    for view, name in (
        ("", "By kind"),
        ("?by=country", "By country"),
        ("?by=group", "By target group"),
        ("?by=x", "By kind"),
    ):
        (current,) = page(client, THEME + view).xpath("//nav[@class='tabs']//a[@aria-current]")
        assert said(current) == name


def test_the_invitation_to_fill_gaps_stands_once(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis)
    assert client.get(THEME).text.count("An empty field is a gap.") == 1


def test_an_empty_theme_and_later_pages_have_no_gap_map(client: FlaskClient, cast: Cast) -> None:
    assert page(client).xpath("//table") == []
    for _number in range(9):
        make_post(cast.an, cast.sluis)
    assert page(client, f"{THEME}?page=2").xpath("//table") == []
    assert "Practice" in said(page(client, f"{THEME}?page=2&by=country"))


@pytest.mark.parametrize("view", ["", "?by=country", "?by=group"])
def test_a_theme_stays_light_when_every_field_is_full(client: FlaskClient, cast: Cast, view: str) -> None:
    below = ("job-coaching", "supported-employment", "outreach-activation", "young-people", "single-parents")
    ids = [concept(key).id for key in below]
    codes = ("BE", "FR", "IT", "ES", "PT", "DE", "AT", "PL", "FI", "IE", "NL", "SE", "DK", "CZ")
    with transaction():
        rows = [
            {
                "kind": kind,
                "title": f"A workshop where people learn a trade, number {number}",
                "summary": "What we do, for whom, and what comes of it, told in two short sentences for colleagues.",
                "body": "B",
                "body_html": "B",
                "language": "nl",
                "status": "published",
                "visibility": "public",
                "organisation_id": cast.sluis.id,
                "comment_count": number,
            }
            for number, kind in enumerate(("practice", "research", "policy", "question", "news") * 3)
        ]
        dates = {"created_at": LONG_AGO, "updated_at": LONG_AGO, "published_at": LONG_AGO}
        posts = list(db.session.scalars(insert(Post).returning(Post.id), [row | dates for row in rows]))
        places = [{"post_id": one, "country": code} for one in posts for code in codes]
        db.session.execute(insert(PostCountry), places)
        links = [{"post_id": one, "concept_id": number} for one in posts for number in ids]
        db.session.execute(insert(PostConcept), links)
    answer = client.get(THEME + view)
    assert len(answer.data) < 30_000
