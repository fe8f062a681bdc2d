"""The engine that finds nothing, and says so: for tests, and for sites that are to answer from the database alone."""

from collections.abc import Iterable, Sequence

from forum.core.text import message as _
from forum.search.engine import CatchUp, Document, Health, Hits, IndexUnusable, Part, Query, Revisions, Translated

SENTENCE = _("The search index is switched off (FORUM_SEARCH_URL is none:).")


class NoneEngine:
    """Takes everything, keeps nothing."""

    def index(self, documents: Iterable[Document], gone: Iterable[int] = ()) -> None:
        """Do nothing."""

    def remove(self, ids: Iterable[int]) -> None:
        """Do nothing."""

    def search(self, query: Query) -> Hits:
        """Raise `IndexUnusable`."""
        raise IndexUnusable(SENTENCE)

    def suggest(
        self, letters: str, audience: frozenset[str], without: frozenset[int] = frozenset(), limit: int = 8
    ) -> list[str]:
        """Raise `IndexUnusable`."""
        raise IndexUnusable(SENTENCE)

    def near_words(
        self, word: str, audience: frozenset[str], language: str, without: frozenset[int] = frozenset(), limit: int = 3
    ) -> list[str]:
        """Raise `IndexUnusable`."""
        raise IndexUnusable(SENTENCE)

    def numbers_of(
        self, parts: Sequence[Translated], audience: frozenset[str], without: frozenset[int] = frozenset()
    ) -> list[int]:
        """Raise `IndexUnusable`."""
        raise IndexUnusable(SENTENCE)

    def languages(self) -> tuple[str, ...]:
        """None."""
        return ()

    def concerned(self, wanted: Iterable[Sequence[Part]]) -> set[int]:
        """None."""
        return set()

    def revisions(self) -> Revisions:
        """Nothing."""
        return {}

    def rebuild(self, documents: Iterable[Document], catch_up: CatchUp, *, by_two: bool = False) -> None:
        """Do nothing."""

    def health(self) -> Health:
        """Say that there is no index."""
        return Health(False, trouble=SENTENCE, is_mendable=False)

    def report(self, trouble: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
