"""Our writer of segments writes what Whoosh's own does, from memory as from disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import TOC
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from forum.search.engines import whoosh_files, whoosh_writing
from forum.search.engines.whoosh_storage import ReadStorage
from tests.search.documents import document

pytestmark = pytest.mark.one_database

DOCUMENTS = [
    document(number, "Bakery " * number, text=f"Bread of day {number % 7}, {number} loaves. " * number)
    for number in range(1, 30)
]


def written(folder: Path, writer: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Everything that a segment says of its terms: statistics and postings."""
    monkeypatch.setattr(whoosh_files, "QuickWriter", writer)
    folder.mkdir()
    whoosh_files.create(folder)
    whoosh_files.commit(folder, DOCUMENTS, [])
    storage = ReadStorage(folder)
    contents = TOC.read(storage, whoosh_files.NAME)
    return [row for part in contents.segments for row in rows_of(SegmentReader(storage, contents.schema, part))]


def rows_of(reader: SegmentReader) -> Iterator[tuple[Any, ...]]:
    """(field, term, statistics) and (field, term, place, weight, positions)."""
    for field, term in reader.all_terms():
        about = reader.term_info(field, term)
        yield (
            field,
            term,
            about.weight(),
            about.doc_frequency(),
            about.max_weight(),
            about.min_length(),
            about.max_length(),
        )
        postings = reader.postings(field, term)
        while postings.is_active():
            yield field, term, postings.id(), postings.weight(), postings.value()
            postings.next()
    reader.close()


@pytest.mark.parametrize("megabytes", [128, 0.002])
def test_a_segment_says_what_whooshs_own_writer_would_have_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, megabytes: float
) -> None:
    monkeypatch.setattr(whoosh_files, "MEMORY_MB", megabytes)
    monkeypatch.setattr(whoosh_writing, "BLOCK", 3)
    ours = written(tmp_path / "ours", whoosh_writing.QuickWriter, monkeypatch)
    assert ours == written(tmp_path / "theirs", SegmentWriter, monkeypatch)
    assert len(ours) > 500


def test_a_run_that_lost_its_end_is_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full in the middle of a run must not leave an index without the rest."""

    opened = whoosh_writing.BlockPool._open_run

    def halved(pool: Any, path: str) -> Any:
        place = Path(pool.tempstore.folder) / path
        place.write_bytes(place.read_bytes()[:-5])
        return opened(pool, path)

    monkeypatch.setattr(whoosh_files, "MEMORY_MB", 0.002)
    monkeypatch.setattr(whoosh_writing.BlockPool, "_open_run", halved)
    whoosh_files.create(tmp_path)
    with pytest.raises(Exception, match=r"truncated|ran out"):
        whoosh_files.commit(tmp_path, DOCUMENTS, [])
    assert whoosh_files.generation(tmp_path) == 0
