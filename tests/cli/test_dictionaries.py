"""`forum dictionaries`: load, show, forget."""

import pytest

from forum.cli.dictionaries import NONE
from tests.search.dictionaries.files import write_dictionary, write_few

pytestmark = pytest.mark.one_database


def test_dictionaries_are_loaded_shown_and_forgotten(site, tmp_path):
    write_few(tmp_path)
    loaded = site.run("dictionaries", "load", tmp_path)
    assert (loaded.exit_code, loaded.stdout) == (
        0,
        "Search has dictionaries for 6 pairs of languages, with 23 words.\n",
    )
    assert site.run("dictionaries").stdout.splitlines()[0] == "English to Dutch: 5 words"
    assert site.run("dictionaries", "forget").stdout == "The dictionaries are forgotten.\n"
    for words in (["dictionaries"], ["dictionaries", "forget"]):
        result = site.run(*words)
        assert (result.exit_code, result.stdout) == (0, f"{NONE}\n")


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_a_folder_without_dictionaries_ends_with_1_and_its_name(site, tmp_path, folder):
    result = site.run("dictionaries", "load", tmp_path / folder)
    assert result.exit_code == 1
    assert result.stderr == f"No dictionaries between the languages of this site are in {tmp_path / folder}.\n"


def test_a_damaged_dictionary_ends_with_1_and_the_former_ones_stay(site, tmp_path):
    write_few(tmp_path)
    site.run("dictionaries", "load", tmp_path)
    before = site.run("dictionaries").stdout
    broken = write_dictionary(tmp_path, "nld-deu", {"fiets": "Fahrrad"}).with_suffix(".dict.dz")
    broken.write_bytes(b"rubbish")
    result = site.run("dictionaries", "load", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.endswith(f"{broken} is damaged. Nothing was loaded.\n")
    assert site.run("dictionaries").stdout == before


def test_a_dictionary_without_its_text_ends_with_1(site, tmp_path):
    missing = write_dictionary(tmp_path, "nld-deu", {"fiets": "Fahrrad"}).with_suffix(".dict.dz")
    missing.unlink()
    result = site.run("dictionaries", "load", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.endswith(f"{missing} cannot be used: No such file or directory.\n")


def test_a_backup_leaves_dictionaries_out(site, tmp_path):
    write_few(tmp_path)
    site.run("dictionaries", "load", tmp_path)
    assert site.run("backup", tmp_path / "backups").exit_code == 0
    assert not list((tmp_path / "backups").rglob("dictionaries*"))
