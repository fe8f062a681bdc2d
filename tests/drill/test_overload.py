"""Four times more visitors than the site can answer, for a few seconds: the short form of bench.drill.overload."""

from pathlib import Path

import pytest

from bench.drill.overload import overload

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.mark.timeout(600)
def test_too_many_visitors_are_answered_or_told_to_come_back_and_nothing_else(tmp_path: Path) -> None:
    found = overload(tmp_path, seconds=5, finding=3)
    assert found.others == []
    assert found.read
    assert found.refused
    assert float("inf") not in found.health
    assert found.recovery < float("inf")
