"""Everything about one person as one ZIP: a page to read, the same as JSON, and the files they uploaded.

The rows are found by the declarations of `columns`: those that are the person's own, without codes, without what may tell of
others, and without the numbers of other people. Made piece by piece, so that a big upload never fills the memory.
"""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import RawIOBase
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy import Table as Rows

from forum.accounts.policy import require_signed_in
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import Base, db
from forum.core.errors import Missing
from forum.core.storage import CHUNK_BYTES, Store
from forum.library.models import Attachment
from forum.personal.columns import BY_NAME, TABLES
from forum.personal.registry import Table

Records = dict[str, list[dict[str, Any]]]
Page = Callable[[Records], str]


def everything_about(actor: Actor) -> Records:
    """The actor's own rows by table; tables without any are left out."""
    person_id = require_signed_in(actor)
    found = {table.name: list(_rows_of(table, person_id)) for table in TABLES if table.whose or table.through}
    return {name: rows for name, rows in found.items() if rows}


def export_of(actor: Actor, store: Store, page: Page) -> Iterator[bytes]:
    """The ZIP in pieces; `page` makes the page to read. What is read of the database is read before the first piece."""
    records = everything_about(actor)
    files = list(db.session.execute(_uploads(require_signed_in(actor))))
    made = json.dumps({"made_at": now().isoformat(), "records": records}, indent=1, ensure_ascii=False)
    return _zipped({"index.html": page(records), "data.json": made}, files, store)


def _zipped(texts: dict[str, str], files: list[Any], store: Store) -> Iterator[bytes]:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
            yield pipe.taken()
        for number, sha256, filename in files:
            yield from _added(archive, pipe, f"files/{number}-{filename}", sha256, store)
    yield pipe.taken()


def _added(archive: zipfile.ZipFile, pipe: "Pipe", name: str, sha256: str, store: Store) -> Iterator[bytes]:
    """One upload; one that is gone from the disk is passed over."""
    try:
        source = store.open(sha256)
    except Missing:
        return
    with source, archive.open(name, "w") as target:
        while block := source.read(CHUNK_BYTES):
            target.write(block)
            yield pipe.taken()


class Pipe(RawIOBase):
    """What a ZIP is written into and at once taken out of; it cannot go back, so the ZIP tells sizes after each file."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        """It is written into."""
        return True

    def write(self, content: Any, /) -> int:
        """Keep a piece until it is taken."""
        self.waiting += content
        return len(content)

    def taken(self) -> bytes:
        """Everything written since the last time."""
        content = bytes(self.waiting)
        self.waiting.clear()
        return content


def _uploads(person_id: int) -> Any:
    mine = Attachment.uploader_id == person_id
    return select(Attachment.id, Attachment.sha256, Attachment.filename).where(mine).order_by(Attachment.id)


def _rows_of(table: Table, person_id: int) -> Iterator[dict[str, Any]]:
    rows = Base.metadata.tables[table.name]
    shown = [column for column in rows.c if column.name not in _left_out(table)]
    query = select(*shown, *(rows.c[name] for name in table.people()))
    for row in db.session.execute(query.where(_is_own(table, rows, person_id)).order_by(*rows.primary_key.columns)):
        told = {column.name: _plain(value) for column, value in zip(shown, row, strict=False)}
        yield told | {name: "you" for name in table.people() if row._mapping[rows.c[name]] == person_id}


def _left_out(table: Table) -> set[str]:
    """Codes, what is made of another column, what tells of others, and numbers of people: only "you" stands for one."""
    names = (*table.columns("sealed"), *table.columns("rendered"), *table.columns("hidden"), *table.people())
    return set(names)


def _is_own(table: Table, rows: Rows, person_id: int) -> ColumnElement[bool]:
    if table.through is None:
        return or_(*(rows.c[name] == person_id for name in table.whose.split()))
    column, above = table.through
    parent = Base.metadata.tables[above]
    return rows.c[column].in_(select(parent.c.id).where(_is_own(BY_NAME[above], parent, person_id)))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
