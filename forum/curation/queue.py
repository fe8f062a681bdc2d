"""The queue of the moderators' desk: whatever waits for one of them, from any room, in one order.

A *source* (`entries.Source`) gives one SELECT of what waits, with the reader's visibility inside. All of them become one
UNION ALL, so a page takes the same few statements however many sources there are. `web.desk_kinds` lists them, with the
words and the template that show each; CONTRIBUTING says how to add one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, false, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.curation.entries import Source, scope_of
from forum.curation.models import Claim
from forum.library.models import PostConcept, PostCountry

PAGE = 8
CLAIMED_FOR = timedelta(days=1)
CLOCK_DAYS = (2, 5)
CLOCKS = ("fresh", "due", "late")


class Key(NamedTuple):
    """What an item is: the kind of its source, and the subject within it."""

    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a moderator wants to see: a kind, a clock, who has taken it (`me`, `nobody`), a theme with its narrower ones, ..."""

    kind: str = ""
    clock: str = ""
    taken: str = ""
    concept_ids: tuple[int, ...] = ()
    language: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits, with who asked and who has taken it. `is_mine`: it lies within the moderator's own scope."""

    kind: str
    subject: str
    since: datetime
    post_id: int | None
    organisation_id: int | None
    person_id: int | None
    number: int | None
    adoption_id: int | None
    language: str
    country: str
    title: str
    text: str
    code: str
    clock: str
    is_mine: bool
    person: str
    taken_by_id: int | None
    taken_by: str
    taken_at: datetime | None

    @property
    def key(self) -> Key:
        """What it is."""
        return Key(self.kind, self.subject)


@dataclass(slots=True)
class Tally:
    """How many things wait somewhere, and how many of them for more than five days."""

    open: int = 0
    late: int = 0


@dataclass(slots=True)
class Tallies:
    """What waits, counted: `total` under every filter; by kind, clock and taker under every filter but that one."""

    total: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    clocks: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    countries: dict[str, Tally] = field(default_factory=dict)
    languages: dict[str, Tally] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def page_of_items(actor: Actor, sources: Sequence[Source], wanted: Wanted, page: int = 1) -> list[Item]:
    """One page of what waits: first what lies in the moderator's scope, then the longest waiting."""
    query = _Queue(actor, sources)
    chosen = query.items().where(*query.places(wanted), *query.choices(wanted))
    ordered = chosen.order_by(*query.order()).limit(PAGE).offset((page - 1) * PAGE)
    return _items(ordered)


def find_items(actor: Actor, sources: Sequence[Source], keys: Iterable[Key]) -> dict[Key, Item]:
    """Those of these things that wait for this moderator still."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        by_kind.setdefault(key.kind, []).append(key.subject)
    needed = [source for source in sources if source.kind in by_kind]
    if not needed:
        return {}
    query = _Queue(actor, needed)
    named = [and_(query.rows.kind == kind, query.rows.subject.in_(subjects)) for kind, subjects in by_kind.items()]
    return {item.key: item for item in _items(query.items().where(or_(*named)))}


def tally(actor: Actor, sources: Sequence[Source], wanted: Wanted) -> Tallies:
    """What waits under the filters, counted in one statement."""
    query = _Queue(actor, sources)
    parts = (query.rows.kind, query.clock, query.taken, query.rows.country, query.rows.language)
    counted = select(*parts, func.count()).select_from(query.source).where(*query.places(wanted)).group_by(*parts)
    found = Tallies()
    for kind, clock, taken, country, language, number in db.session.execute(counted):
        _add(found, wanted, (kind, clock, taken), (country, language), number)
    return found


def _add(found: Tallies, wanted: Wanted, chosen: tuple[str, str, str], place: tuple[str, str], number: int) -> None:
    """Count a group where each filter, but the one that the number is offered by, lets it through."""
    asked = (wanted.kind, wanted.clock, wanted.taken)
    fits = [not wish or wish == value for wish, value in zip(asked, chosen, strict=True)]
    counts = (found.kinds, found.clocks, found.taken)
    for position, (name, numbers) in enumerate(zip(chosen, counts, strict=True)):
        if all(fits[:position] + fits[position + 1 :]):
            numbers[name] = numbers.get(name, 0) + number
    if all(fits):
        found.total += number
    if chosen[1]:
        for name, tallies in zip(place, (found.countries, found.languages), strict=True):
            one = tallies.setdefault(name, Tally())
            one.open += number
            one.late += number if chosen[1] == "late" else 0


def _items(query: Select[Any]) -> list[Item]:
    return [Item(**row) for row in db.session.execute(query).mappings()]


class _Queue:
    """The UNION ALL of the sources, joined to who has taken what, and the conditions and columns that come from it."""

    def __init__(self, actor: Actor, sources: Sequence[Source]):
        self.actor = actor
        parts = [_with_kind(source, actor) for source in sources]
        union = union_all(*parts).subquery("waiting")
        self.rows = union.c
        fresh = and_(Claim.kind == union.c.kind, Claim.subject == union.c.subject, Claim.at > now() - CLAIMED_FOR)
        self.source = union.outerjoin(Claim, fresh)
        self.clock = _clock(union.c)
        self.taken = case(
            (Claim.person_id.is_(None), literal("nobody")),
            (Claim.person_id == (actor.person_id or 0), literal("me")),
            else_=literal("others"),
        ).label("taken")
        self.mine = _within_scope(actor, union.c)

    def items(self) -> Select[Any]:
        """Whole rows, as `Item` wants them."""
        asking, taking = aliased(Person), aliased(Person)
        source = self.source.outerjoin(asking, asking.id == self.rows.person_id)
        source = source.outerjoin(taking, taking.id == Claim.person_id)
        hidden = ("is_timed",)
        return select(
            *(column for column in self.rows if column.name not in hidden),
            self.clock,
            self.mine.label("is_mine"),
            func.coalesce(asking.name, "").label("person"),
            Claim.person_id.label("taken_by_id"),
            func.coalesce(taking.name, "").label("taken_by"),
            Claim.at.label("taken_at"),
        ).select_from(source)

    def order(self) -> tuple[Any, ...]:
        """One's own scope first; then where somebody waits, the longest first."""
        rows = self.rows
        mine = case((self.mine, 0), else_=1)
        return (mine, rows.is_timed.desc(), rows.since, rows.kind, rows.subject)

    def places(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        """The filters by theme, language and country."""
        found: list[ColumnElement[bool]] = []
        if wanted.concept_ids:
            found.append(self.rows.post_id.in_(_posts_about(wanted.concept_ids)))
        if wanted.language:
            found.append(self.rows.language == wanted.language)
        if wanted.country:
            there = select(PostCountry.post_id).where(PostCountry.country == wanted.country)
            found.append(or_(self.rows.country == wanted.country, self.rows.post_id.in_(there)))
        return found

    def choices(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        """The filters by kind, clock and taker."""
        pairs = ((self.rows.kind, wanted.kind), (self.clock, wanted.clock), (self.taken, wanted.taken))
        return [column == value for column, value in pairs if value]


def _with_kind(source: Source, actor: Actor) -> Select[Any]:
    timed = literal(1 if source.is_timed else 0).label("is_timed")
    return source.rows(actor).add_columns(cast(literal(source.kind), Text).label("kind"), timed)


def _clock(rows: Any) -> Any:
    fresh, due = (now() - timedelta(days=days) for days in CLOCK_DAYS)
    ages = (
        (rows.is_timed == 0, literal("")),
        (rows.since >= fresh, literal("fresh")),
        (rows.since >= due, literal("due")),
    )
    return case(*ages, else_=literal("late")).label("clock")


def _posts_about(concept_ids: Iterable[int]) -> Select[Any]:
    return select(PostConcept.post_id).where(PostConcept.concept_id.in_(list(concept_ids)))


def _within_scope(actor: Actor, rows: Any) -> ColumnElement[bool]:
    """What the moderator was asked to look after: a language, a theme."""
    concepts, languages = scope_of(actor)
    about = rows.post_id.in_(_posts_about(concepts)) if concepts else false()
    return or_(rows.language.in_(languages) if languages else false(), about)
