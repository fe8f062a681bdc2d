"""Organisations in a browser: the directory, the page of one, editing, e-mail domains, closing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.organisations.models import Organisation, OrganisationDomain
from forum.organisations.queries import organisation_for_page
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_membership, make_organisation, make_person, make_post

BrowserOf = Callable[[Person | None], FlaskClient]
FORM = {
    "name": "De Sluis",
    "country": "BE",
    "language": "nl",
    "website": "https://de-sluis.example",
    "description": "Textiel en logistiek.",
    "revision": "1",
}


def sluis() -> Organisation:
    return organisation_for_page("de-sluis")


def headings(page: str, level: int) -> list[str]:
    found = re.findall(rf"<h{level}[^>]*>(.*?)</h{level}>", page, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", " ", one).strip() for one in found]


# The directory


def test_the_directory_shows_organisations_by_country(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/organisations").text
    assert headings(page, 1) == ["Organisations"]
    assert headings(page, 2) == ["Belgium", "Italy"]
    assert headings(page, 3) == ["Threshold Europe", "De Sluis", "Il Filo"]
    assert '<a href="/organisations/de-sluis">' in page
    assert headings(client.get("/nl/organisations").text, 2) == ["België", "Italië"]


def test_the_directory_counts_only_posts_that_the_reader_may_see(
    client: FlaskClient, browser_of: BrowserOf, cast: Cast
) -> None:
    make_post(cast.an, cast.sluis)
    make_post(cast.an, cast.sluis, visibility="members")
    make_post(cast.an, cast.sluis, visibility="organisation")
    make_post(cast.an, cast.sluis, status="draft")
    counts = {
        name: re.findall(r"(\d+) posts?<", browser_of(person).get("/organisations?q=sluis").text)
        for name, person in (("visitor", None), ("noor", cast.noor), ("chiara", cast.chiara), ("an", cast.an))
    }
    assert counts == {"visitor": ["1"], "noor": ["1"], "chiara": ["2"], "an": ["3"]}


def test_filters_are_said_and_can_be_removed(client: FlaskClient, cast: Cast) -> None:
    page = client.get(f"/organisations?country=IT&network={cast.secretariat.id}&q=filo").text
    assert "<title>1 organisation" in page
    assert headings(page, 3) == ["Il Filo"]
    assert f'href="/organisations?network={cast.secretariat.id}&amp;q=filo"' in page
    empty = client.get("/organisations?q=nowhere").text
    assert "No organisation found" in empty


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99", "network=x", "network=99999", "country=%00", "q=%ff"])
def test_odd_filters_do_no_harm(client: FlaskClient, cast: Cast, query: str) -> None:
    assert client.get(f"/organisations?{query}").status_code in (200, 400)


def test_the_directory_pages_on_with_its_filters(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        db.session.add_all(
            Organisation(name=f"Werk {number:03}", slug=f"werk-{number}", country="NL", created_at=now())
            for number in range(120)
        )
    page = client.get("/organisations?country=NL&page=2").text
    assert "51 to 100 on this page" in page
    assert 'href="/organisations?country=NL&amp;page=3"' in page
    assert 'rel="prev" href="/organisations?country=NL"' in page


def test_the_directory_of_thousands_stays_light_and_within_its_sql_budget(
    browser_of: BrowserOf, cast: Cast, count_sql: Callable[[], Any]
) -> None:
    with transaction():
        db.session.add_all(
            Organisation(
                name=f"Sociaal werkbedrijf {number:04}",
                slug=f"werk-{number}",
                country="NL",
                created_at=now(),
                parent_id=cast.secretariat.id,
            )
            for number in range(3000)
        )
    browser = browser_of(cast.an)
    with count_sql() as statements:
        page = browser.get("/organisations?country=NL&page=2")
    assert len(statements) <= 8
    assert len(page.data) <= 30_000


# The page of an organisation


def test_an_organisation_says_what_it_is(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        sluis().website, sluis().description = "https://de-sluis.example", "Textiel.\n<b>Logistiek</b>."
    page = client.get("/organisations/de-sluis").text
    assert "<title>De Sluis – " in page
    assert '<h1 lang="nl" dir="auto">De Sluis</h1>' in page
    assert 'href="https://de-sluis.example" rel="nofollow noopener"' in page
    assert "&lt;b&gt;Logistiek" in page
    assert '<a href="/organisations/threshold-europe">Threshold Europe</a>' in page
    assert "Belgium" in page


def test_mentions_find_the_organisation_by_its_number(client: FlaskClient, cast: Cast) -> None:
    assert client.get(f"/organisations/{cast.sluis.id}").location == "/organisations/de-sluis"
    assert client.get(f"/nl/organisations/{cast.sluis.id}").location == "/nl/organisations/de-sluis"
    for missing in ("99999", "nowhere"):
        assert client.get(f"/organisations/{missing}").status_code == 404


def test_only_members_see_who_belongs_there(client: FlaskClient, browser_of: BrowserOf, cast: Cast) -> None:
    with transaction():
        sluis().contact_id = cast.dora.id
    for person in (None, cast.noor):
        page = browser_of(person).get("/organisations/de-sluis").text
        assert "3 members" in page
        assert ">Dora</span>" in page
        assert "Bert" not in page
        assert f"/people/{cast.dora.id}" not in page
    for person in (cast.bert, cast.chiara, cast.mia):
        page = browser_of(person).get("/organisations/de-sluis").text
        assert f'<a href="/people/{cast.an.id}" dir="auto">An</a>' in page


def test_posts_come_by_kind_as_the_reader_may_see_them(client: FlaskClient, browser_of: BrowserOf, cast: Cast) -> None:
    for number in range(4):
        make_post(cast.an, cast.sluis, title=f"Practice no {number}")
    make_post(cast.an, cast.sluis, kind="question", title="A question", visibility="members")
    make_post(cast.an, cast.sluis, kind="news", title="A draft", status="draft")
    visitor = client.get("/organisations/de-sluis").text
    assert headings(visitor, 2)[:1] == ["4 good practices"]
    assert headings(visitor, 3) == ["Practice no 3", "Practice no 2", "Practice no 1"]
    member = browser_of(cast.chiara).get("/organisations/de-sluis").text
    assert headings(member, 2)[:2] == ["4 good practices", "1 question"]
    assert "A draft" not in browser_of(cast.an).get("/organisations/de-sluis").text


def test_a_network_shows_its_organisations(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis)
    page = client.get("/organisations/threshold-europe").text
    assert headings(page, 2)[0] == "2 organisations in this network"
    assert headings(page, 3) == ["De Sluis", "Il Filo"]
    assert "1 post<" in page


def test_the_page_stays_within_its_sql_budget(browser_of: BrowserOf, cast: Cast, count_sql: Callable[[], Any]) -> None:
    for kind in ("practice", "question", "news"):
        make_post(cast.an, cast.sluis, kind=kind)
        make_post(cast.an, cast.secretariat, kind=kind)
    for person, slug in (
        (None, "de-sluis"),
        (cast.noor, "de-sluis"),
        (cast.dora, "de-sluis"),
        (cast.mia, "threshold-europe"),
    ):
        browser = browser_of(person)
        with count_sql() as statements:
            assert browser.get(f"/organisations/{slug}").status_code == 200
        assert len(statements) <= 16


# Adding and editing


def test_a_moderator_adds_an_organisation_and_goes_on_to_its_people(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.mia)
    assert "Add an organisation" in browser.get("/organisations").text
    assert browser.get("/organisations/new").status_code == 200
    data = FORM | {"name": "De Brug", "kind": "member", "parent": str(cast.secretariat.id)}
    answer = browser.post("/organisations/new", data=data)
    assert (answer.status_code, answer.location) == (303, "/organisations/de-brug/people")
    again = browser.post("/organisations/new", data=data)
    assert again.status_code == 422
    assert "There is a problem" in again.text


def test_an_editor_of_a_network_is_offered_that_network_only(browser_of: BrowserOf, cast: Cast) -> None:
    make_membership(cast.noor, cast.secretariat, "editor")
    make_organisation("Andere Koepel", kind="network")
    page = browser_of(cast.noor).get("/organisations/new").text
    assert "Threshold Europe</option>" in page
    assert "Andere Koepel" not in page


def test_others_cannot_add(client: FlaskClient, browser_of: BrowserOf, cast: Cast) -> None:
    assert client.get("/organisations/new").location.startswith("/sign-in")
    for person in (cast.noor, cast.an, cast.dora, cast.chiara):
        browser = browser_of(person)
        assert browser.get("/organisations/new").status_code == 403
        assert browser.post("/organisations/new", data=FORM).status_code == 403
        assert "Add an organisation" not in browser.get("/organisations").text


def test_an_editor_edits_the_page(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.dora)
    assert 'value="De Sluis"' in browser.get("/organisations/de-sluis/edit").text
    answer = browser.post("/organisations/de-sluis/edit", data=FORM | {"parent": "", "kind": "network"})
    assert (answer.status_code, answer.location) == (303, "/organisations/de-sluis")
    kept = sluis()
    assert (kept.description, kept.kind, kept.parent_id) == ("Textiel en logistiek.", "member", cast.secretariat.id)


def test_a_mistake_is_said_and_what_was_typed_stays(browser_of: BrowserOf, cast: Cast) -> None:
    answer = browser_of(cast.dora).post(
        "/organisations/de-sluis/edit", data=FORM | {"website": "nowhere", "description": "Nieuwe woorden"}
    )
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'href="#field-website"' in answer.text
    assert "Nieuwe woorden" in answer.text


def test_when_somebody_else_saved_both_texts_are_there(browser_of: BrowserOf, cast: Cast) -> None:
    browser_of(cast.mia).post("/organisations/de-sluis/edit", data=FORM | {"description": "Van Mia.", "kind": "member"})
    browser = browser_of(cast.dora)
    answer = browser.post("/organisations/de-sluis/edit", data=FORM | {"description": "Van Dora."})
    assert answer.status_code == 409
    assert "Van Mia." in answer.text
    assert "Van Dora." in answer.text
    assert (
        browser.post(
            "/organisations/de-sluis/edit", data=FORM | {"description": "Van Dora.", "revision": "2"}
        ).status_code
        == 303
    )


@pytest.mark.parametrize("rule", ["edit", "people", "domains", "close"])
def test_strangers_are_kept_out(client: FlaskClient, browser_of: BrowserOf, cast: Cast, rule: str) -> None:
    address = f"/organisations/de-sluis/{rule}"
    assert client.get(address).location.startswith("/sign-in")
    for person in (cast.noor, cast.chiara, cast.an):
        assert browser_of(person).get(address).status_code == 403
        if rule != "people":
            assert browser_of(person).post(address, data=FORM).status_code == 403
    assert browser_of(cast.mia).get(address).status_code == 200


def test_an_editor_can_neither_set_domains_nor_close(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.dora)
    for rule in ("domains", "close"):
        assert browser.get(f"/organisations/de-sluis/{rule}").status_code == 403
        assert browser.post(f"/organisations/de-sluis/{rule}", data={"domains": "x.org"}).status_code == 403
    assert "E-mail domains" not in browser.get("/organisations/de-sluis/people").text


def test_a_moderator_sets_email_domains(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.mia)
    refused = browser.post("/organisations/de-sluis/domains", data={"domains": "de-sluis.org\ngmail.com"})
    assert refused.status_code == 422
    assert "Anybody can have an address at gmail.com" in refused.text
    assert (
        browser.post("/organisations/de-sluis/domains", data={"domains": "de-sluis.org\r\nsluis.be"}).status_code == 303
    )
    found = db.session.scalars(db.select(OrganisationDomain.domain).order_by(OrganisationDomain.domain)).all()
    assert found == ["de-sluis.org", "sluis.be"]
    assert "sluis.be" in browser.get("/organisations/de-sluis/domains").text


def test_a_closed_organisation_says_so_and_takes_nobody(client: FlaskClient, browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.mia)
    assert "3 people no longer belong to it" in browser.get("/organisations/de-sluis/close").text
    assert browser.post("/organisations/de-sluis/close").status_code == 303
    page = client.get("/organisations/de-sluis")
    assert page.status_code == 200
    assert "This organisation closed on" in page.text
    assert "/organisations/de-sluis" not in client.get("/organisations").text
    assert browser_of(cast.noor).post("/organisations/de-sluis/request").location == "/organisations/de-sluis"
    assert browser_of(cast.dora).get("/organisations/de-sluis/edit").status_code == 403
    assert browser.post("/organisations/de-sluis/close").status_code == 303
    assert browser_of(cast.dora).get("/organisations/de-sluis/edit").status_code == 200


def test_the_people_of_a_big_organisation_fold_away(browser_of: BrowserOf, cast: Cast) -> None:
    for number in range(12):
        make_membership(make_person(f"Colleague {number:02}"), cast.sluis)
    page = browser_of(cast.an).get("/organisations/de-sluis").text
    assert "3 more people" in page
    assert "Colleague 11" in page


def test_the_page_says_at_a_glance_where_it_belongs_and_when_it_posted_last(browser_of: BrowserOf, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, at=LONG_AGO)
    make_post(cast.an, cast.sluis, kind="news", at=LONG_AGO + timedelta(days=40), visibility="members")
    for reader, posts, last in ((None, "1", "5 January 2026"), (cast.chiara, "2", "14 February 2026")):
        page = fromstring(browser_of(reader).get("/organisations/de-sluis").text)
        facts = page.xpath("//*[@class='facts']//dd")
        assert [fact.text_content().strip() for fact in facts[:4]] == ["Belgium", "Threshold Europe", posts, last]
