"""Slow clients: 200 send their headers and 200 a form a byte a second, and the site answers everybody else as ever.

A page is asked for and a form is sent twice a second, each on a new connection: the themes, and the choice of light or dark, which
needs no session. It is not the load that is measured here.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.corpus import forum
from bench.drill.figure import Figure, part_of
from bench.drill.site import serving, site_in
from bench.servers import Probes, slow_clients

READ, WRITE, FORM = "/healthz", "/en/scheme", b"scheme=dark&next=/en/"
SLOWEST, PAUSE = 1.0, 0.5


def probes(folder: Path, slow: int, seconds: float) -> dict[str, Probes]:
    """What everybody else lived through: the application without its pages, a page, and a form."""
    forum("demo", folder=folder)
    with serving(site_in(folder)) as site:
        health, form = come(site.port, seconds / 2, slow, READ)
        page, again = come(site.port, seconds / 2, slow, "/en/themes")
    both = Probes(form.seconds + again.seconds, form.failed + again.failed)
    return {"/healthz": health, "a page": page, "a form": both}


def come(port: int, seconds: float, slow: int, page: str) -> tuple[Probes, Probes]:
    """Slow clients for some seconds, in a thread of their own: a browser of the tests may have its loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, slow_clients(port, seconds, slow, page, WRITE, FORM, PAUSE)).result()


def figures(found: dict[str, Probes], slow: int) -> list[Figure]:
    """The lines of the table."""
    return [
        Figure(
            f"slow clients, {slow} with headers and {slow} with bodies: {what}",
            "p95 < 1 s, none failed",
            f"p50 {1000 * part_of(one.seconds, 0.5):.0f} ms, p95 {1000 * part_of(one.seconds, 0.95):.0f} ms, {one.failed} of "
            f"{len(one.seconds) + one.failed} failed",
            part_of(one.seconds, 0.95) < SLOWEST and not one.failed,
        )
        for what, one in found.items()
    ]


def drill(folder: Path, slow: int = 200, seconds: float = 60) -> list[Figure]:
    """Let slow clients come to a site in this folder."""
    return figures(probes(folder, slow, seconds), slow)
