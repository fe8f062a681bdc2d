"""How the index stands beside the database, in numbers that cost little: for the pages that watch over the site."""

from dataclasses import dataclass

from forum.search.indexing import count_shown
from forum.search.service import current_engine


@dataclass(frozen=True, slots=True)
class IndexStanding:
    """The posts in the index, those that belong there, and whether search answers from the database though it should not."""

    documents: int
    wanted: int
    is_degraded: bool


def index_standing() -> IndexStanding:
    """An index that is switched off is not degraded; nor is a missing one while there is nothing to find."""
    health, wanted = current_engine().health(), count_shown()
    return IndexStanding(health.documents, wanted, bool(wanted) and not health.is_well and health.is_mendable)
