"""The feed of a search: valid Atom, the same for everybody, each post in its own language."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from forum.accounts.models import Person
from forum.core.db import db, transaction
from forum.library.models import Post
from forum.search.service import engine_for, use_engine
from forum.web import wishes
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post

Browsers = Callable[[Person | None], FlaskClient]
ATOM = {"a": "http://www.w3.org/2005/Atom", "xml": "http://www.w3.org/XML/1998/namespace"}
FEED = "/feeds/search.atom?q=bakkerij"


@pytest.fixture
def library(search_index: SearchIndex, cast: Cast) -> dict[str, Post]:
    posts = {
        name: make_post(
            cast.an, cast.sluis, title=f"Bakkerij {name} & <b>zo</b>", summary=f"Kort: {name}", language="nl",
            visibility=name, at=datetime(2026, 2, day, 9, tzinfo=UTC),
        )
        for day, name in ((1, "public"), (2, "members"), (3, "organisation"))
    }  # fmt: skip
    posts["it"] = make_post(
        cast.chiara, cast.filo, title="Una bakkerij\x0b italiana", language="it", at=datetime(2026, 3, 1, 9, tzinfo=UTC)
    )
    search_index.build()
    return posts


def parsed(answer: Any) -> Any:
    found = feedparser.parse(answer.data)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def test_a_feed_reader_reads_it(client: FlaskClient, library: dict[str, Post]) -> None:
    answer = client.get(FEED)
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    found = parsed(answer)
    assert found.feed.title == "New on Passerelle: “bakkerij”"
    assert [(one.title, one.title_detail.type) for one in found.entries] == [
        ("Una bakkerij italiana", "text/plain"),
        ("Bakkerij public & <b>zo</b>", "text/plain"),
    ]
    newest, oldest = found.entries
    assert oldest.id == f"tag:localhost,2026:posts/{library['public'].id}"
    assert oldest.link == f"http://localhost/posts/{library['public'].id}/bakkerij-public-b-zo-b"
    assert (oldest.author, oldest.summary, oldest.published) == ("De Sluis", "Kort: public", "2026-02-01T09:00:00Z")
    assert found.feed.updated == newest.updated == "2026-03-01T09:00:00Z"
    assert {one.term for one in oldest.tags} == {"practice", "work-integration", "BE"}


def test_every_part_that_the_standard_asks_for_is_there_once(client: FlaskClient, library: dict[str, Post]) -> None:
    root = etree.fromstring(client.get(f"/nl{FEED}").data)
    for place in [root, *root.findall("a:entry", ATOM)]:
        assert [len(place.findall(f"a:{name}", ATOM)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert len(place.findall("a:link[@rel='alternate']", ATOM)) == 1
        assert len(place.findall("a:author/a:name", ATOM)) == 1
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    assert root.get(language) == "nl"
    assert [one.get(language) for one in root.findall("a:entry", ATOM)] == ["it", "nl"]
    (own,) = root.xpath("a:link[@rel='self']/@href", namespaces=ATOM)
    assert own == f"http://localhost/nl{FEED}"
    assert client.get(own.removeprefix("http://localhost")).data == client.get(f"/nl{FEED}").data


def test_a_member_gets_the_same_feed_as_everybody(
    client: FlaskClient, library: dict[str, Post], cast: Cast, browser_of: Browsers
) -> None:
    theirs = browser_of(cast.an).get(FEED)
    assert theirs.data == client.get(FEED).data
    assert "Set-Cookie" not in theirs.headers
    assert theirs.headers["Cache-Control"] == "public, max-age=600"


def test_whoever_has_it_hears_that_nothing_changed(client: FlaskClient, library: dict[str, Post]) -> None:
    first = client.get(FEED)
    again = client.get(FEED, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with transaction():
        db.session.get_one(Post, library["it"].id).updated_at = datetime(2026, 4, 1, tzinfo=UTC)
    assert client.get(FEED, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_filters_count_and_partial_matches_do_not(client: FlaskClient, library: dict[str, Post]) -> None:
    assert [one.title[:3] for one in parsed(client.get(f"{FEED}&language=it")).entries] == ["Una"]
    assert parsed(client.get("/feeds/search.atom?q=bakkerij+zweefmolen")).entries == []
    everything = parsed(client.get("/feeds/search.atom"))
    assert (everything.feed.title, len(everything.entries)) == ("New on Passerelle", 2)


def test_an_empty_feed_and_one_for_odd_words_are_valid(client: FlaskClient, library: dict[str, Post]) -> None:
    for query in (
        "q=zweefmolen",
        "q=%00%0b%ef%bf%bf%3Cb%3E%22%27%26",
        "q=%ed%a0%80",
        "page=9999&per_page=1&sort=oldest",
    ):
        etree.fromstring(client.get(f"/feeds/search.atom?{query}").data)
        parsed(client.get(f"/feeds/search.atom?{query}"))


def test_the_feed_answers_while_the_index_is_mended(client: FlaskClient, library: dict[str, Post]) -> None:
    use_engine(engine_for("none:"))
    assert len(parsed(client.get(FEED)).entries) == 2


def test_the_limit_on_searching_holds_for_feeds(
    client: FlaskClient, library: dict[str, Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishes, "SEARCHES", 2)
    assert [client.get(FEED).status_code for _ in range(3)] == [200, 200, 429]


def test_the_search_page_leads_to_its_feed(client: FlaskClient, library: dict[str, Post]) -> None:
    page = html.fromstring(client.get("/nl/search?q=bakkerij&country=BE&page=2&sort=oldest").text)
    address = "/nl/feeds/search.atom?q=bakkerij&country=BE"
    assert page.xpath("//head/link[@type='application/atom+xml']/@href") == [address]
    assert address in page.xpath("//main//a/@href")
