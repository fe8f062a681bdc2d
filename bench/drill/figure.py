"""What a drill finds: a promise, the figure to reach, what was measured, and whether that is kept."""

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    promise: str
    to_reach: str
    measured: str
    is_kept: bool

    def __str__(self) -> str:
        """As a line of a Markdown table."""
        verdict = "kept" if self.is_kept else "**MISSED**"
        return f"| {self.promise} | {self.to_reach} | {self.measured} | {verdict} |"


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    return "\n".join(["| promise | to reach | measured | verdict |", "|---|---|---|---|", *map(str, figures)])


def circumstances() -> str:
    """When, at which commit and beside how much other work this is measured."""
    commit = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    found = subprocess.run(commit, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {found}, {os.cpu_count()} cores, load {load}"


def part_of(seconds: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed, 0.95 for p95; nothing measured is endless."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))] if seconds else float("inf")
