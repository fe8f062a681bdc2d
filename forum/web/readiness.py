"""Whether the site can do its work: the database, the index, the outbox and the disk, each in a word and a sentence."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from forum.core.db import db
from forum.core.outbox import waiting_deliveries
from forum.core.schema import newest_schema, present_schema
from forum.search.standing import index_standing

OVERDUE_SECONDS = 300
MEGABYTE = 1024 * 1024
SENTENCES = {
    "database": "The database does not answer.",
    "schema": "The database is of another version of the software.",
    "index": "The search index cannot be used; search answers from the database.",
    "outbox": "Changes have waited for the worker for more than five minutes.",
    "disk": "There is too little room on the disk: the site can only be read.",
}


def what_is_wrong() -> list[str]:
    """The names of what keeps the site from its work, worst first. Never what a program said, for that may hold secrets."""
    try:
        found = [*in_database()]
    except SQLAlchemyError:
        db.session.rollback()
        found = ["database"]
    settings = current_app.config["SETTINGS"]
    if min(map(free_bytes, settings.written_places)) < settings.min_free_mb * MEGABYTE:
        found.append("disk")
    return found


def in_database() -> Iterator[str]:
    """What the database tells. Raises `SQLAlchemyError` when it does not answer."""
    if present_schema() not in ("", newest_schema()):
        yield "schema"
    if index_standing().is_degraded:
        yield "index"
    if max((one.overdue for one in waiting_deliveries()), default=0.0) > OVERDUE_SECONDS:
        yield "outbox"


def free_bytes(folder: Path) -> int:
    """The bytes that are free where a folder is; none when it is gone."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
