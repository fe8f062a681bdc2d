"""Whoosh's writer of a segment, with what it does for each posting by itself done for many at a time.

When Whoosh sorts on disk it pickles every posting alone, and for every posting it looks up in a file how long the text is. Without
these two, writing a large index takes little more than half of the time. What is written is the same.
"""

import pickle  # nosec B403  # reads only what this process wrote a moment ago
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3PerDocReader, _lenfield
from whoosh.util.numeric import byte_to_length
from whoosh.writing import PostingPool, SegmentWriter

BLOCK = 2000


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
        rest = iter(items)
        while block := list(islice(rest, BLOCK)):
            pickle.dump(block, file, pickle.HIGHEST_PROTOCOL)
        file.close()

    def _read_run(self, path: str) -> Iterator[Any]:
        with self._open_run(path) as file:
            while file.peek(1):
                yield from pickle.load(file)  # noqa: S301  # nosec B301  # what this process wrote a moment ago
        self._remove_run(path)


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
