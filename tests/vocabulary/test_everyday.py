"""Everyday words of six languages lead to one another: what enterprises do, what people live through, what helps them."""

import csv
import re
from collections import defaultdict
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum.core.languages import INTERFACE_LANGUAGES
from forum.core.text import fold
from forum.vocabulary.matcher import concepts_in, matcher, suggest_themes
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.thesaurus import read_thesaurus

OURS = ("sector", "situation", "service")
FEWEST_OTHER_WORDS = 2
# Ways to say one thing, one in each language, as people type them.
with Path(__file__).with_name("same_meaning.csv").open(encoding="utf-8") as lines:
    SAID = list(csv.DictReader(lines))


def keys_in(text: str, language: str | None) -> set[str]:
    return {entry.key for entry in vocabulary().entries(concepts_in(text, language))}


def ours() -> list[dict[str, Any]]:
    return [entry for entry in read_thesaurus() if entry["scheme"] in OURS]


@pytest.mark.parametrize("ways", SAID, ids=lambda ways: ways["en"])
def test_an_everyday_word_finds_texts_of_every_other_language(app: Flask, ways: dict[str, str]) -> None:
    asked = {words: keys_in(words, None) for words in ways.values()}
    written = [keys_in(f"({words})", language) for language, words in ways.items()]
    assert set.intersection(*asked.values(), *written), asked


def test_the_table_has_six_languages_and_a_row_for_many_things() -> None:
    assert set(chain.from_iterable(SAID)) == set(INTERFACE_LANGUAGES)
    assert len(SAID) >= 24


def test_a_compound_or_another_form_is_found_too(app: Flask) -> None:
    for text, language, key in (
        ("Wij openden twee wasserijen", "nl", "laundry"),
        ("Les blanchisseries d'insertion", "fr", "laundry"),
        ("drei Wäschereien und ein Wäschereibetrieb", "de", "laundry"),
        ("las lavanderías industriales", "es", "laundry"),
        ("le nostre lavanderie", "it", "laundry"),
        ("Our bakeries hire people leaving prison", "en", "bakery"),
        ("Our bakeries hire people leaving prison", "en", "ex-offenders"),
        ("mensen met schulden", "nl", "debts"),
        ("alleenstaande moeders", "nl", "single-parents"),
    ):
        assert key in keys_in(text, language), text


def test_a_word_for_what_an_enterprise_does_stands_below_its_trade(app: Flask) -> None:
    bakery = vocabulary().by_key("bakery")
    assert bakery is not None
    assert [entry.key for entry in vocabulary().ancestors(bakery.id)] == ["kitchen-food-work"]


def test_there_are_enough_of_each() -> None:
    schemes = [entry["scheme"] for entry in ours()]
    assert len(schemes) >= 120
    assert min(schemes.count(scheme) for scheme in OURS) >= 25


def test_every_concept_has_six_labels_and_other_words_in_six_languages() -> None:
    for entry in ours():
        assert list(entry["labels"]) == list(entry["alt"]) == ["en", "nl", "fr", "de", "es", "it"], entry["id"]
        assert min(map(len, entry["alt"].values())) >= FEWEST_OTHER_WORDS, entry["id"]


def test_no_label_of_a_concept_is_one_of_another_of_its_scheme() -> None:
    owners = defaultdict(set)
    for entry in ours():
        for language in INTERFACE_LANGUAGES:
            for word in (entry["labels"][language], *entry["alt"][language]):
                owners[entry["scheme"], language, fold(word)].add(entry["id"])
    assert {word: ids for word, ids in owners.items() if len(ids) > 1} == {}


def test_a_concept_stands_only_below_one_of_its_scheme() -> None:
    schemes = {entry["id"]: entry["scheme"] for entry in read_thesaurus()}
    for entry in ours():
        assert entry["broader"] is None or schemes[entry["broader"]] == entry["scheme"], entry["id"]


def test_labels_can_be_searched_as_they_are() -> None:
    """A page leads to a concept of these schemes by searching its label: no sign in it may mean something to the search."""
    for entry in ours():
        for label in entry["labels"].values():
            assert not re.search(r"[\"():*~+^]|(?:^|\s)-", label), label


def test_a_label_that_is_searched_finds_its_own_concept(app: Flask) -> None:
    for entry in ours():
        for label in entry["labels"].values():
            assert entry["id"] in keys_in(label, None), label


def test_words_that_are_too_general_expand_nothing(app: Flask) -> None:
    weak = chain.from_iterable(chain.from_iterable((entry.get("weak") or {}).values()) for entry in ours())
    common = (
        "taller",
        "atelier",
        "formation",
        "studio",
        "werkplaats",
        "Werkstatt",
        "shop",
        "Laden",
        "tienda",
        "cuisine",
    )
    for word in (*weak, *common):
        assert keys_in(word, None) == set(), word


def test_words_with_two_meanings_are_left_out(app: Flask) -> None:
    for word in (
        "api",
        "autisti",
        "pain",
        "pressing",
        "drivers",
        "Paket",
        "welfare",
        "youth",
        "home",
        "care",
    ):
        assert keys_in(word, None) == set(), word


def test_common_sentences_name_nothing(app: Flask) -> None:
    for text, language in (
        ("We met in the morning and shared the results with our partners.", "en"),
        ("Wij kwamen samen en deelden de resultaten met onze partners.", "nl"),
        ("Nous nous sommes réunis pour partager les résultats avec nos partenaires.", "fr"),
        ("Wir haben uns getroffen und die Ergebnisse mit unseren Partnern geteilt.", "de"),
        ("Nos reunimos y compartimos los resultados con nuestros socios.", "es"),
        ("Ci siamo incontrati e abbiamo condiviso i risultati con i nostri partner.", "it"),
    ):
        assert keys_in(text, language) == set(), text


def test_only_themes_and_target_groups_are_offered_to_somebody_who_writes(app: Flask) -> None:
    found = suggest_themes("A laundry and a bakery with debt advice for single mothers", "en")
    schemes = {entry.scheme for entry in vocabulary().entries((*found.themes, *found.target_groups))}
    assert schemes == {"target"}


def test_more_words_cost_hardly_more_to_match(app: Flask) -> None:
    """A word of a text is looked up once in the tree of each language, however many phrases begin otherwise."""
    roots = {language: len(tree.following) for language, tree in matcher().trees.items()}
    assert set(roots) == set(INTERFACE_LANGUAGES)
    crowded = [len(node.phrases) for tree in matcher().trees.values() for node in tree.following.values()]
    assert max(crowded) <= 8
