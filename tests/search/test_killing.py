"""Processes are killed while people write: nothing taken is lost, and the index equals the database. See bench.durability."""

import random
from pathlib import Path

import pytest

from bench.durability import run

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.mark.timeout(600)
def test_three_killed_processes_leave_an_index_that_equals_the_database(tmp_path: Path) -> None:
    assert run(tmp_path, 3, random.Random(3), 3).startswith("3 kills")
