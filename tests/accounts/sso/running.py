"""The provider of single sign-on of `serving.py`, started and ended in order."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

SERVING = Path(__file__).with_name("serving.py")


@contextmanager
def provider_running(host: str = "127.0.0.1") -> Iterator[str]:
    """The address of a provider that runs, until the end of the block."""
    command = [sys.executable, "-W", "ignore", str(SERVING)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        yield f"http://{host}:{port}"
        process.terminate()


def introduce(issuer: str, subject: str, **claims: object) -> None:
    """Let a provider know somebody."""
    requests.put(f"{issuer}/users/{subject}", json=claims, timeout=10).raise_for_status()
