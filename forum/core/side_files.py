"""Small SQLite files beside the database: what the processes of this machine share, and a power cut may take away.

They are no part of the database: nothing in them waits for the disk, and nobody who is asked about them waits for a writer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite


class SideFile:
    """A file by its name, the tables in it, and how many seconds to wait for another process that writes."""

    def __init__(self, name: str, tables: str, patience: float):
        self._name, self._tables, self._patience = name, tables, patience
        self.path = Path(name)

    def keep_in(self, folder: Path) -> None:
        """Tell this process in which folder the file is, and make its tables."""
        self.path = folder / self._name
        with self.opened() as connection:
            connection.executescript(self._tables)

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """A connection in which every statement stands for itself. Raises `sqlite.Error`, also when it is used."""
        connection = sqlite.connect(self.path, isolation_level=None, timeout=self._patience)
        try:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA journal_mode=TRUNCATE")
            yield connection
        finally:
            connection.close()
