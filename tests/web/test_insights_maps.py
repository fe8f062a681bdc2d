"""The map on other pages: the front page counts what the reader may read, the directory counts organisations."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from lxml import html as parser

from tests.conftest import Cast
from tests.factories import make_organisation, make_post

Browsers = Callable[[Any], FlaskClient]


def squares(browser: FlaskClient, address: str) -> dict[str, tuple[str, str]]:
    """The number and the address of every square that is a link, by the name of its country."""
    answer = browser.get(address)
    assert answer.status_code == 200
    links = parser.fromstring(answer.text).xpath("//ul[contains(@class, 'tiles')]//a")
    return {link.xpath("span")[0].text: (link.xpath("b")[0].text, link.get("href")) for link in links}


def test_the_front_page_shows_where_posts_come_from(browser_of: Browsers, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, countries=("BE", "FR"))
    make_post(cast.an, cast.sluis, countries=("PT",), visibility="members")
    make_post(cast.an, cast.sluis, countries=("FI",), status="draft")
    seen = {"Belgium": ("1", "/en/search?country=BE"), "France": ("1", "/en/search?country=FR")}
    assert squares(browser_of(None), "/en/") == seen
    assert squares(browser_of(cast.chiara), "/en/") == seen | {"Portugal": ("1", "/en/search?country=PT")}
    assert squares(browser_of(None), "/en/search") == {}


def test_the_front_page_of_an_empty_library_has_no_map(client: FlaskClient, cast: Cast) -> None:
    assert squares(client, "/en/") == {}


def test_the_directory_shows_where_organisations_are_at_home(client: FlaskClient, cast: Cast) -> None:
    make_organisation(country="")
    found = squares(client, "/en/organisations")
    assert found == {
        "Belgium": ("2", "/en/organisations?country=BE"),
        "Italy": ("1", "/en/organisations?country=IT"),
    }
    assert squares(client, "/en/organisations?country=BE") == {}


def test_a_country_outside_europe_stands_below_the_map(client: FlaskClient, cast: Cast) -> None:
    make_organisation(country="CA")
    document = parser.fromstring(client.get("/en/organisations").text)
    (below,) = document.xpath("//ul[@aria-label='Elsewhere']")
    assert below.text_content().split() == ["CA", "Canada", "1"]
