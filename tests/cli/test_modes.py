"""`forum read-only` and `forum maintenance`, on a site of nothing as on one that is served."""

import urllib.error
import urllib.request

import pytest

from tests.cli.conftest import Site
from tests.cli.test_serving import answers, served, wait_for


def test_a_mode_is_set_told_and_ended(site: Site) -> None:
    assert site.run("read-only").stdout == "The site is open.\n"
    said = "The site can be read, and nothing can be saved. Moving house\n"
    assert site.run("read-only", "on", "--reason", "Moving house").stdout == said
    assert site.run("read-only").stdout == said
    assert site.run("read-only", "off").stdout == "The site is open.\n"
    assert site.run("read-only", "off").exit_code == 0


def test_one_mode_follows_another_and_each_is_ended_by_its_name(site: Site) -> None:
    site.run("read-only", "on")
    assert site.run("maintenance", "on").stdout == "The site is closed: everybody sees the maintenance page.\n"
    refused = site.run("read-only", "off")
    assert refused.exit_code == 1
    assert "That is ended by: forum maintenance off" in refused.stderr
    assert site.run("maintenance", "off").stdout == "The site is open.\n"


@pytest.mark.slow
def test_a_served_site_closes_and_opens_without_a_restart_and_starts_closed(site: Site) -> None:
    site.run("maintenance", "on")
    with served(site, ready="/healthz") as (_server, address):
        port = int(address.rpartition(":")[2])
        assert not answers(port, "/en/")
        site.run("maintenance", "off")
        wait_for(lambda: answers(port, "/en/"))
        site.run("maintenance", "on")
        wait_for(lambda: not answers(port, "/en/"))
        with pytest.raises(urllib.error.HTTPError) as told:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/nl/search", timeout=10)
        assert (told.value.code, told.value.headers["Retry-After"]) == (503, "300")
        told.value.close()
        assert answers(port, "/healthz")
