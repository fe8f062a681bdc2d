"""A link is dead when it was gone in two runs a day apart; its posts say so, and moderators have a list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Denied
from forum.curation.checks.keeping import check_post, findings_of
from forum.curation.links.checking import (
    Visit,
    check_links,
    count_dead_links,
    dead_links,
    forget_lost_links,
    links_due,
)
from forum.curation.links.collecting import urls_in
from forum.curation.links.fetching import Fetcher, Outcome
from forum.curation.links.models import Link, LinkPlace
from forum.library.models import Post
from forum.library.operations.curating import hide_post
from tests.conftest import Cast
from tests.factories import make_post

URL = "https://example.org/report"
BODY = f"Read [the report]({URL}) that somebody wrote about our workshop and its people."


@dataclass(frozen=True)
class Web(Fetcher):
    """A web that answers what it is told to, and remembers what it was asked."""

    agent: str = "Links/1"
    kinds: dict[str, str] = field(default_factory=dict)
    robots: bytes = b""
    asked: list[str] = field(default_factory=list)

    def ask(self, url: str, method: str = "HEAD") -> Outcome:
        self.asked.append(url)
        if url.endswith("/robots.txt"):
            return Outcome("ok", 200, self.robots)
        kind = self.kinds.get(url, "ok")
        return Outcome(kind, {"ok": 200, "gone": 404}.get(kind, 0))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(now(), tick=False) as moved:
        yield moved


@pytest.fixture
def post(cast: Cast) -> Post:
    """A post with a link, checked by the worker."""
    made = make_post(cast.an, cast.sluis, body=BODY, title="With a report", summary="S")
    check_post(made.id)
    return made


def run(web: Web) -> list[str]:
    return [outcome.kind for _url, outcome in check_links(Visit(web, between=0), 100)]


def test_links_are_collected_from_text_answers_and_rendered_text() -> None:
    texts = ["See https://a.example/x. And (https://b.example/y#part)!", "http://"]
    rendered = '<p><a href="https://c.example/?a=1&amp;b=2">c</a> <a href="/posts/1">own</a></p>'
    assert urls_in(texts, rendered) == ["https://c.example/?a=1&b=2", "https://a.example/x", "https://b.example/y"]


def test_a_link_dies_after_two_failures_a_day_apart_and_lives_again(
    cast: Cast, post: Post, clock: time_machine.Traveller
) -> None:
    web = Web(kinds={URL: "gone"})
    assert run(web) == ["gone"]
    assert run(web) == []
    clock.shift(timedelta(hours=21))
    assert run(web) == ["gone"]
    assert count_dead_links(cast.actor("mia")) == 0
    clock.shift(timedelta(hours=21))
    assert run(web) == ["gone"]
    assert [one.url for one in dead_links(cast.actor("mia"))] == [URL]
    assert findings_of([post.id]) == {post.id: {"dead_links": 1}}
    clock.shift(timedelta(days=1))
    assert run(Web()) == ["ok"]
    assert count_dead_links(cast.actor("mia")) == 0
    assert findings_of([post.id]) == {}


def test_a_site_that_is_away_does_not_count_as_gone(cast: Cast, post: Post, clock: time_machine.Traveller) -> None:
    for _day in range(3):
        run(Web(kinds={URL: "away"}))
        clock.shift(timedelta(days=1))
    assert count_dead_links(cast.actor("mia")) == 0


def test_a_host_that_wants_no_robots_is_left_alone(post: Post) -> None:
    web = Web(robots=b"User-agent: *\nDisallow: /")
    assert run(web) == ["refused"]
    assert web.asked == ["https://example.org/robots.txt"]


def test_one_host_is_asked_once_a_second(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    check_post(make_post(cast.an, cast.sluis, body=BODY + " https://example.org/b https://example.org/c").id)
    slept: list[float] = []
    monkeypatch.setattr("forum.curation.links.checking.time.monotonic", lambda: 100.0)
    list(check_links(Visit(Web(), sleep=slept.append), 100))
    assert slept == [1.0, 1.0, 1.0]


def test_the_limit_and_posts_that_are_not_shown_are_kept_to(cast: Cast, post: Post) -> None:
    check_post(make_post(cast.an, cast.sluis, body=BODY.replace("report", "other")).id)
    assert len(links_due(1)) == 1
    hide_post(cast.actor("mia"), post.id, "Not now.")
    check_post(post.id)
    assert [url for _id, url in links_due(9)] == ["https://example.org/other"]
    forget_lost_links()
    assert db.session.scalars(db.select(Link.url)).all() == ["https://example.org/other"]


def test_an_address_in_many_posts_is_one_link(cast: Cast, post: Post) -> None:
    check_post(make_post(cast.an, cast.sluis, body=BODY).id)
    check_post(post.id)
    count = db.func.count()
    assert db.session.scalar(db.select(count).select_from(Link)) == 1
    assert db.session.scalar(db.select(count).select_from(LinkPlace)) == 2


def test_moderators_see_the_list_in_few_statements_and_others_do_not(
    cast: Cast,
    post: Post,
    browser_of: Callable[[Person | None], FlaskClient],
    clock: time_machine.Traveller,
    count_sql: Callable[[], Any],
) -> None:
    secret = make_post(cast.an, cast.sluis, body=BODY, title="Only for us", visibility="organisation")
    check_post(secret.id)
    for _run in range(2):
        run(Web(kinds={URL: "gone"}))
        clock.shift(timedelta(days=1))
    browser = browser_of(cast.mia)
    with count_sql() as statements:
        page = browser.get("/en/review/links").text
    assert URL in page
    assert "With a report" in page
    assert "Only for us" not in page
    assert len(statements) <= 8, statements
    assert browser_of(cast.an).get("/en/review/links").status_code == 403
    with pytest.raises(Denied):
        dead_links(cast.actor("an"))
