"""The history of a post: readable, told in words, and every version can come back."""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db
from forum.library.content import content_of
from forum.library.models import Post
from forum.library.operations.writing import edit_post
from tests import factories
from tests.conftest import Cast
from tests.web.test_posting import the_post

Browsers = Callable[[Any], FlaskClient]


@pytest.fixture
def post(cast: Cast) -> Post:
    """A post that Bert edited twice: its words, then its themes, figures and audience."""
    made = factories.make_post(
        cast.an,
        cast.sluis,
        title="A workshop",
        body="We repair old bicycles.\n\nThis is long enough.",
        details={"stage": "pilot", "numbers": [{"indicator": "Jobs", "value": "3"}]},
    )
    content = content_of(made)
    replaced = {"title": "A bicycle workshop", "body": "We repair new bicycles.\n\nThis is long enough."}
    edit_post(cast.actor("bert"), made.id, _with(content, **replaced), made.revision, "Clearer words")
    details = {"stage": "running", "numbers": [{"indicator": "Jobs", "value": "14"}]}
    ids = (factories.concept("reuse-repair").id,)
    edit_post(
        cast.actor("bert"),
        made.id,
        _with(content, **replaced, details=details, concept_ids=ids, countries=("BE", "IT")),
        made.revision,
    )
    return db.session.scalars(select(Post)).one()


def _with(content: Any, **changes: Any) -> Any:
    return type(content)(**{name: getattr(content, name) for name in content.__slots__} | changes)


def test_every_edit_is_listed_with_who_when_why_and_what(post: Post, client: FlaskClient, count_sql: Any) -> None:
    address = f"/posts/{post.id}/history"
    client.get(address)  # the thesaurus is read once a process
    with count_sql() as statements:
        answer = client.get(address)
    assert len(statements) <= 6
    entries = [" ".join(one.text_content().split()) for one in lxml.html.fromstring(answer.text).xpath("//main//ol/li")]
    assert len(entries) == 3
    assert "Change 2" in entries[0]
    assert "Changed: Country, Themes, Figures, How far it is" in entries[0]
    assert all(words in entries[1] for words in ("Change 1", "Bert", "Clearer words", "Changed: Title, What we do"))
    assert entries[2].startswith("Posted")


def test_a_change_is_told_in_words_that_went_and_came(post: Post, client: FlaskClient) -> None:
    page = lxml.html.fromstring(client.get(f"/posts/{post.id}/history/1").text)
    gone = " ".join(one.text_content() for one in page.xpath("//del"))
    come = " ".join(one.text_content() for one in page.xpath("//ins"))
    assert "old" in gone
    assert "[taken out:" in gone
    assert "new" in come
    assert "[put in:" in come
    assert "This is long enough." not in gone + come
    second = client.get(f"/posts/{post.id}/history/2").text
    words = " ".join(lxml.html.fromstring(second).get_element_by_id("main").text_content().split())
    for told in ("[taken out: A first trial]", "[put in: Running]", "[put in: 14]", "Belgium [put in: Italy]"):
        assert told in words


def test_the_history_is_for_those_who_may_read_the_post(post: Post, cast: Cast, browser_of: Browsers) -> None:
    secret = factories.make_post(cast.an, cast.sluis, visibility="organisation")
    for path in ("history", "history/1"):
        assert browser_of(cast.chiara).get(f"/posts/{secret.id}/{path}").status_code == 404
    assert browser_of(cast.chiara).get(f"/posts/{post.id}/history/9").status_code == 404


def test_an_earlier_version_comes_back_by_a_page_that_says_what_happens(
    post: Post, cast: Cast, browser_of: Browsers
) -> None:
    address = f"/posts/{post.id}/history/1/restore"
    assert browser_of(None).get(address).status_code == 302
    assert browser_of(cast.chiara).get(address).status_code == 403
    assert browser_of(cast.chiara).post(address, data={"revision": "3"}).status_code == 403
    an = browser_of(cast.an)
    page = lxml.html.fromstring(an.get(address).text)
    assert "What it says now stays in the history" in page.text_content()
    revision = page.xpath("//input[@name='revision']/@value")[0]
    assert an.post(address, data={"revision": "1"}).status_code == 409
    answer = an.post(address, data={"revision": revision})
    assert answer.location == f"/posts/{post.id}/a-workshop"
    assert (the_post().title, the_post().details["stage"]) == ("A workshop", "pilot")
    assert "Version 1 was brought back" in an.get(f"/posts/{post.id}/history").text


def test_a_scripted_note_stays_text(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="<b>Before</b>")
    changed = _with(content_of(post), title="<script>alert(1)</script>", details={"stage": "running"})
    edit_post(cast.actor("an"), post.id, changed, post.revision, "<img src=x onerror=alert(1)>")
    for path in ("history", "history/1"):
        page = lxml.html.fromstring(client.get(f"/posts/{post.id}/{path}").text)
        assert not page.xpath("//script[not(@src)] | //img[@onerror] | //main//b")
