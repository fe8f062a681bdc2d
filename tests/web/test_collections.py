"""Collections: who sees which, what stands in them for whom, and how they are made, arranged and shared."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied, Missing
from forum.curation.collections_models import Collection, CollectionEntry
from forum.curation.collections_queries import choices_for, own_collections
from forum.curation.operations import collection_entries as entries
from forum.curation.operations import collections as operations
from forum.curation.operations.collections import Cover
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_collection, make_post

BrowserOf = Callable[[Any], FlaskClient]


def stored(collection: Collection) -> list[int]:
    """The posts of a collection in their order, whoever may read them."""
    query = db.select(CollectionEntry.post_id).where(CollectionEntry.collection_id == collection.id)
    return list(db.session.scalars(query.order_by(CollectionEntry.position)))


def titles(page: str) -> list[str]:
    """The titles that a reading list shows."""
    return [one.text_content() for one in fromstring(page).xpath("//ol[@class='reading-list']//h2")]


def test_a_post_goes_into_a_new_collection_and_then_into_an_old_one_with_one_button_each(
    cast: Cast, browser_of: BrowserOf
) -> None:
    first, second = (make_post(cast.an, cast.sluis) for _number in range(2))
    browser = browser_of(cast.chiara)
    assert "Add to a collection" in browser.get(f"/posts/{first.id}/{first.slug}").text
    made = browser.post(f"/posts/{first.id}/collect", data={"title": "For my team", "note": ""})
    assert made.location.startswith("/collections/")
    collection = db.session.scalar(db.select(Collection))
    assert collection is not None
    assert (collection.audience, collection.owner_id) == ("private", cast.chiara.id)
    button = fromstring(browser.get(f"/posts/{second.id}/collect").text).xpath("//button[@name='collection']")[0]
    browser.post(f"/posts/{second.id}/collect", data={"collection": button.get("value"), "note": "Begin here."})
    assert titles(browser.get(made.location).text) == [first.title, second.title]
    assert "Begin here." in browser.get(made.location).text


def test_a_collection_without_a_title_is_not_begun(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    answer = browser_of(cast.chiara).post(f"/posts/{post.id}/collect", data={"title": " ", "note": "Kept"})
    assert answer.status_code == 422
    assert "Write a title." in answer.text
    assert db.session.scalar(db.select(Collection.id)) is None


def test_a_draft_goes_into_no_collection_and_none_is_begun_for_it(cast: Cast, browser_of: BrowserOf) -> None:
    draft = make_post(cast.an, cast.sluis, status="draft", published_at=None)
    assert browser_of(cast.an).post(f"/posts/{draft.id}/collect", data={"title": "Mine"}).status_code == 404
    assert db.session.scalar(db.select(Collection.id)) is None


@pytest.mark.parametrize(
    ("audience", "readers"),
    [("private", {"chiara"}), ("link", {"chiara"}), ("public", {"visitor", "noor", "an", "chiara", "mia", "ada"})],
)
def test_who_opens_a_collection_by_its_number(
    audience: str, readers: set[str], cast: Cast, browser_of: BrowserOf
) -> None:
    collection = make_collection(cast.chiara, audience=audience, key="k" * 22 if audience == "link" else None)
    opened = {
        name
        for name in ("visitor", "noor", "an", "chiara", "mia", "ada")
        if browser_of(None if name == "visitor" else getattr(cast, name))
        .get(f"/collections/{collection.id}")
        .status_code
        == 200
    }
    assert opened == readers


@pytest.mark.parametrize(
    ("audience", "changers"), [("private", {"chiara"}), ("link", {"chiara"}), ("public", {"mia", "ada"})]
)
def test_who_changes_a_collection(audience: str, changers: set[str], cast: Cast, browser_of: BrowserOf) -> None:
    collection = make_collection(cast.chiara, audience=audience, key="k" * 22 if audience == "link" else None)
    for name in ("noor", "an", "chiara", "mia", "ada"):
        for page in ("edit", "arrange", "delete"):
            status = browser_of(getattr(cast, name)).get(f"/collections/{collection.id}/{page}").status_code
            assert (status == 200) == (name in changers), (name, page)


def test_what_belongs_to_nobody_any_more_belongs_to_no_visitor(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    make_collection(None, post, audience="private")
    assert choices_for(cast.actor("visitor"), post.id) == []
    assert own_collections(cast.actor("visitor")) == []


def test_only_moderators_make_a_collection_for_everybody(cast: Cast) -> None:
    with pytest.raises(Denied):
        operations.make_collection(cast.actor("an"), Cover("Mine", audience="public"))
    assert operations.make_collection(cast.actor("mia"), Cover("Ours", audience="public")).audience == "public"


def test_a_new_link_ends_the_old_one(cast: Cast, client: FlaskClient, browser_of: BrowserOf) -> None:
    collection = operations.make_collection(cast.actor("an"), Cover("Shared", audience="link"))
    old = collection.key
    shared = client.get(f"/collections/shared/{old}")
    assert (shared.status_code, shared.headers["X-Robots-Tag"]) == (200, "noindex")
    browser_of(cast.an).post(f"/collections/{collection.id}/link")
    new = db.session.get_one(Collection, collection.id).key
    assert new
    assert new != old
    assert client.get(f"/collections/shared/{old}").status_code == 404
    assert client.get(f"/collections/shared/{new}").status_code == 200
    operations.change_collection(cast.actor("an"), collection.id, Cover("Shared"), 2)
    assert client.get(f"/collections/shared/{new}").status_code == 404


def test_what_a_reader_may_not_see_leaves_no_trace(cast: Cast, client: FlaskClient) -> None:
    posts = [
        make_post(cast.an, cast.sluis, title="First"),
        make_post(cast.an, cast.sluis, title="Hidden words", visibility="organisation"),
        make_post(cast.an, cast.sluis, title="Third"),
    ]
    collection = make_collection(cast.mia, *posts)
    page = client.get(f"/collections/{collection.id}").text
    assert titles(page) == ["First", "Third"]
    assert "2 posts" in page
    assert "Hidden words" not in page
    assert "2 posts" in client.get("/collections").text


def test_ordering_leaves_what_one_may_not_see_where_it_was(cast: Cast) -> None:
    first, secret, third = (
        make_post(cast.an, cast.sluis, visibility=one) for one in ("public", "organisation", "public")
    )
    collection = make_collection(cast.mia, first, secret, third)
    entries.order_collection(cast.actor("mia"), collection.id, [third.id, first.id], 1)
    assert stored(collection) == [third.id, secret.id, first.id]


def test_posts_move_by_button_and_by_number(cast: Cast, browser_of: BrowserOf) -> None:
    posts = [make_post(cast.an, cast.sluis) for _number in range(3)]
    collection, browser = make_collection(cast.mia, *posts), browser_of(cast.mia)
    ids = [post.id for post in posts]
    path = f"/collections/{collection.id}/arrange"
    browser.post(path, data={"revision": 1, "post": ids, "down": ids[0]})
    assert stored(collection) == [ids[1], ids[0], ids[2]]
    assert browser.post(path, data={"revision": 2, "post": ids, "up": 99999}).status_code == 404
    places = {f"place-{ids[2]}": "1", f"place-{ids[1]}": "2", f"place-{ids[0]}": "3"}
    browser.post(path, data={"revision": 2, "post": [ids[1], ids[0], ids[2]], **places})
    assert stored(collection) == [ids[2], ids[1], ids[0]]


def test_numbers_that_were_typed_count_when_a_post_is_moved_by_its_button(cast: Cast, browser_of: BrowserOf) -> None:
    posts = [make_post(cast.an, cast.sluis) for _number in range(3)]
    collection, ids = make_collection(cast.mia, *posts), [post.id for post in posts]
    places = {f"place-{number}": place for place, number in enumerate(ids, 1)} | {f"place-{ids[2]}": 0}
    sent = {
        "revision": 1,
        "post": ids,
        **places,
        f"place-{ids[2]}": "1",
        f"place-{ids[0]}": "2",
        f"place-{ids[1]}": "3",
    }
    browser_of(cast.mia).post(f"/collections/{collection.id}/arrange", data=sent | {"down": ids[2]})
    assert stored(collection) == [ids[0], ids[2], ids[1]]


def test_the_enter_key_saves_the_order(cast: Cast, browser_of: BrowserOf) -> None:
    collection = make_collection(cast.mia, *(make_post(cast.an, cast.sluis) for _number in range(2)))
    page = fromstring(browser_of(cast.mia).get(f"/collections/{collection.id}/arrange").text)
    first = page.xpath("//form[.//ol[@data-arrange]]//button[@type='submit']")[0]
    assert (first.get("name"), first.text_content()) == (None, "Save the order")


def test_a_note_goes_along_into_a_collection_that_begins_with_a_post(cast: Cast, browser_of: BrowserOf) -> None:
    make_collection(cast.mia)
    post, browser = make_post(cast.an, cast.sluis), browser_of(cast.mia)
    page = fromstring(browser.get(f"/posts/{post.id}/collect").text)
    (form,) = page.xpath("//main//form[.//*[@name='note']]")
    assert form.xpath(".//*[@name='title']")
    sent = {"note": "For the numbers.", "title": "Wages"}
    begun = browser.post(f"/posts/{post.id}/collect", data=sent, follow_redirects=True)
    assert "For the numbers." in begun.text


def test_an_order_made_on_an_old_page_changes_nothing(cast: Cast, browser_of: BrowserOf) -> None:
    posts = [make_post(cast.an, cast.sluis) for _number in range(2)]
    collection = make_collection(cast.mia, *posts)
    ids = [post.id for post in posts]
    entries.order_collection(cast.actor("ada"), collection.id, ids[::-1], 1)
    with pytest.raises(Conflict):
        entries.order_collection(cast.actor("mia"), collection.id, ids, 1)
    answer = browser_of(cast.mia).post(
        f"/collections/{collection.id}/arrange", data={"revision": 1, "post": ids, "down": ids[0]}
    )
    assert answer.status_code == 409
    assert stored(collection) == [posts[1].id, posts[0].id]


def test_a_note_is_written_and_a_post_taken_out(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    collection, browser = make_collection(cast.mia, post), browser_of(cast.mia)
    path = f"/collections/{collection.id}/posts/{post.id}"
    browser.post(path, data={"note": "It has the numbers."})
    assert "It has the numbers." in browser.get(f"/collections/{collection.id}").text
    assert browser.post(path, data={"note": "x" * 601}).status_code == 422
    browser.post(f"{path}/remove")
    assert stored(collection) == []
    with pytest.raises(Missing):
        entries.take_out(cast.actor("mia"), collection.id, post.id)


def test_a_deleted_collection_is_gone_and_comes_back(cast: Cast, browser_of: BrowserOf) -> None:
    collection, browser = make_collection(cast.an, audience="private", title="Slow reading"), browser_of(cast.an)
    browser.post(f"/collections/{collection.id}/delete")
    assert browser.get(f"/collections/{collection.id}").status_code == 404
    assert "Bring back" in browser.get("/collections").text
    assert browser_of(cast.chiara).post(f"/collections/{collection.id}/restore").status_code == 404
    browser.post(f"/collections/{collection.id}/restore")
    assert browser.get(f"/collections/{collection.id}").status_code == 200


def test_after_thirty_days_a_deleted_collection_is_gone_for_good(cast: Cast) -> None:
    make_collection(cast.an, make_post(cast.an), deleted_at=LONG_AGO)
    kept = make_collection(cast.an, deleted_at=now())
    operations.forget_collections()
    assert list(db.session.scalars(db.select(Collection.id))) == [kept.id]


def test_a_featured_collection_stands_on_the_home_page(cast: Cast, browser_of: BrowserOf, client: FlaskClient) -> None:
    collection = make_collection(cast.mia, title="A year of laundry")
    assert browser_of(cast.an).post(f"/collections/{collection.id}/feature").status_code == 403
    browser_of(cast.mia).post(f"/collections/{collection.id}/feature")
    assert "A year of laundry" in client.get("/").text
    browser_of(cast.mia).post(f"/collections/{collection.id}/feature", data={"featured": "0"})
    assert "A year of laundry" not in client.get("/").text


def test_a_post_names_only_the_collections_for_everybody(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    make_collection(cast.mia, post, title="For everybody")
    make_collection(cast.chiara, post, title="For myself", audience="private")
    page = browser_of(cast.chiara).get(f"/posts/{post.id}/{post.slug}").text
    assert "For everybody" in page
    assert "For myself" not in page


def test_the_feed_of_a_collection_holds_what_everybody_may_read(cast: Cast, client: FlaskClient) -> None:
    collection = make_collection(
        cast.mia, make_post(cast.an, title="Open"), make_post(cast.an, title="Closed", visibility="members")
    )
    feed = client.get(f"/feeds/collections/{collection.id}.atom")
    assert feed.mimetype == "application/atom+xml"
    assert "Open" in feed.text
    assert "Closed" not in feed.text
    private = make_collection(cast.mia, audience="private")
    assert client.get(f"/feeds/collections/{private.id}.atom").status_code == 404


def test_collections_cost_the_same_however_long_they_are(
    cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    browser = browser_of(cast.mia)
    short = make_collection(cast.mia, *(make_post(cast.an, cast.sluis) for _number in range(2)))
    long = make_collection(cast.mia, *(make_post(cast.an, cast.sluis) for _number in range(15)))
    costs = {}
    for one in (short, long):
        for page in ("", "/arrange"):
            browser.get(f"/collections/{one.id}{page}")
            with count_sql() as statements:
                assert browser.get(f"/collections/{one.id}{page}").status_code == 200
            costs[one.id, page] = len(statements)
    assert max(costs.values()) <= 8
    assert costs[short.id, ""] == costs[long.id, ""]


def test_a_withdrawn_post_leaves_the_list_until_it_is_back(cast: Cast, client: FlaskClient) -> None:
    post = make_post(cast.an, cast.sluis, title="Now and then")
    collection = make_collection(cast.mia, post)
    with transaction():
        db.session.get_one(Post, post.id).status = "withdrawn"
    assert titles(client.get(f"/collections/{collection.id}").text) == []
