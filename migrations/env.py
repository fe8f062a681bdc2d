"""Alembic's environment: the models' metadata against the database of the running application."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from forum.core.errors import ForumError
from forum.core.text import Message

database = current_app.extensions["migrate"].db


def run_migrations() -> None:
    """Bring the database from one revision to another, in one transaction."""
    with database.engine.connect() as connection, children_kept(connection):
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,  # Alembic thinks that SQLite has none, and would commit after each step
        )
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET statement_timeout = 0")  # a large table may take its time
        before = dangling(connection)
        with context.begin_transaction():
            context.run_migrations()
            require_nothing_lost(dangling(connection) - before)
        connection.commit()


def require_nothing_lost(lost: set[tuple[str, str, int]]) -> None:
    """Raise `ForumError`, with which everything is taken back, when rows refer to nothing that referred to something before."""
    if lost:
        tables = ", ".join(sorted({table for table, _parent, _row in lost}))
        raise ForumError(
            Message("The database stays as it was: rows of %(tables)s would lead nowhere.", {"tables": tables})
        )


@contextmanager
def children_kept(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off.

    A batch puts a new table in the place of the old one; dropping that would delete every row that refers to it. The pragma
    means nothing within a transaction, so that SQLAlchemy, which begins one, is gone round.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")
        driver.close()


def dangling(connection: Connection) -> set[tuple[str, str, int]]:
    """(table, parent, row) of what refers to nothing, in SQLite; PostgreSQL lets no such thing be."""
    if connection.dialect.name != "sqlite":
        return set()
    return {(row[0], row[2], row[1]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}


run_migrations()
