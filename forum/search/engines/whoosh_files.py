"""Whoosh 2.7.4's files: writing them so that they last, and reading them into arrays. The only module that knows Whoosh.

What Whoosh does badly is left aside: its query parser (a hole for denial of service), its refresh() (copies segments),
its facets (slow); and what it does not do, bringing files to disk, is done here.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import SegmentWriter

from forum.search.engine import KEYWORDS, TEXT_FIELDS, Document
from forum.search.engines.folder import sync
from forum.search.engines.segments import (
    OFFERED,
    WORDS,
    Leaf,
    Numbers,
    Places,
    Postings,
    Segment,
    Snapshot,
    Weights,
)

NAME = "MAIN"
NUMBERS = ("id", "revision", "published")
MEMORY_MB = 128
TIER = 8


def schema() -> Schema:
    """The fields: numbers, scored text without positions, words with positions, offered words, keywords.

    Values arrive as lists of words, so no analyser of Whoosh's ever runs.
    """
    fields = {name: COLUMN(NumericColumn("q")) for name in NUMBERS}
    fields |= {name: TEXT(phrase=False) for name in TEXT_FIELDS}
    fields |= {WORDS: TEXT(phrase=True), OFFERED: ID()}
    fields |= {name: ID() for name in KEYWORDS}
    return Schema(**fields)


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder of Whoosh's files that survives a power cut.

    Whoosh renames one file per commit, its table of contents. Everything written before goes to disk first, then the
    rename itself does.
    """

    def __init__(self, path: Path):
        super().__init__(str(path))
        self._unsynced: list[str] = []

    def create_file(self, name: str, *args: Any, **options: Any) -> Any:
        """Note the file as not yet on disk."""
        self._unsynced.append(name)
        return super().create_file(name, *args, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Bring what was written to disk, rename, and bring the folder to disk."""
        folder = Path(self.folder)
        sync(*(folder / name for name in self._unsynced if (folder / name).exists()))
        self._unsynced.clear()
        super().rename_file(oldname, newname, safe)
        sync(folder)


class ReadStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder of Whoosh's files to read from, which can close what Whoosh leaves open when a file is damaged."""

    def __init__(self, path: Path):
        super().__init__(str(path))
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        """Note the file as open."""
        self._opened.append(super().open_file(name, **options))
        return self._opened[-1]

    def abandon(self) -> None:
        """Close every file."""
        for file in self._opened:
            if not file.is_closed:
                file.close()


class WhooshSource:
    """Reads one segment through Whoosh's public readers. Postings keep their dead documents out by themselves."""

    def __init__(self, reader: SegmentReader):
        self.reader = reader
        self.size: int = reader.doc_count_all()

    def numbers(self, column: str) -> Numbers:
        """A whole column of numbers."""
        values = self.reader.column_reader(column)
        return np.fromiter((values[place] for place in range(self.size)), np.int64, self.size)

    def lengths(self, field: str) -> Weights:
        """How many words each document has in a field, as exactly as BM25 needs it (Whoosh keeps one byte)."""
        length = self.reader.doc_field_length
        return np.fromiter((length(place, field) or 0 for place in range(self.size)), np.float32, self.size)

    def total_length(self, field: str) -> int:
        """How many words all documents have in a field."""
        return int(self.reader.field_length(field))

    def postings(self, field: str, term: str) -> Postings:
        """Which documents have a term, and how often."""
        places: list[int] = []
        weights: list[float] = []
        matcher = self._matcher(field, term)
        while matcher is not None and matcher.is_active():
            places.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
        return Postings(np.array(places, np.int32), np.array(weights, np.float32))

    def positions(self, field: str, term: str, places: Places) -> list[Sequence[int]]:
        """Where a term stands in these documents."""
        matcher = self._matcher(field, term)
        found: list[Sequence[int]] = []
        for place in places.tolist():
            matcher.skip_to(place)
            found.append(matcher.value_as("positions"))
        return found

    def _matcher(self, field: str, term: str) -> Any:
        try:
            return self.reader.postings(field, term)
        except TermNotFound:
            return None

    def terms(self, field: str) -> list[str]:
        """Every term of a field, sorted by code points (as its UTF-8 bytes are)."""
        return [term.decode() for term in self.reader.lexicon(field)]


def create(build: Path) -> None:
    """Begin an empty index in a folder."""
    FileIndex.create(DurableStorage(build), schema(), NAME)


def generation(build: Path) -> int:
    """The number of the latest commit in a folder; -1 when there is no index in it."""
    return int(TOC._latest_generation(FileStorage(str(build)), NAME))


def read_snapshot(build: Path, name: str, known: Snapshot | None = None) -> Snapshot:
    """The snapshot that the latest table of contents describes; segments that are `known` are not opened again."""
    storage = ReadStorage(build)
    open_segments = {leaf.segment.name: leaf.segment for leaf in known.leaves} if known else {}
    try:
        contents = TOC.read(storage, NAME)
        leaves = tuple(_leaf(storage, contents.schema, part, open_segments) for part in contents.segments)
    except Exception:
        storage.abandon()
        raise
    return Snapshot(name, leaves)


def _leaf(storage: ReadStorage, fields: Schema, part: Any, open_segments: Mapping[str, Segment]) -> Leaf:
    segment = open_segments.get(part.segment_id())
    if segment is None:
        segment = Segment(part.segment_id(), WhooshSource(SegmentReader(storage, fields, part)))
    live = np.ones(segment.size, np.bool_)
    live[list(part.deleted_docs())] = False
    return Leaf(segment, None if live.all() else live)


def commit(build: Path, documents: Iterable[Document], old: Iterable[int]) -> None:
    """Write documents, delete those at the `old` places, and bring all of it to disk."""
    index = FileIndex(DurableStorage(build), indexname=NAME)
    writer = SegmentWriter(index, codec=W3Codec(blocklimit=1024), limitmb=MEMORY_MB)
    try:
        for place in old:
            writer.delete_document(place)
        for document in documents:
            writer.add_document(**fields_of(document))
        writer.commit(mergetype=merge_alike)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def fields_of(document: Document) -> dict[str, Any]:
    """A document as Whoosh takes it."""
    return {
        **{name: getattr(document, name) for name in NUMBERS},
        **{name: list(document.stems.get(name, ())) for name in TEXT_FIELDS},
        WORDS: list(document.words),
        OFFERED: list(document.offered),
        **{name: list(document.keywords.get(name, ())) for name in KEYWORDS},
    }


def merge_alike(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: join segments of about one size once there are many, so that none is joined often."""
    tiers: dict[int, list[Any]] = defaultdict(list)
    for segment in segments:
        tiers[int(math.log(max(1, segment.doc_count()), TIER))].append(segment)
    full = [segment for tier in tiers.values() if len(tier) >= TIER for segment in tier]
    for segment in full:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [one for one in segments if one not in full]
