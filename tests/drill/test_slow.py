"""Twenty slow clients of each kind do not keep anybody else from the site: the short form of bench.drill.slow."""

from pathlib import Path

import pytest

from bench.drill.slow import probes

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.mark.timeout(600)
def test_slow_clients_keep_nobody_from_reading_and_writing(tmp_path: Path) -> None:
    for what, one in probes(tmp_path, slow=20, seconds=4).items():
        assert (what, one.failed) == (what, 0)
        assert one.seconds
