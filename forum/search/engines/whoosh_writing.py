"""Whoosh's writer of a segment, with what it does for each posting by itself done for many at a time.

When Whoosh sorts on disk it pickles every posting alone, and for every posting it looks up in a file how long the text is. Without
these two, writing a large index takes little more than half of the time. What is written is the same.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3PerDocReader, _lenfield
from whoosh.compat import dump
from whoosh.util.numeric import byte_to_length
from whoosh.writing import PostingPool, SegmentWriter

BLOCK = 2000
NEWEST = -1  # form of a pickle: Whoosh's own, of Python 2, writes bytes slowly


class QuickWriter(SegmentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's writer with a pool and lengths of ours."""

    def __init__(self, index: Any, *, codec: Any, limitmb: int):
        super().__init__(index, codec=codec, limitmb=limitmb)
        self.pool = BlockPool(self._tempstorage, self.newsegment, limitmb=limitmb)

    def per_document_reader(self) -> "KnownLengths":
        """What tells, when postings are written, how long each text is."""
        return KnownLengths(self.storage, self.get_segment())


class BlockPool(PostingPool):  # type: ignore[misc]  # Whoosh has no types
    """Sorts postings on disk, in runs that are written and read a block at a time."""

    def __init__(self, *wish: Any, **more: Any):
        super().__init__(*wish, **more)
        self._opened: list[Any] = []

    def _open_run(self, path: str) -> Any:
        self._opened.append(super()._open_run(path))
        return self._opened[-1]

    def cleanup(self) -> None:
        """Close what is open of a sorting that was given up, and remove the runs."""
        for file in self._opened:
            file.close()
        super().cleanup()

    def _write_run(self, file: Any, items: Iterable[Any]) -> None:
        for block in blocks_of(items):
            dump(block, file, NEWEST)
        file.close()

    def _read_run(self, path: str) -> Iterator[Any]:
        for block in super()._read_run(path):
            yield from block


def blocks_of(items: Iterable[Any]) -> Iterator[list[Any]]:
    """The items in lists of many, in order."""
    rest = iter(items)
    while block := list(islice(rest, BLOCK)):
        yield block


class KnownLengths(W3PerDocReader):  # type: ignore[misc]  # Whoosh has no types
    """How many words each document of a segment has in a field, read once a field."""

    def __init__(self, storage: Any, segment: Any):
        super().__init__(storage, segment)
        self._known: dict[str, list[int]] = {}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """The number of words, as exactly as Whoosh keeps it; `default` where a field has no lengths."""
        known = self._known.get(fieldname)
        if known is None:
            known = self._known[fieldname] = self._all(fieldname, default)
        return known[docnum]

    def _all(self, field: str, default: int) -> list[int]:
        column = self._cached_reader(_lenfield(field), LENGTHS_COLUMN)
        places = range(self._doccount)
        return [default for _place in places] if column is None else [byte_to_length(column[place]) for place in places]
