"""What searches teach: which words find nothing, and how far down people look. Nothing here tells who asked.

A search only leaves a note in this process's memory, as reading does (`discussion.reading`): a GET never writes. There, a
query waits until three different readers have asked it within a week; only then is it written down, as a number. Readers
are told apart by a hash under a secret that lives in memory and changes every week. So what one person types is never
stored, at the price that rare words are missed when the process ends or when several processes share the readers. What
looks personal (addresses, names after @, long numbers) or is a whole sentence is not even noted.
"""

import hashlib
import re
import secrets
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from rapidfuzz import fuzz, process
from sqlalchemy import delete, func, select

from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.text import fold
from forum.search.models import TEXT_LENGTH, ClickCount, SearchCount
from forum.vocabulary.queries import every_label, vocabulary
from forum.vocabulary.tree import Entry

READERS = 3
MOST_WORDS = 6
MOST_NOTES = 10_000
LAST_RANK = 11
PERSONAL = re.compile(r"@|\d{5,}|\d[\d ./-]{6,}\d|://|www\.")
KEPT_FOR = timedelta(days=365)
SHOWN_FOR = timedelta(weeks=12)
NEAR = 75

Key = tuple[str, str]


@dataclass(slots=True)
class Tally:
    """What is noted of a query: who asked it, as long as that matters, and the numbers not written down yet."""

    readers: set[bytes] = field(default_factory=set)
    searches: int = 0
    empty: int = 0


@dataclass(frozen=True, slots=True)
class Learned:
    """Numbers to be written down for a week: searches and empty ones by (language, text), clicks by rank."""

    week: date
    searches: Mapping[Key, tuple[int, int]] = field(default_factory=dict)
    clicks: Mapping[int, int] = field(default_factory=dict)


class SearchNotes:
    """The notes of this process. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin(monday())

    def _begin(self, week: date) -> None:
        self._week, self._secret = week, secrets.token_bytes(16)
        self._tallies: dict[Key, Tally] = {}
        self._clicks: Counter[int] = Counter()

    def add_search(self, text: str, language: str, reader: str, *, is_empty: bool) -> None:
        """Note a search, unless its words are nobody else's business. `reader` tells one reader from another."""
        key = language, normalised(text)
        if not key[1]:
            return
        with self._lock:
            self._turn()
            if key not in self._tallies and len(self._tallies) >= MOST_NOTES:
                return
            tally = self._tallies.setdefault(key, Tally())
            if len(tally.readers) < READERS:
                tally.readers.add(hashlib.blake2b(reader.encode(), key=self._secret, digest_size=8).digest())
            tally.searches += 1
            tally.empty += is_empty

    def add_click(self, rank: int) -> None:
        """Note that the result at a rank, from one up, was opened."""
        with self._lock:
            self._turn()
            self._clicks[min(rank, LAST_RANK)] += 1

    def take(self) -> Learned:
        """The numbers that may be written down; what too few have asked stays here."""
        with self._lock:
            self._turn()
            shared = {key: one for key, one in self._tallies.items() if len(one.readers) >= READERS and one.searches}
            taken = {key: (one.searches, one.empty) for key, one in shared.items()}
            for one in shared.values():
                one.searches = one.empty = 0
            clicks, self._clicks = self._clicks, Counter()
        return Learned(self._week, taken, clicks)

    def _turn(self) -> None:
        """In a new week, forget the notes of the last one."""
        if self._week != monday():
            self._begin(monday())


def monday(day: date | None = None) -> date:
    """The first day of the week of a day: of today."""
    day = day or now().date()
    return day - timedelta(days=day.weekday())


def normalised(text: str) -> str:
    """A query as it is counted: lower case, single spaces. Empty when it may be about a person, or is a whole sentence."""
    line = " ".join(text.casefold().split())
    too_long = len(line) > TEXT_LENGTH or len(line.split()) > MOST_WORDS
    return "" if too_long or PERSONAL.search(line) or not line.isprintable() else line


notes = SearchNotes()


@operation
def keep_learned(learned: Learned) -> None:
    """Add numbers to those of the week."""
    for (language, text), (searches, empty) in learned.searches.items():
        known = {"week": learned.week, "language": language, "text": text}
        count = db.session.get(SearchCount, known, with_for_update=True)
        if count is None:
            count = SearchCount(**known, searches=0, empty=0)
            db.session.add(count)
        count.searches += searches
        count.empty += empty
    for rank, clicks in learned.clicks.items():
        click = db.session.get(ClickCount, {"week": learned.week, "rank": rank}, with_for_update=True)
        if click is None:
            click = ClickCount(week=learned.week, rank=rank, clicks=0)
            db.session.add(click)
        click.clicks += clicks


def without_result(limit: int = 50) -> list[tuple[str, str, int, int]]:
    """(text, language, searches, of these without result) of the last twelve weeks, those most in vain first."""
    searches, empty = func.sum(SearchCount.searches), func.sum(SearchCount.empty)
    rows = select(SearchCount.text, SearchCount.language, searches, empty).where(SearchCount.week > since_when())
    grouped = rows.group_by(SearchCount.text, SearchCount.language).having(empty > 0)
    found = db.session.execute(grouped.order_by(empty.desc(), SearchCount.text).limit(limit))
    return [(text, language, int(asked), int(vain)) for text, language, asked, vain in found]


def asked_before(beginning: str, language: str, limit: int) -> list[str]:
    """The queries of the last twelve weeks that begin so and found something, the most frequent first."""
    start = " ".join(beginning.casefold().split())
    searches, empty = func.sum(SearchCount.searches), func.sum(SearchCount.empty)
    rows = select(SearchCount.text).where(
        SearchCount.week > since_when(),
        SearchCount.language == language,
        SearchCount.text.startswith(start, autoescape=True),
    )
    found = rows.group_by(SearchCount.text).having(searches > empty).order_by(searches.desc(), SearchCount.text)
    return list(db.session.scalars(found.limit(limit)))


def clicks_by_rank() -> dict[int, int]:
    """How often each rank was opened in the last twelve weeks."""
    rows = select(ClickCount.rank, func.sum(ClickCount.clicks)).where(ClickCount.week > since_when())
    return {rank: int(clicks) for rank, clicks in db.session.execute(rows.group_by(ClickCount.rank))}


def near_concepts(text: str, limit: int = 2) -> list[Entry]:
    """The concepts with a word that looks like this one, the likest first."""
    labels = [(concept_id, fold(label)) for concept_id, _language, _kind, label in every_label()]
    found = process.extract(
        fold(text), [label for _id, label in labels], scorer=fuzz.ratio, score_cutoff=NEAR, limit=20
    )
    ids = dict.fromkeys(labels[place][0] for _label, _score, place in found)
    return vocabulary().entries(ids)[:limit]


@operation
def forget_counts_of_searches() -> None:
    """Delete the numbers of weeks that are a year old."""
    long_ago = (now() - KEPT_FOR).date()
    for model in (SearchCount, ClickCount):
        db.session.execute(delete(model).where(model.week < long_ago))


def since_when() -> date:
    """The day after which weeks still count for what is shown."""
    return (now() - SHOWN_FOR).date()
