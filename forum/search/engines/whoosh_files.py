"""Whoosh 2.7.4's files: writing them so that they last, and reading them into arrays.

This module, `whoosh_storage` and `whoosh_writing` are the only ones that know Whoosh.

What Whoosh does badly is left aside: its query parser (a hole for denial of service), its refresh() (copies segments),
its facets (slow); and what it does not do, bringing files to disk, is done here.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3Codec, _lenfield
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.util.numeric import byte_to_length

from forum.search.engine import CONCEPT_FIELDS, KEYWORDS, TEXT_FIELDS, Document
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
from forum.search.engines.whoosh_storage import SEGMENT, DurableStorage, ReadStorage, seal_of
from forum.search.engines.whoosh_writing import QuickWriter

NAME = "MAIN"
NUMBERS = ("id", "revision", "published", "group")
MEMORY_MB = 128
TIER = 8
NUMBER = NumericColumn("q")
LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.float32)


def schema() -> Schema:
    """The fields: numbers, scored text without positions, words with positions, offered words, keywords.

    Values arrive as lists of words, so no analyser of Whoosh's ever runs.
    """
    fields = {name: COLUMN(NUMBER) for name in NUMBERS}
    fields |= {name: TEXT(phrase=False) for name in (*TEXT_FIELDS, *CONCEPT_FIELDS)}
    fields |= {WORDS: TEXT(phrase=True), OFFERED: ID()}
    fields |= {name: ID() for name in KEYWORDS}
    return Schema(**fields)


class WhooshSource:
    """Reads one segment: whole columns and whole blocks of postings at once, which is what makes it fast.

    Whoosh's public readers give a document at a time; so this goes one layer below them, to the W3 codec's own.
    """

    def __init__(self, reader: SegmentReader):
        self.reader = reader
        self.per_document = reader._perdoc
        self.size: int = reader.doc_count_all()

    def numbers(self, column: str) -> Numbers:
        """A whole column of numbers."""
        return self._column(column, NUMBER, ">i8").astype(np.int64)

    def lengths(self, field: str) -> Weights:
        """How many words each document has in a field, as exactly as BM25 needs it (Whoosh keeps one byte)."""
        lengths: Weights = LENGTHS[self._column(_lenfield(field), LENGTHS_COLUMN, "u1")]
        return lengths

    def _column(self, name: str, column: NumericColumn, kind: str) -> NDArray[Any]:
        """A column of numbers of one kind (numpy's name), by place; Whoosh leaves out the last ones that are zero."""
        values = np.zeros(self.size, kind)
        if self.per_document.has_column(name):
            reader = self.per_document.column_reader(name, column)
            stored = reader._dbfile.get(reader._basepos, reader._count * reader._fixedlen)
            values[: reader._count] = np.frombuffer(stored, kind)
        return values

    def total_length(self, field: str) -> int:
        """How many words all documents have in a field."""
        return int(self.reader.field_length(field))

    def postings(self, field: str, term: str) -> Postings:
        """Which documents have a term, and how often."""
        places: list[Places] = []
        weights: list[Weights] = []
        for gaps, repeats, _values in self._blocks(field, term):
            places.append(np.cumsum(np.array(gaps, np.int32), dtype=np.int32))
            weights.append(_weights(repeats, len(gaps)))
        if not places:
            return Postings(np.zeros(0, np.int32), np.zeros(0, np.float32))
        return Postings(np.concatenate(places), np.concatenate(weights))

    def _blocks(self, field: str, term: str) -> Iterator[tuple[Any, Any, Any]]:
        """A term's postings as Whoosh stores them: gaps between places, weights (None: all 1), values."""
        matcher = self._matcher(field, term)
        while matcher is not None and matcher.is_active():
            matcher._read_data()
            yield matcher._data
            matcher._next_block()

    def positions(self, field: str, term: str, places: Places) -> list[Sequence[int]]:
        """Where a term stands in these documents."""
        decode = self.reader.schema[field].format.decode_positions
        found: list[Sequence[int]] = []
        for gaps, _repeats, values in self._blocks(field, term):
            rows = np.flatnonzero(np.isin(np.cumsum(np.array(gaps, np.int32)), places, assume_unique=True))
            found += [decode(values[row]) for row in rows.tolist()]
        return found

    def _matcher(self, field: str, term: str) -> Any:
        try:
            return self.reader._terms.matcher(field, term.encode(), self.reader.schema[field].format)
        except TermNotFound:
            return None

    def terms(self, field: str) -> list[str]:
        """Every term of a field, sorted by code points (as its UTF-8 bytes are)."""
        return [term.decode() for term in self.reader.lexicon(field)]

    def frequencies(self, field: str) -> dict[str, int]:
        """In how many documents each term of a field is."""
        return {term.decode(): about.doc_frequency() for term, about in self.reader.iter_field(field)}


def _weights(repeats: tuple[float, ...] | float | None, number: int) -> Weights:
    """The weights of a block, which Whoosh writes once when all are alike, and not at all when all are 1."""
    if repeats is None or isinstance(repeats, float):
        return np.full(number, 1.0 if repeats is None else repeats, np.float32)
    return np.array(repeats, np.float32)


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
        sealed = known.seals if known else {}
        paths = [build / part.make_filename(SEGMENT) for part in contents.segments]
        seals = {path: sealed.get(path) or seal_of(path) for path in paths}
    except Exception:
        storage.abandon()
        raise
    return Snapshot(name, leaves, seals)


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
    writer = QuickWriter(index, codec=W3Codec(blocklimit=1024), limitmb=MEMORY_MB)
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


def take_over(build: Path, other: Path) -> None:
    """Move the segments of another index with the same fields into this one, and bring them to disk."""
    storage = DurableStorage(build)
    contents, more = TOC.read(storage, NAME), TOC.read(FileStorage(str(other)), NAME)
    for segment in more.segments:
        name = segment.make_filename(SEGMENT)
        (other / name).rename(build / name)
    TOC(contents.schema, [*contents.segments, *more.segments], contents.generation + 1).write(storage, NAME)
    (build / TOC._filename(NAME, contents.generation)).unlink()


def fields_of(document: Document) -> dict[str, Any]:
    """A document as Whoosh takes it."""
    return {
        **{name: getattr(document, name) for name in NUMBERS},
        "group": document.group or document.id,
        **{name: list(document.stems.get(name, ())) for name in TEXT_FIELDS},
        **{name: list(getattr(document, name)) for name in CONCEPT_FIELDS},
        WORDS: list(document.words),
        OFFERED: list(document.offered),
        **{name: list(document.keywords.get(name, ())) for name in KEYWORDS},
    }


def merge_alike(writer: QuickWriter, segments: list[Any]) -> list[Any]:
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
