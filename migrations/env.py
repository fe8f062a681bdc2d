"""Alembic's environment: the models' metadata against the database of the running application."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run_migrations() -> None:
    """Bring the database from one revision to another, in one transaction."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=database.metadata, render_as_batch=True, compare_type=True
        )
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET statement_timeout = 0")  # a large table may take its time
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
