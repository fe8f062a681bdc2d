"""From dictionaries to the table."""

from pathlib import Path

import pytest

from forum.core.errors import ForumError
from forum.search.dictionaries.building import load_dictionaries
from forum.search.dictionaries.table import Table, key_of
from tests.search.dictionaries.files import write_dictionary, write_few

SIX = ("en", "nl", "fr", "de", "es", "it")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table"


def translated(path: Path, word: str, source: str) -> dict[str, tuple[str, ...]]:
    lines = [line for line in Table(path).lines(key_of(word, source)) if line.source == source]
    return dict(lines[0].translations) if lines else {}


def test_words_are_translated_directly_backwards_and_by_way_of_english(tmp_path: Path, path: Path) -> None:
    write_few(tmp_path)
    words = load_dictionaries(tmp_path, path, SIX)
    assert translated(path, "fiets", "nl") == {"en": ("bike", "cycle", "bicycle"), "fr": ("vélo",)}
    assert translated(path, "lend", "en") == {"nl": ("lenen",), "fr": ("prêter",)}
    assert translated(path, "prêter", "fr") == {"en": ("lend",), "nl": ("lenen",)}
    assert words["nl", "fr"] == 3  # nobody says what fire is in French
    assert ("nl", "de") not in words


def test_a_direct_dictionary_goes_before_english(tmp_path: Path, path: Path) -> None:
    write_few(tmp_path)
    write_dictionary(tmp_path, "nld-fra", {"fiets": "bécane"})
    load_dictionaries(tmp_path, path, SIX)
    assert translated(path, "fiets", "nl")["fr"] == ("bécane",)


def test_english_stands_between_with_the_first_two_senses_only(tmp_path: Path, path: Path) -> None:
    write_dictionary(tmp_path, "nld-eng", {"bank": "1. bench\n2. settle\n3. shore"})
    write_dictionary(tmp_path, "eng-fra", {"bench": "banc", "settle": "canapé", "shore": "rivage"})
    load_dictionaries(tmp_path, path, SIX)
    assert translated(path, "bank", "nl")["fr"] == ("banc", "canapé")


def test_what_several_entries_say_and_the_other_direction_too_comes_first(tmp_path: Path, path: Path) -> None:
    write_dictionary(tmp_path, "deu-eng", {"putzen": "fettling", "putzen /2/": " [mil.] polish", "putzen /3/": "clean"})
    write_dictionary(tmp_path, "eng-deu", {"clean": "putzen"})
    load_dictionaries(tmp_path, path, SIX)
    assert translated(path, "putzen", "de") == {"en": ("clean", "fettling", "polish")}


def test_forms_of_one_word_count_as_one(tmp_path: Path, path: Path) -> None:
    write_dictionary(
        tmp_path, "deu-eng", {"Fahrrad": "bicycle, bicycles, bike", "Fahrräder": "bicycles, bicycle, bikes"}
    )
    load_dictionaries(tmp_path, path, SIX)
    assert translated(path, "Fahrrad", "de") == {"en": ("bicycle", "bike")}
    assert [line.headword for line in Table(path).lines(key_of("Fahrrad", "de")) if line.source == "de"] == ["fahrrad"]


def test_three_translations_are_kept_in_each_language(tmp_path: Path, path: Path) -> None:
    write_dictionary(tmp_path, "nld-eng", {"zaak": "affair, business, shop, matter"})
    load_dictionaries(tmp_path, path, SIX)
    assert translated(path, "zaak", "nl") == {"en": ("affair", "business", "shop")}


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_no_dictionaries_are_told(tmp_path: Path, path: Path, folder: str) -> None:
    with pytest.raises(ForumError, match="No dictionaries between the languages of this site are in "):
        load_dictionaries(tmp_path / folder, path, SIX)


def test_of_damaged_dictionaries_nothing_is_loaded_and_the_former_table_stays(tmp_path: Path, path: Path) -> None:
    write_few(tmp_path)
    load_dictionaries(tmp_path, path, SIX)
    before = path.read_bytes()
    write_dictionary(tmp_path, "nld-deu", {"fiets": "Fahrrad"}).with_suffix(".dict.dz").write_bytes(b"rubbish")
    with pytest.raises(ForumError, match="is damaged"):
        load_dictionaries(tmp_path, path, SIX)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*.new"))


def test_progress_ends_when_all_is_read(tmp_path: Path, path: Path) -> None:
    write_few(tmp_path)
    length, steps = [], []
    load_dictionaries(tmp_path, path, SIX, length.append, steps.append)
    assert length == [sum(steps)] == [8]
