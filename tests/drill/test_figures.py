"""What the drills print, and when they say that a promise is missed."""

from bench.drill.figure import Figure, part_of, table
from bench.drill.kills import Aftermath, figures
from bench.drill.overload import Overload
from bench.drill.overload import figures as overload_figures


def found(**other: object) -> dict[str, object]:
    """What a site holds that lost nothing."""
    nothing = {"index_seconds": 1.0, "index": "equal", "comment": ["w1"], "post": [], "upload": [], "bad_files": []}
    return {**nothing, "mails": 0, "mails_doubled": 0, **other}


def verdicts(taken: list[tuple[str, str]], **other: object) -> list[bool]:
    return [one.is_kept for one in figures(Aftermath(taken=taken, found=found(**other)))]


def test_a_table_says_what_was_missed() -> None:
    assert table([Figure("p", "0", "1", False)]).splitlines()[-1] == "| p | 0 | 1 | **MISSED** |"


def test_a_share_of_nothing_is_endless() -> None:
    assert part_of([3.0, 1.0, 2.0], 0.5) == 2.0
    assert part_of([], 0.5) == float("inf")


def test_what_was_taken_and_is_not_there_is_lost() -> None:
    assert verdicts([("comment", "w1")]) == [True, True, True, True]
    assert verdicts([("comment", "w1"), ("comment", "w2")]) == [False, True, True, True]
    assert verdicts([]) == [False, True, True, True]
    assert verdicts([("comment", "w1")], post=["w3", "w3"]) == [False, True, True, True]
    assert verdicts([("comment", "w1")], index_seconds=9.0, bad_files=["x"], mails_doubled=1) == [True] + [False] * 3


def test_a_refusal_without_a_word_when_to_return_misses_the_promise() -> None:
    good = Overload([(200, 0.1, False), (503, 0.1, True)], 1.0, 1.0, 0.5, [0.1])
    assert [one.is_kept for one in overload_figures(good)] == [True] * 4
    bad = Overload([(200, 2.1, False), (503, 0.1, False)], 1.0, 1.0, 99, [float("inf")])
    assert [one.is_kept for one in overload_figures(bad)] == [False] * 4
