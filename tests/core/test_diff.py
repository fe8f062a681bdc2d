import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.diff import Change, compare

SENTENCE = "the network of cities and towns shares a good practice on street work with young people in their own words"
WORDS = SENTENCE.split()


def text_of(changes: list[Change], *kinds: str) -> str:
    return "".join(change.text for change in changes if change.kind in kinds)


def assert_true(old: str, new: str, changes: list[Change]) -> None:
    assert text_of(changes, "kept", "removed") == old
    assert text_of(changes, "kept", "added") == new
    assert all(change.text for change in changes)
    kinds = [change.kind for change in changes]
    assert all(one != other for one, other in pairwise(kinds))
    assert ("added", "removed") not in pairwise(kinds)


def seconds(old: str, new: str) -> float:
    began = time.process_time()
    assert_true(old, new, compare(old, new))
    return time.process_time() - began


def many_words(number: int, seed: int, line: int = 0) -> str:
    chance = random.Random(seed)
    words = (chance.choice(WORDS) + ("\n\n" if line and place % line == 0 else " ") for place in range(1, number + 1))
    return "".join(words)


def test_a_changed_word_is_shown_within_its_sentence() -> None:
    old, new = "We met in Gent on a sunny day.", "We met in Brugge on a sunny day."
    assert compare(old, new) == [
        Change("kept", "We met in "),
        Change("removed", "Gent "),
        Change("added", "Brugge "),
        Change("kept", "on a sunny day."),
    ]


def test_an_added_paragraph_leaves_the_others_whole() -> None:
    assert compare("One.\n\nThree.\n", "One.\n\nTwo.\n\nThree.\n") == [
        Change("kept", "One.\n\n"),
        Change("added", "Two.\n\n"),
        Change("kept", "Three.\n"),
    ]


def test_equal_texts_are_kept_whole_however_long() -> None:
    assert compare("", "") == []
    assert compare("One.\n", "One.\n") == [Change("kept", "One.\n")]
    assert compare("a" * 300_000, "a" * 300_000) == [Change("kept", "a" * 300_000)]


def test_from_nothing_all_is_added_and_to_nothing_all_is_removed() -> None:
    assert compare("", "One\ntwo") == [Change("added", "One\ntwo")]
    assert compare("One\ntwo", "") == [Change("removed", "One\ntwo")]


def test_a_rewritten_paragraph_is_replaced_as_a_whole() -> None:
    old, new = "Kept.\nAll words here are of the old kind.\n", "Kept.\nNothing that stood before is left, of course.\n"
    assert [change.kind for change in compare(old, new)] == ["kept", "removed", "added"]


def test_a_single_word_kept_between_two_changes_is_no_crumb_to_stumble_over() -> None:
    changes = compare("begin now one and two then go on to the end", "begin now three and four then go on to the end")
    assert changes[1:3] == [Change("removed", "one and two "), Change("added", "three and four ")]


def test_changed_white_space_is_a_change_too() -> None:
    assert_true("a b\n\nc", "a  b\nc", compare("a b\n\nc", "a  b\nc"))
    assert len(compare("a b\n\nc", "a  b\nc")) > 1


@given(st.text("ab \n"), st.text("ab \n"))
def test_the_changes_make_up_both_texts(old: str, new: str) -> None:
    assert_true(old, new, compare(old, new))


@given(st.text(), st.text())
def test_the_changes_of_any_two_texts_make_up_both(old: str, new: str) -> None:
    assert_true(old, new, compare(old, new))


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_no_fewer_lines_could_have_changed(old: list[str], new: list[str]) -> None:
    lines = compare("".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new))
    assert text_of(lines, "kept").count("\n") == longest_common(old, new)


def longest_common(old: list[str], new: list[str]) -> int:
    lengths = [0] * (len(new) + 1)
    for one in old:
        diagonal = 0
        for place, other in enumerate(new, start=1):
            best = diagonal + 1 if one == other else max(lengths[place], lengths[place - 1])
            diagonal, lengths[place] = lengths[place], best
    return lengths[-1]


def test_a_long_text_with_a_few_changes_takes_no_time() -> None:
    old = many_words(3_000, seed=1, line=60)
    new = old.replace("street work", "outreach", 5).replace("good", "best", 3)
    assert seconds(old, new) < 0.5


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (many_words(3_000, 1), many_words(3_000, 2)),
        (many_words(20_000, 1, line=40), many_words(20_000, 2, line=40)),
        (many_words(20_000, 1, line=1), many_words(20_000, 2, line=1)),
        ("a " * 60_000, "a " * 59_000 + "b " * 1_000),
        ("a\n" * 20_000, "b\n" + "a\n" * 19_000),
        ("a b " * 30_000, "b a " * 30_000),
        ("a\nb\n" * 12_000, "b\nc\na\n" * 8_000),
        ("x" * 120_000, "y" * 120_000),
        ("\n" * 50_000, " " * 50_000),
        ("a " * 50_000 + "\n" + "b " * 12_000, "b " * 12_000 + "\n" + "a " * 50_000),
    ],
    ids=lambda text: text[:8].strip() or "blank",
)
def test_no_pair_of_texts_keeps_the_server_busy(old: str, new: str) -> None:
    assert seconds(old, new) < 30  # 1 at most where nobody measures coverage


def test_many_rewritten_passages_together_do_not_keep_the_server_busy_either() -> None:
    old, new = ("".join(f"{place}\n{many_words(1_500, place + seed)}\n" for place in range(12)) for seed in (0, 50))
    assert seconds(old, new) < 30  # 1 at most where nobody measures coverage


def test_texts_beyond_the_limit_are_replaced_unread() -> None:
    old, new = "a" * 125_001, "b" + "a" * 125_000
    assert compare(old, new) == [Change("removed", old), Change("added", new)]
