import time

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from forum.search.analysis import query_stems
from forum.search.engine import Beginning, Part, Phrase, Word
from forum.search.grammar import MOST_BEGINNINGS, MOST_CHARACTERS, MOST_PHRASES, MOST_TERMS, understand


def part(written: str) -> Part:
    """The part that a test writes as "a phrase", a beginning* or a word."""
    if written.startswith('"'):
        return Phrase(tuple(written.strip('"').split()))
    return Beginning(written[:-1]) if written.endswith("*") else Word(query_stems(written))


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("bakery bread", [["bakery"], ["bread"]], []),
        ('"sheltered work" bread', [['"sheltered work"'], ["bread"]], []),
        ("“sheltered work”", [['"sheltered work"']], []),
        ("«travail adapté»", [['"travail adapte"']], []),
        ('"never closed', [['"never closed"']], []),
        ("bakery -bread", [["bakery"]], ["bread"]),
        ("bakery NOT bread", [["bakery"]], ["bread"]),
        ('bakery -"white bread"', [["bakery"]], ['"white bread"']),
        ("bakery -work-care", [["bakery"]], ['"work care"']),
        ("bakery OR laundry garden", [["bakery", "laundry"], ["garden"]], []),
        ("bakery AND laundry", [["bakery"], ["laundry"]], []),
        ("bakery OR work-care", [["bakery", '"work care"']], []),
        ("bak* laundry", [["bak*"], ["laundry"]], []),
        ("ba*", [["ba"]], []),
        ("l’emploi d'insertion", [["emploi"], ["insertion"]], []),
        ("support for the refugees", [["support"], ["refugees"]], []),
        ("for the", [["for"], ["the"]], []),
        ("e-learning", [["e"], ["learning"]], []),
        ("bakery bakery", [["bakery"]], []),
        ("OR", [], []),
        ('- " " * ? ( )', [], []),
        ("", [], []),
    ],
)
def test_the_grammar(text: str, wanted: list[list[str]], unwanted: list[str]) -> None:
    asked = understand(text)
    assert asked.wanted == tuple(tuple(map(part, group)) for group in wanted)
    assert asked.unwanted == tuple(map(part, unwanted))


def test_a_query_that_is_too_long_is_cut_and_says_so() -> None:
    asked = understand(" ".join(f"bakery{number}" for number in range(MOST_TERMS + 5)))
    assert len(asked.wanted) == MOST_TERMS
    assert str(asked.note) == "Your search is very long. We used the first 32 words of it."
    assert understand("bakery").note is None
    assert understand("bakery" + " " * 10_000).note is None


def test_what_costs_much_is_rationed() -> None:
    asked = understand(" ".join(f'"a{number} b" c{number}cc*' for number in range(20)))
    parts = [one for group in asked.wanted for one in group]
    assert sum(isinstance(one, Phrase) for one in parts) == MOST_PHRASES
    assert sum(isinstance(one, Beginning) for one in parts) == MOST_BEGINNINGS


def test_the_query_is_given_back_readable() -> None:
    assert understand(" a\x00b \ud800 cafe\u0301\n x ").text == "a b café x"


@given(st.text(max_size=2000))
def test_any_text_is_a_query(text: str) -> None:
    check_any(text)


@given(
    st.lists(
        st.sampled_from(["OR", "AND", "NOT", "-", '"', "*", "(", ")", "a", "bakery", "bak*", '"a b"', "\ud800", ":"])
    )
)
def test_any_mixture_of_signs_is_a_query(pieces: list[str]) -> None:
    check_any(" ".join(pieces))
    check_any("".join(pieces))


def check_any(text: str) -> None:
    started = time.perf_counter()
    asked = understand(text)
    assert time.perf_counter() - started < 0.5
    assert len(asked.text) <= 2 * MOST_CHARACTERS
    assert sum(len(group) for group in asked.wanted) + len(asked.unwanted) <= MOST_TERMS
    assert all(group for group in asked.wanted)
    asked.text.encode()
    assert all(one for group in asked.in_parts().wanted for one in group)


@pytest.mark.parametrize(
    ("text", "filters", "words"),
    [
        ("country:BE bakery", {"country": ("BE",)}, "bakery"),
        ("land:belgië bakkerij", {"country": ("BE",)}, "bakkerij"),
        ('pays:"Pays-Bas"', {"country": ("NL",)}, ""),
        ("country:FR country:Italia", {"country": ("FR", "IT")}, ""),
        ("lang:nl taal:duits", {"language": ("nl", "de")}, ""),
        ("kind:practice soort:question", {"kind": ("practice", "question")}, ""),
        ("year:2024-2026", {"year": ("2024", "2025", "2026")}, ""),
        ("année:2025", {"year": ("2025",)}, ""),
        ("country:atlantis bakery", {}, "country:atlantis bakery"),
        ("year:soon", {}, "year:soon"),
        ("https://example.org 12:30 note:this", {}, "https://example.org 12:30 note:this"),
        ("country: bakery", {}, "country: bakery"),
    ],
)
def test_fields_are_understood_in_any_language_and_else_taken_as_words(
    app: Flask, text: str, filters: dict[str, tuple[str, ...]], words: str
) -> None:
    asked = understand(text)
    assert asked.filters == filters
    assert asked.words == words


def test_a_theme_is_meant_by_its_key_or_by_any_of_its_words(app: Flask) -> None:
    for written in ("theme:finance", 'thema:"Finanzierung"', "thème:financement"):
        assert "finance" in understand(written).filters["theme"]


def test_a_word_of_the_title_is_found_in_titles_only() -> None:
    asked = understand("titel:bakkerij brood")
    assert asked.wanted == ((Word(query_stems("bakkerij"), ("title",)),), (Word(query_stems("brood")),))
