"""A database that somebody else holds, or that is away: forms come back with their text, and nothing has to be restarted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pysqlite3.dbapi2 as sqlite
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.core import db as database_module
from forum.core.modes import look_again
from forum.library.models import Post
from tests.conftest import Cast
from tests.databases import PostgresDatabase, ScratchDatabase, SqliteDatabase

BrowserOf = Callable[[Any], FlaskClient]
TEXT = "We gave everybody the same wage.\nIt took us three years."
FORM = {"title": "Same wage", "body": TEXT, "action": "draft"}
PATH = "/posts/new/practice"
CLOSE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'forum'"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite waits a tenth of a second for a lock here, not five."""
    pragmas = [one for one in database_module.SQLITE_PRAGMAS if not one.startswith("busy_timeout")]
    monkeypatch.setattr(database_module, "SQLITE_PRAGMAS", (*pragmas, "busy_timeout=100"))


@contextmanager
def held(database: ScratchDatabase) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    if isinstance(database, SqliteDatabase):
        connection = sqlite.connect(database.path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.close()
        return
    with psycopg.connect(database.url) as other:
        other.execute("LOCK TABLE posts IN EXCLUSIVE MODE")
        yield


def given_back(answer: Any) -> bool:
    """Whether a page gives the text back and says when to try again."""
    boxes = fromstring(answer.text).xpath("//textarea[@readonly]")
    return [box.text.strip() for box in boxes] == [TEXT] and int(answer.headers["Retry-After"]) > 0


def test_a_locked_database_gives_the_text_back_while_reading_goes_on(
    impatient: None, cast: Cast, browser_of: BrowserOf, client: FlaskClient, database: ScratchDatabase
) -> None:
    browser = browser_of(cast.an)
    assert browser.get("/").status_code == 200
    with held(database):
        answer = browser.post(PATH, data=FORM)
        assert (answer.status_code, given_back(answer)) == (503, True)
        assert (browser.get("/").status_code, client.get("/de/search").status_code) == (200, 200)
        look_again()
        assert browser.post(PATH, data=FORM).status_code == 503
    look_again()
    assert browser.post(PATH, data=FORM).status_code == 303
    assert Post.query.count() == 1


def test_after_a_lock_forms_are_refused_at_once_for_a_few_seconds(
    impatient: None,
    cast: Cast,
    browser_of: BrowserOf,
    database: ScratchDatabase,
    count_sql: Callable[[], Any],
) -> None:
    browser = browser_of(cast.an)
    with held(database):
        browser.post(PATH, data=FORM)
        with count_sql() as statements:
            assert given_back(browser.post(PATH, data=FORM))
        assert not [one for one in statements if not one.startswith("SELECT")]


@pytest.fixture
def server(app: Flask, database: ScratchDatabase) -> PostgresDatabase:
    """The PostgreSQL server of this run."""
    if not isinstance(database, PostgresDatabase):
        pytest.skip("SQLite has no server that could go away")
    return database


def test_a_server_that_goes_away_and_comes_back_needs_no_restart(
    server: PostgresDatabase, cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    browser = browser_of(cast.an)
    assert browser.get("/").status_code == 200
    try:
        server.command("ALTER DATABASE forum ALLOW_CONNECTIONS false", CLOSE)
        for _time in range(3):
            answer = browser.post(PATH, data=FORM)
            assert (answer.status_code, given_back(answer)) == (503, True)
            page = client.get("/de/")
            assert (page.status_code, fromstring(page.text).get("lang")) == (503, "de")
            assert page.headers["Retry-After"]
            assert client.get("/healthz").status_code == 200
            look_again()
    finally:
        server.command("ALTER DATABASE forum ALLOW_CONNECTIONS true")
    assert browser.get("/").status_code == 200
    assert browser.post(PATH, data=FORM).status_code == 303


def test_connections_that_were_cut_are_replaced_unseen(
    server: PostgresDatabase, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.an)
    for _time in range(3):
        assert browser.post(PATH, data=FORM | {"request_key": f"k{_time}"}).status_code == 303
        server.command(CLOSE)
