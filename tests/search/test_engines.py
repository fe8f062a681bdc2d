"""What every engine must do. A new engine goes into ENGINES and passes all of this."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from forum.core.errors import Conflict
from forum.search.engine import FACETS, ConceptTag, Engine, IndexUnusable, Query, Translated, Word
from forum.search.engines.matching import MOST_WORDS_OFFERED
from forum.search.engines.none import NoneEngine
from forum.search.engines.whoosh import WhooshEngine
from forum.search.grammar import understand
from tests.search.documents import MEMBERS, PUBLIC, ask, document

pytestmark = pytest.mark.one_database

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "whoosh": lambda folder: WhooshEngine(folder / "index"),
    "none": lambda folder: NoneEngine(),
}
FINDING = ("whoosh",)


def unchanged(_indexed: object) -> tuple[tuple[()], tuple[()]]:
    return (), ()


@pytest.fixture(params=ENGINES)
def any_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = ENGINES[request.param](tmp_path)
    engine.rebuild([], unchanged)
    yield engine
    engine.close()


@pytest.fixture(params=FINDING)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WhooshEngine]:
    made = ENGINES[request.param](tmp_path)
    made.rebuild([], unchanged)
    yield made  # type: ignore[misc]
    made.close()


# Every engine


def test_an_engine_takes_in_and_forgets_without_complaint(any_engine: Engine) -> None:
    any_engine.index([document(1, "Bakery")])
    any_engine.index([], gone=[1, 99])
    any_engine.remove([1])
    any_engine.report("nothing")
    assert any_engine.revisions() == {}


def test_an_engine_finds_something_or_says_that_it_cannot(any_engine: Engine) -> None:
    any_engine.index([document(1, "Bakery")])
    if any_engine.health().is_well:
        assert any_engine.search(Query(PUBLIC)).ids == [1]
        assert any_engine.suggest("ba", PUBLIC) == ["bakery"]
    else:
        assert any_engine.health().trouble
        with pytest.raises(IndexUnusable):
            any_engine.search(Query(PUBLIC))
        with pytest.raises(IndexUnusable):
            any_engine.suggest("ba", PUBLIC)


def test_an_engine_may_be_closed_twice(any_engine: Engine) -> None:
    any_engine.close()
    any_engine.close()


# Finding


def test_all_words_must_be_there_in_title_or_text(engine: WhooshEngine) -> None:
    engine.index([document(1, "Bakery", "bread for people"), document(2, "Bakery", "cakes"), document(3, "Bread")])
    assert ask(engine, "bakery bread").ids == [1]


def test_a_word_in_the_title_counts_for_more(engine: WhooshEngine) -> None:
    engine.index([document(1, "Something else", "a bakery"), document(2, "Bakery", "something else")])
    hits = ask(engine, "bakery")
    assert hits.ids == [2, 1]
    assert hits.scores[0] > hits.scores[1] > 0


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("nl", "begeleidingen op de werkvloer", "begeleiding"),
        ("nl", "kringwinkels en maatwerkers", "kringwinkel maatwerker"),
        ("fr", "les entreprises d'insertion", "entreprise insertion"),
        ("de", "Beschäftigungen in Inklusionsbetrieben", "beschaftigung"),
        ("es", "inserción laboral de jóvenes", "joven insercion"),
        ("it", "cooperative sociali", "cooperativa"),
        ("en", "workshops for refugees", "workshop refugee"),
    ],
)
def test_a_word_is_found_in_other_forms_and_without_accents(
    engine: WhooshEngine, language: str, written: str, asked: str
) -> None:
    engine.index([document(1, written, language=language)])
    assert ask(engine, asked).ids == [1]


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("pt", "Apoio às crianças", "criança"),
        ("pl", "Spółdzielnie socjalne w Krakowie", "spółdzielnia"),
        ("fi", "Työpajat ja osuuskunnat", "osuuskunta"),
        ("sv", "Arbetsintegrerande företagen", "företag"),
        ("el", "Οι κοινωνικές επιχειρήσεις", "επιχείρηση"),
    ],
)
def test_every_language_that_has_a_stemmer_is_found_in_other_forms(
    engine: WhooshEngine, language: str, written: str, asked: str
) -> None:
    engine.index([document(1, written, language=language)])
    assert engine.languages() == (language,)
    assert ask(engine, asked).ids == [1]


def test_a_language_without_stemmer_is_found_by_its_words(engine: WhooshEngine) -> None:
    engine.index([document(1, "Socialno podjetništvo in zaposlovanje", language="sl")])
    assert ask(engine, "podjetnistvo").ids == [1]


def test_a_phrase_is_its_words_in_order_within_one_passage(engine: WhooshEngine) -> None:
    engine.index(
        [document(1, "Work integration"), document(2, "Integration of work"), document(3, "Work", "integration")]
    )
    assert ask(engine, '"work integration"').ids == [1]


def test_a_phrase_may_repeat_a_word(engine: WhooshEngine) -> None:
    engine.index([document(1, text="step by step by step"), document(2, text="step by day")])
    assert ask(engine, '"step by step"').ids == [1]


def test_a_minus_leaves_out_and_OR_offers_a_choice(engine: WhooshEngine) -> None:
    engine.index(
        [document(1, "Bakery"), document(2, "Laundry"), document(3, "Bakery and laundry"), document(4, "Garden")]
    )
    assert set(ask(engine, "bakery OR laundry").ids) == {1, 2, 3}
    assert ask(engine, "bakery -laundry").ids == [1]
    assert set(ask(engine, "-bakery").ids) == {2, 4}


def test_what_is_not_wanted_does_not_change_the_score(engine: WhooshEngine) -> None:
    engine.index([document(1, "Bakery"), document(2, "Laundry")])
    assert ask(engine, "bakery -laundry").scores == ask(engine, "bakery").scores


def test_a_beginning_finds_every_word_that_begins_so(engine: WhooshEngine) -> None:
    engine.index(
        [document(1, "Maatwerkbedrijf", language="nl"), document(2, "Maatwerk", language="nl"), document(3, "Maat")]
    )
    assert set(ask(engine, "maatwerk*").ids) == {1, 2}


def test_nothing_asked_is_everything_the_newest_first(engine: WhooshEngine) -> None:
    engine.index([document(1, published=30), document(2, published=10), document(3, published=20)])
    assert engine.search(Query(PUBLIC, sort="newest")).ids == [1, 3, 2]
    assert engine.search(Query(PUBLIC, sort="oldest")).ids == [2, 3, 1]


def test_pages_follow_one_another_without_gaps(engine: WhooshEngine) -> None:
    engine.index([document(number, "Bakery") for number in range(1, 8)])
    pages = [ask(engine, "bakery", offset=offset, limit=3).ids for offset in (0, 3, 6, 9)]
    assert [number for page in pages for number in page] == [7, 6, 5, 4, 3, 2, 1]
    assert ask(engine, "bakery", offset=6, limit=3).total == 7


# Facets


def test_facets_count_what_was_found(engine: WhooshEngine) -> None:
    engine.index(
        [
            document(1, "Bakery", kind=("practice",), theme=("food", "green")),
            document(2, "Bakery", kind=("news",), theme=("food",)),
            document(3, "Laundry", kind=("news",)),
        ]
    )
    facets = ask(engine, "bakery", facets=("kind", "theme", "year")).facets
    assert facets == {"kind": {"practice": 1, "news": 1}, "theme": {"food": 2, "green": 1}, "year": {}}


def test_a_facet_counts_under_all_filters_but_its_own(engine: WhooshEngine) -> None:
    engine.index(
        [
            document(1, kind=("practice",), country=("BE",)),
            document(2, kind=("practice",), country=("NL",)),
            document(3, kind=("news",), country=("BE",)),
        ]
    )
    hits = engine.search(Query(PUBLIC, filters={"kind": ("practice",), "country": ("BE",)}, facets=("kind", "country")))
    assert hits.ids == [1]
    assert hits.facets == {"kind": {"practice": 1, "news": 1}, "country": {"BE": 1, "NL": 1}}


def test_several_values_of_a_filter_mean_or(engine: WhooshEngine) -> None:
    engine.index([document(1, kind=("practice",)), document(2, kind=("news",)), document(3, kind=("policy",))])
    assert engine.search(Query(PUBLIC, filters={"kind": ("practice", "news")})).total == 2
    assert engine.search(Query(PUBLIC, filters={"kind": ("unheard-of",)})).total == 0


# Visibility


def test_nobody_sees_beyond_their_audience(engine: WhooshEngine) -> None:
    engine.index(
        [
            document(1, "Open bakery", kind=("practice",)),
            document(2, "Closed bakehouse", kind=("news",), audience=("members",)),
            document(3, "Own bakestone", kind=("policy",), audience=("organisation:3",)),
        ]
    )
    for audience, seen in (
        (PUBLIC, {1}),
        (MEMBERS, {1, 2}),
        (MEMBERS | {"organisation:3"}, {1, 2, 3}),
        (frozenset(), set()),
    ):
        hits = engine.search(Query(frozenset(audience), facets=FACETS))
        assert set(hits.ids) == seen
        assert hits.total == len(seen) == sum(hits.facets["kind"].values())
    assert engine.suggest("bake", PUBLIC) == ["bakery"]
    assert set(engine.suggest("bake", MEMBERS)) == {"bakery", "bakehouse"}


def test_what_a_query_does_without_leaves_no_trace(engine: WhooshEngine) -> None:
    engine.index([document(1, "Bakery", kind=("practice",)), document(2, "Bakehouse", kind=("news",))])
    hits = engine.search(Query(PUBLIC, facets=("kind",), without=frozenset({2})))
    assert (hits.ids, hits.total, hits.facets) == ([1], 1, {"kind": {"practice": 1}})
    assert engine.suggest("bake", PUBLIC, frozenset({2})) == ["bakery"]


# Suggestions


def test_suggestions_keep_their_accents_and_find_words_without(engine: WhooshEngine) -> None:
    engine.index([document(1, "Économie sociale", language="fr"), document(2, "Économie verte", language="fr")])
    assert engine.suggest("eco", PUBLIC) == ["économie"]
    assert engine.suggest("xyz", PUBLIC) == []


def test_a_frequent_word_is_suggested_among_very_many_that_begin_so(engine: WhooshEngine) -> None:
    rare = [document(number, f"bread{number:03}") for number in range(1, MOST_WORDS_OFFERED + 50)]
    engine.index([*rare, document(998, "breadwinner"), document(999, "Breadwinner")])
    assert engine.suggest("bread", PUBLIC)[0] == "breadwinner"
    assert len(engine.suggest("bread", PUBLIC, limit=5)) == 5


# Changing


def test_a_document_replaces_the_former_one(engine: WhooshEngine) -> None:
    engine.index([document(1, "Bakery"), document(2, "Garden")])
    engine.index([document(1, "Laundry", revision=2)])
    assert ask(engine, "bakery").total == 0
    assert ask(engine, "laundry").ids == [1]
    assert engine.revisions() == {1: 2, 2: 1}
    assert engine.health().documents == 2


def test_many_small_changes_leave_few_files(engine: WhooshEngine) -> None:
    for number in range(40):
        engine.index([document(number % 10, f"Bakery {number}", revision=number)])
    assert engine.revisions() == {number: 30 + number for number in range(10)}
    assert ask(engine, "bakery").total == 10
    assert len(engine.snapshot().leaves) < 10


def test_an_empty_change_changes_nothing(engine: WhooshEngine) -> None:
    before = engine.snapshot()
    engine.index([], gone=[7])
    assert engine.snapshot() is before


def test_another_process_sees_a_commit_at_once(engine: WhooshEngine, tmp_path: Path) -> None:
    reader = WhooshEngine(tmp_path / "index")
    assert reader.search(Query(PUBLIC)).total == 0
    engine.index([document(1)])
    assert reader.search(Query(PUBLIC)).total == 1
    engine.rebuild([document(2), document(3)], unchanged)
    assert set(reader.search(Query(PUBLIC)).ids) == {2, 3}


def test_a_second_writer_is_refused_with_a_sentence(engine: WhooshEngine, tmp_path: Path) -> None:
    other = WhooshEngine(tmp_path / "index")
    other.folder.patience = 0.05
    with engine.folder.writing(), pytest.raises(Conflict, match="Another process is writing the search index"):
        other.index([document(1)])
    with engine.folder.building(), pytest.raises(Conflict, match="Another process is writing the search index"):
        other.rebuild([], unchanged)
    other.index([document(1)])


def test_searching_goes_on_while_the_index_is_built_anew(engine: WhooshEngine) -> None:
    engine.index([document(number, "Bakery") for number in range(50)])
    totals: set[int] = set()
    done = threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            totals.add(ask(engine, "bakery").total)

    thread = threading.Thread(target=keep_asking)
    thread.start()
    for _round in range(3):
        engine.rebuild([document(number, "Bakery") for number in range(50)], unchanged)
        engine.index([document(7, "Bakery", revision=2)])
    done.set()
    thread.join()
    assert totals == {50}


def test_what_changed_during_a_build_is_caught_up_before_the_switch(engine: WhooshEngine) -> None:
    told = {}

    def catch_up(indexed: dict[int, int]) -> tuple[list[object], list[int]]:
        told.update(indexed)
        return [document(1, "Laundry", revision=2), document(4, "Garden")], [2]

    engine.rebuild([document(1, "Bakery"), document(2), document(3)], catch_up)  # type: ignore[arg-type]
    assert told == {1: 1, 2: 1, 3: 1}
    assert engine.revisions() == {1: 2, 3: 1, 4: 1}


def test_a_build_that_fails_leaves_the_old_index_and_no_rubbish(engine: WhooshEngine, tmp_path: Path) -> None:
    engine.index([document(1)])

    def broken() -> Iterator[object]:
        yield document(2)
        raise ValueError("the database went away")

    with pytest.raises(ValueError, match="went away"):
        engine.rebuild(broken(), unchanged)  # type: ignore[arg-type]
    assert engine.revisions() == {1: 1}
    assert len(list((tmp_path / "index").glob("build-*"))) == 1


# Hostile input


@pytest.mark.parametrize(
    "text",
    [
        "w* " * 500,
        "?????? [a TO z] title:*",
        " OR ".join(f"word{number}" for number in range(5000)),
        "(" * 2000 + "x" + ")" * 2000,
        "NOT " * 500,
        '"' * 999,
        '"a b" ' * 300,
        "\x00\x1f\ud800 bakery",
        "a" * 10_000,
        "‮" * 200 + "bakery",
        json.dumps({"q": "*"}),
    ],
)
def test_a_hostile_query_is_answered_quickly(engine: WhooshEngine, text: str) -> None:
    engine.index([document(number, f"Bakery {number}", "step by step a b a b") for number in range(30)])
    assert ask(engine, text).total >= 0


# Spelling


def test_a_word_with_a_slip_or_two_has_near_words(engine: WhooshEngine) -> None:
    engine.index([document(1, "Bakery and laundry"), document(2, "Employment"), document(3, "Bakers")])
    assert engine.near_words("bakrey", PUBLIC, "en") == ["bakery"]
    assert engine.near_words("employmnet", PUBLIC, "en") == ["employment"]
    assert engine.near_words("emplpoymeent", PUBLIC, "en") == ["employment"]
    assert engine.near_words("lqundry", PUBLIC, "en") == ["laundry"]
    assert engine.near_words("xaundry", PUBLIC, "en") == ["laundry"]
    assert engine.near_words("bkr", PUBLIC, "en") == []


def test_near_words_are_written_with_their_accents(engine: WhooshEngine) -> None:
    engine.index([document(1, "La inserción", language="es")])
    assert engine.near_words("insersion", PUBLIC, "es") == ["inserción"]


def test_near_words_of_the_readers_language_come_first(engine: WhooshEngine) -> None:
    engine.index([document(1, "formation", language="fr"), document(2, "formatien", language="nl")])
    assert engine.near_words("formatin", PUBLIC, "nl")[0] == "formatien"
    assert engine.near_words("formatin", PUBLIC, "fr")[0] == "formation"


def test_a_word_of_hidden_posts_is_never_near(engine: WhooshEngine) -> None:
    engine.index(
        [document(1, "Redundancies", audience=("organisation:1",)), document(2, "Gone"), document(3, "Laundry")]
    )
    assert engine.near_words("redundancis", PUBLIC, "en") == []
    assert engine.near_words("laundr", PUBLIC, "en", without=frozenset({3})) == []


# Order


def test_a_title_that_is_the_query_comes_first(engine: WhooshEngine) -> None:
    many = "support for refugees " * 5
    engine.index([document(1, f"{many} Support refugees", many), document(2, "Support for Refugees", "little more")])
    assert ask(engine, "support for refugees").ids == [2, 1]


def test_of_equal_matches_what_was_reviewed_comes_first_then_what_is_fresh(engine: WhooshEngine) -> None:
    year = 365 * 24 * 3600
    engine.index(
        [
            document(1, "Bakery", published=10 * year, review=("new",)),
            document(2, "Bakery", published=5 * year, review=("new",)),
            document(3, "Bakery", published=9 * year, review=("reviewed",)),
        ]
    )
    assert ask(engine, "bakeries").ids == [3, 1, 2]


def test_a_much_better_match_stays_first_although_it_is_old(engine: WhooshEngine) -> None:
    year = 365 * 24 * 3600
    engine.index(
        [
            document(1, "Bread for the school", "bakery bakery bakery", published=20 * year, review=("recommended",)),
            document(2, "A bakery for all", "bakery", published=year, review=("new",)),
        ]
    )
    assert ask(engine, "bakery").ids == [2, 1]


# Some of the words


def lenient(engine: WhooshEngine, text: str) -> list[int]:
    """What is found where some of the words are enough."""
    return ask(engine, text, is_lenient=True).ids


def test_what_has_some_of_the_words_follows_what_has_all(engine: WhooshEngine) -> None:
    engine.index([document(1, "Bread bread"), document(2, text="bread, and a bakery"), document(3, "Cakes")])
    assert lenient(engine, "bakery bread") == [2, 1]
    assert ask(engine, "bakery bread").ids == [2]


def test_a_rare_word_alone_is_enough_and_a_common_one_is_not(engine: WhooshEngine) -> None:
    often = [document(number, text="people work") for number in range(1, 60)]
    engine.index([*often, document(90, "Kiln"), document(91, "Kiln for people")])
    assert lenient(engine, "kiln people") == [91, 90]
    assert lenient(engine, "kiln giraffe") == [90, 91]
    assert lenient(engine, "giraffe zebra") == []


def test_what_is_not_wanted_stays_out_where_some_words_are_enough(engine: WhooshEngine) -> None:
    engine.index([document(1, "Bread"), document(2, "Bread", "with raisins")])
    assert lenient(engine, "bread bakery -raisins") == [1]


# Compounds


def test_both_words_of_a_compound_find_it_in_a_language_that_makes_such_words(engine: WhooshEngine) -> None:
    engine.index(
        [
            document(1, text="We sorteren textiel in vijf taken", language="nl"),
            document(2, "Textielsorteren", language="nl"),
            document(3, text="textiel sorteren", language="es"),
            document(4, text="alleen textiel", language="nl"),
        ]
    )
    assert [part for group in understand("textielsorteren").in_parts().wanted for part in group][1:]
    asked = understand("textielsorteren").in_parts()
    assert engine.search(Query(PUBLIC, asked.wanted)).ids == [2, 1]
    assert ask(engine, "textielsorteren").ids == [2]


def test_a_part_of_a_compound_finds_it_where_the_index_was_told(engine: WhooshEngine) -> None:
    whole = replace(document(1, "Lohnkostenzuschuss", language="de"), stems={"parts": ["lohn", "kost", "zuschuss"]})
    engine.index([whole, document(2, "Zuschuss", language="de")])
    assert ask(engine, "Zuschuss").ids == [2, 1]


def test_of_equal_matches_the_readers_own_language_comes_first_and_never_alone(engine: WhooshEngine) -> None:
    engine.index([document(1, "Inclusion", language="fr"), document(2, "Inclusion", language="de", published=2)])
    assert ask(engine, "inclusions", language="fr").ids == [1, 2]
    assert ask(engine, "inclusions", language="de").ids == [2, 1]


# Translations


def translated(engine: WhooshEngine, *stems: str, languages: tuple[str, ...] = ("fr",)) -> list[int]:
    return engine.search(Query(PUBLIC, ((Translated(stems, languages),),))).ids


def test_a_translation_is_found_in_its_languages_only(engine: WhooshEngine) -> None:
    engine.index([document(number, "Pain", language=code) for number, code in enumerate(("fr", "en", "it"), start=1)])
    assert translated(engine, "pain") == [1]
    assert translated(engine, "pain", languages=("en", "fr")) == [2, 1]
    assert translated(engine, "pain", languages=("zz",)) == []


def test_all_words_of_a_translation_must_be_there_in_whatever_field(engine: WhooshEngine) -> None:
    engine.index([document(1, "Pain", "blanc", language="fr"), document(2, "Pain", language="fr")])
    assert translated(engine, "pain", "blanc") == [1]


def test_a_translation_counts_for_less_than_the_word_and_than_a_concept(engine: WhooshEngine) -> None:
    titles = {"Boulangerie": "bread", "Pain": "other", "Brood": "another"}
    named = [replace(document(number, title), concepts=(key,)) for number, (title, key) in enumerate(titles.items(), 1)]
    engine.index([replace(one, keywords={**one.keywords, "language": ("fr",)}) for one in named])
    word, concept, translation = Word(("brood",)), ConceptTag("bread"), Translated(("pain",), ("fr",))
    assert engine.search(Query(PUBLIC, ((translation, concept, word),))).ids == [3, 1, 2]


def test_a_translation_nobody_may_see_is_not_found(engine: WhooshEngine) -> None:
    engine.index([document(1, "Pain", language="fr", audience=("members",))])
    assert translated(engine, "pain") == []


def test_a_translation_is_counted_in_what_the_audience_may_see_in_its_languages(engine: WhooshEngine) -> None:
    engine.index(
        [
            document(1, "Pain", "blanc", language="fr"),
            document(2, "Pain", language="fr"),
            document(3, "Pain", language="it"),
            document(4, "Pain", language="fr", audience=("members",)),
        ]
    )
    parts = [Translated(("pain",), ("fr",)), Translated(("pain", "blanc"), ("fr",)), Translated(("brot",), ("de",))]
    assert engine.numbers_of(parts, PUBLIC) == [2, 1, 0]
    assert engine.numbers_of(parts, MEMBERS, without=frozenset({1})) == [2, 0, 0]
    engine.remove([2])
    assert engine.numbers_of(parts, PUBLIC) == [1, 1, 0]


def test_languages_come_in_the_order_of_their_texts(engine: WhooshEngine) -> None:
    engine.index(
        [document(number, "Pain", language=code) for number, code in enumerate(("it", "fr", "fr", "de"), start=1)]
    )
    assert engine.languages() == ("fr", "de", "it")
