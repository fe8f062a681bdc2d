"""Useful comments and posts, and accepted answers."""

import pytest

from forum.core.db import db
from forum.core.errors import Denied, Missing
from forum.discussion.models import Comment, UsefulMark
from forum.discussion.operations.marking import accept_answer, mark_post_useful, mark_useful
from forum.discussion.operations.moderating import hide_comment
from forum.discussion.operations.writing import delete_comment
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import make_comment, make_post


@pytest.fixture
def question(cast: Cast) -> Post:
    return make_post(cast.an, cast.sluis, kind="question")


@pytest.fixture
def answer(cast: Cast, question: Post) -> Comment:
    return make_comment(question, cast.chiara)


def useful_count(comment: Comment) -> int:
    return db.session.get_one(Comment, comment.id, populate_existing=True).useful_count


def accepted(question: Post) -> int | None:
    return db.session.get_one(Post, question.id, populate_existing=True).accepted_comment_id


def test_a_comment_is_useful_once_for_each_person(cast: Cast, question: Post, answer: Comment) -> None:
    for name in ("an", "an", "bert"):
        mark_useful(cast.actor(name), answer.id)
    assert useful_count(answer) == 2
    mark_useful(cast.actor("an"), answer.id, useful=False)
    mark_useful(cast.actor("an"), answer.id, useful=False)
    assert useful_count(answer) == 1
    assert db.session.get_one(Post, question.id).version == 4


def test_nobody_finds_their_own_words_useful(cast: Cast, question: Post, answer: Comment) -> None:
    with pytest.raises(Denied):
        mark_useful(cast.actor("chiara"), answer.id)
    with pytest.raises(Denied):
        mark_post_useful(cast.actor("an"), question.id)


@pytest.mark.parametrize("name", ["visitor", "noor"])
def test_only_members_say_what_is_useful(cast: Cast, question: Post, answer: Comment, name: str) -> None:
    with pytest.raises(Denied):
        mark_useful(cast.actor(name), answer.id)
    with pytest.raises(Denied):
        mark_post_useful(cast.actor(name), question.id)


def test_a_post_is_useful_once_for_each_person(cast: Cast, question: Post) -> None:
    for _time in range(2):
        mark_post_useful(cast.actor("bert"), question.id)
    assert db.session.scalar(db.select(db.func.count()).select_from(UsefulMark)) == 1
    mark_post_useful(cast.actor("bert"), question.id, useful=False)
    assert db.session.scalar(db.select(db.func.count()).select_from(UsefulMark)) == 0


def test_nobody_marks_what_they_may_not_read(cast: Cast) -> None:
    own = make_post(cast.an, cast.sluis, visibility="organisation")
    comment = make_comment(own, cast.bert)
    with pytest.raises(Missing):
        mark_useful(cast.actor("chiara"), comment.id)
    with pytest.raises(Missing):
        mark_post_useful(cast.actor("chiara"), own.id)


def test_a_draft_takes_no_marks(cast: Cast) -> None:
    with pytest.raises(Missing):
        mark_post_useful(cast.actor("an"), make_post(cast.an, cast.sluis, status="draft").id)


def test_a_deleted_comment_takes_no_marks(cast: Cast, answer: Comment) -> None:
    delete_comment(cast.actor("chiara"), answer.id)
    with pytest.raises(Missing):
        mark_useful(cast.actor("an"), answer.id)


@pytest.mark.parametrize("name", ["an", "bert", "mia"])
def test_the_asker_colleagues_and_moderators_accept_an_answer(
    cast: Cast, question: Post, answer: Comment, name: str
) -> None:
    accept_answer(cast.actor(name), answer.id)
    assert accepted(question) == answer.id
    accept_answer(cast.actor(name), answer.id, accepted=False)
    assert accepted(question) is None


@pytest.mark.parametrize("name", ["chiara", "noor", "visitor"])
def test_others_do_not_accept_an_answer(cast: Cast, answer: Comment, name: str) -> None:
    with pytest.raises(Denied):
        accept_answer(cast.actor(name), answer.id)


def test_only_a_question_has_an_answer(cast: Cast) -> None:
    comment = make_comment(make_post(cast.an, cast.sluis), cast.chiara)
    with pytest.raises(Denied):
        accept_answer(cast.actor("an"), comment.id)


def test_another_answer_replaces_the_first(cast: Cast, question: Post, answer: Comment) -> None:
    better = make_comment(question, cast.bert)
    accept_answer(cast.actor("an"), answer.id)
    accept_answer(cast.actor("an"), better.id)
    accept_answer(cast.actor("an"), answer.id, accepted=False)
    assert accepted(question) == better.id


def test_an_answer_that_goes_is_accepted_no_longer(cast: Cast, question: Post, answer: Comment) -> None:
    accept_answer(cast.actor("an"), answer.id)
    hide_comment(cast.actor("mia"), answer.id, "Advertising.")
    assert accepted(question) is None
    with pytest.raises(Missing):
        accept_answer(cast.actor("an"), answer.id)
