"""`forum serve` and Debian's Chromium, started and ended in order."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

from playwright.sync_api import Browser, Playwright

CHROMIUM = Path("/usr/bin/chromium")
START_SECONDS = 100
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Site:
    """A running site; what its addresses need by name, and the (endpoint, rule) of every page, when the showroom made it."""

    url: str
    folder: Path
    values: Mapping[str, str] = field(default_factory=dict)
    routes: list[tuple[str, str]] = field(default_factory=list)


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without anything that asks the network."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)


def run_python(environment: Mapping[str, str], *arguments: str, given: str = "") -> str:
    """Run a module in its own process and give what it prints; its failure is the test's failure."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment_of(folder: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a site in a folder."""
    return os.environ | more | {
        "FORUM_DATA_DIR": str(folder / "data"),
        "FORUM_BASE_URL": f"http://127.0.0.1:{port}",
        "FORUM_REQUIRE_SECOND_FACTOR": "0",
    }  # fmt: skip


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


@contextmanager
def serving(folder: Path, port: int, environment: Mapping[str, str]) -> Iterator[str]:
    """A site that answers at the address given, until the end of the block."""
    with (folder / "serve.log").open("w") as log:
        command = [sys.executable, "-m", "forum", "serve", "--port", str(port), "--workers", "1"]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


NO_PROVIDER = {  # that answers: the pages about single sign-on are there all the same
    "FORUM_OIDC_ISSUER": "http://127.0.0.1:9",
    "FORUM_OIDC_CLIENT_ID": "showroom",
    "FORUM_OIDC_NAME": "Bridge",
}


@contextmanager
def showroom(folder: Path, *, empty: bool = False, made_by: str = "tests.journeys.showroom") -> Iterator[Site]:
    """A site that has one of everything, as people who work on it see it; or one that has nothing yet, as it comes."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    more = {} if empty else {"FORUM_OPEN_SIGNUP": "1", "FORUM_DEVELOPMENT": "1", **NO_PROVIDER}
    environment = environment_of(folder, port, **more)
    printed = run_python(environment, made_by, *(["--empty"] if empty else []))
    made: dict[str, Any] = json.loads(printed.splitlines()[-1])
    with serving(folder, port, environment) as url:
        yield Site(url, folder, made["values"], [(name, rule) for name, rule in made["routes"]])
