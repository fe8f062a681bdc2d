"""Whether the database in a backup can be read from its first row to its last, without restoring it anywhere."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from forum.core.errors import ForumError
from forum.core.text import message as _
from forum.interop.dumps import POSTGRES_FILE, SQLITE_FILE, Counts, counts_of, rows_as_text

COPY = re.compile(rb'COPY public\."?(\w+)"? \(')
END = b"\\.\n"


def rows_in(folder: Path, tables: Iterable[str]) -> Counts:
    """How many rows each of these tables has in the dump of a backup; all of it is read. Raises `ForumError`."""
    path = folder / SQLITE_FILE
    return rows_in_sqlite(path, tables) if path.exists() else rows_in_postgres(folder / POSTGRES_FILE, tables)


def rows_in_sqlite(path: Path, tables: Iterable[str]) -> Counts:
    """Let SQLite check every page, index and reference of the file, and count."""
    database = sqlite.connect(f"file:{path}?mode=ro", uri=True)
    try:
        problems = [row[0] for row in database.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
        problems += [f"a reference of {row[0]}" for row in database.execute("PRAGMA foreign_key_check")][:1]
        if problems:
            raise ForumError(_("The database in the backup is damaged: %(problem)s.", problem=problems[0]))
        return counts_of(tables, lambda query: database.execute(query).fetchone()[0])
    except sqlite.DatabaseError as problem:
        raise ForumError(_("The database in the backup is damaged: %(problem)s.", problem=str(problem))) from problem
    finally:
        database.close()


def rows_in_postgres(path: Path, tables: Iterable[str]) -> Counts:
    """Count the lines of all rows as text; what they hold goes nowhere."""
    found = counted(rows_as_text(path))
    return {name: found[name] for name in tables}


def counted(lines: Iterable[bytes]) -> Counter[str]:
    """The rows of each table in a script of COPY commands."""
    found, table = Counter[str](), ""
    for line in lines:
        if table and line == END:
            table = ""
        elif table:
            found[table] += 1
        elif beginning := COPY.match(line):
            table = beginning[1].decode()
    return found
