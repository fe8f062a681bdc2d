"""The home page and the answers about the site's health."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from lxml.html import fromstring as parsed

from forum.core.db import transaction
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_post

BrowserOf = Callable[[Any], FlaskClient]


def test_the_site_says_that_it_is_well(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


def test_a_visitor_reads_without_a_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_every_page_exists_in_every_interface_language(client: FlaskClient) -> None:
    for code in ("en", "nl", "fr", "de", "es", "it"):
        page = client.get(f"/{code}/")
        assert page.status_code == 200
        assert f'<html lang="{code}"' in page.text


def test_an_unknown_host_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_change_from_another_site_is_refused(client: FlaskClient) -> None:
    answer = client.post("/scheme", data={"scheme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_light_or_dark_is_remembered(client: FlaskClient) -> None:
    client.post("/scheme", data={"scheme": "dark"})
    assert 'data-scheme="dark"' in client.get("/").text


def test_the_home_page_stays_within_its_sql_budget(
    browser_of: Callable[[Any], FlaskClient], cast: Any, count_sql: Callable[[], Any]
) -> None:
    browser = browser_of(cast.an)
    with count_sql() as statements:
        assert browser.get("/").status_code == 200
    assert len(statements) <= 12


def test_a_visitor_learns_what_this_is_and_how_to_take_part(client: FlaskClient, cast: Cast) -> None:
    page = parsed(client.get("/").text)
    assert page.xpath("//main//form[@role='search']")
    assert page.xpath("//main//section//a[@href='/sign-up']")
    assert not page.xpath("//a[contains(@href, '/profile')]")


def test_a_member_begins_with_the_themes_of_the_organisation_and_is_offered_a_choice(
    browser_of: BrowserOf, cast: Cast
) -> None:
    make_post(cast.bert, cast.sluis, title="Ours", themes=("finance",))
    make_post(cast.chiara, cast.filo, title="Theirs", themes=("finance",))
    make_post(cast.chiara, cast.filo, title="Elsewhere", themes=("policy-law",))
    assert latest_on(browser_of(cast.an)) == ("New in your themes and languages", {"Ours", "Theirs"})
    page = parsed(browser_of(cast.an).get("/").text)
    assert page.xpath("//main//a[@href='/profile#themes'][text()='Choose your own themes']")


def test_a_member_who_chose_themes_begins_with_those(browser_of: BrowserOf, cast: Cast) -> None:
    make_post(cast.chiara, cast.filo, title="Theirs", themes=("finance",))
    make_post(cast.chiara, cast.filo, title="Elsewhere", themes=("policy-law",))
    with transaction():
        cast.an.interests = ["policy-law"]
    assert latest_on(browser_of(cast.an)) == ("New in your themes and languages", {"Elsewhere"})


def test_somebody_without_themes_reads_what_is_new_for_all(browser_of: BrowserOf, cast: Cast) -> None:
    make_post(cast.chiara, cast.filo, title="Theirs", themes=("finance",))
    assert latest_on(browser_of(cast.noor)) == ("New in the library", {"Theirs"})
    with transaction():
        cast.noor.interests = ["policy-law"]
    assert latest_on(browser_of(cast.noor)) == ("New in the library", {"Theirs"})


def test_what_came_since_the_last_visit_is_marked(browser_of: BrowserOf, cast: Cast) -> None:
    make_post(cast.chiara, cast.filo, title="Old", at=LONG_AGO)
    make_post(cast.chiara, cast.filo, title="Fresh", at=LONG_AGO + timedelta(days=2))
    browser = browser_of(cast.an)
    with transaction():
        cast.an.previous_visit_at = LONG_AGO + timedelta(days=1)
    page = parsed(browser.get("/").text)
    marked = page.xpath("//section[@aria-labelledby='latest']//article[.//*[@class='new']]//h3//text()")
    assert marked == ["Fresh"]


def latest_on(browser: FlaskClient) -> tuple[str, set[str]]:
    """The heading over what is new on the home page, and the titles below it."""
    page = parsed(browser.get("/").text)
    return page.xpath("string(//h2[@id='latest'])"), set(
        page.xpath("//section[@aria-labelledby='latest']//h3/a/text()")
    )
