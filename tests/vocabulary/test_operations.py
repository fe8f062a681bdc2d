"""Moderators add, reword, move and merge concepts; nobody else does, and nothing impossible is made."""

from contextlib import suppress
from typing import Any

import pytest

from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import Event
from forum.vocabulary.matcher import concepts_in
from forum.vocabulary.models import ALTERNATIVE, PREFERRED, Concept
from forum.vocabulary.operations import add_concept, change_labels, import_concept, merge_concepts, move_concept
from forum.vocabulary.queries import concept_with_labels, export_concepts, speak_by_default, vocabulary, words_of
from forum.vocabulary.wording import Wording
from tests import factories
from tests.conftest import Cast

GARDENS = Wording({"en": "Rooftop gardens", "nl": "Daktuinen"}, alt={"en": ["roof gardens"], "nl": ["groendaken"]})


class Withdrawn(Exception):
    """Ends a transaction before its commit."""


def stored(key: str) -> Concept:
    return concept_with_labels(key)


def number(key: str) -> int:
    return stored(key).id


def last_event() -> Event:
    found: Event | None = db.session.scalar(db.select(Event).order_by(Event.id.desc()).limit(1))
    assert found is not None
    return found


def add_gardens(cast: Cast, broader: str | None = "green-spaces") -> Concept:
    above = number(broader) if broader else None
    return stored(add_concept(cast.actor("mia"), "theme", above, GARDENS))


def test_a_moderator_adds_a_concept_whose_key_comes_from_its_english_label(cast: Cast) -> None:
    concept = add_gardens(cast)
    assert concept.key == "rooftop-gardens"
    found = vocabulary().by_key("rooftop-gardens")
    assert found is not None
    assert [entry.key for entry in vocabulary().ancestors(found.id)] == ["green-spaces", "green-circular"]
    assert vocabulary().label(found.id, "nl") == "Daktuinen"
    assert vocabulary().label(found.id, "de") == "Rooftop gardens"
    assert list(vocabulary())[-1] == found
    assert (last_event().name, last_event().subject_id) == ("concept.added", concept.id)


def test_a_new_concept_is_matched_at_once(cast: Cast) -> None:
    concepts_in("warm up", "en")
    concept = add_gardens(cast)
    assert concepts_in("Onze groendaken", "nl") == {concept.id: 1}


@pytest.mark.parametrize("name", ["visitor", "noor", "an", "dora", "chiara"])
def test_nobody_but_moderators_changes_the_vocabulary(cast: Cast, name: str) -> None:
    actor, concept = cast.actor(name), stored("job-coaching")
    for attempt in (
        lambda: add_concept(actor, "theme", None, GARDENS),
        lambda: change_labels(actor, concept.id, concept.revision, GARDENS),
        lambda: move_concept(actor, concept.id, concept.revision, None),
        lambda: merge_concepts(actor, concept.id, number("supported-employment")),
        lambda: import_concept(actor, {"ref": "x", "scheme": "theme", "labels": {"en": "x"}}),
    ):
        with pytest.raises(Denied):
            attempt()
    assert db.session.scalar(db.select(Event).where(Event.name.like("concept.%"))) is None


def test_the_moderator_of_a_theme_changes_that_theme_and_what_is_below_it_only(cast: Cast) -> None:
    factories.make_role(cast.bert, "moderator", "theme:work-integration")
    actor = cast.actor("bert")
    inside, outside = stored("job-coaching"), stored("green-spaces")
    change_labels(actor, inside.id, inside.revision, GARDENS)
    add_concept(actor, "theme", number("work-integration"), Wording({"en": "Walking at work"}))
    with pytest.raises(Denied):
        change_labels(actor, outside.id, outside.revision, GARDENS)
    with pytest.raises(Denied):
        add_concept(actor, "theme", None, Wording({"en": "Something new"}))
    with pytest.raises(Denied):
        move_concept(actor, inside.id, stored("job-coaching").revision, outside.id)
    with pytest.raises(Denied):
        merge_concepts(actor, inside.id, outside.id)


def test_a_second_concept_with_the_same_english_label_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        add_concept(cast.actor("mia"), "theme", None, Wording({"en": "Job coaching"}))
    assert set(refused.value.fields) == {"labels-en"}


def test_a_concept_needs_an_english_label(cast: Cast) -> None:
    for labels in ({}, {"en": "  "}, {"nl": "Daktuinen"}):
        with pytest.raises(Invalid) as refused:
            add_concept(cast.actor("mia"), "theme", None, Wording(labels))
        assert set(refused.value.fields) == {"labels-en"}


def test_words_are_cleaned_and_checked(cast: Cast) -> None:
    wording = Wording({"en": " Roof\n gardens "}, alt={"en": ["", "green roofs", "green roofs"]})
    concept = stored(add_concept(cast.actor("mia"), "theme", None, wording))
    assert words_of(concept, PREFERRED) == {"en": ["Roof gardens"]}
    assert words_of(concept, ALTERNATIVE) == {"en": ["green roofs"]}
    with pytest.raises(Invalid) as refused:
        add_concept(
            cast.actor("mia"), "theme", None, Wording({"en": "x" * 201, "klingon": "juH"}, alt={"nl": ["y" * 201]})
        )
    assert set(refused.value.fields) == {"labels-en", "labels-klingon", "alt-nl"}


def test_a_scheme_that_does_not_exist_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        add_concept(cast.actor("mia"), "colours", None, GARDENS)
    assert set(refused.value.fields) == {"scheme"}


def test_a_concept_is_below_one_of_its_own_scheme_only(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        add_concept(cast.actor("mia"), "theme", number("young-people"), GARDENS)
    assert set(refused.value.fields) == {"broader"}


def test_changing_labels_replaces_them_and_is_recorded(cast: Cast) -> None:
    concept = stored("job-coaching")
    change_labels(cast.actor("mia"), concept.id, concept.revision, GARDENS)
    changed = stored("job-coaching")
    assert words_of(changed, PREFERRED) == {"en": ["Rooftop gardens"], "nl": ["Daktuinen"]}
    assert changed.revision == 2
    assert vocabulary().label(changed.id, "fr") == "Rooftop gardens"
    assert not concepts_in("job coaching", "en")
    assert (last_event().name, last_event().data) == ("concept.changed", {})


def test_a_stale_revision_is_kept_out(cast: Cast) -> None:
    concept = stored("job-coaching")
    change_labels(cast.actor("mia"), concept.id, 1, GARDENS)
    with pytest.raises(Conflict):
        change_labels(cast.actor("ada"), concept.id, 1, Wording({"en": "Mine"}))
    with pytest.raises(Conflict):
        move_concept(cast.actor("ada"), concept.id, 1, None)
    with pytest.raises(Conflict):
        merge_concepts(cast.actor("ada"), concept.id, number("supported-employment"), 1)
    assert vocabulary().label(concept.id, "en") == "Rooftop gardens"


def test_a_concept_that_does_not_exist_is_missing(cast: Cast) -> None:
    with pytest.raises(Missing):
        change_labels(cast.actor("mia"), 99_999, 1, GARDENS)
    with pytest.raises(Missing):
        merge_concepts(cast.actor("mia"), 99_999, number("job-coaching"))


def test_a_concept_moves_with_all_that_is_below_it(cast: Cast) -> None:
    concept = stored("green-circular")
    move_concept(cast.actor("mia"), concept.id, concept.revision, number("policy-law"))
    known = vocabulary()
    assert [entry.key for entry in known.ancestors(number("green-spaces"))] == ["green-circular", "policy-law"]
    assert len(known.top("theme")) == 12
    move_concept(cast.actor("mia"), concept.id, stored("green-circular").revision, None)
    assert len(vocabulary().top("theme")) == 13


def test_a_concept_is_never_below_itself(cast: Cast) -> None:
    concept = stored("green-circular")
    for below in ("green-circular", "green-spaces"):
        with pytest.raises(Invalid) as refused:
            move_concept(cast.actor("mia"), concept.id, concept.revision, number(below))
        assert set(refused.value.fields) == {"broader"}


def test_a_merged_concept_leaves_its_words_and_what_is_below_it_to_its_heir(cast: Cast) -> None:
    below = add_gardens(cast, "green-spaces")
    merged, heir = number("green-spaces"), number("food-agriculture")
    merge_concepts(cast.actor("mia"), merged, heir)
    known = vocabulary()
    assert known.heir(merged) == heir
    assert known.label(merged, "nl") == "voeding en sociale landbouw"
    assert "groenonderhoud en natuurbeheer" in words_of(stored("food-agriculture"), ALTERNATIVE)["nl"]
    assert known.ancestors(below.id)[0].id == heir
    assert set(concepts_in("groenonderhoud en natuurbeheer", "nl")) == {heir}
    assert known.covering(heir) >= {merged, heir, below.id}
    assert (last_event().name, last_event().subject_id, last_event().data) == ("concept.merged", heir, {"from": merged})


def test_a_word_removed_from_the_heir_no_longer_matches(cast: Cast) -> None:
    merged, heir = number("green-spaces"), number("food-agriculture")
    merge_concepts(cast.actor("mia"), merged, heir)
    change_labels(cast.actor("mia"), heir, stored("food-agriculture").revision, Wording({"en": "food"}))
    assert not concepts_in("groenonderhoud en natuurbeheer", "nl")


def test_heirs_of_heirs_are_found(cast: Cast) -> None:
    first, second, third = (number(key) for key in ("green-spaces", "food-agriculture", "reuse-repair"))
    merge_concepts(cast.actor("mia"), first, second)
    merge_concepts(cast.actor("mia"), second, third)
    assert vocabulary().heir(first) == third


@pytest.mark.parametrize("into", ["green-circular", "reuse-repair", "young-people"])
def test_impossible_merges_are_refused(cast: Cast, into: str) -> None:
    with pytest.raises(Invalid) as refused:
        merge_concepts(cast.actor("mia"), number("green-circular"), number(into))
    assert set(refused.value.fields) == {"into"}


def test_what_is_merged_cannot_be_changed_or_merged_again(cast: Cast) -> None:
    merged = number("green-spaces")
    merge_concepts(cast.actor("mia"), merged, number("food-agriculture"))
    with pytest.raises(Conflict):
        merge_concepts(cast.actor("mia"), merged, number("reuse-repair"))
    with pytest.raises(Conflict):
        merge_concepts(cast.actor("mia"), number("reuse-repair"), merged)
    with pytest.raises(Conflict):
        change_labels(cast.actor("mia"), merged, stored("green-spaces").revision, GARDENS)


def test_a_change_that_is_rolled_back_is_not_remembered(cast: Cast) -> None:
    concept = stored("job-coaching")
    before = vocabulary().label(concept.id, "en")
    with suppress(Withdrawn), transaction():
        change_labels(cast.actor("mia"), concept.id, concept.revision, GARDENS)
        assert vocabulary().label(concept.id, "en") == "Rooftop gardens"
        raise Withdrawn
    assert vocabulary().label(concept.id, "en") == before


def test_labels_cost_one_statement_a_transaction(cast: Cast, count_sql: Any) -> None:
    vocabulary()
    db.session.rollback()
    with count_sql() as statements:
        for entry in vocabulary():
            vocabulary().label(entry.id, "nl")
        concepts_in("warm up", "en")
        db.session.rollback()
    assert len(statements) <= 2  # the check, and at most once in a process the words of the matcher


def test_the_language_of_the_site_comes_before_english(cast: Cast) -> None:
    concept = stored("job-coaching")
    change_labels(cast.actor("mia"), concept.id, 1, Wording({"en": "coaching", "nl": "begeleiding"}))
    speak_by_default("nl")
    try:
        assert vocabulary().label(concept.id, "de") == "begeleiding"
    finally:
        speak_by_default("en")


LINE = {
    "type": "concept",
    "ref": "rooftop-gardens",
    "scheme": "theme",
    "broader": "green-spaces",
    "labels": {"en": "Rooftop gardens"},
    "alt": {"en": ["roof gardens"]},
}


def test_a_line_is_imported_once(cast: Cast) -> None:
    first = import_concept(SYSTEM, LINE)
    again = import_concept(SYSTEM, LINE)
    changed = import_concept(SYSTEM, LINE | {"broader": None})
    assert [one.outcome for one in (first, again, changed)] == ["imported", "unchanged", "updated"]
    assert first.id == again.id == changed.id
    assert vocabulary().by_key("rooftop-gardens") in vocabulary().top("theme")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"broader": "not-there"}, "broader"),
        ({"broader": "young-people"}, "broader"),
        ({"broader": "rooftop-gardens"}, "broader"),
        ({"scheme": "colours"}, "scheme"),
        ({"ref": "Roof Gardens"}, "ref"),
        ({"ref": ""}, "ref"),
        ({"labels": {}}, "labels-en"),
        ({"labels": ["x"]}, "labels"),
        ({"alt": {"en": "x"}}, "alt"),
        ({"merged_into": "not-there"}, "merged_into"),
    ],
)
def test_a_line_that_cannot_be_taken_is_refused_whole(cast: Cast, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        import_concept(SYSTEM, LINE | change)
    assert field in refused.value.fields
    assert vocabulary().by_key("rooftop-gardens") is None


def test_what_is_exported_and_imported_again_is_the_same(cast: Cast) -> None:
    add_gardens(cast)
    merge_concepts(cast.actor("mia"), number("green-spaces"), number("food-agriculture"))
    move_concept(cast.actor("mia"), number("work-integration"), 1, number("rooftop-gardens"))
    lines = list(export_concepts())
    assert {import_concept(SYSTEM, line).outcome for line in lines} == {"unchanged"}
    with transaction():
        db.session.execute(db.text("DELETE FROM concept_labels"))
        db.session.execute(db.update(Concept).values(broader_id=None, merged_into_id=None))
        db.session.execute(db.delete(Concept))
    db.session.expire_all()
    assert {import_concept(SYSTEM, line).outcome for line in lines} == {"imported"}
    assert list(export_concepts()) == lines
    assert len(vocabulary()) == len(lines) - 1


def test_every_line_names_only_what_came_before(cast: Cast) -> None:
    seen: set[str | None] = {None}
    for line in export_concepts():
        assert line["broader"] in seen
        seen.add(line["ref"])
