"""The thesaurus that ships with Passerelle is in every new site, whole."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from forum.core.db import db, transaction
from forum.core.events import Delivery, Event
from forum.core.languages import INTERFACE_LANGUAGES
from forum.vocabulary.matcher import concepts_in
from forum.vocabulary.models import Concept, ConceptLabel
from forum.vocabulary.operations import add_concept, change_labels
from forum.vocabulary.queries import concept_with_labels, every_label, vocabulary
from forum.vocabulary.schemes import SCHEMES
from forum.vocabulary.thesaurus import load_thesaurus, read_thesaurus
from forum.vocabulary.wording import Wording
from tests.conftest import Cast

NEW = ("sector", "situation", "service")


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


def test_every_scheme_of_the_files_has_a_name_and_every_scheme_a_concept() -> None:
    assert {entry["scheme"] for entry in read_thesaurus()} == set(SCHEMES)


def test_the_second_time_there_is_nothing_to_load(app: Flask) -> None:
    before = len(every_label()), vocabulary().stamp
    assert load_thesaurus() == 0
    assert (len(every_label()), vocabulary().stamp) == before


def older_site() -> int:
    """Make this vocabulary what an earlier version left: without everyday words; give how many concepts it lost."""
    with transaction():
        gone = select(Concept.id).where(Concept.scheme.in_(NEW))
        number = len(db.session.scalars(gone).all())
        db.session.execute(delete(ConceptLabel).where(ConceptLabel.concept_id.in_(gone)))
        db.session.execute(update(Concept).where(Concept.scheme.in_(NEW)).values(broader_id=None))
        db.session.execute(delete(Concept).where(Concept.scheme.in_(NEW)))
        db.session.execute(delete(ConceptLabel).where(ConceptLabel.text == "gevangenis"))
    return number


def test_a_site_that_is_upgraded_gets_the_new_concepts_and_words_once_and_is_indexed_anew(app: Flask) -> None:
    lost = older_site()
    assert not concepts_in("wasserij", None)
    assert not concepts_in("gevangenis", None)
    assert load_thesaurus() == lost > 100
    assert concepts_in("wasserij", None)
    assert concepts_in("gevangenis", None)
    laundry = vocabulary().by_key("laundry")
    assert laundry is not None
    assert [entry.key for entry in vocabulary().ancestors(laundry.id)] == ["cleaning-work"]
    assert load_thesaurus() == 0
    events = db.session.scalars(select(Event).where(Event.name == "vocabulary.updated")).all()
    assert [event.data for event in events] == [{"added": lost, "widened": 1}]
    waiting = select(Delivery.consumer).where(Delivery.event_id == events[0].id)
    assert "search" in db.session.scalars(waiting).all()


def test_an_upgrade_leaves_alone_what_moderators_changed(app: Flask, cast: Cast) -> None:
    older_site()
    prison = concept_with_labels("ex-offenders")
    change_labels(cast.actor("mia"), prison.id, prison.revision, Wording({"en": "people after prison"}))
    add_concept(cast.actor("mia"), "theme", None, Wording({"en": "Laundry"}))
    add_concept(cast.actor("mia"), "theme", None, Wording({"en": "Farming"}))
    load_thesaurus()
    assert [label.text for label in concept_with_labels("ex-offenders").labels] == ["people after prison"]
    laundry = concept_with_labels("laundry")
    assert (laundry.scheme, [label.text for label in laundry.labels]) == ("theme", ["Laundry"])
    orphan = vocabulary().by_key("beekeeping")
    assert orphan is not None
    assert (orphan.scheme, orphan.broader_id) == ("sector", None)


def test_a_new_site_has_no_news(app: Flask) -> None:
    assert db.session.scalars(select(Event).where(Event.name == "vocabulary.updated")).all() == []
