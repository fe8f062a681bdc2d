"""Differences as people read them: folded, side by side, item by item; and any two versions of a post beside one another."""

from collections.abc import Callable
from typing import Any

import lxml.html
from flask.testing import FlaskClient

from forum.core.diff import Change, compare
from forum.library.content import content_of
from forum.library.models import Post, PostVersion
from forum.library.operations.writing import edit_post
from forum.web.comparing import Fold, Row, folded, items_apart, side_by_side
from tests import factories
from tests.conftest import Cast

Browsers = Callable[[Any], FlaskClient]
LONG = " ".join(f"word{number}" for number in range(200))


def test_a_long_unchanged_passage_is_folded_but_for_some_words_beside_the_changes() -> None:
    pieces = folded(compare(f"old {LONG} tail", f"new {LONG} tale"))
    assert [piece.kind for piece in pieces] == ["removed", "added", "kept", "folded", "kept", "removed", "added"]
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == f"new {LONG} tale"
    assert pieces[3].words == 160
    assert [piece.kind for piece in folded([Change("kept", LONG)])] == ["folded"]


def test_lines_that_changed_stand_side_by_side_and_others_once() -> None:
    before = "One\n\nWe mend old bicycles here.\n\nTwo\n\nThree\n\nFour\n\nFive"
    after = "One\n\nWe mend new bicycles here.\n\nTwo\n\nThree\n\nFour\n\nFive\n\nSix"
    rows = side_by_side(compare(before, after))
    changed = [row for row in rows if isinstance(row, Row) and row.is_change]
    texts = [("".join(p.text for p in row.before), "".join(p.text for p in row.after)) for row in changed]
    assert texts[0] == ("We mend old bicycles here.", "We mend new bicycles here.")
    assert texts[-1][1].endswith("Six")
    assert any(isinstance(row, Fold) and row.text == "Three\nFour" for row in rows)


def test_lists_differ_by_items() -> None:
    changes = items_apart(["Belgium", "France"], ["Italy", "Belgium"])
    assert [(one.kind, one.text) for one in changes] == [("kept", "Belgium"), ("removed", "France"), ("added", "Italy")]


def edited(cast: Cast) -> Post:
    """A post of three versions, whose title changed twice."""
    post = factories.make_post(
        cast.an, cast.sluis, title="First", body=f"{LONG} stays long.", details={"stage": "pilot"}
    )
    for title in ("Second", "Third"):
        content = content_of(post)
        changed = type(content)(**{name: getattr(content, name) for name in content.__slots__} | {"title": title})
        edit_post(cast.actor("bert"), post.id, changed, post.revision, f"Now {title}")
    return post


def test_any_two_versions_are_compared_in_both_ways_within_the_sql_budget(
    cast: Cast, client: FlaskClient, count_sql: Any
) -> None:
    post = edited(cast)
    form = lxml.html.fromstring(client.get(f"/posts/{post.id}/history").text).xpath("//form[.//select]")[0]
    assert form.xpath("./div[1]//option/@value") == ["0", "2", "1"]
    address = f"/posts/{post.id}/history/compare?from=0&to=1"
    client.get(address)  # the thesaurus is read once a process
    for view in ("", "&view=side"):
        with count_sql() as statements:
            answer = client.get(address + view)
        assert len(statements) <= 6
        page = lxml.html.fromstring(answer.text).get_element_by_id("main")
        assert "[taken out: First]" in " ".join(page.text_content().split())
        assert "[put in: Third]" in " ".join(page.text_content().split())
        assert "Second" not in "".join(one.text_content() for one in page.xpath(".//ins | .//del"))
    words = " ".join(page.text_content().split())
    assert "Before: First" in words.replace("[taken out: ", "").replace("]", "")
    assert "Now Third" in words


def test_versions_of_another_audience_and_numbers_that_never_were_are_missing(
    cast: Cast, browser_of: Browsers, client: FlaskClient
) -> None:
    post = edited(cast)
    assert client.get(f"/posts/{post.id}/history/compare?from=9&to=0").status_code == 404
    before = content_of(post).snapshot() | {"visibility": "organisation", "title": "Secret"}
    factories.saved(
        PostVersion(post_id=post.id, number=3, content=before, editor_id=cast.an.id, created_at=factories.LONG_AGO)
    )
    assert client.get(f"/posts/{post.id}/history/compare?from=3&to=0").status_code == 404
    assert "Secret" not in client.get(f"/posts/{post.id}/history/compare?from=2&to=0").text
    assert "Secret" in browser_of(cast.an).get(f"/posts/{post.id}/history/compare?from=3&to=0").text


def test_who_may_edit_brings_the_older_one_back_from_there(cast: Cast, browser_of: Browsers) -> None:
    post = edited(cast)
    path = f"/posts/{post.id}/history/compare?from=1&to=0"
    link = f"/posts/{post.id}/history/1/restore"
    assert link in browser_of(cast.an).get(path).text
    assert link not in browser_of(cast.chiara).get(path).text
