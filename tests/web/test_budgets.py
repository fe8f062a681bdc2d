"""How many SQL statements a page may cost, for whom, and that it costs no more on a large site than on a small one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from forum.core.db import db, transaction
from forum.discussion.models import Comment
from forum.library.models import Post, PostConcept, PostCountry
from tests.conftest import Cast, SearchIndex
from tests.factories import LONG_AGO, concept, make_comment, make_post

BrowserOf = Callable[[Any], FlaskClient]

HOME, LIST, THEME_OR_DESK, ORGANISATION, POST, SEARCH = 12, 8, 12, 14, 12, 8
OVERVIEW = 10
PAGES = {
    "/": HOME,
    "/organisations": LIST,
    "/organisations/de-sluis": ORGANISATION,
    "/themes": LIST,
    "/themes/work-integration": THEME_OR_DESK,
    "/themes/work-integration?by=country": THEME_OR_DESK,
    "/themes/work-integration?by=group": THEME_OR_DESK,
    "/overview": OVERVIEW,
    "/collections": LIST,
    "/log": LIST,
    "/search?q=workshop": SEARCH,
    "/search?kind=practice&country=BE": SEARCH,
    "/feeds/search.atom?q=workshop": SEARCH,
    "/sitemap.xml": LIST,
    "/sitemap/0.xml": LIST,
}
PEOPLE = ("visitor", "an", "mia")
SMALL, LARGE = (10, 10), (300, 1000)


@pytest.fixture
def talk(cast: Cast) -> Post:
    """A post with twenty comments, some of them replies."""
    post = make_post(cast.an, cast.sluis, title="The laundry that sings", featured_at=LONG_AGO)
    for _thread in range(5):
        opening = make_comment(post, cast.chiara)
        for author in (cast.bert, cast.chiara, cast.bert):
            make_comment(post, author, parent_id=opening.id)
    return post


def fill(cast: Cast, posts: int, comments: int) -> None:
    """Put so many posts, and so many comments on them, into the database: at once, for a thousand takes long one by one."""
    theme = concept("work-integration").id
    with transaction():
        made = [one_of_many(cast, number) for number in range(posts)]
        ids = list(db.session.scalars(insert(Post).returning(Post.id), made))
        db.session.execute(insert(PostConcept), [{"post_id": one, "concept_id": theme, "position": 0} for one in ids])
        db.session.execute(insert(PostCountry), [{"post_id": one, "country": "BE", "position": 0} for one in ids])
        said = [
            {
                "post_id": ids[number % posts],
                "number": number // posts + 1,
                "author_id": (cast.bert, cast.chiara)[number % 2].id,
                "body": "Thank you.",
                "body_html": "<p>Thank you.</p>",
                "language": "en",
                "created_at": LONG_AGO + timedelta(minutes=number),
            }
            for number in range(comments)
        ]
        db.session.execute(insert(Comment), said)


def one_of_many(cast: Cast, number: int) -> dict[str, Any]:
    """The row of a post: practices and questions, checked and new ones, in turn."""
    moment = LONG_AGO + timedelta(hours=number)
    return {
        "author_id": cast.an.id,
        "organisation_id": (cast.sluis, cast.filo)[number % 2].id,
        "kind": ("practice", "question", "research")[number % 3],
        "title": f"Workshop {number} opens",
        "body": "We help people into work.",
        "body_html": "<p>We help people into work.</p>",
        "language": ("en", "nl")[number % 2],
        "status": "published",
        "visibility": ("public", "members")[number % 2],
        "review": ("new", "reviewed")[number % 2],
        "comment_count": 3,
        "created_at": moment,
        "updated_at": moment,
        "published_at": moment,
        "last_activity_at": moment,
    }


def cost(browser: FlaskClient, path: str, count_sql: Callable[[], Any]) -> int:
    """The number of statements that a page takes, once this process has its vocabulary."""
    assert browser.get(path).status_code == 200, path
    with count_sql() as statements:
        browser.get(path)
    return len(statements)


@pytest.mark.parametrize("name", PEOPLE)
def test_pages_keep_their_sql_budgets_however_much_there_is(
    name: str,
    cast: Cast,
    talk: Post,
    browser_of: BrowserOf,
    search_index: SearchIndex,
    count_sql: Callable[[], Any],
) -> None:
    budgets = (
        PAGES
        | {f"/posts/{talk.id}/{talk.slug}": POST}
        | ({"/review": THEME_OR_DESK, "/review/searches": LIST} if name == "mia" else {})
    )
    budgets |= {"/searches": LIST} if name != "visitor" else {}
    browser = browser_of(None if name == "visitor" else getattr(cast, name))
    costs: dict[str, list[int]] = {path: [] for path in budgets}
    for size in (SMALL, LARGE):
        fill(cast, *size)
        search_index.build()
        for path in budgets:
            costs[path].append(cost(browser, path, count_sql))
    too_dear = {path: found for path, found in costs.items() if max(found) > budgets[path]}
    growing = {path: found for path, found in costs.items() if len(set(found)) > 1}
    assert (too_dear, growing) == ({}, {})


def test_reading_a_post_costs_the_same_for_one_comment_as_for_a_thousand(
    cast: Cast, talk: Post, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    path = f"/posts/{talk.id}/{talk.slug}"
    browsers = [browser_of(None), browser_of(cast.bert), browser_of(cast.mia)]
    before = [cost(browser, path, count_sql) for browser in browsers]
    rows = [
        {"post_id": talk.id, "number": 21 + number, "author_id": cast.chiara.id, "body": "Yes.", "body_html": "Yes."}
        for number in range(1000)
    ]
    with transaction():
        db.session.execute(insert(Comment), [row | {"language": "en", "created_at": LONG_AGO} for row in rows])
    assert [cost(browser, path, count_sql) for browser in browsers] == before


@pytest.mark.parametrize("path", ["/help", "/accessibility", "/privacy", "/sign-in", "/healthz"])
def test_a_visitor_reads_pages_of_words_without_the_database(
    path: str, client: FlaskClient, count_sql: Callable[[], Any]
) -> None:
    assert cost(client, path, count_sql) == 0
