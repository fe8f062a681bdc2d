"""Backup, restore and doctor."""

import hashlib
import json
import shutil

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.core.storage import Store
from forum.interop import dumps
from forum.library.models import Post
from tests.databases import is_postgresql
from tests.interop.files import comment, membership, organisation, person, post, write

PICTURE = b"any content will do"
SHA256 = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def filled(make_site, tmp_path):
    """A site with something in it, a file too."""
    site = make_site("filled")
    lines = (organisation(), person(), membership(), *(post(f"x{n}", author="p1") for n in range(5)), comment(on="x1"))
    assert site.run("import", write(tmp_path / "in.jsonl", *lines)).exit_code == 0
    place = Store(site.data_dir / "uploads").path(SHA256)
    place.parent.mkdir(parents=True)
    place.write_bytes(PICTURE)
    (site.data_dir / "uploads" / "incoming" / "half").write_text("still arriving")
    return site


def backed_up(site, folder):
    result = site.run("backup", folder)
    assert result.exit_code == 0, result.stderr
    (made,) = folder.glob("passerelle-*")
    assert result.stdout == f"The backup is in {made}\n"
    return made


def test_a_backup_is_restored_into_an_empty_place(filled, make_site, tmp_path):
    folder = backed_up(filled, tmp_path / "backups")
    site = make_site("restored")
    result = site.run("restore", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Restored ")
    assert ", 5 posts to be found by search, in " in result.stdout
    assert sorted(site.read(select(Post.title))) == sorted(filled.read(select(Post.title)))
    assert Store(site.data_dir / "uploads").path(SHA256).read_bytes() == PICTURE
    assert not list((site.data_dir / "uploads" / "incoming").iterdir())
    assert site.run("check-index").exit_code == 0
    for one in (filled, site):
        assert one.run("export", tmp_path / f"{one.data_dir.name}.jsonl").exit_code == 0
    assert (tmp_path / "filled.jsonl").read_bytes() == (tmp_path / "restored.jsonl").read_bytes()


def test_a_backup_says_what_is_in_it_and_is_for_its_owner_only(filled, tmp_path):
    folder = backed_up(filled, tmp_path / "backups")
    manifest = json.loads((folder / "manifest.json").read_text())
    database = dumps.POSTGRES_FILE if is_postgresql() else dumps.SQLITE_FILE
    assert list(manifest["files"]) == sorted([database, f"uploads/{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"])
    assert manifest["rows"]["posts"] == 5
    assert manifest["schema"]
    assert folder.stat().st_mode & 0o077 == 0
    assert not [path for path in folder.rglob("*") if "secret" in path.name or "index" in path.name]


def test_two_backups_of_one_second_stand_beside_each_other(filled, tmp_path):
    for _number in range(3):
        assert filled.run("backup", tmp_path / "backups").exit_code == 0
    assert len(list((tmp_path / "backups").iterdir())) == 3


def damage_manifest(folder):
    (folder / "manifest.json").write_text("{")


def damage_database(folder):
    path = folder / (dumps.POSTGRES_FILE if is_postgresql() else dumps.SQLITE_FILE)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def damage_upload(folder):
    (path,) = (folder / "uploads").glob("*/*/*")
    path.write_bytes(PICTURE[:-1])


def lose_upload(folder):
    shutil.rmtree(folder / "uploads")


def point_outside(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["uploads/../../in.jsonl"] = hashlib.sha256((folder / "../../in.jsonl").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def lie_about_rows(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["rows"]["posts"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))


def come_from_the_future(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"schema": "9999"}))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (damage_manifest, "is not a backup: its manifest is missing or damaged."),
        (damage_database, "The backup is damaged: database."),
        (damage_upload, "The backup is damaged: uploads/"),
        (lose_upload, "The backup is damaged: uploads/"),
        (point_outside, "The backup is damaged: uploads/../../in.jsonl is not what was saved."),
        (lie_about_rows, "These tables differ from the backup: posts."),
        (come_from_the_future, "The data is of a newer version of Passerelle (9999). Install that one."),
    ],
)
def test_a_damaged_backup_is_refused(filled, make_site, tmp_path, damage, sentence):
    folder = backed_up(filled, tmp_path / "backups")
    damage(folder)
    result = make_site("restored").run("restore", folder)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stdout == ""


def test_a_place_that_is_not_empty_is_refused(filled, make_site, tmp_path):
    folder = backed_up(filled, tmp_path / "backups")
    site = make_site("taken")
    assert site.run("check-index").exit_code == 0
    before = site.read(select(Post.id))
    result = site.run("restore", folder)
    assert result.exit_code == 1
    assert "already. Restore into an empty" in result.stderr
    assert site.read(select(Post.id)) == before


def test_a_place_with_files_is_refused(filled, make_site, tmp_path):
    folder = backed_up(filled, tmp_path / "backups")
    site = make_site("taken")
    (site.data_dir / "uploads" / "ab").mkdir(parents=True)
    (site.data_dir / "uploads" / "ab" / "file").write_text("mine")
    result = site.run("restore", folder)
    assert result.exit_code == 1
    assert f"There are files in {site.data_dir / 'uploads'} already." in result.stderr


def test_a_folder_that_is_no_backup_is_refused(site, tmp_path):
    (tmp_path / "folder").mkdir()
    result = site.run("restore", tmp_path / "folder")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not a backup" in result.stderr


def test_a_backup_of_the_other_kind_of_database_is_refused(filled, make_site, tmp_path):
    folder = backed_up(filled, tmp_path / "backups")
    present, other = dumps.SQLITE_FILE, dumps.POSTGRES_FILE
    if is_postgresql():
        present, other = other, present
    (folder / present).rename(folder / other)
    manifest = (folder / "manifest.json").read_text().replace(present, other)
    (folder / "manifest.json").write_text(manifest)
    result = make_site("restored").run("restore", folder)
    assert result.exit_code == 1
    assert "This backup is of another kind of database." in result.stderr


def test_half_a_backup_never_stays(filled, tmp_path, monkeypatch):
    def fail(*_rest):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("forum.interop.backups.copy_uploads", fail)
    result = filled.run("backup", tmp_path / "backups")
    assert result.exit_code == 1
    assert "could not be written to" in result.stderr
    assert "No space left on device." in result.stderr
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_place_for_backups_that_cannot_be_made_is_named(filled, tmp_path):
    (tmp_path / "file").write_text("")
    result = filled.run("backup", tmp_path / "file" / "backups")
    assert result.exit_code == 1
    assert "could not be written to" in result.stderr


def test_the_doctor_finds_nothing_on_a_sound_site(filled):
    filled.change("DELETE FROM deliveries")
    result = filled.run("doctor")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "All is well: settings, database, index, mail and disk.\n"


def test_the_doctor_finds_an_index_that_differs(filled):
    filled.change("DELETE FROM deliveries")
    filled.change("UPDATE posts SET version = version + 1 WHERE id = 1")
    result = filled.run("doctor")
    assert result.exit_code == 1
    assert "Out of date: 1." in result.stderr
    assert result.stderr.endswith("-> Run: forum check-index --repair\n")
    assert filled.run("check-index").exit_code == 1
    assert filled.run("check-index", "--repair").exit_code == 0
    assert filled.run("doctor").exit_code == 0


def test_the_doctor_finds_changes_that_nobody_takes_in(filled):
    filled.change("UPDATE deliveries SET attempts = 3, last_error = 'ValueError: no'")
    result = filled.run("doctor")
    assert result.exit_code == 1
    assert "changes could not be taken in by mailing: ValueError: no" in result.stderr
    assert "changes wait for the worker, and none runs.\n  -> Start forum serve, or forum worker." in result.stderr


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("carrier-pigeon:", "FORUM_MAIL_URL"),
        ("smtp://127.0.0.1:1", "The mail server 127.0.0.1 does not answer at port 1: [Errno 111] Connection refused"),
    ],
)
def test_the_doctor_finds_mail_that_cannot_be_sent(site, url, sentence):
    result = site.run("doctor", FORUM_MAIL_URL=url)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_the_doctor_finds_a_full_disk(site, monkeypatch):
    monkeypatch.setattr("forum.cli.diagnosis.ENOUGH_SPACE", 2**62)
    result = site.run("doctor")
    assert result.exit_code == 1
    assert "Less than 500 MB are free" in result.stderr


@pytest.mark.parametrize("url", ["sqlite:////no/such/place/forum.sqlite3", "postgresql://forum@127.0.0.1:1/forum"])
def test_the_doctor_finds_a_database_that_is_away(site, url):
    result = site.run("doctor", FORUM_DATABASE_URL=url)
    assert result.exit_code == 1
    assert result.stderr.startswith("The database cannot be used: ")
    assert "-> Check FORUM_DATABASE_URL" in result.stderr


def test_whoever_left_after_a_backup_is_erased_again_when_it_is_restored(filled, make_site, tmp_path):
    folder = backed_up(filled, tmp_path / "backups")
    (number,) = filled.read(select(Person.id))
    before = json.dumps({"person": number, "erased_at": "2020-01-01T00:00:00+00:00"})
    after = json.dumps({"person": number, "erased_at": "2099-01-01T00:00:00+00:00"})
    nobody = json.dumps({"person": 999, "erased_at": "2099-01-01T00:00:00+00:00"})

    newer = make_site("newer")
    (folder.parent / "erased.jsonl").write_text(f"{before}\n{nobody}\n{{half a li")
    assert "erased again" not in newer.run("restore", folder).stdout
    assert newer.read(select(Person.name)) != ["Former member"]

    (folder.parent / "erased.jsonl").write_text(f"{after}\n")
    restored = make_site("restored")
    result = restored.run("restore", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 person had closed the account since; they are erased again." in result.stdout
    assert restored.read(select(Person.name)) == ["Former member"]
    assert restored.read(select(Person.email)) == [None]


def test_the_list_of_who_left_lies_beside_the_backups(filled, tmp_path):
    (number,) = filled.read(select(Person.id))
    filled.change("UPDATE people SET erased_at = '2026-01-05 09:00:00.000000'")
    folder = backed_up(filled, tmp_path / "backups")
    assert json.loads((folder.parent / "erased.jsonl").read_text())["person"] == number
