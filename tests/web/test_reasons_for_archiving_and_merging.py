"""Moderators who archive or merge a post of others give reasons: its author reads them, and another moderator looks again."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.core.db import db
from forum.curation.models import Decision
from forum.curation.operations.appeals import decide_appeal, make_appeal
from forum.curation.operations.decisions import archive_for_a_reason
from forum.curation.operations.merging import merge_posts, supersede_post
from forum.curation.operations.restructuring_undo import undo_restructuring
from forum.discussion.models import Comment
from forum.discussion.operations.writing import post_comment
from forum.library.models import Post
from forum.organisations.queries import actor_for
from tests.conftest import Cast
from tests.factories import make_comment, make_post, make_role
from tests.web.test_decisions import letters, second_moderator, words

BrowserOf = Callable[[Any], FlaskClient]
__all__ = ["letters"]


@pytest.fixture
def pair(cast: Cast) -> tuple[Post, Post]:
    """A post of Il Filo with a comment, and the one of De Sluis that takes it in."""
    gone, kept = make_post(cast.chiara, cast.filo, title="A laundry that sang"), make_post(cast.an, cast.sluis)
    make_comment(gone, cast.bert, body="Which soap?")
    return gone, kept


def decisions() -> list[Decision]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Decision).order_by(Decision.id)))


def status_of(post: Post) -> str:
    db.session.rollback()
    return db.session.get_one(Post, post.id).status


def test_archiving_by_a_moderator_has_a_statement_of_reasons(cast: Cast, browser_of: BrowserOf, letters: Any) -> None:
    post = make_post(cast.an, cast.sluis)
    browser_of(cast.mia).post(f"/posts/{post.id}/moderate/archive", data={"reason": "The project ended."})
    assert status_of(post) == "archived"
    (decision,) = decisions()
    assert (decision.action, decision.person_id, decision.reason) == ("archive", cast.an.id, "The project ended.")
    (letter,) = letters()
    assert letter.to == cast.an.email
    assert "put your post in the archive" in letter.text
    author = browser_of(cast.an)
    assert f"/posts/{post.id}/statement" in author.get(f"/posts/{post.id}/{post.slug}").text
    statement = words(author.get(f"/posts/{post.id}/statement", follow_redirects=True))
    assert "The project ended." in statement
    assert "Ask for a second look" in statement
    assert browser_of(None).get("/log").text.count("archived") == 1


def test_owners_and_colleagues_archive_without_a_decision(cast: Cast, browser_of: BrowserOf) -> None:
    make_role(cast.dora, "moderator")
    first, second = make_post(cast.an, cast.sluis), make_post(cast.an, cast.sluis)
    browser_of(cast.bert).post(f"/posts/{first.id}/archive", data={"reason": "It ended."})
    browser_of(cast.dora).post(f"/posts/{second.id}/moderate/archive", data={"reason": "It ended."})
    assert [status_of(post) for post in (first, second)] == ["archived", "archived"]
    assert decisions() == []
    assert "/statement" not in browser_of(cast.an).get(f"/posts/{first.id}/{first.slug}").text


def test_archiving_is_an_answer_to_a_report(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    page = browser_of(cast.mia).get(f"/posts/{post.id}/decide")
    assert 'value="archive"' in page.text
    form = {"action": "archive", "ground": "rules", "reason": "The law changed."}
    assert browser_of(cast.mia).post(f"/posts/{post.id}/decide", data=form).status_code == 303
    assert status_of(post) == "archived"


def test_a_second_look_brings_a_post_back_from_the_archive(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    archive_for_a_reason(cast.actor("mia"), post.id, "The project ended.")
    appeal = make_appeal(cast.actor("an"), decisions()[0].id, "It goes on.", language="nl")
    decide_appeal(actor_for(second_moderator()), appeal.id, "reversed", "It does.")
    assert status_of(post) == "published"
    assert decisions()[0].reversed_at is not None


def test_superseding_by_a_moderator_gives_reasons_for_the_archive(cast: Cast, pair: tuple[Post, Post]) -> None:
    done = supersede_post(cast.actor("mia"), pair[0].id, pair[1].id, "Newer.")
    assert [(one.action, one.person_id) for one in decisions()] == [("archive", cast.chiara.id)]
    undo_restructuring(cast.actor("mia"), done.id)
    assert decisions()[0].reversed_at is not None


def test_merging_by_a_moderator_has_a_statement_of_reasons(
    cast: Cast, pair: tuple[Post, Post], browser_of: BrowserOf, letters: Any
) -> None:
    gone, kept = pair
    merge_posts(cast.actor("mia"), gone.id, kept.id, "appendix", "The same laundry.")
    (decision,) = decisions()
    assert (decision.action, decision.person_id, decision.post_id) == ("merge", cast.chiara.id, gone.id)
    told = [letter for letter in letters() if letter.to == cast.chiara.email]
    assert ["merged your post into another one" in letter.text for letter in told] == [True]
    log = browser_of(None).get("/log").text
    assert "into another post" in log
    assert "withdrew" not in log
    assert "The same laundry." in words(browser_of(cast.chiara).get(f"/decisions/{decision.id}"))


def test_merging_what_one_shared_oneself_needs_no_statement(cast: Cast, pair: tuple[Post, Post]) -> None:
    own = make_post(cast.bert, cast.sluis)
    merge_posts(cast.actor("bert"), own.id, pair[1].id, "version", "The same.")
    assert decisions() == []


def test_a_second_look_undoes_a_merge(cast: Cast, pair: tuple[Post, Post]) -> None:
    gone, kept = pair
    merge_posts(cast.actor("mia"), gone.id, kept.id, "appendix", "The same laundry.")
    appeal = make_appeal(cast.actor("chiara"), decisions()[0].id, "It is another one.", language="it")
    decide_appeal(actor_for(second_moderator()), appeal.id, "reversed", "It is.")
    assert status_of(gone) == "published"
    assert db.session.scalar(db.select(Comment.post_id)) == gone.id


def test_what_can_no_longer_be_parted_comes_back_alone(cast: Cast, pair: tuple[Post, Post]) -> None:
    gone, kept = pair
    merge_posts(cast.actor("mia"), gone.id, kept.id, "appendix", "The same laundry.")
    post_comment(cast.actor("an"), kept.id, "Meanwhile.")
    appeal = make_appeal(cast.actor("chiara"), decisions()[0].id, "It is another one.", language="it")
    decide_appeal(actor_for(second_moderator()), appeal.id, "reversed", "It is.")
    assert status_of(gone) == "published"
    assert set(db.session.scalars(db.select(Comment.post_id))) == {kept.id}


def test_undoing_a_merge_takes_the_decision_back(cast: Cast, pair: tuple[Post, Post]) -> None:
    done = merge_posts(cast.actor("mia"), pair[0].id, pair[1].id, "version", "The same.")
    undo_restructuring(cast.actor("mia"), done.id)
    assert decisions()[0].reversed_at is not None
