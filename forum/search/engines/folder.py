"""The folder of an index: one folder per build inside it, a pointer to the one in use, and locks for those who write.

The pointer `CURRENT` is replaced by one atomic rename. The folder is its owner's alone (0700): an index holds pickles, so
whoever can write there can run code.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forum.core.errors import Conflict
from forum.core.text import message as _
from forum.search.engine import IndexUnusable

POINTER = "CURRENT"
ABOUT = "about"
TROUBLE = "trouble"
PATIENCE_SECONDS = 10.0


class IndexFolder:
    """Where an index lives. `version` names the shape of what is inside: another one's index is not opened."""

    def __init__(self, root: Path, version: str):
        self.root = root
        self.version = version
        self.patience = PATIENCE_SECONDS

    def prepare(self) -> None:
        """Make the folder, or take others' rights to it away."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)

    def current(self) -> Path:
        """The folder of the build in use. Raises `IndexUnusable` when there is none of this version."""
        name = self._pointed_at()
        while name:
            try:
                version = (self.root / name / ABOUT).read_text()
            except OSError:
                before, name = name, self._pointed_at()  # another process may have switched just now
                if name == before:
                    break
                continue
            if version != self.version:
                raise IndexUnusable(_("The search index was made by another version of this software."))
            return self.root / name
        raise IndexUnusable(_("There is no search index yet."))

    def _pointed_at(self) -> str:
        try:
            return (self.root / POINTER).read_text().strip()
        except (OSError, ValueError):
            return ""

    @contextmanager
    def new_build(self) -> Iterator[Path]:
        """An empty folder for a build, which is thrown away when the build fails."""
        build = self.root / f"build-{time.time_ns():x}-{secrets.token_hex(2)}"
        build.mkdir(mode=0o700)
        try:
            (build / ABOUT).write_text(self.version)
            yield build
        except BaseException:
            shutil.rmtree(build, ignore_errors=True)
            raise

    def switch_to(self, build: Path) -> None:
        """Put a build in use; the others are thrown away. Whoever still reads them keeps what is open."""
        pointer = self.root / f"{POINTER}.new"
        pointer.write_text(build.name)
        sync(build / ABOUT, build, pointer)
        pointer.replace(self.root / POINTER)
        sync(self.root)
        (self.root / TROUBLE).unlink(missing_ok=True)
        for other in self.root.glob("build-*"):
            if other != build:
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only process that writes; waits a little for another. Raises `Conflict` when it does not end."""
        with self._locked("writer.lock", self.patience):
            yield

    @contextmanager
    def building(self) -> Iterator[None]:
        """Be the only process that builds. Raises `Conflict` at once when there is another."""
        with self._locked("builder.lock", 0):
            yield

    @contextmanager
    def _locked(self, name: str, patience: float) -> Iterator[None]:
        self.prepare()
        end = time.monotonic() + patience
        with open(self.root / name, "a") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    if time.monotonic() >= end:
                        raise Conflict(
                            _("Another process is writing the search index. Wait until it is done, then try again.")
                        ) from None
                    time.sleep(0.02)
            yield

    def report(self, trouble: str) -> None:
        """Leave word of trouble; what cannot be written is not said."""
        try:
            (self.root / TROUBLE).write_text(trouble[:500])
        except OSError:
            return

    @property
    def trouble(self) -> str:
        """What somebody reported since the build in use was made."""
        try:
            return (self.root / TROUBLE).read_text()
        except OSError:
            return ""


def sync(*paths: Path) -> None:
    """See to it that files, and entries of folders, survive a power cut."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
