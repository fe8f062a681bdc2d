"""A progress bar on stderr, where somebody is looking."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

Step = Callable[[int], None]
REDRAWS = 200


@contextmanager
def progress(label: str) -> Iterator[tuple[Step, Step]]:
    """Two functions: the first starts the bar with its length, the second moves it."""
    bars: list[Any] = []

    def start(length: int) -> None:
        if length:
            steps = max(length // REDRAWS, 1)
            bar = click.progressbar(length=length, label=label, file=sys.stderr, update_min_steps=steps)
            bars.append(bar.__enter__())

    def move(steps: int) -> None:
        if bars:
            bars[-1].update(steps)

    try:
        yield start, move
    finally:
        for bar in bars:
            bar.update(0)
            bar.render_progress()
            bar.__exit__(None, None, None)
