"""Which backups stay, how one knows that they are good, and what becomes of half ones."""

import fcntl
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forum.interop import dumps
from forum.interop.backups import hash_of
from forum.interop.dump_checks import counted
from forum.interop.rotation import Backup, Keep, backups_in, staying
from tests.databases import is_postgresql
from tests.interop.files import organisation, person, post, write

NEWEST = datetime(2026, 11, 29, 2, tzinfo=UTC)


@pytest.fixture
def filled(make_site, tmp_path):
    """A site with a little in it."""
    site = make_site("filled")
    lines = (organisation(), person(), *(post(f"x{n}", author="p1") for n in range(3)))
    assert site.run("import", write(tmp_path / "in.jsonl", *lines)).exit_code == 0
    return site


def nightly(days: int) -> list[Backup]:
    """One backup each night, the newest first."""
    return [Backup(NEWEST - timedelta(days=day), 1, Path(f"day{day}")) for day in range(days)]


def days_of(paths: set[Path]) -> list[int]:
    return sorted(int(path.name.removeprefix("day")) for path in paths)


def test_the_newest_stay_and_one_for_each_week_and_month() -> None:
    assert days_of(staying(nightly(100), Keep(newest=3))) == [0, 1, 2]
    assert days_of(staying(nightly(100), Keep(newest=2, weekly=3))) == [0, 1, 7, 14]  # the 29th is a Sunday
    assert days_of(staying(nightly(100), Keep(newest=1, monthly=3))) == [0, 29, 60]


def test_the_newest_stays_whatever_is_asked() -> None:
    assert days_of(staying(nightly(5), Keep())) == [0]
    assert staying([], Keep(newest=3)) == set()


def aged(made: Path, days: int) -> Path:
    """A backup as it would be called had it been made so many days ago."""
    older = made.with_name(f"passerelle-{datetime.now(UTC) - timedelta(days=days):%Y%m%dT%H%M%SZ}")
    shutil.copytree(made, older)
    return older


def test_older_backups_go_when_asked_and_what_is_none_of_ours_stays(filled, tmp_path):
    folder = tmp_path / "backups"
    assert filled.run("backup", folder).exit_code == 0
    (first,) = backups_in(folder)
    before = [aged(first.path, days) for days in (1, 2, 40)]
    (folder / "passerelle-notes").mkdir()
    (folder / "passerelle-20200101T000000Z").mkdir()  # no manifest: not a backup, and not ours to remove
    result = filled.run("backup", folder, "--keep", "2", "--keep-monthly", "2")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "It is whole. Older backups removed: " in result.stdout
    left = [one.path for one in backups_in(folder)]
    assert first.path in left
    assert before[2] in left
    assert before[1] not in left
    assert (folder / "passerelle-notes").is_dir()
    assert (folder / "passerelle-20200101T000000Z").is_dir()


def test_nothing_is_removed_when_the_new_backup_is_not_whole(filled, tmp_path, monkeypatch):
    folder = tmp_path / "backups"
    assert filled.run("backup", folder).exit_code == 0
    (first,) = backups_in(folder)
    monkeypatch.setattr("forum.interop.rotation.rows_in", lambda _folder, tables: dict.fromkeys(tables, 0))
    result = filled.run("backup", folder, "--keep", "1")
    assert result.exit_code == 1
    assert "These tables differ from the backup: " in result.stderr
    assert first.path.is_dir()


def test_a_backup_is_verified_without_a_site(filled, make_site, tmp_path):
    folder = tmp_path / "backups"
    assert filled.run("backup", folder).exit_code == 0
    (made,) = backups_in(folder)
    elsewhere = make_site("elsewhere")
    for place in (folder, made.path):
        result = elsewhere.run("backup", "--verify", place)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith(f"{made.path} is whole: made at 20")
        assert result.stdout.endswith(", 0 uploaded files.\n")
    assert len(backups_in(folder)) == 1


def test_verifying_finds_what_hashes_cannot_tell(filled, tmp_path):
    folder = tmp_path / "backups"
    assert filled.run("backup", folder).exit_code == 0
    (made,) = backups_in(folder)
    manifest = json.loads((made.path / "manifest.json").read_text())
    manifest["rows"]["posts"] += 1
    (made.path / "manifest.json").write_text(json.dumps(manifest))
    result = filled.run("backup", "--verify", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "These tables differ from the backup: posts.\n"


def test_verifying_finds_a_database_that_is_none(filled, tmp_path):
    folder = tmp_path / "backups"
    assert filled.run("backup", folder).exit_code == 0
    (made,) = backups_in(folder)
    (made.path / (dumps.POSTGRES_FILE if is_postgresql() else dumps.SQLITE_FILE)).write_bytes(b"rubbish" * 5000)
    manifest = json.loads((made.path / "manifest.json").read_text())
    manifest["files"] = {name: hash_of(made.path / name) for name in manifest["files"]}
    (made.path / "manifest.json").write_text(json.dumps(manifest))
    result = filled.run("backup", "--verify", folder)
    assert result.exit_code == 1
    assert "The database in the backup is damaged: " in result.stderr


def test_verifying_a_folder_without_any_backup_says_so(site, tmp_path):
    result = site.run("backup", "--verify", tmp_path)
    assert result.exit_code == 1
    assert "is not a backup" in result.stderr


def test_half_a_backup_that_a_killed_process_left_is_taken_away_by_the_next(filled, tmp_path):
    folder = tmp_path / "backups"
    half = folder / ".partial-abc"
    half.mkdir(parents=True)
    (half / "manifest.json").write_text("{}")
    assert filled.run("backup", folder, "--keep", "1").exit_code == 0
    assert not half.exists()
    assert len(list(folder.iterdir())) == 1


def test_two_backups_at_once_do_not_take_one_another_for_a_half_one(filled, tmp_path):
    folder = tmp_path / "backups"
    half = folder / ".partial-abc"
    half.mkdir(parents=True)
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    result = filled.run("backup", folder)
    os.close(descriptor)
    assert result.exit_code == 1
    assert "Another backup is being written to" in result.stderr
    assert half.is_dir()


def test_rows_are_counted_table_by_table_in_a_script_of_copies() -> None:
    script = [
        b"SET x = 1;\n", b"COPY public.posts (id, title) FROM stdin;\n", b"1\tCOPY public.people (\n", b"2\tx\n", b"\\.\n",
        b"\n", b'COPY public."order" (id) FROM stdin;\n', b"\\.\n",
    ]  # fmt: skip
    assert counted(script) == {"posts": 2}
