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


class PostgresDatabase:
    """A database created anew from a template."""

    def __init__(self) -> None:
        self.server = PostgresServer()
        self.root = self.server.start()
        self.url = f"{self.root}/forum"
        self.command("CREATE DATABASE forum")

    def command(self, *statements: str) -> None:
        with psycopg.connect(f"{self.root}/postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def keep(self) -> None:
        self.command("ALTER DATABASE forum RENAME TO kept", "CREATE DATABASE forum TEMPLATE kept")

    def restore(self) -> None:
        self.command("DROP DATABASE forum WITH (FORCE)", "CREATE DATABASE forum TEMPLATE kept STRATEGY FILE_COPY")

    def close(self) -> None:
        self.server.stop()


def is_postgresql() -> bool:
    """Whether this run of the suite is the one on PostgreSQL."""
    return os.environ.get("FORUM_TEST_DATABASE") == "postgresql"


def open_database(folder: Path) -> ScratchDatabase:
    """The database this run of the suite is on."""
    return PostgresDatabase() if is_postgresql() else SqliteDatabase(folder)
