"""A site is backed up, the backup is read, restored elsewhere and compared: the short form of bench.drill.restore."""

from pathlib import Path

import pytest

from bench.drill.restore import Restored, on_postgresql, on_sqlite
from tests.postgres import is_installed

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def assert_same(found: Restored) -> None:
    """Everything is back, and the command said what it did and how long it took."""
    assert found.same_rows
    assert found.same_uploads
    assert (found.rows > 1000, found.uploads) == (True, 200)
    assert found.said.startswith("Restored ")
    assert found.said.endswith(" s.")


@pytest.mark.timeout(600)
def test_the_demonstration_is_back_as_it_was_on_sqlite(tmp_path: Path) -> None:
    assert_same(on_sqlite(tmp_path, posts=50))


@pytest.mark.timeout(600)
@pytest.mark.skipif(not is_installed(), reason="PostgreSQL is not installed")
def test_the_demonstration_is_back_as_it_was_on_postgresql(tmp_path: Path) -> None:
    assert_same(on_postgresql(tmp_path, posts=50))
