"""The migrations and the models say the same, upwards and downwards, also when there is something in the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from forum.app import create_app
from forum.core.db import db
from forum.interop.demonstration import load_demonstration
from forum.library.models import Post
from forum.vocabulary.thesaurus import load_thesaurus
from tests.conftest import settings_for
from tests.databases import PostgresDatabase, ScratchDatabase


@pytest.fixture
def empty_site(tmp_path: Path, database: ScratchDatabase) -> Iterator[Flask]:
    """A site on a database without any table."""
    more = {}
    if isinstance(database, PostgresDatabase):
        database.command("DROP DATABASE IF EXISTS empty WITH (FORCE)", "CREATE DATABASE empty")
        more["FORUM_DATABASE_URL"] = f"{database.root}/empty"
    app = create_app(settings_for(tmp_path, **more))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_migrations_make_exactly_the_tables_of_the_models(empty_site: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, db.metadata) == []


def test_migrations_go_down_and_up_again_on_a_filled_database(empty_site: Flask) -> None:
    upgrade()
    load_thesaurus()
    load_demonstration()
    assert db.session.query(Post).count() > 50
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert db.session.query(Post).count() == 0
