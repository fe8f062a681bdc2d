"""Folders of Whoosh's files: one to write to, which brings files to disk, and one to read from, which maps them."""

import io
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from forum.search.engines.folder import sync

SEGMENT = ".seg"
Seal = tuple[int, int, int]


def seal_of(path: Path) -> Seal:
    """What tells a file that never changes from another in its place, or from a damaged one: inode, size, last change."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def require_unchanged(seals: Mapping[Path, Seal]) -> None:
    """Raise `OSError` when a file has changed since it was sealed: reading its map could end the process (SIGBUS)."""
    for path, seal in seals.items():
        if seal_of(path) != seal:
            raise OSError(f"{path.name} has been changed")


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder of Whoosh's files that survives a power cut.

    Whoosh renames one file per commit, its table of contents. Everything written before goes to disk first, then the
    rename itself does.
    """

    def __init__(self, path: Path):
        super().__init__(str(path))
        self._unsynced: list[str] = []

    def create_file(self, name: str, *args: Any, **options: Any) -> Any:
        """Note the file as not yet on disk."""
        self._unsynced.append(name)
        return super().create_file(name, *args, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Bring what was written to disk, rename, and bring the folder to disk."""
        folder = Path(self.folder)
        sync(*(folder / name for name in self._unsynced if (folder / name).exists()))
        self._unsynced.clear()
        super().rename_file(oldname, newname, safe)
        sync(folder)


class MappedBytes(io.RawIOBase):
    """Bytes of a mapped file, to be read as a file."""

    def __init__(self, view: memoryview):
        self._view = view
        self._place = 0

    def seekable(self) -> bool:
        """One may go anywhere."""
        return True

    def readable(self) -> bool:
        """Reading is what it is for."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from the start, from here or from the end."""
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: len(self._view)}[whence]
        return self._place

    def tell(self) -> int:
        """Where one is."""
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Give as many bytes as there are, and as were asked for."""
        found = self._view[self._place : self._place + len(buffer)]
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)


class MappedFile(BufferFile):  # type: ignore[misc]  # Whoosh has no types
    """A file, or a part of one, that stays on disk until it is read: Whoosh would copy all of it into memory.

    The map goes when nobody holds a part of it any more; a file deleted meanwhile stays readable.
    """

    def __init__(self, view: memoryview, name: str):
        super().__init__(b"", name)
        self._buf = view
        self.file = MappedBytes(view)

    def subset(self, position: int, length: int, name: str | None = None) -> "MappedFile":
        """A part of it, as a file of its own."""
        return MappedFile(self._buf[position : position + length], name or self._name)


class ReadStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder of Whoosh's files to read from; what a damaged file leaves open can be closed."""

    def __init__(self, path: Path):
        super().__init__(str(path))
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a file; a segment is mapped."""
        if name.endswith(SEGMENT):
            with (Path(self.folder) / name).open("rb") as file:
                return MappedFile(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), name)
        self._opened.append(super().open_file(name, **options))
        return self._opened[-1]

    def abandon(self) -> None:
        """Close every file."""
        for file in self._opened:
            if not file.is_closed:
                file.close()
