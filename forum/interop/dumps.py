"""The database as one file, taken while the site works, with the number of rows that it holds; and put back again.

A live SQLite file is never copied: SQLite writes a copy of itself (VACUUM INTO). PostgreSQL is dumped by its own
`pg_dump`, from one snapshot.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import inspect, make_url, text

from forum.core.db import db
from forum.core.errors import ForumError
from forum.core.settings import Settings
from forum.core.text import message as _

SQLITE_FILE, POSTGRES_FILE = "database.sqlite3", "database.pgdump"
Counts = dict[str, int]


def is_sqlite(settings: Settings) -> bool:
    """Whether the settings ask for SQLite."""
    return settings.database_url.startswith("sqlite")


def dump_database(settings: Settings, folder: Path) -> Counts:
    """Write the database as one file into a folder; give the rows of each table in it. Raises `ForumError`."""
    db.session.remove()
    return dump_sqlite(folder / SQLITE_FILE) if is_sqlite(settings) else dump_postgres(settings, folder / POSTGRES_FILE)


def dump_sqlite(path: Path) -> Counts:
    """Let SQLite write a copy of itself, and read that to see that it is whole."""
    with db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("VACUUM INTO ?", (str(path),))
    copy = sqlite.connect(f"file:{path}?mode=ro", uri=True)
    try:
        problem = copy.execute("PRAGMA quick_check").fetchone()[0]
        if problem != "ok":
            raise ForumError(_("The database is damaged: %(problem)s.", problem=problem))
        return counts_of(tables_here(), lambda query: copy.execute(query).fetchone()[0])
    finally:
        copy.close()


def dump_postgres(settings: Settings, path: Path) -> Counts:
    """Let `pg_dump` write what one snapshot shows."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        run_postgres(settings, "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}")
        return counts_of(tables_here(), lambda query: connection.scalar(text(query)))


def run_postgres(settings: Settings, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on the database, its password out of sight. Raises `ForumError`."""
    require_program(program)
    url = make_url(settings.database_url)
    place = url.set(password=None).render_as_string()
    environment = {**os.environ, "PGPASSWORD": str(url.password)} if url.password else None
    command = [program, *arguments, f"--dbname={place}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603  # nosec B603  # fixed names
    if done.returncode:
        raise ForumError(_("%(program)s failed: %(reason)s", program=program, reason=done.stderr.strip()[:500]))


def require_program(program: str) -> None:
    """Raise `ForumError` unless one of PostgreSQL's programs is here."""
    if shutil.which(program) is None:
        raise ForumError(_("%(program)s is missing. On Debian: apt-get install postgresql-client.", program=program))


def rows_as_text(path: Path) -> Iterator[bytes]:
    """All rows of a dump of PostgreSQL, as the lines of a script that `pg_restore` makes of it. Raises `ForumError`."""
    require_program("pg_restore")
    command = ["pg_restore", "--data-only", "--file=-", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as script:  # noqa: S603  # nosec B603  # fixed names
        yield from script.stdout or ()
    if script.returncode:
        raise ForumError(_("The database in the backup is damaged: %(problem)s.", problem="pg_restore cannot read it"))


def require_empty(settings: Settings) -> None:
    """Raise `ForumError` unless there is nothing yet where the database goes."""
    path = sqlite_path(settings)
    if path is None:
        if tables_here():
            raise ForumError(_("There are tables in the database already. Restore into an empty one."))
    elif path.exists():
        raise ForumError(
            _("There is a database at %(path)s already. Restore into an empty data directory.", path=str(path))
        )


def sqlite_path(settings: Settings) -> Path | None:
    """Where the SQLite file is; None for PostgreSQL."""
    return Path(settings.database_url.removeprefix("sqlite:///")) if is_sqlite(settings) else None


def load_dump(settings: Settings, folder: Path) -> None:
    """Put the database of a backup where the settings say, which is empty. Raises `ForumError`."""
    saved = folder / (SQLITE_FILE if is_sqlite(settings) else POSTGRES_FILE)
    if not saved.exists():
        raise ForumError(
            _("This backup is of another kind of database. Set FORUM_DATABASE_URL to what it was made of.")
        )
    path = sqlite_path(settings)
    if path is None:
        run_postgres(settings, "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", str(saved))
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    shutil.copyfile(saved, partial)
    partial.replace(path)


def tables_here() -> list[str]:
    """The names of the tables of the database at hand."""
    return sorted(inspect(db.engine).get_table_names())


def counts_of(tables: Iterable[str], count: Callable[[str], Any]) -> Counts:
    """How many rows each of these tables has; `count` runs a query that gives one number."""
    return {name: int(count(f'SELECT count(*) FROM "{name}"')) for name in tables}  # noqa: S608  # nosec B608  # names of our own


def row_counts() -> Counts:
    """How many rows each table of the database at hand has."""
    with db.engine.connect() as connection:
        return counts_of(tables_here(), lambda query: connection.scalar(text(query)))
