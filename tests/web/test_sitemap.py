"""Search engines are told of every page that everybody may read, and of no other; a large site in parts."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from lxml import etree

from forum.library import spans
from tests.conftest import Cast
from tests.factories import make_post

MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(client: FlaskClient, path: str) -> list[str]:
    """The addresses of a map, or of the list of its parts."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return [str(one) for one in etree.fromstring(answer.data).xpath("//m:loc/text()", namespaces=MAP)]


def test_the_map_has_the_pages_for_everybody_and_no_other(client: FlaskClient, cast: Cast) -> None:
    shown = make_post(cast.an, cast.sluis, title="A bakery & a laundry", visibility="public")
    make_post(cast.an, cast.sluis, title="For members", visibility="members")
    make_post(cast.an, cast.sluis, title="Hidden", visibility="public", status="hidden")
    make_post(cast.an, cast.sluis, title="Archived", visibility="public", status="archived")
    assert addresses(client, "/sitemap.xml") == ["http://localhost/sitemap/0.xml"]
    assert addresses(client, "/sitemap/0.xml") == [
        *(f"http://localhost{path}" for path in ("/", "/themes", "/organisations", "/help")),
        f"http://localhost/posts/{shown.id}/a-bakery-a-laundry",
    ]


def test_every_address_of_the_map_is_a_page_that_says_it_is_this_one(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, title="A bakery", visibility="public")
    for address in addresses(client, "/sitemap/0.xml"):
        page = client.get(address.removeprefix("http://localhost"))
        assert page.status_code == 200
        if "/posts/" in address:
            assert f'<link rel="canonical" href="{address}">' in page.text


def test_a_large_site_has_a_map_in_parts_that_say_when_they_changed(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "SPAN", 3)
    posts = [make_post(cast.an, cast.sluis, title=f"Bakery {number}", visibility="public") for number in range(7)]
    parts = [part.removeprefix("http://localhost") for part in addresses(client, "/sitemap.xml")]
    told = [address for part in parts for address in addresses(client, part) if "/posts/" in address]
    assert len(parts) >= 3
    assert told == [f"http://localhost/posts/{post.id}/{post.slug}" for post in posts]
    assert posts[-1].updated_at.astimezone(UTC).strftime("<lastmod>%Y-%m-%dT%H:%M") in client.get("/sitemap.xml").text
    for beyond in (999, 2**31 - 1):
        assert client.get(f"/sitemap/{beyond}.xml").status_code == 404


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, cast: Cast) -> None:
    first = client.get("/sitemap/0.xml")
    assert client.get("/sitemap/0.xml", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    make_post(cast.an, cast.sluis, visibility="public", at=datetime(2026, 3, 1, 9, tzinfo=UTC))
    assert client.get("/sitemap/0.xml", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_robots_are_told_where_the_map_is_and_to_leave_results_of_searches_alone(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    assert {"Disallow: /search?", "Disallow: /*/search?"} <= set(lines)
    assert not {"Disallow: /", "Disallow: /search", "Disallow: /*/search"} & set(
        lines
    )  # the page to search from is one
