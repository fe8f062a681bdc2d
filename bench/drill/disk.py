"""A full disk: a small file system of its own under a site that is served, filled to the last byte, and freed again.

Pages stay readable, what cannot be written is refused with its text on the page, nothing is an error of the server, and the site
goes on without a restart when there is room again. Needs the right to mount a tmpfs.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError

from bench.corpus import forum
from bench.drill.browser import DONE, Browser
from bench.drill.figure import Figure
from bench.drill.site import Site, serving, site_in
from forum.core.settings import Settings

MEMBER = "an.peeters@example.org"
READ = (
    "/en/",
    "/en/posts/1",
    "/en/search?q=work",
    "/en/themes",
    "/en/organisations",
    "/healthz",
    "/en/posts/new/practice",
)
TEXT = "We tried it for a year, and wrote down what it cost us. " * 300
LONGEST_HEALING = 10.0
PATIENCE = 60.0


@dataclass
class Lived:
    """What people lived through: the answers of pages and of forms while the disk was full, and how long it took to heal."""

    read: list[int] = field(default_factory=list)
    written: list[tuple[int, bool]] = field(default_factory=list)
    healing: float = float("inf")
    before: int = 0
    lost: list[str] = field(default_factory=list)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of so many megabytes mounted on a folder. PermissionError where that is not allowed."""
    wish = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "drill", str(folder)]
    if subprocess.run(wish, capture_output=True, check=False).returncode:
        raise PermissionError("A tmpfs cannot be mounted here: run this drill as root.")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(filler: Path) -> None:
    """Take every byte that is left."""
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def write(browser: Browser, word: str) -> tuple[int, bool]:
    """Tell of a practice; the status, and whether the text stands on the page that comes when it is refused."""
    wish = {"title": f"Full {word}", "body": f"{word}. {TEXT}", "themes": "finance", "action": "post"}
    status, said = browser.send("/en/posts/new/practice", "title", **wish)
    return status, status == DONE or TEXT.strip() in said


def status_of(browser: Browser, path: str) -> int:
    """What a page answers."""
    try:
        with browser.reading.open(browser.url + path, timeout=PATIENCE) as answer:
            return int(answer.status)
    except HTTPError as problem:
        return problem.code


def live_through(site: Site, tries: int) -> Lived:
    """Fill the disk under a site, read and write, free it, and wait until writing works."""
    lived, browser, filler = Lived(), Browser(site.url), site.folder / "filler"
    browser.sign_in(MEMBER)
    lived.before = write(browser, "before")[0]
    fill(filler)
    for number in range(tries):
        lived.read += [status_of(browser, path) for path in READ]
        lived.written.append(write(browser, f"during{number}"))
        if lived.written[-1][0] == DONE:  # the last page of a file that was there still had room
            fill(filler)
    filler.unlink()
    freed = time.monotonic()
    while time.monotonic() - freed < PATIENCE:
        if write(browser, f"after{time.monotonic_ns()}")[0] == DONE:
            lived.healing = time.monotonic() - freed
            break
        time.sleep(0.2)
    return lived


def full_disk(folder: Path, megabytes: int = 64, tries: int = 20) -> Lived:
    """Live through a full disk with the demonstration network."""
    settings = {"FORUM_MIN_FREE_MB": "0"} if "min_free_mb" in Settings.model_fields else {}
    log, folder = folder / "serve.log", folder / "data"
    folder.mkdir(mode=0o700)
    with small_disk(folder, megabytes):
        os.environ |= settings
        try:
            forum("demo", folder=folder)
            with serving(site_in(folder, log, **settings)) as site:
                lived = live_through(site, tries)
            forum("check-index", "--repair", folder=folder)
            forum("export", str(folder / "after.jsonl"), folder=folder)
            text = (folder / "after.jsonl").read_text(encoding="utf-8")
            done = [number for number, (status, _kept) in enumerate(lived.written) if status == DONE]
            lived.lost = [f"during{number}" for number in done if f"Full during{number}" not in text]
        finally:
            for name in settings:
                os.environ.pop(name, None)
    return lived


def figures(lived: Lived) -> list[Figure]:
    """The lines of the table."""
    refused = [(status, kept) for status, kept in lived.written if status != DONE]
    kept = sum(kept for _status, kept in refused)
    statuses = sorted({status for status, _kept in refused})
    good = sum(status == 200 for status in lived.read)
    is_refused = bool(refused) and kept == len(refused) and statuses in ([503], [507]) and not lived.lost
    return [
        Figure("full disk: reading", "every page 200", f"{good} of {len(lived.read)}", good == len(lived.read)),
        Figure(
            "full disk: writing",
            "refused with the text kept, no 500; what is taken stays",
            f"{len(refused)} of {len(lived.written)} refused with {statuses}, {kept} with the text; "
            f"{len(lived.lost)} taken and lost",
            is_refused and lived.before == DONE,
        ),
        Figure(
            "full disk: heals without a restart",
            "within 10 s",
            f"after {lived.healing:.1f} s",
            lived.healing <= LONGEST_HEALING,
        ),
    ]


def drill(folder: Path) -> list[Figure]:
    """Fill the disk under a site in this folder."""
    return figures(full_disk(folder))
