"""The conversation on a post: order, visibility, places, and the price of reading it."""

from collections.abc import Callable
from typing import Any

import pytest

from forum.core.db import db, transaction
from forum.core.errors import Missing
from forum.discussion.models import Comment
from forum.discussion.operations.marking import accept_answer, mark_post_useful, mark_useful
from forum.discussion.operations.moderating import hide_comment
from forum.discussion.operations.writing import delete_comment, edit_comment, post_comment
from forum.discussion.queries.conversation import (
    THREADS_A_PAGE,
    UsefulPost,
    comments_page,
)
from forum.discussion.queries.single import comment_by_number, comment_for_page, history_of, place_of
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_comment, make_post


@pytest.fixture
def post(cast: Cast) -> Post:
    return make_post(cast.an, cast.sluis)


def many_comments(post: Post, author: Any, number: int) -> None:
    """Give a post comments 1 to `number`, quickly."""
    with transaction():
        db.session.execute(
            db.insert(Comment),
            [
                {
                    "post_id": post.id,
                    "number": place,
                    "author_id": author.id,
                    "body": f"Comment {place}.",
                    "body_html": f"<p>Comment {place}.</p>",
                    "language": "en",
                    "created_at": LONG_AGO,
                }
                for place in range(1, number + 1)
            ],
        )
        owner = db.session.get_one(Post, post.id)
        owner.comment_count = owner.last_comment_number = number


def test_an_empty_conversation_has_one_page(cast: Cast, post: Post) -> None:
    page = comments_page(cast.actor("visitor"), post)
    assert (page.comments, page.page, page.pages) == ([], 1, 1)


def test_threads_stand_in_order_with_their_replies_below(cast: Cast, post: Post) -> None:
    first = make_comment(post, cast.bert)
    make_comment(post, cast.chiara)
    reply = make_comment(post, cast.an, parent_id=first.id)
    make_comment(post, cast.bert, parent_id=reply.id)
    views = comments_page(cast.actor("visitor"), post).comments
    assert [(one.number, one.indent, one.parent_number, one.parent_author) for one in views] == [
        (1, 0, None, ""),
        (3, 1, 1, "Bert"),
        (4, 2, 3, "An"),
        (2, 0, None, ""),
    ]


def test_a_comment_shows_its_author_and_organisation(cast: Cast, post: Post) -> None:
    post_comment(cast.actor("chiara"), post.id, "Ciao!")
    (view,) = comments_page(cast.actor("visitor"), post).comments
    assert (view.author_name, view.organisation_name, view.organisation_slug) == ("Chiara", "Il Filo", "il-filo")
    assert not view.is_mine
    (own,) = comments_page(cast.actor("chiara"), post).comments
    assert own.is_mine


def test_fifty_threads_make_a_page(cast: Cast, post: Post) -> None:
    many_comments(post, cast.bert, 120)
    late = make_comment(post, cast.an, parent_id=comment_by_number(cast.actor("an"), post, 3).id)
    first, last = (comments_page(cast.actor("visitor"), post, page) for page in (1, 3))
    assert (len(first.comments), first.pages) == (THREADS_A_PAGE + 1, 3)
    assert [view.number for view in first.comments[2:4]] == [3, 121]
    assert [view.number for view in last.comments] == list(range(101, 121))
    assert place_of(cast.actor("visitor"), late.id).page == 1
    assert place_of(cast.actor("visitor"), comment_by_number(cast.actor("an"), post, 101).id).page == 3


@pytest.mark.parametrize("page", [0, -1, 2])
def test_a_page_that_does_not_exist_is_missing(cast: Cast, post: Post, page: int) -> None:
    make_comment(post, cast.bert)
    with pytest.raises(Missing):
        comments_page(cast.actor("an"), post, page)


@pytest.mark.parametrize("name", ["visitor", "noor", "chiara", "mia"])
def test_a_stranger_sees_nothing_of_an_organisations_own_conversation(cast: Cast, name: str) -> None:
    own = make_post(cast.an, cast.sluis, visibility="organisation")
    comment = make_comment(own, cast.bert)
    actor = cast.actor(name)
    for ask in (
        lambda: comments_page(actor, own),
        lambda: place_of(actor, comment.id),
        lambda: comment_for_page(actor, comment.id),
    ):
        with pytest.raises(Missing):
            ask()
    assert len(comments_page(cast.actor("dora"), own).comments) == 1


def test_a_hidden_comment_is_read_by_its_author_and_moderators_only(cast: Cast, post: Post) -> None:
    comment = make_comment(post, cast.bert, body="Unkind words.")
    make_comment(post, cast.an, parent_id=comment.id)
    hide_comment(cast.actor("mia"), comment.id, "Unkind.")
    for name, sees in (("visitor", False), ("an", False), ("chiara", False), ("bert", True), ("mia", True)):
        view, reply = comments_page(cast.actor(name), post).comments
        assert (view.status, view.is_gone) == ("hidden", not sees), name
        assert ("Unkind words" in view.body_html, view.author_name, view.hidden_reason) == (
            (True, "Bert", "Unkind.") if sees else (False, "", "")
        )
        assert reply.parent_author == ("Bert" if sees else "")
        if not sees:
            with pytest.raises(Missing):
                comment_for_page(cast.actor(name), comment.id)


def test_of_a_deleted_comment_a_trace_remains_for_everybody(cast: Cast, post: Post) -> None:
    comment = make_comment(post, cast.bert, body="Said too much.")
    delete_comment(cast.actor("bert"), comment.id)
    for name in ("visitor", "bert", "mia"):
        (view,) = comments_page(cast.actor(name), post).comments
        assert (view.number, view.status, view.body_html, view.author_name) == (1, "deleted", "", "")
        with pytest.raises(Missing):
            comment_for_page(cast.actor(name), comment.id)


def test_the_reader_sees_what_they_found_useful_and_what_was_accepted(cast: Cast) -> None:
    question = make_post(cast.an, cast.sluis, kind="question")
    answer = make_comment(question, cast.chiara)
    make_comment(question, cast.chiara)
    mark_useful(cast.actor("bert"), answer.id)
    mark_post_useful(cast.actor("bert"), question.id)
    mark_post_useful(cast.actor("chiara"), question.id)
    accept_answer(cast.actor("an"), answer.id)
    db.session.expire_all()
    page = comments_page(cast.actor("bert"), question)
    assert [(one.is_useful, one.useful_count, one.is_accepted) for one in page.comments] == [
        (True, 1, True),
        (False, 0, False),
    ]
    assert page.useful_post == UsefulPost(2, mine=True)
    assert comments_page(cast.actor("visitor"), question).useful_post == UsefulPost(2)


def test_the_history_of_a_comment_is_told_from_the_latest(cast: Cast, post: Post) -> None:
    comment = make_comment(post, cast.bert, body="One.")
    edit_comment(cast.actor("bert"), comment.id, "Two.", revision=1)
    edit_comment(cast.actor("bert"), comment.id, "Three.", revision=2)
    assert [version.body for version in history_of(comment)] == ["Two.", "One."]


def test_a_long_conversation_costs_as_many_statements_as_a_short_one(cast: Cast, count_sql: Callable[[], Any]) -> None:
    costs = []
    for number in (10, 1000):
        post = make_post(cast.an, cast.sluis)
        many_comments(post, cast.bert, number)
        actor, owner = cast.actor("chiara"), db.session.get_one(Post, post.id, populate_existing=True)
        with count_sql() as statements:
            assert len(comments_page(actor, owner).comments) == min(number, THREADS_A_PAGE)
        costs.append(len(statements))
    assert costs == [2, 2]
