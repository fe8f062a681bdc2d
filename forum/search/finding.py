"""Finding posts for a reader: the words understood, the index asked, the hits checked again in SQL, the passages shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import not_, select

from forum.core.actor import Actor
from forum.core.db import db
from forum.core.events import Delivery, Event
from forum.core.text import Message
from forum.core.text import message as _
from forum.library.models import Post
from forum.library.policy import SHOWN, listed, listens_to
from forum.library.queries import PostCard, cards_by_id
from forum.search.analysis import title_key
from forum.search.engine import FACETS, FOR_MEMBERS, Engine, Hits, IndexUnusable, Query, Sort
from forum.search.fallback import find_in_database
from forum.search.grammar import Asked, understand
from forum.search.indexing import CONSUMER, NARROWING
from forum.search.passages import Snippet, Sought
from forum.search.snippets import snippets_of
from forum.search.spelling import corrected
from forum.search.translating import Wording

log = structlog.get_logger()

Filters = Mapping[str, tuple[str, ...]]

ASKED_AS = {keyword: name for name, keyword in FOR_MEMBERS.items()}
FEW = 10
DEFAULT_STATUS = ("published",)
DEGRADED = _(
    "The search index is being mended. Meanwhile we look in titles and summaries only, and show the newest first."
)
ALL_WORDS_FIRST = _("Posts with all of these words come first. The others have some of them.")
ANY_WORDS = _("No post has all of these words. These have some of them.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader asks for. `filters` are codes by facet; several of one facet mean "or".

    With `grouped`, posts that are translations of one another are one result, in the reader's language if it has one; with
    `as_matched` only if that text has the words as well. What leads to posts in other languages can be left out one by one,
    to measure what each is worth.
    """

    text: str = ""
    filters: Filters = field(default_factory=dict)
    sort: Sort | None = None
    page: int = 1
    per_page: int = 10
    facets: tuple[str, ...] = FACETS
    across_languages: bool = True
    by_concepts: bool = True
    by_dictionaries: bool = True
    reader_language: str = "en"
    as_written: bool = False
    grouped: bool = True
    as_matched: bool = False

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses to look in: without the archive unless it is asked for."""
        return tuple(status for status in self.filters.get("status", ()) if status in SHOWN) or DEFAULT_STATUS


class Translation(NamedTuple):
    """Another text of a post, in another language."""

    id: int
    language: str
    title: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader gets: the query as understood, cards in order, scores and passages by id, counts, and what to say about it.

    `translations` are those of each card that the reader may see as well. Totals and facets count a post and its
    translations as one; a post of which only some texts match counts once, too.
    """

    text: str
    cards: list[PostCard]
    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)
    snippets: dict[int, Snippet] = field(default_factory=dict)
    translations: dict[int, list[Translation]] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    concept_ids: tuple[int, ...] = ()
    wordings: tuple[Wording, ...] = ()
    corrected: str = ""
    is_degraded: bool = False


def find_posts(engine: Engine, actor: Actor, wish: Wish) -> Found:
    """The posts that an actor may see and wishes for; from the database when the index cannot be used."""
    asked = understand(wish.text, languages_of(engine))
    notes = (asked.note,) if asked.note else ()
    try:
        return _from_index(engine, actor, wish, asked, notes)
    except IndexUnusable as problem:
        log.warning("search answers from the database", reason=str(problem.sentence))
    cards, total = find_in_database(
        actor, asked, _together(wish.filters, asked.filters), wish.statuses, wish.page, wish.per_page
    )
    return Found(asked.text, cards, total, notes=(DEGRADED, *notes), is_degraded=True)


def languages_of(engine: Engine) -> tuple[str, ...]:
    """The languages of the texts in the index; none while it cannot be used."""
    try:
        return engine.languages()
    except IndexUnusable:
        return ()


def _from_index(engine: Engine, actor: Actor, wish: Wish, asked: Asked, notes: tuple[Message, ...]) -> Found:
    """Posts that have all words; else what was probably meant; where these are few, then posts that have some of them."""
    without = just_withdrawn_from(actor, wish.statuses)
    hits, meant = _hits(engine, actor, wish, asked, without)
    better = ""
    if not hits.total and asked.wanted and not wish.as_written:
        better = corrected(engine, actor, asked, wish.reader_language, wish.statuses, without)
        if better:
            asked = understand(better, asked.languages)
            hits, meant = _hits(engine, actor, wish, asked, without)
    if _is_scarce(engine, hits, _query(actor, wish, meant, without), asked, wish.filters):
        whole, hits = hits, engine.search(replace(_query(actor, wish, meant, without), is_lenient=True))
        if hits.total > whole.total:
            notes = (*notes, ALL_WORDS_FIRST if whole.total else ANY_WORDS)
    cards = cards_by_id(actor, hits.ids, wish.statuses)
    return Found(
        text=wish.text if better else asked.text,
        cards=cards,
        total=hits.total - (len(hits.ids) - len(cards)),
        facets=_as_asked(hits.facets),
        scores=dict(zip(hits.ids, hits.scores, strict=True)),
        snippets=snippets_of(cards, Sought.of(asked.wanted), meant.concept_ids, meant.wordings),
        translations=translations_of(actor, hits.siblings, wish.statuses),
        notes=notes,
        concept_ids=meant.concept_ids,
        wordings=meant.wordings,
        corrected=better if hits.total else "",
    )


def _hits(engine: Engine, actor: Actor, wish: Wish, asked: Asked, without: frozenset[int]) -> tuple[Hits, Asked]:
    """What the index has for a query, with the query as asked: met by what it means too, unless the reader says no."""
    meant = asked = asked.in_parts()
    if wish.across_languages and wish.by_concepts:
        meant = meant.across_languages()
    if wish.across_languages and wish.by_dictionaries:
        count = partial(engine.numbers_of, audience=listens_to(actor), without=without)
        meant = meant.in_other_words(wish.reader_language, engine.languages(), count)
    return engine.search(_query(actor, wish, meant, without)), meant


def _is_scarce(engine: Engine, hits: Hits, query: Query, asked: Asked, chosen: Filters) -> bool:
    """Whether posts with some of the words are to follow: few have all, before filters that were ticked.

    Whoever writes more than words, or wants another order than the best first, gets them only instead of nothing.
    """
    if len(query.wanted) < 2 or hits.total >= FEW:
        return False
    if not asked.is_plain or query.sort != "relevance":
        return not hits.total
    if any(name != "status" for name in chosen):
        kept = {name: values for name, values in query.filters.items() if ASKED_AS.get(name, name) not in chosen}
        unfiltered = kept | {"status": query.filters["status"]}
        return engine.search(replace(query, filters=unfiltered, facets=(), limit=1)).total < FEW
    return True


def _query(actor: Actor, wish: Wish, asked: Asked, without: frozenset[int]) -> Query:
    return Query(
        audience=listens_to(actor),
        wanted=asked.wanted,
        unwanted=asked.unwanted,
        filters={_known_to(actor, name): values for name, values in _together(wish.filters, asked.filters).items()}
        | {"status": wish.statuses},
        facets=tuple(_known_to(actor, name) for name in wish.facets),
        title=title_key(asked.words),
        sort=wish.sort or ("relevance" if asked.wanted else "newest"),
        offset=(wish.page - 1) * wish.per_page,
        limit=wish.per_page,
        without=without,
        grouped=wish.grouped,
        language=wish.reader_language,
        as_matched=wish.as_matched,
    )


def _known_to(actor: Actor, name: str) -> str:
    """The keyword of the index that a filter or facet means for this reader: members know more of some."""
    return FOR_MEMBERS.get(name, name) if actor.is_member else name


def _as_asked(facets: Mapping[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Facets by the names that readers ask by."""
    return {ASKED_AS.get(keyword, keyword): counts for keyword, counts in facets.items()}


def translations_of(
    actor: Actor, siblings: Mapping[int, Sequence[int]], statuses: tuple[str, ...]
) -> dict[int, list[Translation]]:
    """The other texts of these posts that an actor may see, by post, in the order of their languages' codes."""
    numbers = [number for others in siblings.values() for number in others]
    if not numbers:
        return {}
    query = select(Post.id, Post.language, Post.title).where(Post.id.in_(numbers), listed(actor, statuses))
    known = {row.id: Translation(*row) for row in db.session.execute(query.order_by(Post.language, Post.id))}
    return {number: [one for one in known.values() if one.id in set(others)] for number, others in siblings.items()}


def _together(chosen: Filters, written: Filters) -> dict[str, tuple[str, ...]]:
    """Filters that were ticked and those that were written into the query: of one facet, either will do."""
    return {name: (*chosen.get(name, ()), *written.get(name, ())) for name in {*chosen, *written}}


def just_withdrawn_from(actor: Actor, statuses: Sequence[str] = SHOWN) -> frozenset[int]:
    """The posts that an actor may no longer see, of which the index has not heard yet: they must leave no trace.

    Ask this before the index: what is struck from the outbox in between is in the index by then.
    """
    waiting = (
        select(Event.subject_id)
        .join(Delivery, Delivery.event_id == Event.id)
        .where(Delivery.consumer == CONSUMER, Event.name.in_(NARROWING), Event.subject_type == "post")
    )
    unseen = select(Post.id).where(Post.id.in_(waiting), not_(listed(actor, tuple(statuses))))
    return frozenset(db.session.scalars(unseen))
