"""Files by content: each is kept once, under the SHA-256 of what it holds, so a name never lies about its file."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from forum.core.errors import Invalid, Missing
from forum.core.text import message as _

MAX_FILE_BYTES = 10_000_000
CHUNK_BYTES = 64 * 1024
SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store: its SHA-256 in hexadecimal, its size in bytes."""

    sha256: str
    size: int


class Store:
    """A directory of files by content, on a local disk: `ab/cd/abcd...`, and `incoming/` for what is still arriving."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)

    def put(self, stream: BinaryIO, limit: int = MAX_FILE_BYTES) -> Stored:
        """Keep what a stream holds; when this returns, it is on the disk to stay.

        Raises Invalid above `limit` bytes, OSError when the disk is full; nothing is left behind then.
        """
        descriptor, name = tempfile.mkstemp(dir=self.incoming)
        arriving = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                stored = _copy(stream, file, limit)
            self._settle(arriving, stored.sha256)
        finally:
            arriving.unlink(missing_ok=True)
        return stored

    def path(self, sha256: str) -> Path:
        """Say where a file is, or would be. Raises Missing for what is not a SHA-256."""
        if not SHA256.fullmatch(sha256):
            raise Missing
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """Open a file to read. Raises Missing when it is not here."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            raise Missing from None

    def delete(self, sha256: str) -> None:
        """Remove a file, if it is here."""
        place = self.path(sha256)
        with suppress(FileNotFoundError):
            place.unlink()
            _sync_directory(place.parent)

    def all(self) -> Iterator[str]:
        """Give the SHA-256 of every file, in order."""
        names = (place.name for place in sorted(self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")))
        return filter(SHA256.fullmatch, names)

    def sweep(self, older_than: float = 86_400) -> int:
        """Remove what a stopped process left half-way, `older_than` seconds ago or more; say how many."""
        before = time.time() - older_than
        left = [place for place in self.incoming.iterdir() if place.stat().st_mtime <= before]
        for place in left:
            place.unlink(missing_ok=True)
        return len(left)

    def _settle(self, arriving: Path, sha256: str) -> None:
        """Give a complete file its name, and make that name last."""
        place = self.path(sha256)
        for directory in (place.parent.parent, place.parent):
            directory.mkdir(mode=0o700, exist_ok=True)
            _sync_directory(directory.parent)
        # Also when the same content is here already: the rename is atomic, and the new date says it is still wanted.
        arriving.replace(place)
        _sync_directory(place.parent)


def _copy(stream: BinaryIO, file: BinaryIO, limit: int) -> Stored:
    """Copy a stream to a file on the disk, counting and hashing on the way. Raises Invalid above `limit` bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > limit:
            raise Invalid({"file": _("This file is too large: at most %(limit)s MB.", limit=_megabytes(limit))})
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return Stored(digest.hexdigest(), size)


def _megabytes(size: int) -> str:
    """Write a number of bytes in megabytes: "10", "0.5"."""
    return f"{size / 1_000_000:g}"


def _sync_directory(directory: Path) -> None:
    """Make the names in a directory last through a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
