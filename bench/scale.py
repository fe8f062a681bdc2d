"""A site of many posts, over HTTP: python -m bench.scale CORPUS [--posts 100000] [--folder DIR]

The posts of a file of the interchange format are written straight into the database of a demonstration site (importing them
is another bench) and indexed by `forum reindex`. Then `forum serve` answers searches, suggestions and hostile strings on one
connection, members write comments until a search finds them, and the memory of each web process is read. With --folder the
site is kept, and used again.
"""

import argparse
import json
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import urlopen

from sqlalchemy import insert, select

from bench.corpus import forum
from bench.pages import Visit, limits_lifted, serving
from bench.search import mixture, posts_in
from bench.servers import Running
from forum.app import create_app
from forum.core.db import db, transaction
from forum.core.limits import keep_counts_in
from forum.library.models import Post, PostConcept, PostCountry
from forum.organisations.models import Organisation
from forum.vocabulary.models import Concept

BATCH = 2000
SEARCHES, SUGGESTIONS, COMMENTS = 200, 200, 40
ONCE_MORE = 0.02
HOSTILE = {
    "1,100 different words": " ".join(f"word{number}" for number in range(1100)),
    "common words": "work people training jobs enterprise support " * 220,
    "wildcards": "w* ?????? * a* e* [a TO z] " * 370,
    "parentheses": "(" * 5000 + "work" + ")" * 5000,
    "NOT and OR": "NOT work OR -people " * 500,
    "one long word": "z" * 10_000,
    "quotes": '"work people" "' * 660,
}


def fill(folder: Path, corpus: Path, number: int) -> None:
    """A demonstration site with so many posts more; nothing is done when it is there already."""
    if (folder / "forum.sqlite3").exists():
        return
    forum("demo", folder=folder)
    os.environ["FORUM_DATA_DIR"] = str(folder)
    with create_app().app_context():
        organisations = list(db.session.scalars(select(Organisation.id)))
        concepts = {row[0]: row[1] for row in db.session.execute(select(Concept.key, Concept.id))}
        first = (db.session.scalar(select(db.func.max(Post.id))) or 0) + 1
        posts = enumerate(posts_in(corpus, number), first)
        while batch := list(islice(posts, BATCH)):
            write(batch, organisations, concepts)
        db.session.remove()
    print(f"{number:,} posts: index built in {forum('reindex', folder=folder):.0f} s")


def room(name: str) -> int | None:
    """How many characters a column of posts takes; None: any number."""
    return getattr(Post.__table__.c[name].type, "length", None)


def write(batch: Iterable[tuple[int, dict[str, Any]]], organisations: list[int], concepts: dict[str, int]) -> None:
    """Write posts with their countries and themes as rows."""
    rows, countries, themes = [], [], []
    for number, post in batch:
        moment = datetime.fromisoformat(post["published_at"])
        texts = {
            name: (post.get(name) or "")[: room(name)] for name in ("title", "summary", "body", "language", "kind")
        }
        times = dict.fromkeys(("created_at", "updated_at", "published_at", "last_activity_at"), moment)
        owner = organisations[number % len(organisations)]
        rows.append(
            {"id": number, **texts, "body_html": f"<p>{texts['body']}</p>", "organisation_id": owner, **times}
            | {"status": "published", "visibility": post.get("visibility", "members"), "details": {}}
        )
        countries += [{"post_id": number, "country": code} for code in dict.fromkeys(post.get("countries", []))]
        keys = [key for key in dict.fromkeys(post.get("themes", [])) if key in concepts]
        themes += [{"post_id": number, "concept_id": concepts[key]} for key in keys]
    with transaction():
        for model, values in ((Post, rows), (PostCountry, countries), (PostConcept, themes)):
            if values:
                db.session.execute(insert(model), values)


def milliseconds_of(server: Running, paths: Iterable[str]) -> list[float]:
    """How long each of these addresses took to answer. Fails at an error."""
    times = []
    for path in paths:
        started = time.perf_counter()
        with urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=60) as answer:
            answer.read()
        times.append(1000 * (time.perf_counter() - started))
    return times


def until_found(server: Running, visit: Visit, number: int) -> Iterator[float]:
    """The seconds from the answer to a comment until the search finds it."""
    requests = {"csrf_token": visit.token(visit.talk), "language": "en"}
    place = visit.talk.rpartition("/")[0] + "/comments"
    for one in range(number):
        word = f"quokka{one}x{time.time_ns()}"
        form = {**requests, "request_key": word, "body": f"We call it {word} here."}
        visit.opener.open(visit.root + place, urlencode(form).encode()).read()
        saved = time.perf_counter()
        while not json.load(visit.opener.open(f"{visit.root}/api/v1/search?q={word}"))["total"]:
            time.sleep(ONCE_MORE)
        yield time.perf_counter() - saved


def web_memory(server: Running) -> list[float]:
    """The proportional set size of each process but the first, in MB."""
    sizes = []
    for pid in server.tree()[1:]:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        sizes.append(sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024)
    return sorted(sizes)


def line(what: str, times: list[float]) -> str:
    """A line of the table: median, 95th percentile and worst."""
    p95 = sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]
    return f"| {what} | {statistics.median(times):.1f} | {p95:.1f} | {max(times):.1f} |"


def measure(folder: Path, corpus: Path, number: int) -> None:
    """Serve the site, ask it, and print the table."""
    chance = random.Random(5)
    texts = [(post["language"], post.get("title") or "work") for post in posts_in(corpus, min(number, 5000))]
    queries = [words for _kind, words in mixture(texts, SEARCHES, chance)]
    beginnings = [chance.choice(texts)[1][: chance.randrange(2, 6)] for _ in range(SUGGESTIONS)]
    with ExitStack() as stack:
        server = stack.enter_context(serving(folder))
        stack.enter_context(limits_lifted())
        visit = Visit.of_member(server.port, talk_of(folder))
        print("| milliseconds | median | p95 | worst |\n|---|---|---|---|")
        milliseconds_of(server, (f"/api/v1/search?q={quote(words)}" for words in queries))
        asked = {"search, JSON": "/api/v1/search?q=", "search page": "/en/search?q="}
        for what, path in asked.items():
            print(line(what, milliseconds_of(server, (path + quote(words) for words in queries))))
        print(line("suggestion", milliseconds_of(server, (f"/api/v1/suggest?q={quote(one)}" for one in beginnings))))
        for what, words in HOSTILE.items():
            times = milliseconds_of(server, [f"/api/v1/search?q={quote(words[:10_000])}"] * 3)
            print(line(f"10 kB of {what}", times))
        found = [1000 * seconds for seconds in until_found(server, visit, COMMENTS)]
        print(line("a saved comment is found after", found))
        print("MB of each process:", ", ".join(f"{size:.0f}" for size in web_memory(server)))


def talk_of(folder: Path) -> str:
    """The address of a post that can be commented on."""
    with closing(sqlite3.connect(folder / "forum.sqlite3")) as database:
        (number,) = database.execute(
            "SELECT min(id) FROM posts WHERE status = 'published' AND visibility = 'public'"
        ).fetchone()
    return f"/posts/{number}/-"


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as scratch:
        folder = options.folder or Path(scratch)
        fill(folder, options.corpus, options.posts)
        keep_counts_in(folder)
        measure(folder, options.corpus, options.posts)


if __name__ == "__main__":
    main()
