"""Search engines to measure side by side, on the same documents and the same queries: ours, SQLite FTS5 and tantivy.

All are given words that are cut already (see `search.analysis`), and asked the same: the twenty best hits that an audience
may see, how many there are, and how many have each value of six facets.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import tantivy

from forum.search.engine import AUDIENCE, Beginning, Document, Part, Phrase, Query, Word
from forum.search.engines.whoosh import WhooshEngine

SIX = ("kind", "theme", "country", "language", "organisation", "year")
TITLE_WEIGHT = 3.0
Answer = tuple[int, dict[str, Counter[str]]]


class Rival(Protocol):
    """An engine in a folder: builds an index, puts a document in anew, answers."""

    def build(self, documents: Iterable[Document]) -> None:
        """Index all of these."""

    def save(self, document: Document) -> None:
        """Put a document in, in place of an older one, so that the next answer knows it."""

    def ask(self, query: Query) -> Answer:
        """How many posts match, and their facets; the best twenty are looked up on the way."""


class Ours:
    """The engine of the site."""

    def __init__(self, folder: Path):
        self.engine = WhooshEngine(folder)

    def build(self, documents: Iterable[Document]) -> None:
        """Index all of these."""
        self.engine.rebuild(documents, lambda _indexed: ((), ()))

    def save(self, document: Document) -> None:
        """Put a document in."""
        self.engine.index([document])

    def ask(self, query: Query) -> Answer:
        """How many posts match, and their facets."""
        hits = self.engine.search(query)
        return hits.total, {name: Counter(values) for name, values in hits.facets.items()}


class Fts5:
    """SQLite's full-text search, with a table of facet values beside it."""

    def __init__(self, folder: Path):
        folder.mkdir(exist_ok=True)
        self.db = sqlite3.connect(folder / "fts5.sqlite")
        self.db.executescript(
            """
            PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA temp_store = memory;
            CREATE VIRTUAL TABLE IF NOT EXISTS post USING fts5(title, text, words);
            CREATE TABLE IF NOT EXISTS value (id INTEGER, name TEXT, value TEXT, PRIMARY KEY (id, name, value)) WITHOUT ROWID;
            CREATE TEMP TABLE hit (id INTEGER PRIMARY KEY);
            """
        )

    def build(self, documents: Iterable[Document]) -> None:
        """Index all of these."""
        remaining = iter(documents)
        while batch := list(islice(remaining, 1000)):
            self._write(batch)
        self.db.execute("INSERT INTO post(post) VALUES ('optimize')")
        self.db.commit()

    def save(self, document: Document) -> None:
        """Put a document in."""
        self.db.execute("DELETE FROM post WHERE rowid = ?", (document.id,))
        self.db.execute("DELETE FROM value WHERE id = ?", (document.id,))
        self._write([document])

    def _write(self, batch: Sequence[Document]) -> None:
        rows = ((one.id, *(" ".join(words) for words in texts_of(one).values())) for one in batch)
        self.db.executemany("INSERT INTO post(rowid, title, text, words) VALUES (?, ?, ?, ?)", rows)
        self.db.executemany(
            "INSERT OR IGNORE INTO value VALUES (?, ?, ?)", (row for one in batch for row in values(one))
        )
        self.db.commit()

    def ask(self, query: Query) -> Answer:
        """How many posts match, and their facets."""
        audience = sorted(query.audience)
        wanted = " AND ".join(f"({' OR '.join(map(self._part, group))})" for group in query.wanted)
        wanted += "".join(f" NOT {self._part(part)}" for part in query.unwanted)
        marks = ", ".join("?" * len(audience))
        seen = f"SELECT 1 FROM value WHERE id = post.rowid AND name = '{AUDIENCE}' AND value IN ({marks})"
        best = f"SELECT rowid FROM post WHERE post MATCH ? AND EXISTS ({seen}) ORDER BY bm25(post, ?) LIMIT 20"
        self.db.execute(best, (wanted, *audience, TITLE_WEIGHT)).fetchall()
        self.db.execute("DELETE FROM hit")
        matching = f"INSERT INTO hit SELECT rowid FROM post WHERE post MATCH ? AND EXISTS ({seen})"
        total = self.db.execute(matching, (wanted, *audience)).rowcount
        facets: dict[str, Counter[str]] = {name: Counter() for name in SIX}
        counted = "SELECT name, value, count(*) FROM hit JOIN value USING (id) GROUP BY name, value"
        for name, value, number in self.db.execute(counted):
            if name in facets:
                facets[name][value] = number
        return total, facets

    def _part(self, part: Part) -> str:
        if isinstance(part, Word):
            return "{title text} : (" + " OR ".join(f'"{stem}"' for stem in part.stems) + ")"
        if isinstance(part, Phrase):
            return f'words : "{" ".join(part.words)}"'
        assert isinstance(part, Beginning)
        return f'words : "{part.letters}" *'


class Tantivy:
    """The Rust library, with values as fast fields."""

    def __init__(self, folder: Path):
        folder.mkdir(exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", tokenizer_name="raw", stored=True, index_option="basic")
        for name in ("title", "text", "words"):
            builder.add_text_field(
                name, tokenizer_name="whitespace", index_option="position" if name == "words" else "freq"
            )
        for name in (AUDIENCE, *SIX):
            builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, str(folder), reuse=True)
        self.facets = {name: {"terms": {"field": name, "size": 1000}} for name in SIX}
        self.writer: Any = None

    def build(self, documents: Iterable[Document]) -> None:
        """Index all of these."""
        writer = self.index.writer(128_000_000, 1)
        for document in documents:
            writer.add_document(self._document(document))
        writer.commit()
        writer.wait_merging_threads()

    def save(self, document: Document) -> None:
        """Put a document in."""
        self.writer = self.writer or self.index.writer(128_000_000, 1)
        self.writer.delete_documents_by_term("id", str(document.id))
        self.writer.add_document(self._document(document))
        self.writer.commit()
        self.index.reload()

    def _document(self, document: Document) -> Any:
        texts = {name: " ".join(words) for name, words in texts_of(document).items()}
        made = tantivy.Document(**texts)
        made.add_text("id", str(document.id))
        for _id, name, value in values(document):
            made.add_text(name, value)
        return made

    def ask(self, query: Query) -> Answer:
        """How many posts match, and their facets."""
        clauses = [(tantivy.Occur.Must, self._any(group)) for group in query.wanted]
        clauses += [(tantivy.Occur.MustNot, self._any([part])) for part in query.unwanted]
        seen = [self._term(AUDIENCE, token) for token in sorted(query.audience)]
        clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(_either(seen), 0.0)))
        whole = tantivy.Query.boolean_query(clauses)
        searcher = self.index.searcher()
        result: Any = searcher.search(whole, 20)  # its count is not in the types
        for _score, address in result.hits:
            searcher.doc(address)
        counted = searcher.aggregate(whole, self.facets)
        buckets = {name: counted[name]["buckets"] for name in SIX}
        facets = {name: Counter({one["key"]: one["doc_count"] for one in every}) for name, every in buckets.items()}
        return result.count, facets

    def _any(self, group: Sequence[Part]) -> Any:
        return _either([one for part in group for one in self._part(part)])

    def _part(self, part: Part) -> Iterator[Any]:
        if isinstance(part, Word):
            for stem in part.stems:
                yield tantivy.Query.boost_query(self._term("title", stem), TITLE_WEIGHT)
                yield self._term("text", stem)
        elif isinstance(part, Phrase):
            yield tantivy.Query.phrase_query(self.schema, "words", list(part.words))
        elif isinstance(part, Beginning):
            yield tantivy.Query.regex_query(self.schema, "words", f"{re.escape(part.letters)}.*")

    def _term(self, field: str, term: str) -> Any:
        return tantivy.Query.term_query(self.schema, field, term, "freq")


def _either(queries: Sequence[Any]) -> Any:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in queries])


def texts_of(document: Document) -> dict[str, Sequence[str]]:
    """The words of a document's fields, stemmed (those of compounds' parts among the text's) and as written."""
    text = [*document.stems["text"], *document.stems["parts"]]
    return {"title": document.stems["title"], "text": text, "words": document.words}


def values(document: Document) -> Iterator[tuple[int, str, str]]:
    """The facet values and the audience of a document."""
    for name in (AUDIENCE, *SIX):
        for value in document.keywords.get(name, ()):
            yield document.id, name, value


RIVALS: dict[str, Callable[[Path], Rival]] = {"ours": Ours, "SQLite FTS5": Fts5, "tantivy": Tantivy}
