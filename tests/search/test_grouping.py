"""Translations of one another are one result: for whom, in which language, and what is counted then."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from forum.library.models import Post
from forum.library.operations import curating
from forum.search.engine import FACETS, Query
from forum.search.engines.whoosh import WhooshEngine
from forum.search.finding import Found, Wish, find_posts
from forum.search.service import current_engine
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post
from tests.search.documents import MEMBERS, PUBLIC, ask, document


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    made = WhooshEngine(tmp_path / "index")
    made.rebuild([], lambda _indexed: ((), ()))
    yield made
    made.close()


def test_a_text_and_its_translations_are_one_hit_where_the_best_of_them_stands(engine: WhooshEngine) -> None:
    engine.index(
        [
            document(1, "Bakkerij", "brood", language="nl"),
            document(2, "Bakkerij met een tuin", "brood bakkerij", language="nl"),
            document(3, "Boulangerie", "bakkerij", language="fr", group=1),
        ]
    )
    hits = ask(engine, "bakkerij", grouped=True, language="nl", facets=("language",))
    assert hits.ids == [1, 2]
    assert hits.total == 2
    assert hits.siblings == {1: (3,)}
    assert hits.facets == {"language": {"nl": 2, "fr": 1}}


def test_groups_are_whole_across_commits_and_pages(engine: WhooshEngine) -> None:
    for number in range(1, 7):
        engine.index([document(number, f"Bakery {number}")])
    for number in range(1, 7):
        engine.index([document(10 + number, f"Bakery {number}", language="de", group=number)])
    pages = [ask(engine, "bakery", grouped=True, language="en", offset=offset, limit=2) for offset in (0, 2, 4, 6)]
    assert [number for page in pages for number in page.ids] == [6, 5, 4, 3, 2, 1]
    assert {page.total for page in pages} == {6}


def test_a_group_shows_the_readers_language_only_where_it_may_be_seen_and_meets_the_filters(
    engine: WhooshEngine,
) -> None:
    engine.index(
        [
            document(1, "Une boulangerie", language="fr"),
            document(2, "Een bakkerij", language="nl", group=1),
            document(3, "Eine Bäckerei", language="de", group=1, audience=("members",)),
        ]
    )
    assert ask(engine, "une boulangerie solidaire OR boulangerie", grouped=True, language="nl").ids == [2]
    assert ask(engine, "boulangerie", PUBLIC, grouped=True, language="de").ids == [1]
    assert ask(engine, "boulangerie", PUBLIC, grouped=True, language="de").siblings == {1: (2,)}
    assert ask(engine, "boulangerie", MEMBERS, grouped=True, language="de").ids == [3]
    assert ask(engine, "boulangerie", grouped=True, language="nl", filters={"language": ("fr",)}).ids == [1]
    assert ask(engine, "boulangerie", grouped=True, language="nl", as_matched=True).ids == [1]
    assert ask(engine, "une boulangerie", grouped=True, language="nl").ids == [1], "its very title was asked for"


def test_a_translation_whose_original_is_gone_is_found_by_itself(engine: WhooshEngine) -> None:
    engine.index([document(1, "Bakery"), document(2, "Bakkerij", language="nl", group=1)])
    engine.remove([1])
    hits = ask(engine, "bakkerij", grouped=True, language="en")
    assert (hits.ids, hits.total, hits.siblings) == ([2], 1, {2: ()})


@pytest.mark.parametrize("seed", range(12))
def test_every_count_is_how_many_groups_the_value_leaves_when_it_is_chosen(engine: WhooshEngine, seed: int) -> None:
    chance = random.Random(seed)
    for start in range(1, 60, 20):
        engine.index(
            [
                document(
                    number, chance.choice(["Bakery", "Garden", "Bakery and garden"]), language=chance.choice(["en", "nl", "fr"]),
                    group=chance.choice([0, 0, chance.randint(1, 60)]), audience=(chance.choice(["public", "members"]),),
                    kind=(chance.choice(["practice", "news"]),), theme=tuple(chance.sample(["a", "b", "c"], chance.randint(0, 3))),
                )
                for number in range(start, start + 20)
            ]
        )  # fmt: skip
    chosen = chance.choice([{}, {"kind": ("news",)}, {"theme": ("a", "b")}, {"kind": ("news",), "theme": ("c",)}])
    for audience in (PUBLIC, MEMBERS):
        base = {"grouped": True, "filters": chosen, "language": "nl"}
        hits = ask(engine, "bakery", audience, facets=FACETS, limit=100, **base)
        alone = ask(engine, "bakery", audience, filters=chosen, limit=100)
        assert len(hits.ids) == hits.total <= alone.total
        shown = [*hits.ids, *(one for others in hits.siblings.values() for one in others)]
        assert len(shown) == len(set(shown))
        assert set(alone.ids) <= set(shown) <= set(engine.search(Query(audience, limit=100)).ids)
        for facet, counts in hits.facets.items():
            for value, number in counts.items():
                narrowed = ask(engine, "bakery", audience, **(base | {"filters": {**chosen, facet: (value,)}}))
                assert narrowed.total == number, (facet, value)


# For readers


@pytest.fixture
def library(search_index: SearchIndex, cast: Cast) -> dict[str, Post]:
    """A practice in three languages, the Italian one for members only."""
    dutch = make_post(cast.an, cast.sluis, title="Een bakkerij voor de wijk", language="nl")
    posts = {
        "nl": dutch,
        "fr": make_post(cast.an, cast.sluis, title="Un fournil", language="fr", translation_of_id=dutch.id),
        "it": make_post(
            cast.an, cast.sluis, title="Un forno", language="it", translation_of_id=dutch.id, visibility="members"
        ),
    }
    search_index.build()
    return posts


def find(cast: Cast, who: str, language: str, text: str = "", **more: tuple[str, ...]) -> Found:
    return find_posts(current_engine(), cast.actor(who), Wish(text, more, reader_language=language))


@pytest.mark.parametrize(
    ("who", "language", "shown", "others"),
    [
        ("visitor", "nl", "nl", ["fr"]),
        ("visitor", "fr", "fr", ["nl"]),
        ("visitor", "it", "nl", ["fr"]),
        ("chiara", "it", "it", ["fr", "nl"]),
        ("mia", "it", "it", ["fr", "nl"]),
        ("chiara", "nl", "nl", ["fr", "it"]),
    ],
)
def test_a_post_is_found_in_the_readers_language_and_says_which_others_there_are(
    library: dict[str, Post], cast: Cast, who: str, language: str, shown: str, others: list[str]
) -> None:
    found = find(cast, who, language, "bakkerij")
    assert [card.id for card in found.cards] == [library[shown].id]
    assert [one.language for one in found.translations[library[shown].id]] == others
    assert (found.total, found.facets["kind"]) == (1, {"practice": 1})


def test_a_translation_that_was_hidden_just_now_is_not_offered(library: dict[str, Post], cast: Cast) -> None:
    curating.hide_post(cast.actor("mia"), library["fr"].id, "spam")
    found = find(cast, "visitor", "fr", "bakkerij")
    assert [card.id for card in found.cards] == [library["nl"].id]
    assert not any(found.translations.values())


def test_the_texts_can_be_had_one_by_one(library: dict[str, Post], cast: Cast) -> None:
    wish = Wish(reader_language="nl", grouped=False)
    assert find_posts(current_engine(), cast.actor("chiara"), wish).total == 3
