"""Migrating SQLite: a new table in the place of an old one takes nothing away, and what would lead nowhere stops everything."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from forum.app import create_app
from forum.core.db import db
from forum.core.errors import ForumError
from forum.core.schema import newest_schema, present_schema
from forum.interop.demonstration import load_demonstration
from forum.vocabulary.thesaurus import load_thesaurus
from tests.conftest import settings_for
from tests.web.everything import everything_stored

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parents[1] / "migrations"
REVISION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    {steps}
"""
Migrate = Callable[[str], None]


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Flask]:
    """A site on SQLite with everything of the demonstration in it."""
    folder = tmp_path / "site"
    folder.mkdir()
    app = create_app(settings_for(folder, FORUM_DATABASE_URL=f"sqlite:///{folder}/filled.sqlite3"))
    with app.app_context():
        upgrade()
        load_thesaurus()
        load_demonstration()
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def migrate(filled: Flask, tmp_path: Path) -> Migrate:
    """A function that migrates one step further, by these statements."""

    def further(steps: str) -> None:
        folder = shutil.copytree(ROOT, tmp_path / "migrations")
        (folder / "versions" / "9999.py").write_text(REVISION.format(head=newest_schema(), steps=steps))
        upgrade(directory=str(folder))

    return further


@pytest.mark.parametrize("table", ["people", "posts", "organisations", "concepts", "comments"])
def test_a_new_table_in_the_place_of_one_that_others_refer_to_takes_none_of_them_away(
    migrate: Migrate, table: str
) -> None:
    before = everything_stored()
    assert before[table] > 0
    migrate(
        f"with op.batch_alter_table('{table}', recreate='always') as b: b.add_column(sa.Column('more', sa.Integer()))"
    )
    assert present_schema() == "9999"
    assert everything_stored() == before
    assert foreign_keys_hold()


def test_a_migration_after_which_something_leads_nowhere_changes_nothing(migrate: Migrate) -> None:
    before, schema = everything_stored(), present_schema()
    with pytest.raises(ForumError, match=r"The database stays as it was: rows of .*comments.* would lead nowhere"):
        migrate("op.add_column('people', sa.Column('more', sa.Integer())); op.execute('DELETE FROM posts')")
    assert (everything_stored(), present_schema()) == (before, schema)
    assert foreign_keys_hold()


def test_what_led_nowhere_before_stops_no_migration(migrate: Migrate) -> None:
    with db.engine.connect() as connection:
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("UPDATE comments SET post_id = 999999 WHERE id = (SELECT min(id) FROM comments)")
        driver.execute("PRAGMA foreign_keys=ON")
    migrate("op.add_column('people', sa.Column('more', sa.Integer()))")
    assert present_schema() == "9999"


def foreign_keys_hold() -> bool:
    """Whether the connections that the site goes on with watch over what refers to what."""
    with db.engine.connect() as connection:
        return bool(connection.exec_driver_sql("PRAGMA foreign_keys").scalar())
