"""Reading what FreeDict writes."""

import gzip
from pathlib import Path

import pytest

from forum.core.errors import ForumError
from forum.search.dictionaries import dictd
from forum.search.dictionaries.dictd import dictionaries_in, entries_of, places_in, read_entry
from tests.search.dictionaries.files import digits, write_dictionary

SIX = ("en", "nl", "fr", "de", "es", "it")


def senses(text: str, source: str = "nl", target: str = "en") -> list[tuple[str, ...]]:
    return [sense.terms for sense in read_entry(text, source, target).senses]


def test_an_entry_gives_its_headword_and_numbered_senses() -> None:
    entry = read_entry("blaam /blam/\n1. observation, remark; reproof\n2. blame\n", "nl", "en")
    assert entry.headwords == ("blaam",)
    assert [sense.terms for sense in entry.senses] == [("observation", "remark", "reproof"), ("blame",)]


@pytest.mark.parametrize(
    ("text", "source", "target", "expected"),
    [
        ("Bank /bˈaŋk/ <fem, n, sg>\n [fin.] bank <n> [Br.]\n   Synonym: {Institut}\n see: {Banken}", "de", "en", [("bank",)]),
        ("bank //bɑŋk// <n>\n1. sofá, banco\n1. een meubelstuk, iets\n2. banco 2.", "nl", "es", [("sofá", "banco"), ("banco",)]),
        ("keuken //k(n)// <n>\n1.  [1. een plaats, waar men kookt] cucina", "nl", "it", [("cucina",)]),
        ("vélo /velo/\n1. fiets, rĳwiel", "fr", "nl", [("fiets", "rijwiel")]),
        ("laundry /l/\nWäscherei <fem>, Reinigung ([+ gen]) <fem>", "en", "de", [("Wäscherei", "Reinigung")]),
        ("chou\nchou\u2010fleur, d'occasion, personne qui ne boit pas", "en", "fr", [("chou-fleur", "d'occasion")]),
    ],
)  # fmt: skip
def test_definitions_grammar_and_notes_are_left_out(
    text: str, source: str, target: str, expected: list[tuple[str, ...]]
) -> None:
    assert senses(text, source, target) == expected


def test_small_words_and_abbreviations_are_no_translations() -> None:
    assert senses("itch /it/\n1. er ... aan, het\n2. 't, to clean, jdn./etw., x, the", "en", "nl") == [("clean",)]


@pytest.mark.parametrize("text", ["Victoria /v/ <n>\nVictoria", "parijs <pn>\nParis", "eu\nEU, Europe"])
def test_names_are_left_out(text: str) -> None:
    assert senses(text, "fr", "en") == []


def test_a_noun_of_german_is_no_name() -> None:
    assert senses("cycle\nFahrrad", "en", "de") == [("Fahrrad",)]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "/", "\x00", "a" * 1000, "1.\n2.\n3.", "((((((\n))))))", "x\t\n\t", "<\n>"]
)
def test_any_text_is_an_entry_or_none(text: str) -> None:
    assert read_entry(text, "nl", "en").senses == ()


def test_only_dictionaries_between_the_languages_of_the_site_are_read(tmp_path: Path) -> None:
    for pair in ("nld-eng", "eng-swe", "deu-fra"):
        write_dictionary(tmp_path, pair, {"a": "b"})
    (tmp_path / "freedict-nld-eng.index.old").touch()
    assert [(one.source, one.target) for one in dictionaries_in(tmp_path, SIX)] == [("de", "fr"), ("nl", "en")]


def test_what_a_dictionary_says_of_itself_is_no_entry(tmp_path: Path) -> None:
    write_dictionary(tmp_path, "nld-eng", {"fiets": "bike"})
    [one] = dictionaries_in(tmp_path, SIX)
    assert [entry.headwords for entry in entries_of(one, places_in(one))] == [("fiets",)]


@pytest.mark.parametrize(
    "line",
    ["fiets\n", "fiets\tA\n", "fiets\t!\tA\n", f"fiets\tA\t{digits(2_000_000)}\n", f"fiets\t{'/' * 9}\tB\n", "fi\ud800ets\tA\tB\n"],
    ids=["no place", "no length", "not base64", "too long", "too large", "not UTF-8"],
)  # fmt: skip
def test_a_damaged_index_is_named(tmp_path: Path, line: str) -> None:
    index = write_dictionary(tmp_path, "nld-eng", {"fiets": "bike"})
    index.write_text(line, encoding="utf-8", errors="surrogatepass")
    [one] = dictionaries_in(tmp_path, SIX)
    with pytest.raises(ForumError, match=r"freedict-nld-eng\.index is damaged\. Nothing was loaded\."):
        places_in(one)


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"short"), gzip.compress(b"\xff" * 500)],
    ids=["empty", "no gzip", "too short", "not UTF-8"],
)
def test_a_damaged_text_is_named(tmp_path: Path, content: bytes) -> None:
    index = write_dictionary(tmp_path, "nld-eng", {"fiets": "bike"})
    [one] = dictionaries_in(tmp_path, SIX)
    one.text.write_bytes(content)
    with pytest.raises(ForumError, match=r"freedict-nld-eng\.dict\.dz is damaged\. Nothing was loaded\."):
        list(entries_of(one, places_in(one)))
    assert index.exists()


def test_a_text_that_is_cut_off_is_damaged(tmp_path: Path) -> None:
    write_dictionary(tmp_path, "nld-eng", {f"fiets{number}": "bike " * number for number in range(200)})
    [one] = dictionaries_in(tmp_path, SIX)
    one.text.write_bytes(one.text.read_bytes()[:-40])
    with pytest.raises(ForumError, match="is damaged"):
        list(entries_of(one, places_in(one)))


def test_an_index_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_dictionary(tmp_path, "nld-eng", {"fiets": "bike"})
    monkeypatch.setattr(dictd, "LARGEST_INDEX", 10)
    [one] = dictionaries_in(tmp_path, SIX)
    with pytest.raises(ForumError, match="is damaged"):
        places_in(one)
