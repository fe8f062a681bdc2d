"""What the database is told, so that it stays quick when there is much in it."""

import pytest
from flask import Flask
from sqlalchemy import text

from forum.core.actor import VISITOR
from forum.core.db import count_for_planner, db
from forum.library.models import Post
from forum.library.policy import listed
from forum.library.queries import card_query
from tests.conftest import Cast
from tests.factories import make_post

pytestmark = pytest.mark.one_database


def plan_of_three() -> str:
    """How SQLite would find three posts that a search has found."""
    statement = card_query(listed(VISITOR), Post.id.in_([1, 2, 3])).compile(
        db.engine, compile_kwargs={"literal_binds": True}
    )
    return " ".join(row[-1] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}")))


def test_three_posts_are_found_by_their_numbers_however_many_are_published(app: Flask, cast: Cast) -> None:
    for _number in range(40):
        make_post(cast.an, cast.sluis)
    before = plan_of_three()
    count_for_planner()
    db.session.remove()
    db.engine.dispose()  # a new connection, as a server has one every half an hour
    assert "ix_posts_status_published" in before
    assert "SEARCH posts USING INTEGER PRIMARY KEY" in plan_of_three()


def test_the_worker_has_it_counted(app: Flask) -> None:
    for chore in app.extensions["chores"]:
        chore()
    assert db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")) == 1
