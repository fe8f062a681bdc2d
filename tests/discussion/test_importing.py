"""Comments that come from a file."""

from datetime import timedelta
from typing import Any

import pytest

from forum.core.actor import SYSTEM
from forum.core.db import db
from forum.core.errors import Denied, Invalid, Missing
from forum.core.events import Event
from forum.discussion.importing import take_comment
from forum.discussion.models import Comment, CommentVersion
from forum.discussion.operations.writing import delete_comment
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_post


@pytest.fixture
def post(cast: Cast) -> Post:
    return make_post(cast.an, cast.sluis)


def values(post: Post, author: Any = None, **more: Any) -> dict[str, Any]:
    """A comment as a file tells it."""
    told = {"post_id": post.id, "parent_id": None, "author_id": author.id if author else None, "body": "From a file.",
            "language": "nl", "created_at": LONG_AGO + timedelta(days=1), "state": ""}  # fmt: skip
    return told | more


def of(number: int) -> Comment:
    return db.session.get_one(Comment, number, populate_existing=True)


def test_a_comment_comes_in_with_its_own_date_and_the_next_number(cast: Cast, post: Post) -> None:
    first, second = (take_comment(SYSTEM, values(post, cast.chiara)) for _time in range(2))
    assert first[1] is second[1] is True
    comment = of(second[0])
    assert (comment.number, comment.created_at) == (2, LONG_AGO + timedelta(days=1))
    assert (comment.organisation_id, comment.language) == (cast.filo.id, "nl")
    owner = db.session.get_one(Post, post.id, populate_existing=True)
    assert (owner.comment_count, owner.last_comment_number, owner.last_activity_at) == (2, 2, comment.created_at)
    assert [event.data["imported"] for event in db.session.scalars(db.select(Event))] == [True, True]


def test_the_same_comment_again_changes_nothing(cast: Cast, post: Post) -> None:
    comment_id, _changed = take_comment(SYSTEM, values(post, cast.chiara))
    assert take_comment(SYSTEM, values(post, cast.chiara), comment_id) == (comment_id, False)
    assert of(comment_id).revision == 1


def test_a_changed_comment_gets_a_new_version(cast: Cast, post: Post) -> None:
    comment_id, _changed = take_comment(SYSTEM, values(post))
    assert take_comment(SYSTEM, values(post, body="Corrected."), comment_id) == (comment_id, True)
    assert of(comment_id).body == "Corrected."
    assert [version.body for version in db.session.scalars(db.select(CommentVersion))] == ["From a file."]


def test_replies_deeper_than_two_stand_beside_what_they_answer(cast: Cast, post: Post) -> None:
    parent_id = None
    ids: list[int] = []
    for _level in range(4):
        parent_id, _changed = take_comment(SYSTEM, values(post, parent_id=parent_id))
        ids.append(parent_id)
    assert [of(number).parent_id for number in ids] == [None, ids[0], ids[1], ids[1]]
    assert of(ids[3]).body == "From a file."


def test_deleted_and_hidden_comments_come_in_as_such(post: Post) -> None:
    deleted_id, _changed = take_comment(SYSTEM, values(post, body="", state="deleted"))
    hidden_id, _changed = take_comment(SYSTEM, values(post, state="hidden"))
    assert of(deleted_id).deleted_at is not None
    assert of(hidden_id).hidden_at is not None
    assert db.session.get_one(Post, post.id, populate_existing=True).comment_count == 0
    assert take_comment(SYSTEM, values(post, state="hidden"), hidden_id) == (hidden_id, False)


def test_a_comment_deleted_at_its_source_goes_here_too(post: Post) -> None:
    comment_id, _changed = take_comment(SYSTEM, values(post))
    assert take_comment(SYSTEM, values(post, body="", state="deleted"), comment_id) == (comment_id, True)
    assert (of(comment_id).body, of(comment_id).deleted_at is None) == ("", False)


def test_what_was_deleted_here_stays_deleted(cast: Cast, post: Post) -> None:
    comment_id, _changed = take_comment(SYSTEM, values(post, cast.bert))
    delete_comment(cast.actor("bert"), comment_id)
    assert take_comment(SYSTEM, values(post, cast.bert, body="Again."), comment_id) == (comment_id, False)
    assert of(comment_id).deleted_at is not None


def test_an_accepted_answer_comes_in_as_such(cast: Cast) -> None:
    question = make_post(cast.an, cast.sluis, kind="question")
    first, _changed = take_comment(SYSTEM, values(question, accepted=True))
    second, _changed = take_comment(SYSTEM, values(question))
    assert db.session.get_one(Post, question.id, populate_existing=True).accepted_comment_id == first
    assert take_comment(SYSTEM, values(question, accepted=True), second) == (second, True)
    assert db.session.get_one(Post, question.id, populate_existing=True).accepted_comment_id == second


def test_only_administrators_import(cast: Cast, post: Post) -> None:
    assert take_comment(cast.actor("ada"), values(post))[1]
    with pytest.raises(Denied):
        take_comment(cast.actor("mia"), values(post))


def test_what_cannot_be_taken_is_refused_whole(cast: Cast, post: Post) -> None:
    elsewhere, _changed = take_comment(SYSTEM, values(make_post(cast.an, cast.sluis)))
    with pytest.raises(Missing):
        take_comment(SYSTEM, values(post, parent_id=elsewhere))
    with pytest.raises(Missing):
        take_comment(SYSTEM, values(post, post_id=999_999))
    with pytest.raises(Invalid):
        take_comment(SYSTEM, values(post, body=" "))
    assert db.session.get_one(Post, post.id, populate_existing=True).last_comment_number == 0
