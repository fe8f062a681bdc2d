"""A real site for real browsers: `forum serve` with its worker, on a data directory of its own, and Debian's Chromium."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "a quiet bridge at dawn"
START_SECONDS = 60
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NETWORK = [
    {
        "type": "organisation",
        "ref": "net",
        "name": "Threshold Europe",
        "kind": "network",
        "country": "BE",
        "language": "en",
    },
    {"type": "organisation", "ref": "sluis", "name": "De Sluis", "parent": "net", "country": "BE", "language": "nl"},
    {"type": "organisation", "ref": "filo", "name": "Il Filo", "parent": "net", "country": "IT", "language": "it"},
    {
        "type": "post",
        "ref": "old",
        "kind": "practice",
        "title": "Una sartoria che forma",
        "language": "it",
        "organisation": "filo",
        "body": "In sartoria lavoriamo con persone che cercano un primo lavoro, passo dopo passo.",
        "countries": ["IT"],
        "themes": ["work-integration"],
        "visibility": "public",
        "published_at": "2026-01-05T09:00:00Z",
    },
]
PEOPLE = (("an@example.org", "An Peeters", "member", "De Sluis"), ("giulia@example.org", "Giulia Ferrari", "member", "Il Filo"),
          ("mia@example.org", "Mia Moderator", "moderator", "Threshold Europe"))  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A running site."""

    url: str
    folder: Path


def run_forum(environment: dict[str, str], *arguments: str, given: str = "") -> None:
    """Run one command of `forum`; its failure is the test's failure."""
    done = subprocess.run(
        [sys.executable, "-m", "forum", *arguments],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(url: str) -> None:
    """Return when the address answers 200."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within {START_SECONDS} s")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, with three people in three organisations."""
    folder = tmp_path_factory.mktemp("journey")
    port = free_port()
    environment = os.environ | {
        "FORUM_DATA_DIR": str(folder / "data"),
        "FORUM_BASE_URL": f"http://127.0.0.1:{port}",
        "FORUM_REQUIRE_SECOND_FACTOR": "0",
    }
    network = folder / "network.jsonl"
    network.write_text("\n".join(json.dumps(line) for line in NETWORK), encoding="utf-8")
    run_forum(environment, "import", str(network), "--source", "journey")
    for email, name, role, organisation in PEOPLE:
        run_forum(environment, "person", "add", "--email", email, "--name", name, "--role", role, "--organisation", organisation,
                  "--password-stdin", given=PASSWORD + "\n")  # fmt: skip
    with (folder / "serve.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "forum", "serve", "--port", str(port), "--workers", "1"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz")
            yield Site(f"http://127.0.0.1:{port}", folder)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it the journeys are skipped, but never on CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing; .ci/run installs it")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without anything that asks the network."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)


@pytest.fixture(params=[True, False], ids=["with script", "script off"])
def open_browser(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A function that opens a browser of somebody's own, signed in when an address is given. Fails on any console error."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(email: str = "", path: str = "/en/", width: int = 1280) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            java_script_enabled=request.param,
            viewport={"width": width, "height": 900},
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        if email:
            sign_in(page, email)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [problem for problem in problems if "status of 4" not in problem] == []


def sign_in(page: Page, email: str) -> None:
    """Sign somebody in through the page."""
    page.goto("/en/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
