"""Files of the index are deleted, cut and garbled while the site is served: readers are answered, and it heals by itself."""

import json
import time
import urllib.request
from typing import Any

import pytest

from tests.cli.test_serving import served, wait_for
from tests.interop.files import post, write
from tests.search.damage import DAMAGE

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def asked(address: str, path: str) -> Any:
    """What the site answers; fails when it does not, or with an error."""
    time.sleep(0.25)  # a reader may search five times a second
    with urllib.request.urlopen(address + path, timeout=20) as answer:
        assert answer.status == 200
        return answer.read().decode()


def hits(address: str) -> list[int]:
    """How many posts are found by words that only the index knows, and by words of a title."""
    return [json.loads(asked(address, f"/api/v1/search?q={words}"))["total"] for words in ("saddles", "bicycle")]


def test_a_served_site_answers_and_heals_whatever_becomes_of_the_files_of_its_index(site, tmp_path):
    body = "We mend saddles and wheels with people who look for a job."
    path = write(tmp_path / "in.jsonl", *(post(f"x{n}", title=f"Bicycle workshop {n}", body=body) for n in range(40)))
    assert site.run("import", path).exit_code == 0
    with served(site) as (server, address):
        worker = server.worker()
        for kind, damage in DAMAGE.items():
            wait_for(lambda: hits(address) == [40, 40])
            damage(site.data_dir / "index")
            assert hits(address)[1] == 40, kind
            asked(address, "/en/search?q=bicycle")
            wait_for(lambda: hits(address) == [40, 40])
        assert server.worker() == worker
        assert "Unexpected exit" not in server.said
