"""What is told about a practice, as far as its reader may know: counts, reports, who has it from whom; and when it is repeated."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from forum.adoption.models import WORKED, Adoption, AdoptionVersion
from forum.adoption.policy import counted, is_shown, reporting_organisations, require_reading, shown
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import message as _
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import listed, require_read
from forum.organisations.models import Organisation

PAGE = 20
MOST_IN_TREE = 200
MOST_SOURCES = 200
DEEPEST = 6
ENOUGH_ORGANISATIONS = ENOUGH_COUNTRIES = 2


@dataclass(frozen=True, slots=True)
class Tally:
    """How many organisations tried a practice, in which countries, and how it went; `planning` have not begun yet.

    `everywhere` counts all reports by country. `results` counts those that tried by outcome, or as `trying` where none is
    told yet; `stopped` of them do not go on.
    """

    results: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    everywhere: Counter[str] = field(default_factory=Counter)
    planning: int = 0
    stopped: int = 0

    @property
    def tried(self) -> int:
        """How many organisations tried it."""
        return self.results.total()

    @property
    def total(self) -> int:
        """How many reports there are."""
        return self.tried + self.planning


def tally_of(actor: Actor, post_id: int) -> Tally:
    """The counts of a post that the actor may read: one statement, whose answer grows with countries, not with reports."""
    columns = (Adoption.country, Adoption.intent, Adoption.outcome)
    query = select(*columns, func.count()).where(Adoption.post_id == post_id, shown(actor)).group_by(*columns)
    found, planning, stopped = Tally(), 0, 0
    for country, intent, outcome, number in db.session.execute(query):
        if country:
            found.everywhere[country] += number
        if intent == "planning":
            planning += number
            continue
        stopped += number if intent == "stopped" else 0
        found.results[outcome or intent] += number
        if country:
            found.countries[country] += number
    return Tally(found.results, found.countries, found.everywhere, planning, stopped)


def count_reports(post_id: int) -> int:
    """How many reports tell of a practice, whoever may read them."""
    number = select(func.count()).select_from(Adoption).where(Adoption.post_id == post_id, counted())
    return db.session.scalar(number) or 0


def reports_on(actor: Actor, post: Post, page: int = 1, limit: int = PAGE, country: str = "") -> list[Adoption]:
    """One page of the reports on a practice, the latest first, with organisations and reporters: one statement."""
    require_read(actor, post)
    query = _reports().where(Adoption.post_id == post.id, shown(actor))
    query = query.where(Adoption.country == country) if country else query
    rows = query.order_by(Adoption.updated_at.desc(), Adoption.id.desc()).limit(limit).offset((page - 1) * limit)
    return list(db.session.scalars(rows))


def reports_for_practice(actor: Actor, post: Post, limit: int) -> tuple[list[Adoption], list[Adoption]]:
    """The latest reports on a practice, and those of the actor's own organisations, withdrawn and hidden too: one statement."""
    mine = sorted(reporting_organisations(actor, post))
    own = Adoption.organisation_id.in_(mine)
    query = _reports().where(Adoption.post_id == post.id, or_(shown(actor), own) if mine else shown(actor))
    latest = (Adoption.updated_at.desc(), Adoption.id.desc())
    order = (case((own, 0), else_=1), *latest) if mine else latest
    rows = list(db.session.scalars(query.order_by(*order).limit(limit + len(mine))))
    there = sorted(
        (one for one in rows if is_shown(actor, one)), key=lambda one: (one.updated_at, one.id), reverse=True
    )
    return there[:limit], [one for one in rows if one.organisation_id in mine]


def every_report(actor: Actor, post: Post) -> list[Adoption]:
    """All reports on a practice that the actor may read, by id, for a file."""
    require_read(actor, post)
    return list(db.session.scalars(_reports().where(Adoption.post_id == post.id, shown(actor)).order_by(Adoption.id)))


def _reports() -> Select[Adoption]:
    people = (joinedload(Adoption.reporter), joinedload(Adoption.answered_by))
    return select(Adoption).join(Adoption.organisation).options(contains_eager(Adoption.organisation), *people)


def own_reports(actor: Actor, post: Post) -> list[Adoption]:
    """The reports of the actor's own organisations on a practice, withdrawn and hidden ones too; none asked for strangers."""
    organisations = reporting_organisations(actor, post)
    if not organisations:
        return []
    mine = _reports().where(Adoption.post_id == post.id, Adoption.organisation_id.in_(sorted(organisations)))
    return list(db.session.scalars(mine.order_by(Adoption.id)))


def adoption_for_page(actor: Actor, adoption_id: int) -> tuple[Adoption, Post]:
    """A report that the actor may read, and its practice. Raises `Missing`."""
    adoption = db.session.scalar(_reports().options(joinedload(Adoption.post)).where(Adoption.id == adoption_id))
    if adoption is None:
        raise Missing(_("This report does not exist, or you may not read it."))
    post = adoption.post
    return require_reading(actor, adoption, post), post


def history_of(adoption: Adoption) -> list[AdoptionVersion]:
    """What a report said before, the latest first. Ask only for a report that the actor may read."""
    query = select(AdoptionVersion).where(AdoptionVersion.adoption_id == adoption.id)
    return list(db.session.scalars(query.order_by(AdoptionVersion.number.desc())))


def sources_for(actor: Actor, post: Post, but: int | None = None) -> list[tuple[int, str]]:
    """The reports that somebody may have taken a practice over from: (id, organisation)."""
    query = select(Adoption.id, Organisation.name).join(Organisation, Organisation.id == Adoption.organisation_id)
    query = query.where(Adoption.post_id == post.id, shown(actor), Adoption.id != (but or 0))
    if but is None:
        query = query.where(Adoption.organisation_id.not_in(sorted(actor.organisation_ids)))
    return [
        (number, name) for number, name in db.session.execute(query.order_by(Organisation.name).limit(MOST_SOURCES))
    ]


class Node(NamedTuple):
    """A report in the tree of who has a practice from whom: what a line of it shows, and what hangs below."""

    id: int
    organisation: str
    slug: str
    language: str
    country: str
    intent: str
    outcome: str
    children: list["Node"]


def tree_of(actor: Actor, post_id: int) -> list[Node]:
    """Who has a practice from whom, the first 200 reports: one statement. What stands below a report that the actor
    may not read, or one that is gone, stands at the top; a long chain goes on without further indent.
    """
    columns = (Adoption.id, Organisation.name, Organisation.slug, Organisation.language)
    told = (Adoption.country, Adoption.intent, Adoption.outcome, Adoption.taken_from_id)
    query = select(*columns, *told).join(Organisation, Organisation.id == Adoption.organisation_id)
    query = query.where(Adoption.post_id == post_id, shown(actor)).order_by(Adoption.created_at, Adoption.id)
    rows = db.session.execute(query.limit(MOST_IN_TREE)).all()
    nodes = {row[0]: Node(*row[:-1], []) for row in rows}
    sources = {row[0]: row[-1] if row[-1] in nodes else None for row in rows}
    roots: list[Node] = []
    for number in nodes:
        above = _line_to(number, sources)[:DEEPEST]
        (nodes[above[-1]].children if above else roots).append(nodes[number])
    return roots


def _line_to(number: int, sources: Mapping[int, int | None]) -> list[int]:
    """Those through whose hands a practice came to one, the first of them first."""
    line, source = list[int](), sources[number]
    while source is not None and source not in line:
        line.append(source)
        source = sources[source]
    return line[::-1]


@dataclass(frozen=True, slots=True)
class Replication:
    """In how many other organisations and countries a practice worked, whoever may read their reports."""

    organisations: int
    countries: int

    @property
    def is_reached(self) -> bool:
        """Whether that is enough to propose evidence level 4, "repeated"."""
        return self.organisations >= ENOUGH_ORGANISATIONS and self.countries >= ENOUGH_COUNTRIES


def replication(post_id: int) -> Replication:
    """Where a practice worked, or worked with changes: one statement."""
    return replications([post_id])[post_id]


def replications(post_ids: Iterable[int]) -> dict[int, Replication]:
    """As `replication`, of many practices: one statement."""
    ids = list(post_ids)
    number = (func.count(func.distinct(Adoption.organisation_id)), func.count(func.distinct(Adoption.country)))
    query = (
        select(Adoption.post_id, *number)
        .join(Post, Post.id == Adoption.post_id)
        .where(Adoption.post_id.in_(ids), counted(), Adoption.outcome.in_(WORKED), Adoption.country != "")
    )
    rows = db.session.execute(query.group_by(Adoption.post_id))
    found = {post_id: Replication(organisations, countries) for post_id, organisations, countries in rows}
    return {post_id: found.get(post_id, Replication(0, 0)) for post_id in ids}


def is_repeated(post_id: int) -> bool:
    """Whether a practice is repeated, so that evidence level 4 is proposed."""
    return replication(post_id).is_reached


def repeated_practices() -> Select[int]:
    """The ids of the shown practices for which evidence level 4 is proposed, as a SELECT to join or to count."""
    number = (func.count(func.distinct(Adoption.organisation_id)), func.count(func.distinct(Adoption.country)))
    query = select(Adoption.post_id).join(Post, Post.id == Adoption.post_id)
    query = query.where(
        counted(), Adoption.outcome.in_(WORKED), Adoption.country != "", Post.status.in_(SHOWN_STATUSES)
    )
    enough = (number[0] >= ENOUGH_ORGANISATIONS, number[1] >= ENOUGH_COUNTRIES)
    return query.group_by(Adoption.post_id).having(*enough)


class Tried(NamedTuple):
    """A practice that an organisation tried: its report, the practice, and how it goes."""

    adoption_id: int
    post_id: int
    title: str
    language: str
    intent: str
    outcome: str


def tried_by(actor: Actor, organisation_id: int, limit: int = PAGE) -> Sequence[Tried]:
    """What an organisation tried, the latest first, as far as lists show it: one statement."""
    columns = (Adoption.id, Post.id, Post.title, Post.language, Adoption.intent, Adoption.outcome)
    query = select(*columns).join(Post, Post.id == Adoption.post_id)
    query = query.where(Adoption.organisation_id == organisation_id, listed(actor, SHOWN_STATUSES), shown(actor))
    rows = db.session.execute(query.order_by(Adoption.updated_at.desc(), Adoption.id.desc()).limit(limit))
    return [Tried(*row) for row in rows]
