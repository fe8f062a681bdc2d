"""A fresh database for every test, copied from one that is migrated and holds the thesaurus: SQLite or PostgreSQL."""

import os
import shutil
from pathlib import Path
from typing import Protocol

import psycopg

from tests.postgres import PostgresServer


class ScratchDatabase(Protocol):
    """A database that can be put back to how it was after the migrations."""

    url: str

    def keep(self) -> None:
        """Remember the present content as what every test starts from."""

    def restore(self) -> None:
        """Put the remembered content back. No connection may be open."""

    def close(self) -> None:
        """Give everything back to the machine."""


class SqliteDatabase:
    """One file, copied."""

    def __init__(self, folder: Path):
        self.path = folder / "forum.sqlite3"
        self.kept = folder / "kept.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def keep(self) -> None:
        shutil.copyfile(self.path, self.kept)

    def restore(self) -> None:
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.path)

    def close(self) -> None:
        """Nothing to do: pytest removes the folder."""


WATCH = """
CREATE SCHEMA kept;
CREATE TABLE kept.touched (name text PRIMARY KEY);
CREATE FUNCTION kept.note() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO kept.touched VALUES (TG_TABLE_NAME) ON CONFLICT DO NOTHING; RETURN NULL; END $$;
"""
WATCH_TABLE = """
CREATE TABLE kept.{name} AS TABLE public.{name};
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.{name} EXECUTE FUNCTION kept.note();
"""
RESTORE_TABLE = "DELETE FROM public.{name}; INSERT INTO public.{name} SELECT * FROM kept.{name};"
RESTORE_SEQUENCE = "SELECT setval('{sequence}', coalesce((SELECT max(id) FROM public.{name}), 0) + 1, false);"


class PostgresDatabase:
    """A database whose triggers note which tables a test touches; only those are put back (a new database takes 0.3 s)."""

    def __init__(self) -> None:
        self.server = PostgresServer()
        self.root = self.server.start()
        self.url = f"{self.root}/forum"
        self.command("CREATE DATABASE forum")

    def command(self, *statements: str) -> None:
        """Run statements about databases, each for itself."""
        with psycopg.connect(f"{self.root}/postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def keep(self) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(WATCH.encode())
            for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
                connection.execute(WATCH_TABLE.format(name=name).encode())

    def restore(self) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("SET lock_timeout = '10s'")
            connection.execute("SET session_replication_role = replica")  # no foreign keys, no triggers while we write
            for (name,) in connection.execute("SELECT name FROM kept.touched").fetchall():
                connection.execute(RESTORE_TABLE.format(name=name).encode())
                self._restart_numbers(connection, name)
            connection.execute("DELETE FROM kept.touched")

    def _restart_numbers(self, connection: "psycopg.Connection[tuple[str, ...]]", name: str) -> None:
        numbered = "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id'"
        if connection.execute(numbered, (f"public.{name}",)).fetchone():
            found = connection.execute("SELECT pg_get_serial_sequence(%s, 'id')", (f"public.{name}",)).fetchone()
            if found and found[0]:
                connection.execute(RESTORE_SEQUENCE.format(sequence=found[0], name=name).encode())

    def close(self) -> None:
        self.server.stop()


def is_postgresql() -> bool:
    """Whether this run of the suite is the one on PostgreSQL."""
    return os.environ.get("FORUM_TEST_DATABASE") == "postgresql"


def open_database(folder: Path) -> ScratchDatabase:
    """The database this run of the suite is on."""
    return PostgresDatabase() if is_postgresql() else SqliteDatabase(folder)
