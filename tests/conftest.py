"""What every test can ask for: a site on a fresh database, a cast of people, browsers of theirs, and an SQL recorder."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import event

from forum.accounts.models import Person
from forum.accounts.sessions import open_session
from forum.app import create_app, live_in
from forum.core.actor import VISITOR, Actor
from forum.core.db import db
from forum.core.events import consumers, deliver_batch
from forum.core.languages import INTERFACE_LANGUAGES
from forum.core.limits import forget_counts
from forum.core.once import forget_answers
from forum.core.settings import Settings, settings_from
from forum.organisations.models import Organisation
from forum.organisations.queries import actor_for
from forum.search.dictionaries.building import load_dictionaries
from forum.search.dictionaries.table import place_of_table, use_table
from forum.search.engine import Engine
from forum.search.indexing import CONSUMER, WANTED, handler_for
from forum.search.service import current_engine, engine_for, rebuild_index, use_engine
from forum.vocabulary.thesaurus import load_thesaurus
from tests import factories
from tests.databases import ScratchDatabase, is_postgresql, open_database
from tests.search.dictionaries.files import write_few

TEST_SETTINGS = {
    "FORUM_SECRET_KEY": "tests only",
    "FORUM_REQUIRE_SECOND_FACTOR": "0",
    "FORUM_OPEN_SIGNUP": "1",
    "FORUM_BASE_URL": "http://localhost",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run the tests that touch the database; the others have run on SQLite."""
    if not is_postgresql():
        return
    touching = [item for item in items if {"app", "database"} & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(touching)])
    items[:] = touching


def settings_for(folder: Path, **more: str) -> Settings:
    """Settings for a site in this folder."""
    return settings_from(TEST_SETTINGS | {"FORUM_DATA_DIR": str(folder)} | more)


class Browser(FlaskClient):
    """A browser like real ones: its requests know nothing of the test's application context, and it reads answers to their end."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> Any:
        answer = Context().run(super().open, *args, buffered=buffered, **kwargs)
        if has_app_context():
            db.session.rollback()  # what the test holds is read anew
        return answer


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchDatabase]:
    """The database server of this run."""
    opened = open_database(tmp_path_factory.mktemp("database"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shared application would keep its search index."""
    return tmp_path_factory.mktemp("search") / "index"


@pytest.fixture(scope="session")
def shared_app(database: ScratchDatabase, index_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on a migrated database with the thesaurus; made once, because templates compile slowly."""
    folder = tmp_path_factory.mktemp("site")
    app = create_app(settings_for(folder, FORUM_DATABASE_URL=database.url, FORUM_SEARCH_URL=f"whoosh:{index_folder}"))
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        if not is_postgresql():
            event.listen(db.engine, "connect", hurry)
        db.create_all()
        load_thesaurus()
        db.session.remove()
        db.engine.dispose()
    database.keep()
    return app


def hurry(connection: Any, _record: Any) -> None:
    """Let SQLite not wait for the disk: a database of tests need not outlive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def app(shared_app: Flask, database: ScratchDatabase, index_folder: Path) -> Iterator[Flask]:
    """The application, its database fresh and no search index there, inside an application context."""
    with fresh_app(shared_app, database, index_folder):
        yield shared_app


@contextmanager
def fresh_app(shared_app: Flask, database: ScratchDatabase, index_folder: Path) -> Iterator[None]:
    """The database put back, the search index and the uploads away; then inside an application context."""
    with shared_app.app_context():
        db.engine.dispose()
    database.restore()
    shutil.rmtree(index_folder, ignore_errors=True)  # a test that runs the worker builds one
    shutil.rmtree(shared_app.config["SETTINGS"].upload_dir, ignore_errors=True)
    live_in(shared_app)  # a test before this one may have made an application of its own
    forget_counts()
    forget_answers()
    with shared_app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@dataclass
class Cast:
    """The people of the tests: An posts for De Sluis, Bert is her colleague, Dora their editor; Chiara is a stranger from Il Filo;
    Noor belongs nowhere yet; Mia moderates the network and Ada administers it (both from the secretariat)."""

    sluis: Organisation
    filo: Organisation
    secretariat: Organisation
    an: Person
    bert: Person
    dora: Person
    chiara: Person
    noor: Person
    mia: Person
    ada: Person

    def actor(self, name: str) -> Actor:
        """The actor of somebody in the cast; `visitor` is nobody."""
        return VISITOR if name == "visitor" else actor_for(db.session.get_one(Person, getattr(self, name).id))


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The people of the tests, in their organisations."""
    return make_cast()


def make_cast() -> Cast:
    """The people of the tests, in their organisations."""
    secretariat = factories.make_organisation(
        "Threshold Europe", kind="network", slug="threshold-europe", language="en"
    )
    sluis = factories.make_organisation("De Sluis", slug="de-sluis", parent_id=secretariat.id)
    filo = factories.make_organisation("Il Filo", slug="il-filo", country="IT", language="it", parent_id=secretariat.id)
    people = {
        name.lower(): factories.make_person(name, email=f"{name.lower()}@example.org")
        for name in ("An", "Bert", "Dora", "Chiara", "Noor", "Mia", "Ada")
    }
    for name, organisation, role in (
        ("an", sluis, "member"),
        ("bert", sluis, "member"),
        ("dora", sluis, "editor"),
        ("chiara", filo, "member"),
        ("mia", secretariat, "member"),
        ("ada", secretariat, "member"),
    ):
        factories.make_membership(people[name], organisation, role)
    factories.make_role(people["mia"], "moderator")
    factories.make_role(people["ada"], "admin")
    return Cast(sluis=sluis, filo=filo, secretariat=secretariat, **people)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The browser of a visitor."""
    return app.test_client()


@pytest.fixture
def browser_of(app: Flask) -> Callable[[Person | None], FlaskClient]:
    """A function that gives a browser signed in as a person (None: a visitor)."""
    return partial(sign_in, app)


def sign_in(app: Flask, person: Person | None) -> FlaskClient:
    """A browser signed in as a person (None: a visitor)."""
    browser = app.test_client()
    if person is not None:
        token = open_session(person.id, proven=True)
        with browser.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
    return browser


@contextmanager
def recorded_sql() -> Iterator[list[str]]:
    """The SQL statements that the application of this context sends to its database meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def count_sql(app: Flask) -> Callable[[], Any]:
    """A context manager that records the SQL statements issued inside it: `with count_sql() as statements: ...`."""
    return recorded_sql


@dataclass
class SearchIndex:
    """The search index of one test."""

    engine: Engine

    def build(self) -> None:
        """Index every post there is, also those that factories made without an event."""
        rebuild_index()

    def take_in(self) -> None:
        """Take in what happened, as the worker does."""
        while deliver_batch(consumers.by_name[CONSUMER]):
            db.session.rollback()


@pytest.fixture
def search_index(app: Flask, tmp_path: Path) -> Iterator[SearchIndex]:
    """A search index of this test's own, built from what is there, which hears of what happens."""
    with indexed(tmp_path / "index") as found:
        yield found


@contextmanager
def indexed(folder: Path) -> Iterator[SearchIndex]:
    """A search index in this folder, built from what is there, which hears of what happens."""
    before, consumer = current_engine(), consumers.by_name[CONSUMER]
    engine = use_engine(engine_for(f"whoosh:{folder}"))
    consumers.introduce(CONSUMER, WANTED, handler_for(engine))
    rebuild_index()
    yield SearchIndex(engine)
    use_engine(before)
    consumers.by_name[CONSUMER] = consumer


@pytest.fixture
def few_dictionaries(app: Flask, tmp_path: Path) -> Iterator[None]:
    """Dictionaries of a few words for search, of this test's own."""
    before = place_of_table()
    write_few(tmp_path)
    use_table(tmp_path / "dictionaries")
    load_dictionaries(tmp_path, place_of_table(), INTERFACE_LANGUAGES)
    yield
    use_table(before)
