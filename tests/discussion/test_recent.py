"""The latest comments and those of one person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from forum.discussion.operations.moderating import hide_comment
from forum.discussion.operations.writing import delete_comment, post_comment
from forum.discussion.queries.recent import comments_of_person, latest_comments
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_comment, make_post


def test_the_latest_comments_come_first_with_their_posts(cast: Cast, count_sql: Callable[[], Any]) -> None:
    post = make_post(cast.an, cast.sluis, title="Sewing for beginners", language="nl")
    make_comment(post, cast.bert)
    post_comment(cast.actor("chiara"), post.id, "How **long** does it take?\n\n> quoted")
    with count_sql() as statements:
        latest, older = latest_comments(cast.actor("visitor"))
    assert len(statements) == 1
    assert (latest.author_name, latest.organisation_name, older.author_name) == ("Chiara", "Il Filo", "Bert")
    assert latest.excerpt == "How long does it take? quoted"
    assert (latest.post_title, latest.post_language, latest.post_slug) == (
        "Sewing for beginners",
        "nl",
        "sewing-for-beginners",
    )


def test_nobody_sees_comments_where_they_may_not_read(cast: Cast) -> None:
    make_comment(make_post(cast.an, cast.sluis, visibility="organisation"), cast.bert)
    make_comment(make_post(cast.an, cast.sluis, visibility="members"), cast.bert)
    make_comment(make_post(cast.an, cast.sluis, status="hidden"), cast.bert)
    for name, number in (("visitor", 0), ("noor", 0), ("chiara", 1), ("an", 2), ("mia", 1)):
        assert len(latest_comments(cast.actor(name))) == number, name
        assert comments_of_person(cast.actor(name), cast.bert.id).total == number, name


def test_hidden_and_deleted_comments_are_in_no_list(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    hide_comment(cast.actor("mia"), make_comment(post, cast.bert).id, "Unkind.")
    delete_comment(cast.actor("bert"), make_comment(post, cast.bert).id)
    for name in ("visitor", "bert", "mia"):
        assert latest_comments(cast.actor(name)) == []
        assert comments_of_person(cast.actor(name), cast.bert.id).cards == []


def test_the_comments_of_a_person_come_in_pages(cast: Cast, count_sql: Callable[[], Any]) -> None:
    post = make_post(cast.an, cast.sluis)
    for day in range(23):
        make_comment(post, cast.bert, created_at=LONG_AGO + timedelta(days=day))
    make_comment(post, cast.an)
    actor, bert_id = cast.actor("an"), cast.bert.id
    with count_sql() as statements:
        first, second = (comments_of_person(actor, bert_id, page) for page in (1, 2))
    assert len(statements) == 4
    assert (len(first.cards), len(second.cards), first.total, first.pages) == (20, 3, 23, 2)
    assert first.cards[0].number == 23
