"""What a reader finds, and what leaves no trace for those who may not see it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forum.core.db import db, transaction
from forum.core.languages import INTERFACE_LANGUAGES
from forum.library.models import Post
from forum.library.operations import curating
from forum.search.dictionaries.building import load_dictionaries
from forum.search.dictionaries.table import place_of_table
from forum.search.finding import ALL_WORDS_FIRST, ANY_WORDS, DEGRADED, FEW, Found, Wish, find_posts
from forum.search.service import current_engine, engine_for, use_engine
from forum.search.suggestions import suggestions
from forum.search.translating import MOST_WORDS
from forum.vocabulary.matcher import concepts_in
from forum.vocabulary.queries import vocabulary
from tests.conftest import Cast, SearchIndex
from tests.factories import make_comment, make_post
from tests.search.dictionaries.files import write_dictionary

READERS = {"visitor": 1, "noor": 1, "chiara": 2, "mia": 2, "an": 3, "bert": 3}


@pytest.fixture
def library(search_index: SearchIndex, cast: Cast) -> dict[str, Post]:
    """Three posts that say "bakkerij", for three audiences, and some that nobody finds."""
    posts = {
        visibility: make_post(
            cast.an, cast.sluis, title=f"Bakkerij {visibility}", summary=f"Een bakkerij, {visibility}.", language="nl",
            visibility=visibility,
        )
        for visibility in ("public", "members", "organisation")
    }  # fmt: skip
    for status in ("draft", "hidden", "declined", "withdrawn"):
        make_post(cast.an, cast.sluis, title=f"Bakkerij {status}", status=status, language="nl")
    search_index.build()
    return posts


def find(cast: Cast, who: str, text: str = "bakkerij", **filters: tuple[str, ...]) -> Found:
    return find_posts(current_engine(), cast.actor(who), Wish(text, filters))


@pytest.mark.parametrize(("who", "number"), READERS.items())
def test_everybody_finds_what_they_may_see(library: dict[str, Post], cast: Cast, who: str, number: int) -> None:
    found = find(cast, who)
    seen = {f"Bakkerij {visibility}" for visibility in ("public", "members", "organisation")[:number]}
    assert {card.title for card in found.cards} == seen
    assert found.total == number == sum(found.facets["kind"].values()) == sum(found.facets["organisation"].values())
    assert set(found.snippets) == set(found.scores) == {card.id for card in found.cards}
    assert all("<mark>bakkerij</mark>" in snippet.__html__() for snippet in found.snippets.values())


@pytest.mark.parametrize(("who", "number"), READERS.items())
def test_suggestions_come_from_what_one_may_see(library: dict[str, Post], cast: Cast, who: str, number: int) -> None:
    posts = {
        one.post_id for one in suggestions(current_engine(), cast.actor(who), "bakker", "nl") if one.type == "post"
    }
    assert posts == {post.id for post in list(library.values())[:number]}
    words = {one.text for one in suggestions(current_engine(), cast.actor(who), "orga", "nl") if one.type == "query"}
    assert words == ({"organisation"} if number == 3 else set())


def test_a_hidden_post_is_gone_at_once_before_the_index_hears_of_it(library: dict[str, Post], cast: Cast) -> None:
    curating.hide_post(cast.actor("mia"), library["members"].id, "spam")
    for who in ("chiara", "an", "mia"):
        found = find(cast, who)
        assert "Bakkerij members" not in {card.title for card in found.cards}
        assert found.total == len(found.cards) == sum(found.facets["kind"].values())
        assert not [one for one in suggestions(current_engine(), cast.actor(who), "memb", "nl") if one.type == "query"]


def test_a_post_that_became_internal_is_gone_at_once(library: dict[str, Post], cast: Cast) -> None:
    public = library["public"]
    with transaction():
        db.session.get_one(Post, public.id).visibility = "organisation"
    found = find(cast, "visitor")
    assert (found.cards, found.total) == ([], 0), "the second check corrects the total even without an event"
    assert find(cast, "an").total == 3


def test_the_archive_is_searched_only_when_asked_for(
    library: dict[str, Post], cast: Cast, search_index: SearchIndex
) -> None:
    curating.archive_post(cast.actor("an"), library["public"].id, "old")
    assert find(cast, "visitor").total == 0
    search_index.take_in()
    found = find(cast, "an")
    assert found.total == 2
    assert found.facets["status"] == {"published": 2, "archived": 1}
    assert [card.title for card in find(cast, "visitor", status=("archived",)).cards] == ["Bakkerij public"]
    assert find(cast, "an", status=("archived", "published")).total == 3


def test_when_no_post_has_all_words_some_do(library: dict[str, Post], cast: Cast) -> None:
    found = find(cast, "visitor", "bakkerij giraffe")
    assert found.total == 1
    assert found.notes == (ANY_WORDS,)
    assert find(cast, "visitor", "giraffe zebra").notes == ()


def test_where_few_posts_have_all_words_those_with_some_follow(
    library: dict[str, Post], cast: Cast, search_index: SearchIndex
) -> None:
    for title in ("Een oven", "Brood met oven"):
        make_post(cast.an, cast.sluis, title=title, language="nl")
    search_index.build()
    found = find(cast, "visitor", "brood oven")
    assert [card.title for card in found.cards] == ["Brood met oven", "Een oven"]
    assert (found.total, found.notes) == (2, (ALL_WORDS_FIRST,))
    for strict in ('"brood met" oven', "brood ove*", "brood title:oven", "brood oven -vlees"):
        assert [card.title for card in find(cast, "visitor", strict).cards] == ["Brood met oven"], strict
    newest = find_posts(current_engine(), cast.actor("visitor"), Wish("brood oven", sort="newest"))
    assert newest.total == 1


def test_a_filter_does_not_bring_posts_with_only_some_of_the_words(
    library: dict[str, Post], cast: Cast, search_index: SearchIndex
) -> None:
    for number in range(FEW):
        language = "nl" if number else "fr"
        make_post(cast.an, cast.sluis, title=f"Bakkerij oven {number}", language=language)
    search_index.build()
    found = find(cast, "visitor", "bakkerij oven")
    assert found.total == FEW
    assert find(cast, "visitor", "bakkerij oven", language=("fr",)).total == found.facets["language"]["fr"] == 1


def test_a_word_typed_without_its_accents_finds_those_with_them(cast: Cast, search_index: SearchIndex) -> None:
    make_post(cast.an, cast.sluis, title="La lavandería del barrio", language="es")
    search_index.build()
    assert [find(cast, "visitor", text).total for text in ("lavanderia", "lavandería", "lavanderias")] == [1, 1, 1]


def test_compounds_are_found_by_their_parts_and_by_other_compounds(cast: Cast, search_index: SearchIndex) -> None:
    make_post(cast.an, cast.sluis, title="Lohnkostenzuschuss", language="de")
    make_post(cast.an, cast.sluis, title="Lohn, Kosten und ein Zuschuss", language="de")
    search_index.build()
    assert find(cast, "visitor", "Zuschuss").cards[-1].title == "Lohnkostenzuschuss"
    assert find(cast, "visitor", "Lohnzuschuss").total == 2


def test_a_theme_finds_what_is_below_it(search_index: SearchIndex, cast: Cast) -> None:
    below = make_post(cast.an, cast.sluis, themes=("job-coaching",))
    above = make_post(cast.an, cast.sluis, themes=("work-integration",))
    make_post(cast.an, cast.sluis, themes=("finance",))
    search_index.build()
    found = find(cast, "visitor", "", theme=("work-integration",))
    assert {card.id for card in found.cards} == {below.id, above.id}
    assert found.facets["theme"] == {"work-integration": 2, "job-coaching": 1, "finance": 1}


def test_a_passage_comes_from_details_too_and_a_name_gives_none(search_index: SearchIndex, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, details={"stage": "running", "what_went_wrong": "The oven broke."})
    search_index.build()
    assert find(cast, "visitor", "oven").snippets[post.id].__html__() == "The <mark>oven</mark> broke."
    found = find(cast, "visitor", "sluis")
    assert (found.total, found.snippets) == (1, {})


def test_finding_takes_as_many_statements_with_ten_comments_as_with_a_hundred(
    search_index: SearchIndex, cast: Cast, count_sql: Callable[[], Any]
) -> None:
    def statements() -> int:
        search_index.build()
        with count_sql() as issued:
            assert find(cast, "visitor", "workshop").total
        return len(issued)

    post = make_post(cast.an, cast.sluis)
    make_comment(post)
    few = statements()
    for _number in range(20):
        make_comment(make_post(cast.an, cast.sluis))
        make_comment(post)
    assert statements() == few <= 6


# Without an index


@pytest.fixture
def no_index(library: dict[str, Post]) -> dict[str, Post]:
    use_engine(engine_for("none:"))
    return library


@pytest.mark.parametrize(("who", "number"), READERS.items())
def test_without_an_index_the_database_answers(no_index: dict[str, Post], cast: Cast, who: str, number: int) -> None:
    found = find(cast, who)
    assert found.is_degraded
    assert found.notes == (DEGRADED,)
    assert found.total == len(found.cards) == number
    assert found.facets == {}


def test_without_an_index_filters_still_hold(no_index: dict[str, Post], cast: Cast) -> None:
    fitting = {
        "kind": "practice",
        "language": "nl",
        "organisation": str(cast.sluis.id),
        "country": "BE",
        "theme": "work-integration",
        "year": "2026",
    }
    other = {
        "kind": "news",
        "language": "fr",
        "organisation": str(cast.filo.id),
        "country": "IT",
        "theme": "finance",
        "target_group": "young-people",
        "year": "1999",
        "evidence": "2",
        "adopted": "tried",
        "status": "archived",
    }
    assert find(cast, "visitor", "", **{name: (value,) for name, value in fitting.items()}).total == 1
    for name, value in other.items():
        assert find(cast, "visitor", "", **{name: (value,)}).total == 0, name
    assert find(cast, "visitor", "", year=("0", "99999"), theme=("unheard-of",)).total == 0


def test_without_an_index_signs_of_LIKE_mean_nothing(no_index: dict[str, Post], cast: Cast) -> None:
    assert find(cast, "visitor", "%%%").total == 1
    assert find(cast, "visitor", "bakk%zz_").total == 0


def test_without_an_index_names_are_still_suggested(no_index: dict[str, Post], cast: Cast) -> None:
    found = suggestions(current_engine(), cast.actor("visitor"), "slui", "nl")
    assert [(one.text, one.type) for one in found] == [("De Sluis", "organisation")]


# Suggestions and concepts


def test_suggestions_complete_the_last_word_and_name_themes(library: dict[str, Post], cast: Cast) -> None:
    found = suggestions(current_engine(), cast.actor("visitor"), "een bakk", "nl")
    assert found[0].text == "een bakkerij"
    themes = [one for one in suggestions(current_engine(), cast.actor("visitor"), "finan", "en") if one.type == "theme"]
    assert themes[0].key == "finance"


@pytest.mark.parametrize("text", ["", "x", " ", "\x00\x01", "?!", "a" * 5000, '"', "- OR *"])
def test_any_text_may_be_completed(library: dict[str, Post], cast: Cast, text: str) -> None:
    assert len(suggestions(current_engine(), cast.actor("visitor"), text, "en")) <= 8


def test_a_closed_organisation_is_not_suggested(library: dict[str, Post], cast: Cast) -> None:
    with transaction():
        db.session.merge(cast.sluis).closed_at = library["public"].created_at
    assert not [
        one for one in suggestions(current_engine(), cast.actor("an"), "slui", "nl") if one.type == "organisation"
    ]


def test_a_word_of_one_language_finds_what_names_the_same_in_another(search_index: SearchIndex, cast: Cast) -> None:
    french = make_post(cast.an, cast.sluis, title="Une entreprise d'insertion à Lille", language="fr")
    german = make_post(cast.an, cast.sluis, title="Unser Inklusionsbetrieb in Leipzig", language="de")
    other = make_post(cast.an, cast.sluis, title="Eine Bäckerei", language="de")
    search_index.build()
    found = find_posts(current_engine(), cast.actor("an"), Wish("maatwerkbedrijf"))
    assert {card.id for card in found.cards} == {french.id, german.id}
    assert other.id not in {card.id for card in found.cards}
    assert found.concept_ids
    alone = find_posts(current_engine(), cast.actor("an"), Wish("maatwerkbedrijf", across_languages=False))
    assert (alone.cards, alone.concept_ids) == ([], ())


def test_what_has_the_very_words_comes_before_what_only_means_them(search_index: SearchIndex, cast: Cast) -> None:
    french = make_post(cast.an, cast.sluis, title="Une entreprise d'insertion", language="fr")
    dutch = make_post(cast.an, cast.sluis, title="Het maatwerkbedrijf van morgen", language="nl")
    search_index.build()
    found = find_posts(current_engine(), cast.actor("an"), Wish("maatwerkbedrijf"))
    assert [card.id for card in found.cards] == [dutch.id, french.id]


def test_an_acronym_is_a_concept_only_in_capitals(search_index: SearchIndex, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, title="Une entreprise d'insertion", language="fr")
    search_index.build()
    assert find_posts(current_engine(), cast.actor("an"), Wish("WISE")).total == 1
    assert find_posts(current_engine(), cast.actor("an"), Wish("wise")).total == 0


def test_a_broader_concept_finds_what_names_a_narrower_one(search_index: SearchIndex, cast: Cast) -> None:
    narrow = make_post(cast.an, cast.sluis, title="Jobcoaching op de werkvloer", language="nl")
    search_index.build()
    named = vocabulary().entries(concepts_in("Jobcoaching op de werkvloer", "nl"))
    above = vocabulary().ancestors(named[0].id)[0]
    found = find_posts(current_engine(), cast.actor("an"), Wish(above.labels["de"]))
    assert narrow.id in {card.id for card in found.cards}


def test_a_field_in_the_query_filters_like_a_tick(library: dict[str, Post], cast: Cast) -> None:
    assert find(cast, "an", "bakkerij kind:practice").total == find(cast, "an", kind=("practice",)).total == 3
    assert find(cast, "an", "bakkerij kind:research").total == 0
    assert find(cast, "an", "bakkerij org:sluis").total == 3
    assert find(cast, "an", "title:public").total == 1


@pytest.mark.parametrize("typed", ["mattwerkbedrijf", "maatwerkbedrif", "maatwrekbedrijf"])
def test_a_misspelt_word_finds_what_was_meant_in_every_language(
    search_index: SearchIndex, cast: Cast, typed: str
) -> None:
    french = make_post(cast.an, cast.sluis, title="Une entreprise d'insertion à Lille", language="fr")
    search_index.build()
    found = find_posts(current_engine(), cast.actor("an"), Wish(typed, reader_language="nl"))
    assert [card.id for card in found.cards] == [french.id]
    assert (found.text, found.corrected) == (typed, "maatwerkbedrijf")
    assert find_posts(current_engine(), cast.actor("an"), Wish(typed, as_written=True)).total == 0


def test_what_is_found_as_it_is_written_is_not_mended(library: dict[str, Post], cast: Cast) -> None:
    assert find(cast, "an", "bakkerij").corrected == ""
    assert find(cast, "an", "bakkerj public").corrected == "bakkerij public"
    assert find(cast, "an", "-bakkerj zzzz").corrected == ""


def test_nobody_is_led_to_a_word_they_may_not_read(search_index: SearchIndex, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, title="Ontslagronde", visibility="organisation", language="nl")
    search_index.build()
    for who, expected in (("visitor", ""), ("chiara", ""), ("an", "ontslagronde")):
        assert find(cast, who, "ontslagrode").corrected == expected


# Dictionaries


@pytest.fixture
def bikes(search_index: SearchIndex, cast: Cast, few_dictionaries: None) -> dict[str, Post]:
    """Posts about bicycles in three languages, the French one for members, and one that only looks like it."""
    posts = {
        "nl": make_post(cast.an, cast.sluis, title="Een fiets lenen", language="nl", visibility="public"),
        "en": make_post(cast.an, cast.sluis, title="A bike for all", language="en", visibility="public"),
        "fr": make_post(cast.an, cast.sluis, title="Un vélo pour tous", language="fr", visibility="members"),
        "false": make_post(cast.an, cast.sluis, title="Bike und mehr", language="de", visibility="public"),
    }
    search_index.build()
    return posts


def test_a_word_finds_its_translations_the_word_itself_first(bikes: dict[str, Post], cast: Cast) -> None:
    found = find(cast, "an", "fiets")
    assert [card.id for card in found.cards] == [bikes[name].id for name in ("nl", "fr", "en")] or [
        card.id for card in found.cards
    ] == [bikes[name].id for name in ("nl", "en", "fr")]
    assert {(one.text, one.languages) for one in found.wordings} == {("bike", ("en",)), ("vélo", ("fr",))}


def test_visibility_is_the_same_for_what_only_a_translation_finds(bikes: dict[str, Post], cast: Cast) -> None:
    found = {who: find(cast, who, "fiets") for who in ("visitor", "noor", "an")}
    assert [found[who].total for who in found] == [2, 2, 3]
    assert {who: {one.text for one in found[who].wordings} for who in found} == {
        "visitor": {"bike"}, "noor": {"bike"}, "an": {"bike", "vélo"}
    }  # fmt: skip


def test_of_several_translations_those_that_posts_have_are_looked_for(
    bikes: dict[str, Post], cast: Cast, search_index: SearchIndex
) -> None:
    make_post(cast.an, cast.sluis, title="My bicycle", language="en", visibility="public")
    make_post(cast.an, cast.sluis, title="A cycle", language="en", visibility="organisation")
    search_index.build()
    assert [one.text for one in find(cast, "visitor", "fiets").wordings] == ["bike", "bicycle"]


def test_without_meanings_there_are_no_translations(bikes: dict[str, Post], cast: Cast) -> None:
    alone = find_posts(current_engine(), cast.actor("an"), Wish("fiets", across_languages=False))
    assert ([card.id for card in alone.cards], alone.wordings) == ([bikes["nl"].id], ())


def test_a_post_that_only_has_a_translation_shows_where(
    search_index: SearchIndex, cast: Cast, few_dictionaries: None
) -> None:
    body = "Depuis dix ans. " * 30 + "Notre vélo roule."
    post = make_post(cast.an, cast.sluis, title="À Lille", body=body, language="fr", visibility="public")
    search_index.build()
    assert "<mark>vélo</mark>" in find(cast, "an", "fiets").snippets[post.id].__html__()


@pytest.mark.parametrize(
    "text",
    ['"fietsen"', "fie*", "fiets*", "title:fiets", "-fiets lenen", "lang:nl", "de", "met de Fiets", "WISE FIETS", "xyz", ""],
)  # fmt: skip
def test_quotes_fields_names_and_small_words_are_not_translated(bikes: dict[str, Post], cast: Cast, text: str) -> None:
    assert "bike" not in {one.text for one in find(cast, "an", text).wordings}


def test_what_a_concept_covers_is_not_translated(bikes: dict[str, Post], cast: Cast, tmp_path: Path) -> None:
    write_dictionary(tmp_path, "nld-eng", {"maatwerkbedrijf": "tailor", "fiets": "bike"})
    load_dictionaries(tmp_path, place_of_table(), INTERFACE_LANGUAGES)
    assert [one.text for one in find(cast, "an", "maatwerkbedrijf fiets").wordings] == ["bike", "vélo"]


def test_two_words_are_one_term_where_a_dictionary_says_so(
    bikes: dict[str, Post], cast: Cast, search_index: SearchIndex
) -> None:
    make_post(cast.an, cast.sluis, title="A second hand shop", language="en", visibility="public")
    make_post(cast.an, cast.sluis, title="The second, and a hand", language="de", visibility="public")
    search_index.build()
    found = {one.text: one.languages for one in find(cast, "an", "tweede hand fiets").wordings}
    assert found == {"second hand": ("en",), "bike": ("en",), "vélo": ("fr",)}


def test_the_readers_language_decides_what_a_word_of_two_languages_is(
    bikes: dict[str, Post], cast: Cast, search_index: SearchIndex, tmp_path: Path
) -> None:
    make_post(cast.an, cast.sluis, title="A saucepan", language="en", visibility="public")
    make_post(cast.an, cast.sluis, title="Une poêle", language="fr", visibility="public")
    search_index.build()
    write_dictionary(tmp_path, "nld-eng", {"pan": "saucepan"})
    write_dictionary(tmp_path, "eng-fra", {"pan": "poêle"})
    load_dictionaries(tmp_path, place_of_table(), INTERFACE_LANGUAGES)
    found = {
        language: find_posts(current_engine(), cast.actor("an"), Wish("pan", reader_language=language)).wordings
        for language in ("nl", "en")
    }
    assert {language: [one.text for one in wordings] for language, wordings in found.items()} == {
        "nl": ["saucepan"], "en": ["poêle"]
    }  # fmt: skip


def test_a_long_query_is_translated_in_part(bikes: dict[str, Post], cast: Cast) -> None:
    assert find(cast, "an", "abc " * MOST_WORDS + "fiets").wordings == ()
