"""The matcher finds the concepts of real sentences in six languages, and is not fooled by common words."""

import time

import pytest
from flask import Flask

from forum.vocabulary.matcher import concepts_in, matcher, suggest_themes
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.words import is_inflection, tokens, words

pytestmark = pytest.mark.usefixtures("app")


def keys_in(text: str, language: str | None) -> set[str]:
    return {entry.key for entry in vocabulary().entries(concepts_in(text, language))}


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        (
            "en",
            "Our social enterprises offer job coaching to long-term unemployed people and to refugees.",
            {"social-enterprise", "job-coaching", "long-term-unemployed", "migrants-refugees"},
        ),
        (
            "nl",
            "Ons maatwerkbedrijf begeleidt langdurig werklozen; met andere sociale ondernemingen en het OCMW.",
            {"wise", "long-term-unemployed", "social-enterprise", "local-authorities"},
        ),
        (
            "fr",
            "L'entreprise d’insertion recrute des demandeurs d'emploi de longue durée par clauses sociales et l'IAE.",
            {"wise", "long-term-unemployed", "social-clauses", "work-integration"},
        ),
        (
            "de",
            "Drei Inklusionsbetriebe und große Genossenschaften beschäftigen Menschen mit Behinderungen.",
            {"wise", "cooperative", "people-with-disabilities"},
        ),
        (
            "es",
            "Las empresas de inserción ofrecen itinerarios personalizados de inserción a personas sin hogar.",
            {"wise", "individual-pathway", "homeless-people"},
        ),
        (
            "it",
            "La cooperativa sociale di tipo B cura l'inserimento lavorativo di persone con disabilità.",
            {"wise", "social-cooperative", "work-integration", "people-with-disabilities"},
        ),
    ],
)
def test_a_sentence_names_its_concepts(language: str, sentence: str, expected: set[str]) -> None:
    assert keys_in(sentence, language) == expected


def test_an_acronym_counts_only_as_it_is_written() -> None:
    assert keys_in("A WISE in Ghent", "en") == {"wise"}
    assert keys_in("It is wise to wait", "en") == set()
    assert keys_in("Twelve WISEs met", "en") == {"wise"}
    assert keys_in("LIKEWISE", "en") == set()


def test_acronyms_with_signs_and_in_compounds_are_found() -> None:
    assert keys_in("an ESF+ project of Werkstatt e.V.", None) == {"eu-funds", "association"}
    assert keys_in("een ESF-project", "nl") == {"eu-funds"}
    assert keys_in("l'ESS en France", "fr") == {"social-economy"}


def test_words_that_are_too_common_name_nothing() -> None:
    for text in ("the city", "stage", "formazione in studio", "de stad", "el comercio de la ciudad"):
        assert keys_in(text, None) == set(), text


def test_accents_case_and_sharp_s_do_not_matter() -> None:
    assert keys_in("ECONOMIE SOCIALE", "fr") == keys_in("économie sociale", "fr") == {"social-economy"}
    assert keys_in("Maßnahmen zur Arbeitsmarktintegration", "de") == {"work-integration"}


def test_hyphens_do_not_matter() -> None:
    for text in ("co-operatives", "cooperatives", "co-op"):
        assert keys_in(text, "en") == {"cooperative"}, text
    for text in ("work integration", "work-integration"):
        assert keys_in(text, "en") == {"work-integration"}, text
    for text in ("re-integratie", "reintegratie"):
        assert keys_in(text, "nl") == {"work-integration"}, text


def test_the_longest_phrase_wins() -> None:
    assert keys_in("work integration social enterprise", "en") == {"wise"}
    assert keys_in("social economy policy", "en") == {"social-economy-policy"}


def test_words_that_only_share_a_stem_name_nothing() -> None:
    assert keys_in("our associated partners have access", "en") == set()
    assert keys_in("two associations", "en") == {"association"}


def test_the_parts_of_a_label_with_and_count() -> None:
    assert keys_in("people with intellectual disability", "en") == {"intellectual-disability"}
    assert keys_in("les hommes", "fr") == set()


def test_phrases_of_another_language_count_in_a_text_but_its_single_words_do_not() -> None:
    assert keys_in("Wij bezochten een entreprise d'insertion", "nl") == {"wise"}
    assert keys_in("Verein", "nl") == set()
    assert keys_in("Verein", None) == {"association"}


def test_a_query_in_any_language_leads_to_the_same_concept() -> None:
    queries = (
        "reserved contracts",
        "voorbehouden opdrachten",
        "marchés réservés",
        "vorbehaltene Aufträge",
        "contratos reservados",
        "appalti riservati",
    )
    assert [keys_in(query, None) for query in queries] == [{"reserved-contracts"}] * len(queries)


def test_how_often_a_concept_is_named_is_counted() -> None:
    counted = concepts_in("Refugees teach refugees. Refugees!", "en")
    assert list(counted.values()) == [3]


def test_odd_input_names_nothing() -> None:
    for text in ("", "   ", "---", "'''", "1 2 3", "\x00", "a" * 10_000, "’", "-co-"):
        assert keys_in(text, None) == set(), text


def test_a_document_is_matched_in_a_few_milliseconds() -> None:
    text = "Ons maatwerkbedrijf begeleidt langdurig werklozen en mensen met een beperking op de werkvloer. " * 8
    concepts_in(text, "nl")
    began = time.process_time()
    for _repetition in range(20):
        concepts_in(text, "nl")
    assert (time.process_time() - began) / 20 < 0.010


def test_the_matcher_is_made_once() -> None:
    assert matcher() is matcher()


def suggested(text: str, language: str, title: str = "") -> tuple[list[str], list[str]]:
    found = suggest_themes(text, language, title=title)
    known = vocabulary()
    return (
        [entry.key for entry in known.entries(found.themes)],
        [entry.key for entry in known.entries(found.target_groups)],
    )


def test_themes_and_target_groups_are_suggested_apart() -> None:
    themes, groups = suggested("We offer job coaching to refugees and to homeless people.", "en")
    assert themes == ["job-coaching"]
    assert groups == ["migrants-refugees", "homeless-people"]


def test_the_title_counts_more() -> None:
    text = "Job coaching, then peer learning; digital skills also matter."
    assert suggested(text, "en", title="Digital skills for beginners")[0][0] == "digital-skills"


def test_a_narrow_theme_is_suggested_before_and_instead_of_the_broad_one() -> None:
    themes, _groups = suggested("Work integration by job coaching.", "en")
    assert themes == ["job-coaching"]


def test_common_words_hint_at_a_theme() -> None:
    assert suggested("Where can we find training for our team?", "en")[0] == ["skills-learning"]


def test_at_most_three_are_suggested() -> None:
    text = "Job coaching, digital skills, reserved contracts, social clauses, circular economy, volunteering."
    assert len(suggested(text, "en")[0]) == 3


def test_words_are_cut_as_the_thesaurus_says() -> None:
    assert tokens("d'insertion, e.V. (ESF+)!") == ["d'insertion", "e.V", "ESF+"]
    assert words("d'Insertion", frozenset()) == ["insertion"]
    assert words("co-op", frozenset()) == ["coop"]
    assert words("people's", frozenset()) == ["people"]


def test_plurals_are_told_from_other_words_of_a_stem() -> None:
    assert is_inflection("cooperativa", "cooperative")
    assert is_inflection("bedrijf", "bedrijven")
    assert not is_inflection("association", "associated")
    assert not is_inflection("accessibility", "access")


def test_a_title_without_a_language_is_matched_too(app: Flask) -> None:
    assert keys_in("Sociale ondernemingen", None) == {"social-enterprise"}
