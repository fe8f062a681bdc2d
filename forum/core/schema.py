"""The schema of the database: at which migration it is, and which ones this version of the software knows."""

from functools import cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from forum.core.db import db
from forum.core.errors import ForumError
from forum.core.resources import resource
from forum.core.text import message as _


@cache
def _migrations() -> ScriptDirectory:
    return ScriptDirectory(str(resource("migrations")))


def present_schema() -> str:
    """The migration that the database is at; empty for a database without tables."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def newest_schema() -> str:
    """The newest migration of this version of the software."""
    return _migrations().get_current_head() or ""


def require_known_schema(schema: str) -> None:
    """Raise `ForumError` for a migration of a newer version of the software."""
    if schema and schema not in {revision.revision for revision in _migrations().walk_revisions()}:
        raise ForumError(
            _("The data is of a newer version of Passerelle (%(schema)s). Install that one.", schema=schema)
        )
