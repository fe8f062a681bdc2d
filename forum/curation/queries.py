"""Reading the log of what moderators did. What waits for them: `queue`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.events import EVENT_KINDS, Event
from forum.core.text import Message
from forum.curation.policy import loggable
from forum.discussion.models import Comment
from forum.library.models import Post
from forum.library.policy import readable
from forum.organisations.models import Organisation

PAGE = 50


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
