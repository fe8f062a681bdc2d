"""Reading the moderators' desk and the log of what they did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import EVENT_KINDS, Event
from forum.core.text import Message
from forum.curation.models import Flag
from forum.curation.policy import loggable
from forum.discussion.models import Comment
from forum.library.models import Post
from forum.library.policy import listed, readable
from forum.library.queries import PostCard, about_concepts, card_query, cards_from, in_countries
from forum.organisations.models import Organisation
from forum.vocabulary.queries import vocabulary

PAGE = 50
DESK_PAGE = 7
CLOCK_DAYS = (2, 5)


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What a moderator wants to see of the desk: concept ids of a theme and its narrower ones, a language, a country."""

    concept_ids: tuple[int, ...] = ()
    language: str = ""
    country: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions on `Post`."""
        found: list[ColumnElement[bool]] = []
        if self.concept_ids:
            found.append(about_concepts(self.concept_ids))
        if self.language:
            found.append(Post.language == self.language)
        if self.country:
            found.append(in_countries([self.country]))
        return found


def waiting(actor: Actor, wanted: DeskFilter) -> list[ColumnElement[bool]]:
    """The conditions on posts that wait for a moderator who may mark them: new or to be checked, not one's own."""
    conditions = [listed(actor), Post.review.in_(("new", "needs_recheck")), *wanted.conditions()]
    if actor.person_id is not None:
        conditions.append(or_(Post.author_id.is_(None), Post.author_id != actor.person_id))
    if actor.organisation_ids:
        own = Post.organisation_id.in_(sorted(actor.organisation_ids))
        conditions.append(or_(Post.organisation_id.is_(None), ~own))
    if not actor.moderates_any():
        conditions.append(within_scope(actor))
    return conditions


def within_scope(actor: Actor) -> ColumnElement[bool]:
    """The posts that a moderator of themes or languages looks after."""
    known = vocabulary()
    languages = [scope.removeprefix("language:") for scope in actor.moderates if scope.startswith("language:")]
    keys = [scope.removeprefix("theme:") for scope in actor.moderates if scope.startswith("theme:")]
    concepts = [concept.id for key in keys if (concept := known.by_key(key))]
    about = about_concepts(concepts) if concepts else false()
    return or_(Post.language.in_(languages) if languages else false(), about)


def posts_waiting(actor: Actor, wanted: DeskFilter, page: int = 1) -> list[PostCard]:
    """The posts that wait for a moderator, the longest waiting first."""
    query = card_query(*waiting(actor, wanted)).order_by(Post.published_at, Post.id)
    return cards_from(query.limit(DESK_PAGE).offset((page - 1) * DESK_PAGE))


def count_waiting(actor: Actor, wanted: DeskFilter) -> int:
    """How many posts wait for a moderator."""
    return db.session.scalar(select(func.count()).select_from(Post).where(*waiting(actor, wanted))) or 0


def clock(published_at: datetime | None) -> str:
    """How long a post has waited: `fresh` up to 2 days, `due` up to 5, then `late`."""
    waited = now() - published_at if published_at else timedelta(0)
    if waited <= timedelta(days=CLOCK_DAYS[0]):
        return "fresh"
    return "due" if waited <= timedelta(days=CLOCK_DAYS[1]) else "late"


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """One report as the desk shows it."""

    id: int
    reason: str
    note: str
    created_at: datetime
    reporter_name: str
    post_id: int
    post_title: str
    post_language: str
    comment_id: int | None
    comment_number: int | None


def open_flags(actor: Actor, page: int = 1) -> list[OpenFlag]:
    """The reports nobody has dealt with, on posts that the moderator may read, the oldest first."""
    columns = (
        Flag.id,
        Flag.reason,
        Flag.note,
        Flag.created_at,
        func.coalesce(Person.name, ""),
        Post.id,
        Post.title,
        Post.language,
        Flag.comment_id,
        Comment.number,
    )
    query = select(*columns).join(Post, Post.id == Flag.post_id).outerjoin(Person, Person.id == Flag.reporter_id)
    query = query.outerjoin(Comment, Comment.id == Flag.comment_id)
    query = query.where(Flag.resolved_at.is_(None), readable(actor)).order_by(Flag.created_at, Flag.id)
    return [OpenFlag(*tuple(row)) for row in db.session.execute(query.limit(DESK_PAGE).offset((page - 1) * DESK_PAGE))]


def count_open_flags(actor: Actor) -> int:
    """How many reports wait."""
    query = select(func.count()).select_from(Flag).join(Post, Post.id == Flag.post_id)
    return db.session.scalar(query.where(Flag.resolved_at.is_(None), readable(actor))) or 0


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the log: who did what to which thing, when, and why. The title is empty where it may not be read."""

    at: datetime
    actor_name: str
    sentence: Message
    subject_type: str
    subject_id: int
    title: str
    language: str
    reason: str


def log_page(actor: Actor, page: int = 1) -> list[LogEntry]:
    """One page of the log, the latest first."""
    query = select(Event).where(_logged(actor)).order_by(Event.id.desc())
    events = list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)))
    names = _names_of({event.actor_id for event in events if event.actor_id})
    subjects = _subjects(actor, events)
    return [_entry(event, names, subjects) for event in events]


def count_log(actor: Actor) -> int:
    """How many entries of the log the actor may read."""
    return db.session.scalar(select(func.count()).select_from(Event).where(_logged(actor))) or 0


def _logged(actor: Actor) -> ColumnElement[bool]:
    kinds = [kind.name for kind in EVENT_KINDS.values() if kind.log and (kind.is_public or actor.is_moderator)]
    posts = select(Post.id).where(loggable(actor))
    comments = select(Comment.id).where(Comment.post_id.in_(posts))
    about = or_(
        and_(Event.subject_type == "post", Event.subject_id.in_(posts)),
        and_(Event.subject_type == "comment", Event.subject_id.in_(comments)),
        Event.subject_type.in_(("organisation", "concept", "person")),
    )
    return and_(Event.name.in_(kinds), Event.actor_id.is_not(None), about)


def _names_of(ids: set[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}


def _subjects(actor: Actor, events: list[Event]) -> dict[tuple[str, int], tuple[str, str, int]]:
    """(title, language, id to link to) of each subject that the actor may read: one statement a type."""
    ids: dict[str, set[int]] = {}
    for event in events:
        ids.setdefault(event.subject_type, set()).add(event.subject_id)
    found: dict[tuple[str, int], tuple[str, str, int]] = {}
    posts_of_comments = _posts_of_comments(ids.get("comment", set()))
    ids.setdefault("post", set()).update(posts_of_comments.values())
    for post_id, title, language in _readable_posts(actor, ids["post"]):
        found["post", post_id] = (title, language, post_id)
    for comment_id, post_id in posts_of_comments.items():
        if ("post", post_id) in found:
            found["comment", comment_id] = found["post", post_id]
    found.update(_named(ids))
    return found


def _posts_of_comments(ids: set[int]) -> dict[int, int]:
    if not ids:
        return {}
    return {
        row[0]: row[1] for row in db.session.execute(select(Comment.id, Comment.post_id).where(Comment.id.in_(ids)))
    }


def _readable_posts(actor: Actor, ids: set[int]) -> list[Any]:
    if not ids:
        return []
    shown = or_(readable(actor), and_(Post.status == "withdrawn", loggable(actor)))
    return list(db.session.execute(select(Post.id, Post.title, Post.language).where(Post.id.in_(ids), shown)))


def _named(ids: dict[str, set[int]]) -> dict[tuple[str, int], tuple[str, str, int]]:
    found: dict[tuple[str, int], tuple[str, str, int]] = {}
    for type_name, model in (("organisation", Organisation), ("person", Person)):
        if type_name in ids:
            rows = db.session.execute(select(model.id, model.name, model.language).where(model.id.in_(ids[type_name])))
            found.update({(type_name, row[0]): (row[1], row[2], row[0]) for row in rows})
    return found


def _entry(event: Event, names: dict[int, str], subjects: dict[tuple[str, int], tuple[str, str, int]]) -> LogEntry:
    title, language, number = subjects.get((event.subject_type, event.subject_id), ("", "", event.subject_id))
    kind = EVENT_KINDS[event.name]
    return LogEntry(
        at=event.at,
        actor_name=names.get(event.actor_id or 0, ""),
        sentence=kind.log or Message(kind.description),
        subject_type=event.subject_type,
        subject_id=number,
        title=title,
        language=language,
        reason=str(event.data.get("reason", "")) if title else "",
    )
