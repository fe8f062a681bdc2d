"""The Whoosh engine: Whoosh keeps the files (see `whoosh_files`), numpy finds and counts (see `matching`)."""

import errno
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from forum.core.errors import ForumError
from forum.core.text import message as _
from forum.search.analysis import VERSION as ANALYSIS_VERSION
from forum.search.engine import CatchUp, Document, Health, Hits, IndexUnusable, Part, Query, Revisions, Translated
from forum.search.engines import matching, spelling
from forum.search.engines.folder import IndexFolder
from forum.search.engines.segments import Snapshot
from forum.search.engines.together import commit_together
from forum.search.engines.whoosh_files import commit, create, generation, read_snapshot
from forum.search.engines.whoosh_storage import require_unchanged

VERSION = f"whoosh 6, analysis {ANALYSIS_VERSION}"
ROWS_A_COMMIT = 5000
READ_AGAIN = 5
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)

log = structlog.get_logger()


class WhooshEngine:
    """An index in a folder, for any number of reading processes and one that writes."""

    def __init__(self, root: Path):
        self.folder = IndexFolder(root, VERSION)
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None

    def search(self, query: Query) -> Hits:
        """Find posts. Raises `IndexUnusable`."""
        with self._intact():
            return matching.search(self.snapshot(), query)

    def suggest(
        self, letters: str, audience: frozenset[str], without: frozenset[int] = frozenset(), limit: int = 8
    ) -> list[str]:
        """Words that begin so. Raises `IndexUnusable`."""
        with self._intact():
            return matching.offered(self.snapshot(), letters, audience, without, limit)

    def near_words(
        self, word: str, audience: frozenset[str], language: str, without: frozenset[int] = frozenset(), limit: int = 3
    ) -> list[str]:
        """Words that are nearly this one. Raises `IndexUnusable`."""
        with self._intact():
            near = spelling.near_words(self.snapshot(), word, audience, without, language)
            return [one.word for one in near[:limit]]

    def numbers_of(
        self, parts: Sequence[Translated], audience: frozenset[str], without: frozenset[int] = frozenset()
    ) -> list[int]:
        """In how many posts of the audience each translation is. Raises `IndexUnusable`."""
        with self._intact():
            return matching.numbers_of(self.snapshot(), parts, audience, without)

    def languages(self) -> tuple[str, ...]:
        """The languages of the texts. Raises `IndexUnusable`."""
        with self._intact():
            return self.snapshot().values("language")

    def concerned(self, wanted: Iterable[Sequence[Part]]) -> set[int]:
        """The posts that have all parts of one of these. Raises `IndexUnusable`."""
        with self._intact():
            return matching.concerned(self.snapshot(), wanted)

    def revisions(self) -> Revisions:
        """What the index holds. Raises `IndexUnusable`."""
        with self._intact():
            return self.snapshot().revisions()

    def health(self) -> Health:
        """Whether the index opens, and whether anybody reported trouble with it."""
        try:
            documents = self.snapshot().count
        except IndexUnusable as problem:
            return Health(False, trouble=problem.sentence)
        if self.folder.trouble:
            return Health(False, documents, _("The search index could not be read: %(why)s", why=self.folder.trouble))
        return Health(True, documents)

    def report(self, trouble: str) -> None:
        """Leave word of trouble."""
        self.folder.report(trouble)

    def close(self) -> None:
        """Forget what is open; files close when nobody reads them any more."""
        self._snapshot = None

    # Reading

    def snapshot(self) -> Snapshot:
        """The index as last committed; costs two look-ups in a folder when nothing changed. Raises `IndexUnusable`."""
        with self._intact():
            for _try in range(READ_AGAIN):
                build = self.folder.current()
                try:
                    return self._opened(build)
                except Exception as problem:  # a writer may have thrown an old file away just now, or the whole build
                    if not isinstance(problem, FileNotFoundError) and build == self.folder.current():
                        raise
                    time.sleep(0.01)
            return self._opened(self.folder.current())

    def _opened(self, build: Path) -> Snapshot:
        name = f"{build.name}/{generation(build)}"
        known = self._snapshot
        if known is not None and known.name == name:
            require_unchanged(known.seals)
            return known
        with self._opening:
            self._snapshot = read_snapshot(build, name, self._snapshot)
            return self._snapshot

    @contextmanager
    def _intact(self) -> Iterator[None]:
        """Turn whatever a damaged file makes Whoosh raise into `IndexUnusable`, and leave word of it."""
        try:
            yield
        except ForumError:
            raise
        except Exception as problem:
            if isinstance(problem, OSError) and problem.errno in DISK_FULL:
                raise
            trouble = f"{type(problem).__name__}: {problem} ({_place_of(problem)})"
            log.error("the search index cannot be read", error=trouble)
            self.report(trouble)
            raise IndexUnusable(_("The search index cannot be read.")) from problem

    # Writing

    def index(self, documents: Iterable[Document], gone: Iterable[int] = ()) -> None:
        """Put documents in and take posts out. Raises `IndexUnusable` and `Conflict`."""
        with self.folder.writing(), self._intact():
            self._write(self.folder.current(), list(documents), list(gone))

    def remove(self, ids: Iterable[int]) -> None:
        """Take posts out."""
        self.index((), ids)

    def _write(self, build: Path, documents: list[Document], gone: list[int]) -> None:
        """Write to the build in use, in commits that are not too large."""
        while documents or gone:
            now, documents = documents[:ROWS_A_COMMIT], documents[ROWS_A_COMMIT:]
            old = self._opened(build).places_of([*(document.id for document in now), *gone])
            if now or old:
                commit(build, now, old)
            gone = []

    def rebuild(self, documents: Iterable[Document], catch_up: CatchUp, *, by_two: bool = False) -> None:
        """Build beside the present index, catch up, and switch. Raises `Conflict` when another process builds."""
        with self.folder.building(), self.folder.new_build() as build:
            create(build)
            if by_two:
                commit_together(build, documents)
            else:
                commit(build, documents, [])
            with self.folder.writing():
                snapshot = read_snapshot(build, build.name)
                changed, gone = catch_up(snapshot.revisions())
                changed = list(changed)
                old = snapshot.places_of([*(document.id for document in changed), *gone])
                if changed or old:
                    commit(build, changed, old)
                self.folder.switch_to(build)


def _place_of(problem: Exception) -> str:
    """Where in the code a problem came up."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{Path(last.filename).name}, line {last.lineno}"
