"""How fast the search engine is: python -m bench.search [POSTS.jsonl] [--posts 10000] [--queries 200]

Indexes the posts of an interchange file, or made-up texts in six languages, in a folder that is thrown away; then asks a
mixture of queries, each with all facets, first in a fresh process state (cold), then again (warm). Milliseconds of one core.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from forum.core.languages import INTERFACE_LANGUAGES
from forum.search.analysis import folded, stems_of, words_of
from forum.search.engine import AUDIENCE, BREAK, FACETS, Document, Query
from forum.search.engines.whoosh import WhooshEngine
from forum.search.grammar import understand
from forum.vocabulary.thesaurus import read_thesaurus

AUDIENCE_OF_A_MEMBER = frozenset({"public", "members", "organisation:7"})
COUNTRIES = ["AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL", "PL", "PT"]
KINDS = ["practice"] * 6 + ["research"] * 2 + ["policy"] * 2
Post = dict[str, Any]


def made_up_posts(number: int, chance: random.Random) -> Iterator[Post]:
    """Posts of about a hundred words: frequent words from the thesaurus, rare ones made up, as in real texts."""
    concepts = read_thesaurus()
    themes = [entry["id"] for entry in concepts if entry["scheme"] == "theme"]
    frequent = {
        code: words_of(" ".join(entry["labels"].get(code, "") for entry in concepts)) for code in INTERFACE_LANGUAGES
    }
    rare = ["".join(chance.choices("aeioulmnrstdkp", k=chance.randint(4, 11))) for _word in range(40_000)]
    for place in range(number):
        language = chance.choice(INTERFACE_LANGUAGES)

        def text(length: int, own: list[str]) -> str:
            some = (int(chance.random() ** 2 * len(own)) for _word in range(length))
            return " ".join(own[one] if chance.random() < 0.7 else chance.choice(rare) for one in some)

        yield {
            "title": text(7, frequent[language]),
            "summary": text(20, frequent[language]),
            "body": text(80, frequent[language]),
            "language": language,
            "kind": chance.choice(KINDS),
            "organisation": f"o{chance.randint(1, 300)}",
            "countries": [chance.choice(COUNTRIES)],
            "themes": chance.sample(themes, 2),
            "visibility": chance.choices(["public", "members", "organisation"], [6, 3, 1])[0],
            "published_at": f"20{chance.randint(18, 26)}-0{chance.randint(1, 9)}-01T09:00:00Z",
            "ref": place,
        }


def posts_in(path: Path, number: int) -> Iterator[Post]:
    """The first posts of an interchange file."""
    with path.open(encoding="utf-8") as lines:
        yield from islice((post for post in map(json.loads, lines) if post.get("type") == "post"), number)


def as_document(number: int, post: Post) -> Document:
    """A post as `search.documents` would make it, without a database."""
    language = post.get("language", "en")
    texts = {name: words_of(post.get(name) or "") for name in ("title", "summary", "body")}
    organisation = str(post.get("organisation") or "")
    visibility = post.get("visibility", "public")
    published = datetime.fromisoformat(post.get("published_at") or "2026-01-01T00:00:00+00:00")
    return Document(
        id=number,
        revision=1,
        published=int(published.timestamp()),
        stems={
            "title": stems_of(texts["title"], language),
            "text": stems_of(texts["summary"] + texts["body"], language),
        },
        words=[word for words in texts.values() for word in [*folded(words), BREAK]],
        offered=list(dict.fromkeys(texts["title"])),
        keywords={
            "kind": [post["kind"]],
            "theme": post.get("themes", []),
            "target_group": post.get("target_groups", []),
            "principle": post.get("principles", []),
            "country": post.get("countries", []),
            "language": [language],
            "organisation": [organisation] if organisation else [],
            "year": [str(published.year)],
            "status": ["published"],
            AUDIENCE: ["organisation:7" if visibility == "organisation" else visibility],
        },
    )


def mixture(texts: list[tuple[str, str]], number: int, chance: random.Random) -> list[tuple[str, str]]:
    """(kind of query, query): words that stand together in a text, in all the ways of the grammar."""
    shapes: list[tuple[str, Callable[[list[str]], str]]] = [
        ("one word", lambda words: words[0]),
        ("two words", lambda words: " ".join(words[:2])),
        ("three words", lambda words: " ".join(words[:3])),
        ("OR", lambda words: " OR ".join(words[:3])),
        ("phrase", lambda words: f'"{words[0]} {words[1]}"'),
        ("beginning", lambda words: f"{words[0][:4]}*"),
        ("leaving out", lambda words: f"{words[0]} -{words[2]}"),
    ]
    found = []
    for place in range(number):
        words = words_of(chance.choice(texts)[1])
        start = chance.randrange(max(1, len(words) - 3))
        name, shape = shapes[place % len(shapes)]
        found.append((name, shape([*words[start : start + 3], "work", "people", "jobs"])))
    return found


@dataclass
class Times:
    """Milliseconds of many runs."""

    every: list[float]

    def __str__(self) -> str:
        ordered = sorted(self.every)
        p50, p95 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.95))
        return f"p50 {p50:7.1f}   p95 {p95:7.1f}   max {ordered[-1]:7.1f}"


def ask_all(engine: WhooshEngine, queries: list[tuple[str, str]]) -> dict[str, Times]:
    """The time of each query with all facets, by its kind."""
    found: dict[str, list[float]] = {"all": []}
    for place, (name, text) in enumerate(queries):
        asked = understand(text)
        filters = {"status": ("published",)} | ({"kind": ("practice",)} if place % 3 == 0 else {})
        query = Query(AUDIENCE_OF_A_MEMBER, asked.wanted, asked.unwanted, filters, FACETS)
        started = time.process_time()
        engine.search(query)
        spent = (time.process_time() - started) * 1000
        found["all"].append(spent)
        found.setdefault(name, []).append(spent)
    return {name: Times(times) for name, times in found.items()}


def memory_mb() -> float:
    """The memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def measure(posts: Callable[[], Iterator[Post]], queries: int, folder: Path) -> None:
    """Build, ask, print."""
    root, chance = folder / "index", random.Random(7)
    texts: list[tuple[str, str]] = []

    def documents() -> Iterator[Document]:
        for number, post in enumerate(posts(), start=1):
            if number % 50 == 0:
                texts.append((post.get("language", "en"), f"{post['title']} {post.get('body') or ''}"))
            yield as_document(number, post)

    started = time.process_time()
    WhooshEngine(root).rebuild(documents(), lambda _indexed: ((), ()))
    spent = time.process_time() - started
    before, engine = memory_mb(), WhooshEngine(root)
    number = engine.health().documents
    size = sum(file.stat().st_size for file in root.rglob("*") if file.is_file())
    print(f"{number} posts indexed: {number / spent:.0f} posts a second of one core, {size / 1e6:.0f} MB")
    asked = mixture(texts, queries, chance)
    for state in ("cold", "warm"):
        print(f"\n{state}, {len(asked)} queries, each with {len(FACETS)} facets (ms)")
        for name, times in ask_all(engine, asked).items():
            print(f"  {name:<12} {times}")
    print(f"\nmemory for the index: {memory_mb() - before:.0f} MB")
    suggesting = [word[:3] for _name, text in asked for word in words_of(text)[:1]]
    print(
        "suggestion    ",
        Times([_timed(lambda start: engine.suggest(start, AUDIENCE_OF_A_MEMBER), letters) for letters in suggesting]),
    )
    changed = [as_document(place, post) for place, post in enumerate(islice(posts(), 20), start=1)]
    print("saving a post ", Times([_timed(lambda one: engine.index([one]), document) for document in changed]))
    print("first search after it", Times([_after_commit(engine, document) for document in changed]))
    hostile = " ".join(f'"{text}" {text[:3]}*' for _name, text in asked)[:10_000]
    print("10 kB of words", Times([_timed(lambda text: ask_all(engine, [("hostile", text)]), hostile)]))


def _timed(function: Callable[[Any], object], value: Any) -> float:
    started = time.perf_counter()
    function(value)
    return (time.perf_counter() - started) * 1000


def _after_commit(engine: WhooshEngine, document: Document) -> float:
    engine.index([document])
    return _timed(lambda text: ask_all(engine, [("after", text)]), "work integration")


def main() -> None:
    """Read the arguments and measure."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path, nargs="?", help="posts in the interchange format; made up without one")
    arguments.add_argument("--posts", type=int, default=10_000)
    arguments.add_argument("--queries", type=int, default=200)
    wish = arguments.parse_args()

    def posts() -> Iterator[Post]:
        return posts_in(wish.file, wish.posts) if wish.file else made_up_posts(wish.posts, random.Random(1))

    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        measure(posts, wish.queries, Path(folder))


if __name__ == "__main__":
    main()
