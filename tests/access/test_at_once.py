"""What changes for a reader changes everywhere at once, before the worker has told the index."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from difflib import unified_diff

import pytest
from flask.testing import FlaskClient

from forum.accounts import roles
from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.limits import forget_counts
from forum.discussion.operations.moderating import hide_comment
from forum.library.content import content_of
from forum.library.models import Post
from forum.library.operations.curating import decline_post, hide_post, withdraw_post
from forum.library.operations.writing import edit_post
from forum.organisations.models import Membership
from forum.organisations.operations.memberships import end_membership
from tests import factories
from tests.conftest import Cast, SearchIndex

Browsers = Callable[[Person | None], FlaskClient]

SECRET = "zanzibarbrood"
OTHER = "quittenbrot"
PLACES = (
    "/",
    f"/search?q={SECRET}",
    "/search",
    f"/api/v1/search?q={SECRET}",
    "/api/v1/search",
    f"/api/v1/search?q={SECRET[:-2]}dr",
    f"/api/v1/suggest?q={SECRET[:8]}",
    f"/feeds/search.atom?q={SECRET}",
    "/feeds/search.atom",
    "/themes/work-integration",
    "/organisations/de-sluis",
)
TOOK = re.compile(r'"took_ms":\s*[\d.]+|name="csrf_token" value="[^"]*"|nonce="[^"]*"|\b[0-9a-f]{16,}\b')
COUNTS = (
    "/api/v1/search",
    "/search",
    "/themes/work-integration",
    "/organisations/de-sluis",
    "/overview",
    "/organisations",
)


@pytest.fixture
def post(cast: Cast, search_index: SearchIndex) -> Post:
    """A practice by An for De Sluis that everybody may read, in the index, beside another."""
    factories.make_post(cast.an, cast.sluis, title=OTHER)
    made = factories.make_post(cast.an, cast.sluis, title=f"{SECRET} for all", details={"stage": "running"})
    search_index.build()
    return made


def told(browser: FlaskClient) -> set[str]:
    """The places that tell of the post."""
    forget_counts()
    return {place for place in PLACES if f"{SECRET} for all" in plain(browser.get(place).text)}


def plain(text: str) -> str:
    """The words of a page or an answer, without the marks around what was found."""
    return re.sub(r"<[^>]*>|\\u003c/?mark\\u003e", "", text)


def numbers(browser: FlaskClient) -> list[str]:
    """What places that count say, with everything that is counted in them."""
    forget_counts()
    return [TOOK.sub("", browser.get(place).text) for place in COUNTS]


def changed(before: list[str], after: list[str]) -> list[str]:
    """The lines in which two answers differ."""
    pairs = zip(before, after, strict=True)
    return [line for one, other in pairs for line in unified_diff(*map(lines, (one, other)), n=0, lineterm="")]


def lines(text: str) -> list[str]:
    """An answer in short lines."""
    return re.sub(r"([{,>])", r"\1\n", text).splitlines()


def to_members(cast: Cast, post: Post) -> None:
    """Its author shows it to members only."""
    content = replace(content_of(db.session.get_one(Post, post.id)), visibility="members")
    edit_post(cast.actor("an"), post.id, content, db.session.get_one(Post, post.id).revision)


def to_organisation(cast: Cast, post: Post) -> None:
    """Its author shows it to the organisation only."""
    content = replace(content_of(db.session.get_one(Post, post.id)), visibility="organisation")
    edit_post(cast.actor("an"), post.id, content, db.session.get_one(Post, post.id).revision)


STEPS: dict[str, tuple[Callable[[Cast, Post], object], set[str]]] = {
    "shown to members only": (to_members, {"visitor", "noor"}),
    "shown to its organisation only": (to_organisation, {"visitor", "noor", "chiara", "mia"}),
    "hidden": (
        lambda cast, post: hide_post(cast.actor("mia"), post.id, "Names."),
        {"visitor", "noor", "chiara", "bert", "mia"},
    ),
    "declined": (
        lambda cast, post: decline_post(cast.actor("mia"), post.id, "Thin."),
        {"visitor", "noor", "chiara", "bert"},
    ),
    "withdrawn": (
        lambda cast, post: withdraw_post(cast.actor("an"), post.id, "Wrong."),
        {"visitor", "chiara", "bert", "mia"},
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_what_was_narrowed_is_gone_from_every_list_and_count_before_the_index_hears_of_it(
    cast: Cast, post: Post, search_index: SearchIndex, browser_of: Browsers, step: str
) -> None:
    narrow, losers = STEPS[step]
    browsers = {name: browser_of(None if name == "visitor" else getattr(cast, name)) for name in sorted(losers)}
    assert told(browsers[min(losers)]) == {place for place in PLACES if place != "/overview"}
    narrow(cast, post)
    before = {name: (told(browser), numbers(browser)) for name, browser in browsers.items()}
    search_index.take_in()
    for name, (places, counted) in before.items():
        assert places == set(), name
        assert changed(counted, numbers(browsers[name])) == [], name  # the index knows, and nothing is said otherwise


def test_who_is_suspended_reads_as_a_visitor_from_the_next_request_on(
    cast: Cast, post: Post, search_index: SearchIndex, browser_of: Browsers
) -> None:
    to_members(cast, post)
    search_index.take_in()
    browser = browser_of(cast.chiara)
    assert told(browser) >= {"/", "/api/v1/search"}
    with transaction():
        db.session.get_one(Person, cast.chiara.id).suspended_until = now() + timedelta(days=1)
    assert told(browser) == set()
    assert browser.get(f"/posts/{post.id}").status_code == 404


def test_who_leaves_an_organisation_or_loses_a_role_reads_less_from_the_next_request_on(
    cast: Cast, post: Post, search_index: SearchIndex, browser_of: Browsers
) -> None:
    to_organisation(cast, post)
    search_index.take_in()
    bert, mia = browser_of(cast.bert), browser_of(cast.mia)
    assert told(bert) >= {"/", "/api/v1/search"}
    membership = db.session.scalars(db.select(Membership).where(Membership.person_id == cast.bert.id)).one()
    end_membership(cast.actor("dora"), membership.id)
    assert told(bert) == set()
    hidden = factories.make_post(cast.an, cast.sluis, status="hidden")
    assert mia.get(f"/posts/{hidden.id}/{hidden.slug}").status_code == 200
    roles.withdraw_role(cast.actor("ada"), cast.mia.id, "moderator")
    assert mia.get(f"/posts/{hidden.id}/{hidden.slug}").status_code == 404
    assert mia.get("/review").status_code == 403


def test_a_hidden_comment_is_gone_from_every_page_at_once(
    cast: Cast, post: Post, search_index: SearchIndex, browser_of: Browsers
) -> None:
    comment = factories.make_comment(post, cast.chiara, body="Zwaluwstaart, I say.")
    search_index.build()
    chiara, bert = browser_of(cast.chiara), browser_of(cast.bert)
    page = f"/posts/{post.id}/{post.slug}"
    assert all("Zwaluwstaart" in bert.get(one).text for one in ("/", page))
    hide_comment(cast.actor("mia"), comment.id, "Unkind.")
    places = ("/", page, f"/people/{cast.chiara.id}", f"/comments/{comment.id}/history", f"/api/v1/posts/{post.id}")
    assert [one for one in places if "Zwaluwstaart" in bert.get(one, follow_redirects=True).text] == []
    assert "Zwaluwstaart" in chiara.get(page).text
