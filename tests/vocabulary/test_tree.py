"""The vocabulary in memory: labels with their fallbacks, the tree, and heirs of merged concepts."""

import pytest

from forum.vocabulary.tree import Row, Vocabulary

pytestmark = pytest.mark.one_database

ROWS = (
    Row(1, "work", "theme", None, None),
    Row(2, "coaching", "theme", 1, None),
    Row(3, "job-coaching", "theme", 2, None),
    Row(4, "mentoring", "theme", 1, 2),
    Row(5, "tutoring", "theme", 1, 4),
    Row(6, "people", "target", None, None),
    Row(7, "apples", "theme", None, None),
)
LABELS = {
    1: {"en": "work", "nl": "werk"},
    2: {"en": "coaching", "fr": "accompagnement"},
    3: {"en": "job coaching", "nl": "élan op het werk"},
    6: {"it": "persone"},
    7: {"en": "apples", "nl": "appels"},
}


def known(default: str = "en") -> Vocabulary:
    return Vocabulary(ROWS, LABELS, default)


def test_a_label_is_in_the_readers_language() -> None:
    assert known().label(1, "nl") == "werk"


def test_a_label_falls_back_to_the_language_of_the_site_then_to_english_then_to_any() -> None:
    assert known("fr").label(2, "de") == "accompagnement"
    assert known("it").label(2, "de") == "coaching"
    assert known().label(6, "de") == "persone"
    assert known().label_language(6, "de") == "it"
    assert known().label_language(1, "nl") == "nl"


def test_a_concept_without_words_shows_its_key_and_one_that_is_not_there_shows_nothing() -> None:
    bare = Vocabulary([Row(1, "bare", "theme", None, None)], {})
    assert bare.label(1, "en") == "bare"
    assert bare.label(99, "en") == ""


def test_concepts_know_what_is_above_and_below_them() -> None:
    tree = known()
    assert [entry.key for entry in tree.top("theme")] == ["work", "apples"]
    assert [entry.key for entry in tree.narrower(1)] == ["coaching"]
    assert [entry.key for entry in tree.descendants(1)] == ["coaching", "job-coaching"]
    assert [entry.key for entry in tree.ancestors(3)] == ["coaching", "work"]


def test_a_merged_concept_is_its_heir_everywhere() -> None:
    tree = known()
    assert tree.heir(5) == tree.heir(4) == 2
    assert tree.by_key("tutoring") == tree.by_id(4) == tree.by_key("coaching")
    assert tree.label(5, "en") == "coaching"
    assert [entry.id for entry in tree.entries([4, 2, 5, 1])] == [2, 1]
    assert "mentoring" not in [entry.key for entry in tree]


def test_a_theme_covers_what_is_below_it_and_what_was_merged_into_that() -> None:
    assert known().covering(1) == {1, 2, 3, 4, 5}
    assert known().covering(4) == {2, 3, 4, 5}
    assert known().covering(99) == frozenset()


def test_the_choices_of_a_form_are_a_tree_in_the_order_of_the_labels_of_that_language() -> None:
    options = known().options("theme", "nl")
    assert [(option.value, option.depth) for option in options] == [
        ("apples", 0),
        ("work", 0),
        ("coaching", 1),
        ("job-coaching", 2),
    ]
    assert options[-1].label == "\u2003\u2003Élan op het werk"


def test_accents_do_not_disturb_the_order() -> None:
    rows = [Row(1, "z", "theme", None, None), Row(2, "e", "theme", None, None), Row(3, "f", "theme", None, None)]
    labels = {1: {"fr": "zone"}, 2: {"fr": "école"}, 3: {"fr": "Femmes"}}
    assert [option.value for option in Vocabulary(rows, labels).options("theme", "fr")] == ["e", "f", "z"]


def test_a_loop_in_the_data_does_not_hang() -> None:
    rows = [Row(1, "a", "theme", 2, None), Row(2, "b", "theme", 1, None), Row(3, "c", "theme", None, 3)]
    assert {entry.key for entry in Vocabulary(rows, {})} >= {"a", "b"}
