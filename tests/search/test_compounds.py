"""Dutch and German compounds are split by known words, and only by those."""

import pytest

from forum.search.compounds import LINKS, Splitter, splits_of
from forum.search.engine import COMPOUNDING
from forum.vocabulary.words import stem

DUTCH = ["textiel", "sortering", "groen", "ploegen", "arbeid", "markt", "loon", "brief", "zoek", "maatwerk", "bedrijf"]
GERMAN = ["Lohn", "Kosten", "Zuschuss", "Arbeit", "Markt", "Wäsche", "Betrieb", "Inklusion", "Fahrrad", "Werkstatt"]


@pytest.mark.parametrize(
    ("language", "word", "parts"),
    [
        ("nl", "textielsortering", ("textiel", "sortering")),
        ("nl", "groenploegen", ("groen", "ploegen")),
        ("nl", "groenploeg", ("groen", "ploeg")),
        ("nl", "arbeidsmarkt", ("arbeid", "markt")),
        ("nl", "maatwerkbedrijf", ("maatwerk", "bedrijf")),
        ("de", "lohnkostenzuschuss", ("lohn", "kosten", "zuschuss")),
        ("de", "arbeitsmarkt", ("arbeit", "markt")),
        ("de", "wäschebetrieb", ("wasche", "betrieb")),
        ("de", "inklusionsbetrieb", ("inklusion", "betrieb")),
        ("de", "fahrradwerkstatt", ("fahrrad", "werkstatt")),
    ],
)
def test_a_compound_is_split(language: str, word: str, parts: tuple[str, ...]) -> None:
    words = {"nl": DUTCH, "de": [one.casefold() for one in GERMAN]}[language]
    assert Splitter(language, words).parts(word) == parts


@pytest.mark.parametrize(
    "word", ["onderzoek", "sortering", "textielxyzw", "loon", "brieven", "l" * 60, "groen-ploegen", ""]
)
def test_other_words_stay_whole(word: str) -> None:
    splitter = Splitter("nl", DUTCH)
    assert splitter.parts(word) == ()
    assert splitter.stems([word]) == []


def test_every_compound_that_is_split_can_be_asked_for() -> None:
    for language, words in (("nl", DUTCH), ("de", GERMAN)):
        splitter = Splitter(language, (word.casefold() for word in words))
        for first in splitter.known:
            for last in splitter.known:
                whole = f"{first}s{last}"
                ways = dict.fromkeys((one, second) for firsts, second in splits_of(whole) for one in firsts)
                assert (stem(first, language), stem(last, language)) in ways, whole


def test_a_word_may_be_split_in_few_ways_however_long() -> None:
    assert max(len(splits_of("e" * number)) for number in range(1, 80)) < 100
    assert splits_of("short") == splits_of("1234567890") == ()


def test_the_languages_with_compounds_are_those_of_the_engine() -> None:
    assert set(LINKS) == set(COMPOUNDING)
