"""The bytes of requests and answers on their way through the gate."""

import io
import tempfile
from collections.abc import Callable
from contextlib import suppress
from typing import IO

IN_MEMORY = 64 * 1024


class Body:
    """The bytes of a request or an answer: in memory while few, then in a nameless temporary file."""

    def __init__(self) -> None:
        self.store: IO[bytes] = io.BytesIO()
        self.size = 0

    def add(self, part: bytes) -> None:
        """Write a part at the end; what finds no room on the disk stays in memory, where `Limits.held` bounds it."""
        if self.size <= IN_MEMORY < self.size + len(part):
            self.move(on_disk)
        if not _takes(self.store, part):
            self.move(io.BytesIO)
            self.store.write(part)
        self.size += len(part)

    def move(self, place: Callable[[], IO[bytes]]) -> None:
        """Go on in another place, if there is room in it."""
        self.store.seek(0)
        begun = self.store.read(self.size)
        with suppress(OSError):
            new = place()
            if _takes(new, begun):
                new, self.store = self.store, new
            new.close()
        self.store.seek(self.size)


def _takes(store: IO[bytes], part: bytes) -> bool:
    """Write a part; whether all of it found room."""
    try:
        return store.write(part) == len(part)
    except OSError:
        return False


def on_disk() -> IO[bytes]:
    """A nameless file; unbuffered, so that a full disk is known at the write that does not fit."""
    return tempfile.TemporaryFile(buffering=0)
