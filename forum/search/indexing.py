"""Keeping the index true to the database: taking in events, building anew, comparing and repairing.

An event only says which posts to look at; what goes into the index is what the database holds now. So events may come
twice, late or in any order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy import ColumnElement, Select, func, select

from forum.adoption import events as adoptions
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event, EventKind, Handler
from forum.core.languages import INTERFACE_LANGUAGES
from forum.core.text import Message
from forum.core.text import message as _
from forum.curation import events as curation
from forum.discussion import events as comments
from forum.library import events as posts
from forum.library.models import Post, PostConcept
from forum.library.policy import SHOWN
from forum.organisations import events as organisations
from forum.search.analysis import query_stems, words_of
from forum.search.documents import documents_of, every_document
from forum.search.engine import Changes, ConceptTag, Document, Engine, IndexUnusable, Part, Revisions, Word
from forum.vocabulary import events as concepts
from forum.vocabulary.models import Concept
from forum.vocabulary.queries import every_label, vocabulary

CONSUMER = "search"
WANTED: tuple[EventKind, ...] = (
    *posts.CHANGES_PAGE,
    posts.NAME_REMOVED,
    *comments.CHANGES_TEXT,
    *adoptions.CHANGES_TEXT,
    comments.ANSWER_ACCEPTED,  # this one and the next change a post's version, which the index keeps
    comments.MARKED_USEFUL,
    *curation.RESTRUCTURES,
    organisations.CHANGED,
    concepts.ADDED,
    concepts.CHANGED,
    concepts.MERGED,
    concepts.SHIPPED,
)
# After these, somebody may see less than before.
NARROWING = tuple(
    kind.name
    for kind in (
        posts.VISIBILITY_CHANGED,
        posts.MOVED,
        posts.ARCHIVED,
        posts.WITHDRAWN,
        posts.HIDDEN,
        posts.DECLINED,
        posts.RESTORED,
        posts.STEP_UNDONE,
    )
)
# Words of hundreds of concepts stand in nearly every text; a forgotten name stays in old segments until the index is built anew.
MAKES_ANEW = (concepts.SHIPPED.name, posts.NAME_REMOVED.name)
INDEXED_OF_ORGANISATIONS = frozenset({"name", "language"})
BATCH = 5000
MANY = 200
CHECK_EVERY = timedelta(hours=1)
REBUILD_AGAIN_AFTER = timedelta(minutes=10)
RESTS, SHORTEST_REST = 3, timedelta(seconds=1)
OVERLAP = timedelta(minutes=1)

log = structlog.get_logger()
Progress = Callable[[int], None]


def handler_for(engine: Engine) -> Handler:
    """What the outbox hands events to: looks their posts up and brings the index up to date; builds it when there is none."""

    def take_in(happened: Sequence[Event]) -> None:
        health = engine.health()
        if not health.is_well and not health.is_mendable:
            return
        if any(event.name in MAKES_ANEW for event in happened):
            rebuild(engine)
            return
        ids = posts_of(happened) | posts_naming(engine, happened)
        is_versioned = all(event.subject_type in ("post", "comment") for event in happened)
        try:
            refresh(engine, _outdated(engine, ids) if is_versioned and len(ids) > MANY else ids)
        except IndexUnusable:
            rebuild(engine)

    return take_in


def _outdated(engine: Engine, ids: set[int]) -> set[int]:
    """Those of these posts that the index does not know as they are now: after a build, most of a backlog is in already."""
    indexed, difference = engine.revisions(), set[int]()
    for start in range(0, len(ids), BATCH):
        batch = sorted(ids)[start : start + BATCH]
        difference |= compare({one: indexed[one] for one in batch if one in indexed}, Post.id.in_(batch)).every
    return difference


def posts_of(happened: Iterable[Event]) -> set[int]:
    """The ids of the posts that these events concern."""
    return {post_id for event in happened for post_id in _posts_of(event)}


def _posts_of(event: Event) -> Iterable[int]:
    if event.subject_type == "post":
        return [event.subject_id]
    if event.subject_type == "organisation":
        if INDEXED_OF_ORGANISATIONS.isdisjoint(event.data.get("fields", INDEXED_OF_ORGANISATIONS)):
            return []
        return db.session.scalars(select(Post.id).where(Post.organisation_id == event.subject_id))
    if event.subject_type == "concept":
        return db.session.scalars(_about(event.subject_id))
    return [int(event.data["post"])] if "post" in event.data else []


def posts_naming(engine: Engine, happened: Iterable[Event]) -> set[int]:
    """The posts whose texts name, or named, a concept that changed: its tags in the index, and the words of its labels."""
    concerned = [event for event in happened if event.subject_type == "concept"]
    numbers = {event.subject_id for event in concerned} | {int(event.data.get("from", 0)) for event in concerned}
    if not concerned or not engine.health().is_well:
        return set()
    keys = db.session.scalars(select(Concept.key).where(Concept.id.in_(numbers)))
    labels = [text for number, _language, _kind, text in every_label() if number in numbers]
    wanted: list[list[Part]] = [[ConceptTag(key)] for key in keys]
    spoken = (*INTERFACE_LANGUAGES, *engine.languages())
    wanted += [[Word(query_stems(word, spoken)) for word in words_of(label)] for label in labels]
    return engine.concerned(wanted)


def _about(concept_id: int) -> Select[int]:
    family = vocabulary().covering(concept_id) | {concept_id}
    return select(PostConcept.post_id).where(PostConcept.concept_id.in_(family)).distinct()


def refresh(engine: Engine, ids: Iterable[int]) -> None:
    """Put these posts into the index as they are now; those that are not shown any more are taken out."""
    remaining = iter(sorted(ids))
    while batch := set(islice(remaining, BATCH)):
        documents = list(documents_of(batch))
        engine.index(documents, batch - {document.id for document in documents})


def rebuild(
    engine: Engine,
    on_progress: Progress | None = None,
    documents: Callable[[], Iterable[Document]] = every_document,
    *,
    by_two: bool = False,
) -> None:
    """Build the index anew beside the present one, and switch. What changes meanwhile is taken in before the switch."""
    started = now() - OVERLAP

    def catch_up(indexed: Revisions) -> Changes:
        db.session.rollback()
        difference = compare(indexed)
        stale = {*difference.missing, *difference.outdated, *_touched_since(started)}
        changed = list(documents_of(stale))
        return changed, {*difference.ghosts, *stale} - {document.id for document in changed}

    engine.rebuild(_counted(documents(), on_progress), catch_up, by_two=by_two)
    db.session.rollback()
    log.info("search index built", documents=engine.health().documents)


def _counted(documents: Iterable[Document], on_progress: Progress | None) -> Iterator[Document]:
    for document in documents:
        yield document
        if on_progress:
            on_progress(1)


def _touched_since(moment: datetime) -> set[int]:
    """The posts whose organisation or concepts changed: that need not show in a post's version."""
    names = [kind.name for kind in (organisations.CHANGED, concepts.CHANGED, concepts.MERGED)]
    return posts_of(db.session.scalars(select(Event).where(Event.name.in_(names), Event.at >= moment)))


def count_shown() -> int:
    """How many posts belong in the index."""
    return db.session.scalar(select(func.count()).select_from(Post).where(Post.status.in_(SHOWN))) or 0


@dataclass(frozen=True, slots=True)
class Difference:
    """Where index and database differ: posts the index lacks, knows in an older version, or should not know."""

    missing: frozenset[int]
    outdated: frozenset[int]
    ghosts: frozenset[int]

    @property
    def every(self) -> frozenset[int]:
        """All posts that differ."""
        return self.missing | self.outdated | self.ghosts

    @property
    def sentence(self) -> Message:
        """The numbers, in plain words."""
        return _(
            "Posts missing from the search index: %(missing)s. Out of date: %(outdated)s. Not to be there: %(ghosts)s.",
            missing=len(self.missing),
            outdated=len(self.outdated),
            ghosts=len(self.ghosts),
        )


def compare(indexed: Revisions, *conditions: ColumnElement[bool]) -> Difference:
    """How what is indexed differs from the posts that are shown now (those that meet the conditions)."""
    query = select(Post.id, Post.version).where(Post.status.in_(SHOWN), *conditions)
    wanted = dict(db.session.execute(query).all())
    return Difference(
        missing=frozenset(wanted.keys() - indexed.keys()),
        outdated=frozenset(number for number in wanted.keys() & indexed.keys() if wanted[number] != indexed[number]),
        ghosts=frozenset(indexed.keys() - wanted.keys()),
    )


class Caretaker:
    """A chore of the worker: builds a missing or damaged index, and compares it with the database every hour.

    After a build it rests three times as long, so that a failing disk cannot keep it busy; longer after a build that failed.
    """

    def __init__(self, engine: Engine):
        self.engine = engine
        self.next_check: datetime | None = None
        self.next_build: datetime | None = None

    def __call__(self) -> None:
        """Do what is due."""
        health, moment = self.engine.health(), now()
        if health.is_well and (self.next_check is None or moment >= self.next_check):
            self.next_check = moment + CHECK_EVERY
            self._check()
        elif not health.is_well and health.is_mendable and (self.next_build is None or moment >= self.next_build):
            self.next_build = moment + REBUILD_AGAIN_AFTER
            log.warning("search index is built anew", reason=str(health.trouble))
            rebuild(self.engine)
            self.next_build = now() + max(SHORTEST_REST, RESTS * (now() - moment))

    def _check(self) -> None:
        difference = compare(self.engine.revisions())
        if difference.every:
            log.warning("search index differed from the database", difference=str(difference.sentence))
            refresh(self.engine, difference.every)
