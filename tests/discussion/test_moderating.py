"""Hiding comments and bringing them back; and what becomes of deleted ones."""

from datetime import timedelta

import pytest

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import Event
from forum.discussion.models import Comment, CommentVersion
from forum.discussion.operations.moderating import hide_comment, restore_comment
from forum.discussion.operations.writing import bring_back_comment, delete_comment, edit_comment
from forum.discussion.retention import forget_deleted_comments
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import make_comment, make_post


@pytest.fixture
def comment(cast: Cast) -> Comment:
    return make_comment(make_post(cast.an, cast.sluis), cast.bert)


def of(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def test_a_moderator_hides_a_comment_and_brings_it_back(cast: Cast, comment: Comment) -> None:
    hide_comment(cast.actor("mia"), comment.id, "Names of service users.")
    assert (of(comment).hidden_at is not None, of(comment).hidden_reason) == (True, "Names of service users.")
    assert db.session.get_one(Post, comment.post_id).comment_count == 0
    restore_comment(cast.actor("mia"), comment.id)
    assert (of(comment).hidden_at, of(comment).hidden_reason) == (None, "")
    assert db.session.get_one(Post, comment.post_id).comment_count == 1
    names = db.session.scalars(db.select(Event.name).where(Event.subject_type == "comment").order_by(Event.id)).all()
    assert names == ["comment.hidden", "comment.restored"]


def test_hiding_or_showing_twice_leaves_one_entry_in_the_log(cast: Cast, comment: Comment) -> None:
    mia = cast.actor("mia")
    restore_comment(mia, comment.id)
    for reason in ("Unkind.", "Unkind to Chiara."):
        hide_comment(mia, comment.id, reason)
    assert of(comment).hidden_reason == "Unkind to Chiara."
    names = db.session.scalars(db.select(Event.name).where(Event.subject_type == "comment")).all()
    assert names == ["comment.hidden"]


@pytest.mark.parametrize("name", ["visitor", "noor", "an", "bert", "chiara"])
def test_others_hide_nothing(cast: Cast, comment: Comment, name: str) -> None:
    with pytest.raises(Denied):
        hide_comment(cast.actor(name), comment.id, "I do not like it.")
    with pytest.raises(Denied):
        restore_comment(cast.actor(name), comment.id)


def test_hiding_needs_a_reason(cast: Cast, comment: Comment) -> None:
    for reason in ("  ", "a" * 501):
        with pytest.raises(Invalid):
            hide_comment(cast.actor("mia"), comment.id, reason)


def test_a_deleted_comment_cannot_be_hidden(cast: Cast, comment: Comment) -> None:
    delete_comment(cast.actor("bert"), comment.id)
    with pytest.raises(Missing):
        hide_comment(cast.actor("mia"), comment.id, "Too late.")


def test_the_text_of_a_deleted_comment_is_erased_after_30_days(cast: Cast, comment: Comment) -> None:
    bert = cast.actor("bert")
    edit_comment(bert, comment.id, "A second text.", revision=1)
    delete_comment(bert, comment.id)
    forget_deleted_comments()
    assert of(comment).body == "A second text."
    with transaction():
        of(comment).deleted_at = now() - timedelta(days=31)
    forget_deleted_comments()
    assert (of(comment).body, of(comment).body_html) == ("", "")
    assert db.session.scalars(db.select(CommentVersion)).all() == []
    with pytest.raises(Conflict):
        bring_back_comment(bert, comment.id)
