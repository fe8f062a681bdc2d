"""A site to measure: the demonstration network, any number of made-up posts, and one post with twenty comments.

All of it goes in by the commands that operators use, in a folder that is thrown away.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.search import made_up_posts

Line = dict[str, Any]
ORGANISATIONS, PEOPLE, COMMENTS = 300, 60, 20
TALK = "How twenty workshops keep their coaches"
PARAGRAPH = (
    "We tried this for a year with two teams. Coaches who meet every fortnight stay, and those who are alone with forty "
    "people leave within the year. It cost us half a day a month for each coach, and the *first* meetings were slow."
)


def made_up_network(posts: int) -> Iterator[Line]:
    """Lines of the interchange format: organisations, people, posts of theirs, and the post that people talk about."""
    chance = random.Random(11)
    for number in range(1, ORGANISATIONS + 1):
        name = f"Workshop {number}"
        yield {"type": "organisation", "ref": f"o{number}", "name": name, "country": "BE", "language": "en"}
    for number in range(PEOPLE):
        email = f"coach{number}@bench.example"
        yield {"type": "person", "ref": f"p{number}", "name": f"Coach {number}", "email": email, "language": "en"}
        yield {"type": "membership", "person": f"p{number}", "organisation": f"o{number + 1}", "role": "member"}
    for number, post in enumerate(made_up_posts(posts, chance)):
        yield {"type": "post", **post, "ref": f"x{number}", "author": f"p{number % PEOPLE}", "status": "published"}
    yield from the_talk()


def the_talk() -> Iterator[Line]:
    """A practice of some length, and its comments: six threads with replies."""
    yield {
        "type": "post",
        "ref": "talk",
        "kind": "practice",
        "title": TALK,
        "summary": "Coaches stay where they meet other coaches. Twenty workshops say what that costs, and what it saves.",
        "body": "\n\n".join([PARAGRAPH] * 6),
        "language": "en",
        "organisation": "o1",
        "author": "p0",
        "countries": ["BE", "FR"],
        "themes": ["work-integration", "job-quality"],
        "visibility": "public",
        "status": "published",
        "published_at": "2026-02-01T09:00:00Z",
    }
    for number in range(COMMENTS):
        yield {
            "type": "comment",
            "ref": f"c{number}",
            "post": "talk",
            "parent": f"c{number - number % 3}" if number % 3 else None,
            "author": f"p{number}",
            "body": PARAGRAPH,
            "language": "en",
            "created_at": f"2026-02-{number + 2:02}T09:00:00Z",
        }


def write_lines(lines: Iterator[Line], path: Path) -> int:
    """Write a file of the interchange format; give the number of lines."""
    with path.open("w", encoding="utf-8") as file:
        return sum(1 for line in lines if file.write(json.dumps(line, ensure_ascii=False) + "\n"))


def cut(corpus: Path, posts: int) -> Iterator[Line]:
    """The lines of a corpus up to so many posts, and the post that people talk about."""
    left = posts
    with corpus.open(encoding="utf-8") as file:
        for line in map(json.loads, file):
            left -= line["type"] == "post"
            if left < 0:
                break
            yield line
    yield from made_up_network(0)


def forum(*command: str, folder: Path, told: str = "") -> float:
    """Run a command of `forum` on this data directory, perhaps told something at its standard input; give its seconds."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "forum", *command],
        env={**os.environ, "FORUM_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        input=told,
    )
    if done.returncode:
        raise SystemExit(f"forum {' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - started


def make_site(folder: Path, posts: int, corpus: Path | None = None) -> tuple[int, float]:
    """Fill a data directory; give how many lines the import took in, and its seconds."""
    forum("demo", folder=folder)
    file = folder / "corpus.jsonl"
    lines = write_lines(cut(corpus, posts) if corpus else made_up_network(posts), file)
    return lines, forum("import", str(file), "--source", "bench", folder=folder)
