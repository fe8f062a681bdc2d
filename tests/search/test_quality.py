"""The judged set is sound, its measures reckon right, and what it asks is found well enough."""

import json
from collections import Counter
from math import log2

import pytest

from bench.measures import has_good, ndcg, recall, reciprocal_rank
from bench.quality import ask, judged_queries, means
from forum.core.languages import INTERFACE_LANGUAGES
from forum.interop.demonstration import FILE, load_demonstration

GRADES = {"a": 3, "b": 2, "c": 1}
BEST = 7 / log2(2) + 3 / log2(3) + 1 / log2(4)
FLOORS = {"same nDCG": 0.92, "across recall": 0.78}  # without dictionaries


@pytest.mark.parametrize(
    ("ranking", "at", "value"),
    [
        ("abc", 10, 1.0),
        ("ab", 2, 1.0),
        ("b", 1, 3 / 7),
        ("xa", 10, 7 / log2(3) / BEST),
        ("cxb", 10, (1 + 3 / log2(4)) / BEST),
        ("xxa", 2, 0.0),
        ("", 10, 0.0),
    ],
)
def test_ndcg(ranking: str, at: int, value: float) -> None:
    assert ndcg(ranking, GRADES, at) == pytest.approx(value)


def test_reciprocal_rank_and_recall_count_what_is_good_only() -> None:
    assert [reciprocal_rank(ranking, GRADES) for ranking in ("ab", "ca", "xcb", "c", "")] == [1, 1 / 2, 1 / 3, 0, 0]
    assert [recall(ranking, GRADES, 2) for ranking in ("ab", "ac", "cxab", "")] == [1, 1 / 2, 0, 0]
    assert has_good(GRADES)
    assert not has_good({"c": 1})


def test_without_anything_good_the_measures_are_nought() -> None:
    assert (ndcg("a", {}), reciprocal_rank("a", {}), recall("a", {})) == (0, 0, 0)


def test_the_judged_set_fits_the_demonstration_network() -> None:
    posts = [line for line in map(json.loads, FILE.read_text(encoding="utf-8").splitlines()) if line["type"] == "post"]
    languages = {post["ref"]: post["language"] for post in posts if post["status"] == "published"}
    every = judged_queries()
    assert {one.query for one in every if not has_good(one.grades)} == set()
    for one in every:
        assert {languages[ref] for ref in one.same} <= {one.language}, one.query
        assert one.language not in {languages[ref] for ref in one.across}, one.query
        assert set(one.grades.values()) <= {1, 2, 3}, one.query
    assert len({(one.language, one.query) for one in every}) == len(every)


def test_the_judged_set_asks_enough_in_every_language() -> None:
    every = judged_queries()
    number = Counter(one.language for one in every)
    assert set(number) == set(INTERFACE_LANGUAGES)
    assert min(number.values()) >= 12
    about = Counter(name for one in every for name in one.about)
    assert about["compound"] >= 8
    assert {"typo", "acronym", "inflection", "question", "abroad"} <= set(about)


def test_a_third_is_held_out_and_wants_other_posts_than_the_rest() -> None:
    """Whoever tunes by the one may not have the answers to the other in hand."""
    every = judged_queries()
    assert 0.3 <= sum(one.held_out for one in every) / len(every) <= 0.36
    good = [({ref for ref, grade in one.grades.items() if grade >= 2}, one) for one in every]
    for refs, one in good:
        for others, other in good:
            is_alike = 2 * len(refs & others) >= len(refs | others)
            assert one.held_out == other.held_out or not is_alike, (one.query, other.query)


def test_what_people_type_is_found(app, search_index) -> None:
    load_demonstration()
    search_index.build()
    found = means(ask(judged_queries()))
    assert {name: found[name] >= floor for name, floor in FLOORS.items()} == dict.fromkeys(FLOORS, True), found
