"""What is unread, and how reading is noted without writing at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Missing
from forum.discussion.models import ReadMark
from forum.discussion.operations.moderating import hide_comment
from forum.discussion.queries.unread import News, first_unread, new_since_last_visit, read_up_to, unread_on
from forum.discussion.reading import MOST_NOTES, Reading, ReadingNotes, keep_readings
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import make_comment, make_post


@pytest.fixture
def post(cast: Cast) -> Post:
    return make_post(cast.an, cast.sluis)


def read(person: Any, post: Post, number: int) -> None:
    keep_readings(SYSTEM, [Reading(person.id, post.id, number, version=1)])


def test_a_first_visit_marks_nothing_as_new(cast: Cast, post: Post) -> None:
    make_comment(post, cast.bert)
    assert unread_on(cast.actor("an"), post).comments == ()
    assert first_unread(cast.actor("visitor"), post) is None


def test_comments_of_others_since_the_last_reading_are_unread(cast: Cast, post: Post) -> None:
    make_comment(post, cast.bert)
    read(cast.an, post, 1)
    make_comment(post, cast.an)
    third = make_comment(post, cast.chiara)
    make_comment(post)
    unread = unread_on(cast.actor("an"), post)
    assert (unread.read_to, [one.number for one in unread.comments]) == (1, [3, 4])
    assert unread.first is not None
    assert unread.first.id == third.id
    assert first_unread(cast.actor("an"), post) == 3
    assert first_unread(cast.actor("bert"), post) is None


def test_a_hidden_comment_is_not_unread(cast: Cast, post: Post) -> None:
    read(cast.an, post, 0)
    comment = make_comment(post, cast.bert)
    hide_comment(cast.actor("mia"), comment.id, "Unkind.")
    assert first_unread(cast.actor("an"), post) is None


def test_nobody_learns_of_unread_comments_where_they_may_not_read(cast: Cast) -> None:
    own = make_post(cast.an, cast.sluis, visibility="organisation")
    with pytest.raises(Missing):
        first_unread(cast.actor("chiara"), own)


def test_reading_goes_as_far_as_there_is_no_gap() -> None:
    assert read_up_to(0, [1, 2, 3]) == 3
    assert read_up_to(0, [1, 2, 60]) == 2
    assert read_up_to(7, [51, 52]) == 7
    assert read_up_to(50, [51, 52]) == 52


def test_nobody_reads_backwards(cast: Cast, post: Post) -> None:
    read(cast.an, post, 5)
    read(cast.an, post, 2)
    assert db.session.scalars(db.select(ReadMark.comment_number)).all() == [5]


def test_readings_of_what_is_gone_are_let_go(cast: Cast, post: Post) -> None:
    keep_readings(SYSTEM, [Reading(999_999, post.id, 1, 1), Reading(cast.an.id, 999_999, 1, 1)])
    keep_readings(SYSTEM, [])
    assert db.session.scalars(db.select(ReadMark)).all() == []


def test_many_notes_are_written_in_few_statements(cast: Cast, count_sql: Callable[[], Any]) -> None:
    posts = [make_post(cast.an, cast.sluis) for _number in range(20)]
    readings = [Reading(cast.bert.id, post.id, 1, 1) for post in posts]
    db.session.rollback()
    with count_sql() as statements:
        keep_readings(SYSTEM, readings)
    assert len(statements) <= 4


def test_the_furthest_note_counts_and_is_taken_once() -> None:
    notes = ReadingNotes()
    for number in (3, 7, 5):
        notes.add(Reading(1, 1, number, 1))
    assert [one.comment_number for one in notes.take()] == [7]
    assert notes.take() == []


def test_notes_do_not_fill_the_memory() -> None:
    notes = ReadingNotes()
    for number in range(MOST_NOTES + 5):
        notes.add(Reading(number, 1, 1, 1))
    assert len(notes.take()) == MOST_NOTES


def test_news_are_what_others_posted_since_the_visit_before(cast: Cast) -> None:
    assert new_since_last_visit(cast.actor("an")) == News()
    with transaction():
        db.session.get_one(type(cast.an), cast.an.id).previous_visit_at = now() - timedelta(days=3)
    old = make_post(cast.bert, cast.sluis)
    make_comment(old, cast.chiara, created_at=now())
    make_comment(old, cast.an, created_at=now())
    make_comment(old, cast.chiara)
    make_post(cast.bert, cast.sluis, at=now())
    make_post(cast.an, cast.sluis, at=now())
    secret = make_post(cast.chiara, cast.filo, at=now(), visibility="organisation")
    make_comment(secret, cast.chiara, created_at=now())
    make_post(cast.bert, cast.sluis, at=now(), status="archived")
    assert new_since_last_visit(cast.actor("an")) == News(posts=1, comments=1)
    assert new_since_last_visit(cast.actor("visitor")) == News()


def test_news_cost_two_statements(cast: Cast, count_sql: Callable[[], Any]) -> None:
    actor = cast.actor("an")
    with count_sql() as statements:
        new_since_last_visit(actor)
    assert len(statements) <= 2
