"""Backups: one folder with the database, the uploads, and a manifest of hashes; and restoring it into an empty place.

A live database file is never copied: SQLite writes a copy of itself (VACUUM INTO), PostgreSQL is dumped by its own
`pg_dump`. The search index is not in a backup; it is built anew.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select

from forum import __version__
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import ForumError
from forum.core.settings import Settings
from forum.core.text import message as _

MANIFEST = "manifest.json"
SQLITE_FILE, POSTGRES_FILE = "database.sqlite3", "database.pgdump"
BLOCK = 1024 * 1024


def make_backup(settings: Settings, target: Path) -> Path:
    """Write a backup into a new folder under `target`; give its path. Raises `ForumError`; half a backup never stays."""
    name = f"passerelle-{now():%Y%m%dT%H%M%SZ}"
    partial, folder = target / f"{name}.partial", target / name
    try:
        partial.mkdir(mode=0o700, parents=True)
        dump_database(settings, partial)
        shutil.copytree(settings.upload_dir, partial / "uploads", dirs_exist_ok=True)
        write_manifest(partial)
        partial.rename(folder)
    except OSError as problem:
        shutil.rmtree(partial, ignore_errors=True)
        reason = problem.strerror or str(problem)
        raise ForumError(
            _("The backup could not be written to %(path)s: %(reason)s.", path=str(target), reason=reason)
        ) from problem
    return folder


def dump_database(settings: Settings, folder: Path) -> None:
    """Write the database as one file."""
    if settings.database_url.startswith("sqlite"):
        db.session.rollback()
        with db.engine.connect() as connection:
            raw = connection.connection.driver_connection
            connection.rollback()
            raw.execute("VACUUM INTO ?", (str(folder / SQLITE_FILE),))  # type: ignore[union-attr]  # pysqlite3 is untyped
        return
    run_postgres("pg_dump", "--format=custom", f"--file={folder / POSTGRES_FILE}", settings.database_url)


def run_postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs. Raises `ForumError` with what it said."""
    if shutil.which(program) is None:
        raise ForumError(_("%(program)s is missing. On Debian: apt-get install postgresql-client.", program=program))
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603  # fixed names
    if done.returncode:
        raise ForumError(_("%(program)s failed: %(reason)s", program=program, reason=done.stderr.strip()[:500]))


def write_manifest(folder: Path) -> None:
    """Write what is in the backup: files with their SHA-256, schema revision, and rows per table."""
    manifest = {
        "made_at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "version": __version__,
        "schema": schema_revision(),
        "rows": row_counts(),
        "files": {str(path.relative_to(folder)): hash_of(path) for path in files_in(folder)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")


def schema_revision() -> str:
    """The migration that the database is at."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    tables = db.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def files_in(folder: Path) -> Iterator[Path]:
    """Every file of a backup but its manifest."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)


def hash_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def read_backup(folder: Path) -> dict[str, Any]:
    """The manifest of a backup, once every file in it has been compared with its hash. Raises `ForumError`."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ForumError(_("%(path)s is not a backup: its manifest is missing or damaged.", path=str(folder))) from None
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file() or hash_of(path) != expected:
            raise ForumError(_("The backup is damaged: %(name)s is not what was saved.", name=name))
    return manifest


def restore_files(settings: Settings, folder: Path) -> dict[str, Any]:
    """Put database and uploads of a verified backup into an empty place; give its manifest. Raises `ForumError`."""
    manifest = read_backup(folder)
    if settings.database_url.startswith("sqlite"):
        restore_sqlite(settings, folder)
    else:
        run_postgres(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            f"--dbname={settings.database_url}",
            str(folder / POSTGRES_FILE),
        )
    if (folder / "uploads").is_dir():
        shutil.copytree(folder / "uploads", settings.upload_dir, dirs_exist_ok=True)
    return manifest


def restore_sqlite(settings: Settings, folder: Path) -> None:
    """Copy the database file to where there is none yet."""
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if path.exists():
        raise ForumError(
            _("There is a database at %(path)s already. Restore into an empty data directory.", path=str(path))
        )
    saved = folder / SQLITE_FILE
    if not saved.exists():
        raise ForumError(_("This backup holds a PostgreSQL database. Set FORUM_DATABASE_URL to one that is empty."))
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(saved, path)


def check_rows(manifest: dict[str, Any]) -> None:
    """Raise `ForumError` unless every table has as many rows as when the backup was made."""
    present = row_counts()
    wrong = [name for name, number in manifest["rows"].items() if present.get(name) != number]
    if wrong:
        raise ForumError(_("These tables differ from the backup: %(names)s.", names=", ".join(wrong)))
