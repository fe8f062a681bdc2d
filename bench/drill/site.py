"""The demonstration network served by the real `forum serve`, for a drill to do its worst to."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.servers import exchange, get

PATIENCE = 120.0


@dataclass
class Site:
    """A data directory, the port it is served on, what its processes had to say, and the process that serves it."""

    folder: Path
    port: int
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the site."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, and return when the site answers."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "forum", "serve", "--port", str(self.port), "--workers", "2"]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"The site did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Whether the site answers."""
        with suppress(OSError):
            return exchange(self.port, get("/healthz", "Connection: close")).startswith(b"HTTP/1.1 200")
        return False

    def stop(self) -> None:
        """End it in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def site_in(folder: Path, log: Path | None = None, **settings: str) -> Site:
    """A site in this folder that is not served yet; settings are those of `FORUM_...`."""
    told = {"FORUM_DATA_DIR": str(folder), "FORUM_REQUIRE_SECOND_FACTOR": "0", **settings}
    return Site(folder, free_port(), {**os.environ, **told}, log or folder / "serve.log")


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The site, served until the block ends."""
    try:
        site.start()
        yield site
        if site.process is not None and (code := site.process.poll()) is not None:
            raise SystemExit(f"The site ended by itself with exit code {code}:\n{site.log.read_text()[-4000:]}")
    finally:
        site.stop()
