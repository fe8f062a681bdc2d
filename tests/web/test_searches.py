"""Saving a search in one click, the page of my searches, and stopping one from a mail without signing in."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.notifications.choices import choose_mails
from forum.notifications.models import SavedSearch, SearchMatch
from forum.notifications.stopping import search_stop_path
from forum.personal.erasing import FAREWELLS
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post

Browsers = Callable[[Person | None], FlaskClient]


@pytest.fixture
def an(cast: Cast, search_index: SearchIndex, browser_of: Browsers) -> FlaskClient:
    return browser_of(cast.an)


def the_search() -> SavedSearch:
    found: SavedSearch = db.session.scalars(db.select(SavedSearch)).one()
    return found


def save_as_shown(browser: FlaskClient, address: str) -> Any:
    """Press the button of the search page, with what its form holds."""
    (form,) = html.fromstring(browser.get(address).text).xpath("//form[contains(@action, '/searches')]")
    fields = [(one.get("name"), one.get("value")) for one in form.xpath(".//input[@name != 'csrf_token']")]
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    return browser.post(form.get("action"), data=values)


def main_of(page: str) -> str:
    return " ".join(html.fromstring(page).xpath("//main")[0].text_content().split())


def test_one_click_saves_a_search_with_its_words_and_filters(an: FlaskClient) -> None:
    answer = save_as_shown(an, "/search?q=bakkerij&country=BE&country=FR&kind=practice&concepts=off")
    assert (answer.status_code, answer.location.startswith("/search?q=bakkerij")) == (303, True)
    search = the_search()
    assert search.wish == [
        ["q", "bakkerij"], ["kind", "practice"], ["country", "BE"], ["country", "FR"], ["concepts", "off"],
    ]  # fmt: skip
    assert search.name == "“bakkerij”, Good practice, Belgium, France"
    assert "Your search is saved. We write to you" in main_of(an.get(answer.location).text)


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: FlaskClient, search_index: SearchIndex) -> None:
    page = html.fromstring(client.get("/search?q=bakkerij").text)
    assert page.xpath("//main//form[contains(@action, '/searches')]") == []
    (link,) = page.xpath("//a[text()='Sign in to hear when something new matches']/@href")
    assert "next=/search?q%3Dbakkerij" in link or "next=%2Fsearch%3Fq%3Dbakkerij" in link
    assert client.post("/searches", data={"q": "bakkerij"}).status_code in (302, 303, 401)
    assert db.session.scalars(db.select(SavedSearch)).all() == []


def test_a_search_for_nothing_has_no_button(an: FlaskClient) -> None:
    assert "Tell me when" not in an.get("/search").text
    assert "Write some words or choose a filter first." in an.post("/searches", follow_redirects=True).text


def test_whoever_wants_no_such_mails_is_told_on_the_site(an: FlaskClient, cast: Cast) -> None:
    choose_mails(cast.actor("an"), [])
    assert (
        "What is new stands under “My searches”." in an.post("/searches", data={"q": "x"}, follow_redirects=True).text
    )


def test_the_page_shows_what_is_new_and_forgets_it_when_seen(an: FlaskClient, cast: Cast) -> None:
    an.post("/searches", data={"q": "bakkerij"})
    posts = [make_post(cast.chiara, cast.filo, title=f"Bakkerij {n}", language="nl") for n in range(4)]
    hidden = make_post(cast.chiara, cast.filo, title="Bakkerij geheim", visibility="organisation")
    with transaction():
        for post in (*posts, hidden):
            found = SearchMatch(search_id=the_search().id, post_id=post.id, found_at=now(), is_owed=True)
            db.session.add(found)
    page = an.get("/searches").text
    assert "4 new posts" in page
    assert page.count('class="card-title" lang="nl"') == 3
    assert "geheim" not in page
    an.post(f"/searches/{the_search().id}/seen")
    assert "Nothing new yet." in an.get("/searches").text


def test_a_search_is_paused_kept_to_the_page_and_deleted(an: FlaskClient) -> None:
    an.post("/searches", data={"q": "bakkerij"})
    number = the_search().id
    assert "Paused" in an.post(f"/searches/{number}/alert", data={"alert": "off"}, follow_redirects=True).text
    an.post(f"/searches/{number}/alert", data={"alert": "site"})
    assert the_search().alert == "site"
    assert an.post(f"/searches/{number}/alert", data={"alert": "x"}).status_code == 422
    assert "Delete this search?" in an.get(f"/searches/{number}/delete").text
    assert the_search().id == number
    assert "The search is deleted." in an.post(f"/searches/{number}/delete", follow_redirects=True).text
    assert "You have saved no search yet" in an.get("/searches").text


def test_the_search_of_somebody_else_does_not_exist(an: FlaskClient, cast: Cast, browser_of: Browsers) -> None:
    an.post("/searches", data={"q": "geheim"})
    number, bert = the_search().id, browser_of(cast.bert)
    assert "geheim" not in bert.get("/searches").text
    assert bert.get(f"/searches/{number}/delete").status_code == 404
    for what in ("delete", "seen", "alert"):
        assert bert.post(f"/searches/{number}/{what}", data={"alert": "off"}).status_code == 404
    assert the_search().alert == "mail"


def test_many_searches_come_in_pages(an: FlaskClient) -> None:
    for number in range(12):
        an.post("/searches", data={"q": f"word{number}"})
    first, second = an.get("/searches").text, an.get("/searches?page=2").text
    assert (first.count("saved-search "), second.count("saved-search ")) == (10, 2)
    assert "Page 2 of 2" in second


@pytest.fixture
def stop_link(app: Flask, an: FlaskClient) -> str:
    an.post("/searches", data={"q": "bakkerij"})
    return search_stop_path(app.config["SETTINGS"], the_search().id)


def test_a_link_in_the_mail_stops_one_search_without_signing_in(client: FlaskClient, stop_link: str) -> None:
    asked = client.get(stop_link)
    assert "Stop mails about this search?" in asked.text
    assert "Set-Cookie" not in asked.headers
    assert the_search().alert == "mail"
    assert "This search is paused" in client.post(stop_link, follow_redirects=True).text
    assert the_search().alert == "off"
    client.post(stop_link.replace("/stop/", "/start/"))
    assert the_search().alert == "mail"


def test_a_mail_program_stops_it_in_one_request(client: FlaskClient, stop_link: str) -> None:
    foreign = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    answer = client.post(stop_link, data={"List-Unsubscribe": "One-Click"}, headers=foreign)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert the_search().alert == "off"


def test_a_garbled_link_or_that_of_a_deleted_search_gets_a_plain_page(
    client: FlaskClient, an: FlaskClient, stop_link: str
) -> None:
    assert client.get(f"{stop_link}x").status_code == 404
    an.post(f"/searches/{the_search().id}/delete")
    for answer in (client.get(stop_link), client.post(stop_link)):
        assert answer.status_code == 404
        assert "This link does not work." in main_of(answer.text)


def test_closing_the_account_deletes_the_searches(an: FlaskClient, cast: Cast) -> None:
    an.post("/searches", data={"q": "bakkerij"})
    for farewell in FAREWELLS:
        farewell(cast.actor("an"))
    assert db.session.scalars(db.select(SavedSearch)).all() == []


def test_a_search_that_found_nothing_becomes_a_question(an: FlaskClient) -> None:
    page = html.fromstring(an.get("/search?q=zweefmolen+%3Cb%3E%22").text)
    (link,) = page.xpath("//a[starts-with(text(), 'Ask the network')]/@href")
    form = html.fromstring(an.get(link).text)
    assert form.xpath("//input[@name='title']/@value") == ['zweefmolen <b>"']


def test_a_title_in_an_address_is_one_short_line(an: FlaskClient) -> None:
    form = html.fromstring(an.get("/posts/new/question?title=a%00b%0d%0ac" + "d" * 5000).text)
    (title,) = form.xpath("//input[@name='title']/@value")
    assert title.startswith("a b cd")
    assert len(title) == 120


def test_the_page_says_when_a_search_is_saved_already(an: FlaskClient, cast: Cast, browser_of: Browsers) -> None:
    make_post(cast.an, cast.sluis, title="Bakkerij")
    address = "/search?q=bakkerij&country=BE"
    assert "You have saved this search" not in an.get(address).text
    save_as_shown(an, address)
    for same in (address, f"{address}&sort=newest", "/search?country=BE&q=bakkerij"):
        page = an.get(same).text
        assert "You have saved this search" in page
        assert "Tell me when something new matches" not in page
    for other in ("/search?q=bakkerij", "/search?q=bakkerij&country=FR"):
        assert "You have saved this search" not in an.get(other).text
    assert "You have saved this search" not in browser_of(cast.bert).get(address).text


def test_a_paused_search_can_be_saved_again(an: FlaskClient) -> None:
    save_as_shown(an, "/search?q=bakkerij")
    an.post(f"/searches/{the_search().id}/alert", data={"alert": "off"})
    assert "Tell me when something new matches" in an.get("/search?q=bakkerij").text
