"""How fast and how heavy import and export are: python -m bench.importing [FILE.jsonl] [--posts 10000] [--comments 0]

Imports an interchange file, or a made-up network, into a site that is thrown away: the rows first, then the search index;
then once more, when nothing is new; and exports it. Each step runs in a process of its own: its seconds, its peak of memory.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import Line, cut, made_up_network, write_lines

MOST_MEMORY = 400
STEP = """
import resource, sys, time
from pathlib import Path
from forum.app import create_app
from forum.cli.context import prepare_site
from forum.core.db import db
from forum.core.events import backlog
from forum.interop.exporting import export_file
from forum.interop.importing import import_file
from forum.worker import settle

what, file = sys.argv[1], Path(sys.argv[2])
app = create_app()
with app.app_context():
    settings = app.config["SETTINGS"]
    prepare_site(settings)
    started = time.perf_counter()
    if what == "index":
        settle("search", settings.data_dir)
        outcome = {"rejected": 0}
    elif what == "export":
        outcome = {"rejected": 0, "written": export_file(file)}
    else:
        outcome = import_file(file, "bench").counts
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(seconds, peak, outcome["rejected"])
"""


@dataclass
class Step:
    """What a step took: seconds, MB at its peak, and the lines it did not take in."""

    seconds: float
    peak: int
    rejected: int


def take(what: str, file: Path, folder: Path) -> Step:
    """One step in a process of its own."""
    environment = {**os.environ, "FORUM_DATA_DIR": str(folder), "FORUM_DATABASE_URL": "", "FORUM_SEARCH_URL": ""}
    command = [sys.executable, "-c", STEP, what, str(file)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    seconds, peak, rejected = done.stdout.split()[-3:]
    return Step(float(seconds), int(peak), int(rejected))


def talked_about(lines: Iterator[Line], comments: int) -> Iterator[Line]:
    """The lines, and so many comments dealt out over their posts, every other one an answer to the one before."""
    posts = []
    for line in lines:
        if line["type"] == "post":
            posts.append(line["ref"])
        yield line
    for number in range(comments):
        yield {
            "type": "comment",
            "ref": f"talk{number}",
            "post": posts[number // 2 % len(posts)],
            "parent": f"talk{number - 1}" if number % 2 else None,
            "body": f"Thank you, this helps us in workshop {number}. How many coaches does it take?",
            "language": "en",
        }


def report(posts: int, file: Path, folder: Path) -> bool:
    """Take every step and print a line for each; whether memory stayed in its bounds and everything came in."""
    print(f"{'step':<24}{'seconds':>9}{'posts/s':>9}{'peak MB':>9}")
    is_well = True
    for name, what in (
        ("import", "import"),
        ("index", "index"),
        ("import, nothing new", "again"),
        ("export", "export"),
    ):
        step = take(what, folder / "out.jsonl" if what == "export" else file, folder)
        print(f"{name:<24}{step.seconds:>9.1f}{posts / step.seconds:>9.0f}{step.peak:>9}", flush=True)
        is_well = is_well and step.peak < MOST_MEMORY and step.rejected == 0
    return is_well


def main() -> None:
    """Measure, and end with 1 when a step takes more than 400 MB or lines were rejected."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="an interchange file; a made-up network without one")
    parser.add_argument("--corpus", type=Path, help="the same as FILE")
    parser.add_argument("--posts", type=int, default=10_000, help="how many posts at most")
    parser.add_argument("--comments", type=int, default=0, help="how many comments to make up on them")
    options = parser.parse_args()
    source = options.file or options.corpus
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "in.jsonl"
        lines = talked_about(cut(source, options.posts) if source else made_up_network(options.posts), options.comments)
        write_lines(lines, file)
        counted = posts_in(file)
        print(f"{counted} posts, {options.comments} comments, {file.stat().st_size // 1_000_000} MB")
        if not report(counted, file, Path(name) / "site"):
            sys.exit(f"A step took {MOST_MEMORY} MB or more, or lines were rejected.")


def posts_in(file: Path) -> int:
    """How many posts a file has."""
    with file.open(encoding="utf-8") as lines:
        return sum('"type": "post"' in line[:40] for line in lines)


if __name__ == "__main__":
    main()
