"""Backups: one folder with the database, the uploads, and a manifest of hashes; and restoring it into an empty place.

The search index is not in a backup; it is built anew. Nor is the secret key: whoever was signed in signs in again.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from forum import __version__
from forum.core.clock import now
from forum.core.errors import ForumError
from forum.core.schema import present_schema, require_known_schema
from forum.core.settings import Settings, prepare_data_dir
from forum.core.storage import Store
from forum.core.text import message as _
from forum.interop.dumps import Counts, dump_database, load_dump, require_empty, row_counts

MANIFEST = "manifest.json"
UPLOADS = "uploads"
PARTIAL = ".partial-"
BLOCK = 1024 * 1024
Manifest = dict[str, Any]


def make_backup(settings: Settings, target: Path) -> Path:
    """Write a backup into a new folder under `target`; give its path. Raises `ForumError`; half a backup never stays."""
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone_in(target):
            partial = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=target))
            rows = dump_database(settings, partial)
            copy_uploads(settings.upload_dir, partial / UPLOADS)
            write_manifest(partial, rows)
            return settled(partial, target)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        sentence = _("The backup could not be written to %(path)s: %(reason)s.", path=str(target), reason=reason)
        raise ForumError(sentence) from problem


@contextmanager
def alone_in(target: Path) -> Iterator[None]:
    """Be the only one who writes backups here. What is half done, now or since somebody was killed, goes at both ends.

    Raises `ForumError` when another process writes one.
    """
    descriptor = os.open(target, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove_halves(target)
        try:
            yield
        finally:
            remove_halves(target)
    except BlockingIOError:
        raise ForumError(_("Another backup is being written to %(path)s just now.", path=str(target))) from None
    finally:
        os.close(descriptor)


def remove_halves(target: Path) -> None:
    """Take away every half backup of a folder."""
    for half in target.glob(f"{PARTIAL}*"):
        shutil.rmtree(half, ignore_errors=True)


def settled(partial: Path, target: Path) -> Path:
    """Give a complete backup its name, once it is on the disk to stay; the second of one second gets a number."""
    for path in (*files_in(partial), partial):
        sync(path)
    name, number = f"passerelle-{now():%Y%m%dT%H%M%SZ}", 1
    folder = target / name
    while folder.exists():
        number += 1
        folder = target / f"{name}-{number}"
    partial.rename(folder)
    sync(target)
    return folder


def sync(path: Path) -> None:
    """Make a file, or the names in a directory, last through a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy_uploads(source: Path, target: Path) -> None:
    """Copy every file that is complete; the database was dumped before, so that all it speaks of is there."""
    target.mkdir(mode=0o700)
    store = Store(source)
    for sha256 in store.all():
        place = store.path(sha256)
        copy = target / place.relative_to(source)
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(place, copy)
        except FileNotFoundError:  # taken away meanwhile, because nothing speaks of it any more
            continue


def write_manifest(folder: Path, rows: Counts) -> None:
    """Write what is in the backup: files with their SHA-256, schema, and rows by table."""
    manifest = {
        "made_at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "version": __version__,
        "schema": present_schema(),
        "rows": rows,
        "files": {str(path.relative_to(folder)): hash_of(path) for path in files_in(folder)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")


def files_in(folder: Path) -> Iterator[Path]:
    """Every file of a folder and its folders, in order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def hash_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def read_backup(folder: Path) -> Manifest:
    """The manifest of a backup, once every file in it has been compared with its hash. Raises `ForumError`."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files, _rows, schema = dict(manifest["files"]), dict(manifest["rows"]), str(manifest["schema"])
    except (OSError, ValueError, LookupError, TypeError):
        sentence = _("%(path)s is not a backup: its manifest is missing or damaged.", path=str(folder))
        raise ForumError(sentence) from None
    for name, expected in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file() or hash_of(path) != expected:
            raise ForumError(_("The backup is damaged: %(name)s is not what was saved.", name=name))
    require_known_schema(schema)
    return dict(manifest)


def restore_files(settings: Settings, folder: Path) -> Manifest:
    """Put database and uploads of a backup into an empty place, after a look at every hash; give its manifest."""
    manifest = read_backup(folder)
    require_empty(settings)
    if settings.upload_dir.is_dir() and any(files_in(settings.upload_dir)):
        raise ForumError(
            _("There are files in %(path)s already. Restore into an empty one.", path=str(settings.upload_dir))
        )
    prepare_data_dir(settings)
    for name in manifest["files"]:
        if name.startswith(f"{UPLOADS}/"):
            place = settings.upload_dir / Path(name).relative_to(UPLOADS)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(folder / name, place)
    load_dump(settings, folder)
    return manifest


def check_rows(manifest: Manifest) -> None:
    """Raise `ForumError` unless every table has as many rows as when the backup was made."""
    present = row_counts()
    wrong = sorted(name for name, number in manifest["rows"].items() if present.get(name) != number)
    if wrong:
        raise ForumError(_("These tables differ from the backup: %(names)s.", names=", ".join(wrong)))
