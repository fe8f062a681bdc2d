"""A disk that is really full, under a site that is served: reading goes on, texts come back, and it heals by itself.

The disk is a small tmpfs where the test may mount one (as root, as CI does); elsewhere the limit on the size of files
(RLIMIT_FSIZE) of the running processes lets every write fail.
"""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Site
from tests.cli.test_serving import Process, served, wait_for
from tests.cli.visits import Visit, files_in, member_cookie, visit
from tests.web.test_attachments import photo

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

TEXT = "We gave everybody the same wage. " * 300
MEGABYTES = 48
FORMS = 12


class SmallDisk:
    """A file system of its own with 48 MB."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.filler = folder / "filler"

    def fill(self, _server: Process, leave: int = 0) -> None:
        """Leave so many bytes free, and none when asked for none."""
        with self.filler.open("ab", buffering=0) as file:
            free = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, max(1, free - leave))
            with suppress(OSError):
                while not leave:
                    file.seek(0, os.SEEK_END)
                    file.write(b"x" * 4096)

    def free(self, _server: Process) -> None:
        """Make room again."""
        self.filler.unlink(missing_ok=True)


class LimitedFiles:
    """Processes that may write no file beyond its first bytes, as on a full disk."""

    def fill(self, server: Process, leave: int = 0) -> None:
        """Let writing fail; `leave` cannot be told apart."""
        if leave:
            pytest.skip("without a disk of its own there is no saying how much is free")
        self.limit(server, 1)

    def free(self, server: Process) -> None:
        """Let writing succeed again."""
        self.limit(server, resource.RLIM_INFINITY)

    def limit(self, server: Process, size: int) -> None:
        """Set the limit for the server, its children and its worker."""
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(server.process.pid)], capture_output=True, text=True)
        for process_id in [server.process.pid, *map(int, found.stdout.split())]:
            with suppress(ProcessLookupError):
                hard = resource.prlimit(process_id, resource.RLIMIT_FSIZE)[1]
                resource.prlimit(process_id, resource.RLIMIT_FSIZE, (size, hard))


@pytest.fixture
def disk(site: Site) -> Iterator[Any]:
    """The disk under the site's data directory."""
    site.data_dir.mkdir(mode=0o700)
    options = f"size={MEGABYTES}m,mode=0700"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "passerelle", site.data_dir], capture_output=True)
    if mounted.returncode:
        yield LimitedFiles()
        return
    yield SmallDisk(site.data_dir)
    site.close()
    subprocess.run(["umount", "--lazy", site.data_dir], check=True)


def write(browser: Visit, token: str, title: str) -> Any:
    """Post a question."""
    form = {"title": title, "body": TEXT, "language": "en", "privacy_checked": "1", "themes": "work-integration"}
    return browser.submit("/posts/new/question", token, **form, request_key=title, action="post")


def reads(browser: Visit) -> set[int]:
    """What pages answer."""
    paths = ("/en/", "/en/search", "/en/posts/1")
    return {browser.get(path, follow_redirects=True).status_code for path in paths}


def count(browser: Visit) -> int:
    """How many posts search finds."""
    return int(browser.get("/api/v1/search", params={"q": "wage"}).json()["total"])


def test_a_full_disk_loses_nothing_and_heals_without_a_restart(site: Site, disk: Any) -> None:
    site.environment["FORUM_MIN_FREE_MB"] = "0"
    site.run("reindex")
    cookie = member_cookie(site)
    with served(site, ready="/healthz") as (server, address), visit(address, cookie) as browser:
        token = browser.token("/posts/new/question")
        assert write(browser, token, "Same wage 1").status_code == 303
        wait_for(lambda: count(browser) == 1)
        before = files_in(site.data_dir / "uploads")
        disk.fill(server)
        refused = 0
        for number in range(FORMS):
            answer = write(browser, token, f"Same wage {number + 2}")
            assert answer.status_code in (303, 503), answer.text  # what the last page of a file still holds is saved
            if answer.status_code == 503:
                refused += 1
                assert TEXT.strip() in answer.text
                assert int(answer.headers["Retry-After"]) > 0
            assert reads(browser) == {200}
        assert refused > FORMS // 2
        picture = {"file": ("photo.jpg", photo(), "image/jpeg")}
        sent = browser.post("/posts/1/files", data={"csrf_token": token, "alt": "A workshop"}, files=picture)
        assert sent.status_code in (422, 503)
        assert files_in(site.data_dir / "uploads") == before
        disk.free(server)
        saved = FORMS + 1 - refused
        wait_for(lambda: write(browser, token, "After the flood").status_code == 303)
        wait_for(lambda: count(browser) == saved + 1)
        assert "Traceback" not in server.said
    assert site.run("check-index").exit_code == 0


def test_a_nearly_full_disk_is_read_only_until_there_is_room(site: Site, disk: Any) -> None:
    site.environment["FORUM_MIN_FREE_MB"] = "12"
    site.run("reindex")
    cookie = member_cookie(site)
    with served(site, ready="/healthz") as (server, address), visit(address, cookie) as browser:
        token = browser.token("/posts/new/question")
        assert write(browser, token, "Same wage").status_code == 303
        wait_for(lambda: count(browser) == 1)
        disk.fill(server, leave=8_000_000)
        wait_for(lambda: "nothing can be saved" in browser.get("/en/").text)
        answer = write(browser, token, "Not now")
        assert (answer.status_code, TEXT.strip() in answer.text) == (503, True)
        assert reads(browser) == {200}
        disk.free(server)
        wait_for(lambda: write(browser, token, "Again").status_code == 303)
        wait_for(lambda: count(browser) == 2)
