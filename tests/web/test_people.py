"""The page of a person, and the administrators' list of people and roles."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import transaction
from tests.conftest import Cast
from tests.factories import make_comment, make_membership, make_organisation, make_person, make_post

BrowserOf = Callable[[Person | None], FlaskClient]
EVERYBODY = (None, "noor", "an", "mia")


@pytest.fixture
def an(cast: Cast) -> Person:
    with transaction():
        cast.an.job_title, cast.an.about, cast.an.reads = "Job coach", "Laundries.\n\nAnd <b>wood</b>.", ["nl", "fr"]
    return cast.an


def page_of(browser_of: BrowserOf, reader: Person | None, person: Person) -> str:
    answer = browser_of(reader).get(f"/people/{person.id}")
    assert answer.status_code == 200
    return answer.text


def test_visitors_see_name_and_organisations_only(browser_of: BrowserOf, cast: Cast, an: Person) -> None:
    page = page_of(browser_of, None, an)
    assert '<h1 dir="auto">An</h1>' in page
    assert "De Sluis" in page
    for private in ("Job coach", "Laundries", "an@example.org"):
        assert private not in page


def test_signed_in_people_see_the_rest_but_never_the_address(browser_of: BrowserOf, cast: Cast, an: Person) -> None:
    for reader in (cast.noor, cast.chiara, cast.mia, an):
        page = page_of(browser_of, reader, an)
        assert "Job coach" in page
        assert "And &lt;b&gt;wood&lt;/b&gt;." in page
        assert "Dutch, French" in page
        assert "an@example.org" not in page


def test_everybody_finds_the_posts_they_may_read(browser_of: BrowserOf, cast: Cast) -> None:
    for visibility in ("public", "members", "organisation"):
        make_post(cast.an, cast.sluis, title=f"For {visibility}", visibility=visibility)
    for status in ("draft", "hidden", "withdrawn"):
        make_post(cast.an, cast.sluis, title=f"Now {status}", status=status)
    seen = {
        name: re.findall(r">((?:For|Now) \w+)</a>", page_of(browser_of, getattr(cast, name) if name else None, cast.an))
        for name in (None, "noor", "chiara", "bert")
    }
    assert seen == {
        None: ["For public"],
        "noor": ["For public"],
        "chiara": ["For members", "For public"],
        "bert": ["For organisation", "For members", "For public"],
    }


def test_the_posts_of_a_busy_person_come_in_pages(browser_of: BrowserOf, cast: Cast) -> None:
    for number in range(21):
        make_post(cast.an, cast.sluis, title=f"Post {number}")
    browser = browser_of(None)
    assert f"/people/{cast.an.id}?page=2" in browser.get(f"/people/{cast.an.id}").text
    assert browser.get(f"/people/{cast.an.id}?page=2").text.count("<article") == 1
    for odd in ("0", "-1", "x", "9" * 30, "²"):
        assert browser.get(f"/people/{cast.an.id}?page={odd}").text.count("<article") == 20


def test_a_persons_page_stays_within_its_sql_budget(
    browser_of: BrowserOf, cast: Cast, count_sql: Callable[[], Any]
) -> None:
    for _number in range(5):
        make_post(cast.an, cast.sluis)
    for reader, budget in ((None, 8), (cast.bert, 11)):
        browser = browser_of(reader)
        browser.get("/themes")  # the words of the thesaurus are read once by each process
        with count_sql() as statements:
            browser.get(f"/people/{cast.an.id}")
        assert len(statements) <= budget, statements


def test_organisations_that_were_left_or_only_asked_are_not_shown(browser_of: BrowserOf, cast: Cast) -> None:
    make_membership(cast.an, cast.filo, state="requested")
    make_membership(cast.an, make_organisation("Former House"), state="ended")
    page = page_of(browser_of, cast.bert, cast.an)
    assert "Il Filo" not in page
    assert "Former House" not in page


def test_a_former_member_has_no_name_but_keeps_the_posts(browser_of: BrowserOf, cast: Cast, an: Person) -> None:
    make_post(an, cast.sluis, title="What remains")
    with transaction():
        an.name, an.erased_at = "Former member", now()
    for reader in (None, cast.mia):
        page = page_of(browser_of, reader, an)
        assert '<h1 dir="auto">Former member</h1>' in page
        assert "What remains" in page
        assert "Job coach" not in page


def test_unknown_and_unconfirmed_people_do_not_exist(browser_of: BrowserOf, cast: Cast) -> None:
    waiting = make_person("Waiting", confirmed_at=None)
    for reader in (None, cast.mia):
        for number in (0, 999_999, waiting.id, 2**63, 10**30):
            answer = browser_of(reader).get(f"/people/{number}")
            assert answer.status_code == 404
            assert "Waiting" not in answer.text


def test_the_list_of_people_is_for_administrators(browser_of: BrowserOf, cast: Cast) -> None:
    assert browser_of(None).get("/people").status_code == 302
    for person in (cast.noor, cast.an, cast.mia):
        assert browser_of(person).get("/people").status_code == 403
        assert browser_of(person).get(f"/people/{cast.an.id}/roles").status_code == 403
        answer = browser_of(person).post(f"/people/{person.id}/roles", data={"role": "admin", "scope": "network"})
        assert answer.status_code == 403
    page = browser_of(cast.ada).get("/people").text
    assert "an@example.org" in page
    assert "moderator of the whole network" in page


def test_administrators_search_the_list(browser_of: BrowserOf, cast: Cast) -> None:
    page = browser_of(cast.ada).get("/people?q=chiara").text
    assert "1 person" in page
    assert "bert@example.org" not in page
    assert 'value="&lt;b&gt;"' in browser_of(cast.ada).get("/people?q=<b>").text


def test_the_list_of_people_stays_within_its_sql_budget(
    browser_of: BrowserOf, cast: Cast, count_sql: Callable[[], Any]
) -> None:
    for _number in range(60):
        make_person()
    browser = browser_of(cast.ada)
    with count_sql() as statements:
        page = browser.get("/people").text
    assert len(statements) <= 6, statements
    assert "/people?page=2" in page


def test_an_administrator_gives_and_takes_roles(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.ada)
    address = f"/people/{cast.an.id}/roles"
    for scope in ("theme:work-integration", "language:nl"):
        answer = browser.post(address, data={"step": "grant", "role": "moderator", "scope": scope})
        assert answer.status_code == 303
    page = browser.get(address).text
    assert "moderator for Dutch" in page
    assert cast.actor("an").moderates == {"theme:work-integration", "language:nl"}
    browser.post(address, data={"step": "withdraw", "role": "moderator", "scope": "language:nl"})
    assert cast.actor("an").moderates == {"theme:work-integration"}


def test_a_role_that_does_not_exist_is_refused(browser_of: BrowserOf, cast: Cast) -> None:
    answer = browser_of(cast.ada).post(f"/people/{cast.an.id}/roles", data={"role": "king", "scope": "moon"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_the_last_administrator_stays_one(browser_of: BrowserOf, cast: Cast) -> None:
    taken = {"step": "withdraw", "role": "admin", "scope": "network"}
    assert browser_of(cast.ada).post(f"/people/{cast.ada.id}/roles", data=taken).status_code == 409
    assert cast.actor("ada").is_admin


def test_the_page_shows_the_latest_comments_that_the_reader_may_read(browser_of: BrowserOf, cast: Cast) -> None:
    for visibility in ("public", "members", "organisation"):
        post = make_post(cast.chiara, cast.filo, title=f"For {visibility}", visibility=visibility, language="it")
        make_comment(post, cast.an)
    for reader, seen in ((None, ["For public"]), (cast.bert, ["For members", "For public"])):
        page = fromstring(page_of(browser_of, reader, cast.an))
        assert page.xpath("//section[@aria-labelledby='said']//h3[@lang='it']/a/text()") == seen
