"""Processes are killed while people write: nothing taken is lost. The short form of bench.drill.kills."""

import random
from pathlib import Path

import pytest

from bench.drill.kills import aftermath

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.mark.timeout(900)
def test_three_kills_lose_nothing_that_was_taken_and_the_index_equals_the_database(tmp_path: Path) -> None:
    result = aftermath(tmp_path, 3, random.Random(3), 3)
    assert result.taken
    assert result.lost == []
    assert result.doubled == []
    assert max(result.refused, default=0) < 500
    assert result.found["index_seconds"] < float("inf")
    assert result.found["bad_files"] == []
    assert result.found["mails_doubled"] == 0
