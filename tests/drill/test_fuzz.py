"""Seeded nonsense over HTTP, by every role: the short form of bench.drill.fuzz, with another seed than its long form."""

import random
from pathlib import Path

import pytest

from bench.drill.fuzz import ROLES, fuzz
from bench.drill.mutations import Known, query_names

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.mark.timeout(900)
def test_nonsense_by_every_role_is_never_an_error_of_the_server(tmp_path: Path) -> None:
    answers = fuzz(tmp_path, number=300, seed=2026)
    assert answers.broken == []
    assert set(answers.roles) == set(ROLES)
    assert answers.statuses[200] > 20  # some of it made sense


def test_the_same_seed_asks_the_same() -> None:
    known = Known([("/posts/<int:post_id>", ["GET"]), ("/x", ["POST"])], query_names())
    first, second = (
        [str(known.wish("visitor", "", chance)) for _one in range(50)]
        for chance in (random.Random(1), random.Random(1))
    )
    assert first == second
