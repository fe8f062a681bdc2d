"""How fast the search engine is, beside SQLite FTS5 and tantivy: python -m bench.search [POSTS.jsonl] [--posts 10000]

Every engine indexes the same posts, of an interchange file or made up in six languages, in a folder that is thrown away; a
fresh process then asks it a mixture of queries, each with six facets, first as it comes (cold), then again (warm).
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from bench.rivals import RIVALS, SIX, Ours
from bench.servers import print_table
from forum.core.languages import INTERFACE_LANGUAGES
from forum.search.analysis import folded, stems_of, words_of
from forum.search.compounds import Splitter
from forum.search.engine import AUDIENCE, BREAK, COMPOUNDING, Document, Query
from forum.search.grammar import understand
from forum.vocabulary.thesaurus import read_thesaurus

AUDIENCE_OF_A_MEMBER = frozenset({"public", "members", "organisation:7"})
COUNTRIES = ["AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL", "PL", "PT"]
KINDS = ["practice"] * 6 + ["research"] * 2 + ["policy"] * 2
SPLITTING_POSTS = 2000
SAVED = 20
Post = dict[str, Any]
Figures = dict[str, float]


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


def as_document(number: int, post: Post, splitters: Mapping[str, Splitter]) -> Document:
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
            "parts": splitters[language].stems(chain(*texts.values())) if language in splitters else [],
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

    @property
    def p50(self) -> float:
        """The median."""
        return self._at(0.5)

    @property
    def p95(self) -> float:
        """What one in twenty exceeds."""
        return self._at(0.95)

    def _at(self, part: float) -> float:
        ordered = sorted(self.every)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def queries_of(texts: list[tuple[str, str]], number: int) -> list[Query]:
    """What is asked: a member sees all but what is internal elsewhere."""
    asked = [understand(text) for _name, text in mixture(texts, number, random.Random(7))]
    return [Query(AUDIENCE_OF_A_MEMBER, one.wanted, one.unwanted, facets=SIX) for one in asked]


def milliseconds(function: Callable[[Any], object], values: Iterable[Any], clock: Callable[[], float]) -> Times:
    """How long it takes for each of these."""
    found = []
    for value in values:
        started = clock()
        function(value)
        found.append((clock() - started) * 1000)
    return Times(found)


def memory_mb() -> float:
    """The memory that this process holds now, without what is mapped from files."""
    resident, shared = map(int, Path("/proc/self/statm").read_text().split()[1:3])
    return (resident - shared) * os.sysconf("SC_PAGESIZE") / 1e6


def build(name: str, posts: Iterator[Post], folder: Path) -> Figures:
    """Index everything, and give the rate with and without the cutting into words, which is alike for all."""
    cutting = 0.0

    def documents() -> Iterator[Document]:
        nonlocal cutting
        splitters = splitters_from(first := list(islice(posts, SPLITTING_POSTS)))
        for number, post in enumerate(chain(first, posts), start=1):
            started = time.process_time()
            document = as_document(number, post, splitters)
            cutting += time.process_time() - started
            yield document
            counted.append(number)

    counted: list[int] = []
    started = time.process_time()
    RIVALS[name](folder).build(documents())
    spent = time.process_time() - started
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {
        "posts/s": len(counted) / spent,
        "posts/s, words cut already": len(counted) / max(spent - cutting, 1e-9),
        "MB on disk": size / 1e6,
    }


def ask(name: str, posts: Iterator[Post], folder: Path, number: int) -> Figures:
    """Ask everything in a fresh process, twice; then save posts one by one."""
    some = list(islice(posts, 0, None, 50))
    texts = [(post.get("language", "en"), f"{post['title']} {post.get('body') or ''}") for post in some]
    queries = queries_of(texts, number)
    before, rival = memory_mb(), RIVALS[name](folder)
    cold = milliseconds(rival.ask, queries, time.process_time)
    warm = milliseconds(rival.ask, queries, time.process_time)
    figures = {"hits": float(sum(rival.ask(query)[0] for query in queries)), "memory MB": memory_mb() - before}
    changed = [as_document(place * 50 + 1, post, {}) for place, post in enumerate(some[:SAVED])]
    saved = milliseconds(rival.save, changed, time.perf_counter)
    for state, times in (("cold", cold), ("warm", warm), ("saving", saved)):
        figures |= {f"{state} p50": times.p50, f"{state} p95": times.p95}
    if isinstance(rival, Ours):
        figures |= alone(rival, texts, queries)
    return figures


def alone(ours: Ours, texts: list[tuple[str, str]], queries: list[Query]) -> Figures:
    """What only our engine does: suggestions, the first search after a commit, and hostile strings."""
    engine = ours.engine
    beginnings = [word[:3] for _language, text in texts[:200] for word in words_of(text)[:1]]
    suggested = milliseconds(lambda start: engine.suggest(start, AUDIENCE_OF_A_MEMBER), beginnings, time.process_time)
    hostile = " ".join(f'"{text[:40]}" {text[:3]}*' for _language, text in texts)[:10_000]
    asked = understand(hostile)
    times = milliseconds(engine.search, [Query(AUDIENCE_OF_A_MEMBER, asked.wanted, facets=SIX)], time.process_time)
    return {"suggestion p50": suggested.p50, "suggestion p95": suggested.p95, "10 kB of words": times.p95}


def splitters_from(posts: Iterable[Post]) -> dict[str, Splitter]:
    """What splits compounds, by the words of these posts."""
    words: dict[str, list[str]] = {language: [] for language in COMPOUNDING}
    for post in posts:
        words.get(post.get("language", "en"), []).extend(words_of(f"{post['title']} {post.get('body') or ''}"))
    return {language: Splitter(language, known) for language, known in words.items()}


def measure(options: argparse.Namespace, name: str) -> Figures:
    """The figures of one engine, each step in a process of its own."""
    found: Figures = {}
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        for step in ("build", "ask"):
            command = [sys.executable, "-m", "bench.search", "--posts", str(options.posts), "--folder", folder]
            command += ["--queries", str(options.queries), "--step", step, "--engine", name]
            command += [str(options.file)] if options.file else []
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            found |= json.loads(done.stdout.splitlines()[-1])
    return found


def print_side_by_side(figures: dict[str, Figures]) -> None:
    """A row for each figure; in brackets, ours as a multiple of theirs."""
    ours = figures["ours"]
    rows: dict[str, dict[str, str]] = {}
    for row, value in ours.items():
        rows[row] = {"ours": f"{value:,.1f}"}
        for name in (name for name in figures if name != "ours"):
            theirs = figures[name].get(row)
            ratio = f" ({value / theirs:.2g} x)" if theirs else ""
            rows[row][name] = "-" if theirs is None else f"{theirs:,.1f}{ratio}"
    print_table(rows, "figure")


def main() -> None:
    """Read the arguments and measure."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path, nargs="?", help="posts in the interchange format; made up without one")
    arguments.add_argument("--posts", type=int, default=10_000)
    arguments.add_argument("--queries", type=int, default=200)
    arguments.add_argument("--engine", choices=list(RIVALS), help="only this one")
    arguments.add_argument("--step", choices=["build", "ask"], help=argparse.SUPPRESS)
    arguments.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    posts = posts_in(options.file, options.posts) if options.file else made_up_posts(options.posts, random.Random(1))
    if options.step == "build":
        print(json.dumps(build(options.engine, posts, options.folder / "index")))
    elif options.step == "ask":
        print(json.dumps(ask(options.engine, posts, options.folder / "index", options.queries)))
    else:
        names = [options.engine] if options.engine else list(RIVALS)
        print(f"{options.posts} posts, {options.queries} queries, six facets; milliseconds of one core\n")
        print_side_by_side({name: measure(options, name) for name in names})


if __name__ == "__main__":
    main()
