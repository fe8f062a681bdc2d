"""A small file system filled to the last byte under a site: the short form of bench.drill.disk."""

from pathlib import Path

import pytest

from bench.drill.disk import DONE, full_disk

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.mark.timeout(600)
def test_a_full_disk_takes_no_text_away_and_heals_without_a_restart(tmp_path: Path) -> None:
    try:
        lived = full_disk(tmp_path, tries=2)
    except PermissionError as reason:
        pytest.skip(str(reason))
    assert set(lived.read) == {200}
    assert {status for status, _kept in lived.written} <= {DONE, 503}
    assert all(kept for _status, kept in lived.written)
    assert lived.lost == []
    assert lived.healing < float("inf")
