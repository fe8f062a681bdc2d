"""The thesaurus that ships with Passerelle is in every new site, whole."""

from typing import Any

import pytest
from flask import Flask

from forum.core.languages import INTERFACE_LANGUAGES
from forum.vocabulary.queries import every_label, vocabulary
from forum.vocabulary.schemes import SCHEMES
from forum.vocabulary.thesaurus import SCHEMES as FILE_SCHEMES
from forum.vocabulary.thesaurus import load_thesaurus, read_thesaurus


@pytest.mark.usefixtures("app")
def test_every_concept_of_the_file_is_loaded_with_a_label_in_six_languages() -> None:
    known = vocabulary()
    for entry in read_thesaurus():
        concept = known.by_key(entry["id"])
        assert concept is not None, entry["id"]
        assert concept.scheme == entry["scheme"]
        assert dict(concept.labels) == entry["labels"]
        assert set(concept.labels) == set(INTERFACE_LANGUAGES)
    assert len(known) == len(read_thesaurus())


@pytest.mark.usefixtures("app")
def test_every_concept_is_below_the_one_that_the_file_says() -> None:
    known = vocabulary()
    for entry in read_thesaurus():
        concept = known.by_key(entry["id"])
        assert concept is not None
        above = known.ancestors(concept.id)
        assert (above[0].key if above else None) == entry["broader"]


@pytest.mark.usefixtures("app")
def test_every_word_of_the_file_can_be_matched() -> None:
    def number(entry: dict[str, Any], field: str) -> int:
        return sum(1 if isinstance(texts, str) else len(texts) for texts in (entry.get(field) or {}).values())

    written = sum(number(entry, field) for entry in read_thesaurus() for field in ("labels", "alt", "weak", "acronyms"))
    assert len(every_label()) == written


def test_there_are_thirteen_top_themes(app: Flask) -> None:
    assert len(vocabulary().top("theme")) == 13


def test_a_vocabulary_that_holds_something_is_left_alone(app: Flask) -> None:
    assert load_thesaurus() == 0


def test_every_scheme_of_the_file_has_a_name() -> None:
    assert tuple(SCHEMES) == FILE_SCHEMES
