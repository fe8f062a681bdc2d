"""What is left after processes are killed: python -m bench.durability [--kills 30] [--seed 7] [--writers 20]

Serves the demonstration network with two web processes and the worker. While members write comments through the pages, one of
these processes is killed (kill -9) at random moments; all start again by themselves. At the end every comment that the site
said it had taken must be there, and the index must equal the database. There are many writers because the site takes thirty
comments of one person in ten minutes.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from lxml.html import fromstring

from bench.corpus import forum
from forum.interop.demonstration import PASSWORD

ORGANISATION = "koepel-werkbrug"
WRITERS = 20
COMMENTS_A_SECOND = 1.0
POST = 1
PATIENCE = 120.0


@dataclass
class Writer:
    """Somebody at a browser who writes one comment after the other."""

    url: str
    email: str
    pause: float
    stopping: threading.Event = field(default_factory=threading.Event)
    taken: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    cut_off: int = 0
    number: int = 0

    def __post_init__(self) -> None:
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Any:
        """A page as a tree."""
        with self.browser.open(self.url + path, timeout=20) as answer:
            return fromstring(answer.read(), base_url=answer.url)

    def send(self, path: str, marker: str, **values: str) -> str:
        """Fill in the form that has a field of this name, and send it; give the page that comes then."""
        page = self.get(path)
        form = next(one for one in page.forms if marker in one.fields)
        filled = dict(form.form_values()) | values
        address = urllib.parse.urljoin(self.url + path, form.action or path)
        with self.browser.open(address, urllib.parse.urlencode(filled).encode(), timeout=20) as answer:
            return str(answer.read().decode())

    def sign_in(self) -> None:
        """Sign in."""
        self.send("/en/sign-in", "password", email=self.email, password=PASSWORD)

    def keep_writing(self) -> None:
        """Write until told to stop; whoever is cut off tries again, as people do."""
        while not self.stopping.is_set():
            try:
                self.number += 1
                word = f"zebra{self.number}of{self.email.partition('@')[0]}"
                if word in self.send(f"/en/posts/{POST}", "body", body=f"We tried it again: {word}."):
                    self.taken.append(word)
            except HTTPError as problem:
                self.refused.append(problem.code)
            except (URLError, HTTPException, OSError):
                self.cut_off += 1
            self.stopping.wait(self.pause)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(parent: int) -> list[int]:
    """The children of a process."""
    return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def wait_until_ready(url: str) -> None:
    """Return when the site answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (URLError, HTTPException, OSError):
            time.sleep(0.2)
    raise SystemExit("The site did not come up again.")


def let_all_write(writers: list[Writer]) -> None:
    """Return when everybody got another comment in: the site works again for all. Fails when it does not."""
    before, end = [len(one.taken) for one in writers], time.monotonic() + PATIENCE
    while any(len(one.taken) <= number for one, number in zip(writers, before, strict=True)):
        if time.monotonic() > end:
            refused = sorted({code for one in writers for code in one.refused})
            raise SystemExit(f"Not everybody can write again after {PATIENCE:.0f} s; answers were {refused}.")
        time.sleep(0.2)


def add_writers(folder: Path, number: int) -> list[str]:
    """Accounts of so many members; give their addresses."""
    emails = [f"writer{one}@bench.example" for one in range(number)]
    for email in emails:
        wish = ("--email", email, "--name", email.partition("@")[0], "--organisation", ORGANISATION)
        forum("person", "add", *wish, "--password-stdin", folder=folder, told=f"{PASSWORD}\n")
    return emails


def check(folder: Path) -> str:
    """What `forum check-index` says once the worker has taken in what waited; fails when it never says that all is well."""
    end = time.monotonic() + PATIENCE
    while True:
        command = [sys.executable, "-m", "forum", "check-index"]
        said = subprocess.run(
            command, env={**os.environ, "FORUM_DATA_DIR": str(folder)}, capture_output=True, text=True
        )
        if said.returncode == 0 or time.monotonic() > end:
            if said.returncode:
                raise SystemExit(f"The index differs from the database: {said.stdout}{said.stderr}")
            return said.stdout.strip()
        time.sleep(1)


def run(folder: Path, kills: int, chance: random.Random, number_of_writers: int = WRITERS) -> str:
    """Serve, write, kill, and check; give a line that says what happened."""
    forum("demo", folder=folder)
    emails = add_writers(folder, number_of_writers)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "FORUM_DATA_DIR": str(folder), "FORUM_REQUIRE_SECOND_FACTOR": "0"}
    with (folder / "serve.log").open("w") as log:
        command = [sys.executable, "-m", "forum", "serve", "--port", str(port), "--workers", "2"]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        writers = [Writer(url, email, number_of_writers / COMMENTS_A_SECOND) for email in emails]
        threads = [threading.Thread(target=one.keep_writing, daemon=True) for one in writers]
        try:
            wait_until_ready(url)
            for one, thread in zip(writers, threads, strict=True):
                one.sign_in()
                thread.start()
            for _kill in range(kills):
                time.sleep(chance.uniform(0.2, 2.0))
                os.kill(chance.choice(processes_of(server.pid)), signal.SIGKILL)
            wait_until_ready(url)
            let_all_write(writers)
            for writer, thread in zip(writers, threads, strict=True):
                writer.stopping.set()
                thread.join(30)
            said = check(folder)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    forum("export", str(folder / "after.jsonl"), folder=folder)
    text = (folder / "after.jsonl").read_text(encoding="utf-8")
    taken = [word for one in writers for word in one.taken]
    lost = [word for word in taken if word not in text]
    refused = [code for one in writers for code in one.refused]
    cut_off = sum(one.cut_off for one in writers)
    if lost or not taken or any(code >= 500 for code in refused):
        raise SystemExit(f"Taken: {len(taken)}. Lost: {lost}. Refused: {refused}. Cut off: {cut_off}.")
    return (
        f"{kills} kills: {len(taken)} comments taken, none lost, no answer of 5xx, {cut_off} requests cut off. {said}"
    )


def main() -> None:
    """Read the arguments and run."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kills", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--writers", type=int, default=WRITERS)
    wish = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-durability-") as folder:
        print(run(Path(folder), wish.kills, random.Random(wish.seed), wish.writers))


if __name__ == "__main__":
    main()
