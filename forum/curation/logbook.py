"""The log of what moderators did: the events that are told, in the words of the decision where there was one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.events import EVENT_KINDS, Event
from forum.core.text import Message
from forum.core.text import message as _
from forum.curation.events import APPEAL_DECIDED, DECIDED
from forum.curation.models import Decision
from forum.curation.policy import loggable
from forum.discussion.models import Comment
from forum.library.models import Post
from forum.library.policy import readable
from forum.organisations.models import Organisation

PAGE = 50
ABOUT = {
    "decisions": (
        "decision.",
        "appeal.",
        "post.hidden",
        "post.declined",
        "post.withdrawn",
        "post.restored",
        "comment.",
        "adoption.",
    ),
    "posts": ("post.", "collection."),
    "themes": ("concept.",),
    "organisations": ("organisation.",),
}
SENTENCES = {
    ("post", "none"): _("%(actor)s looked at a report on %(subject)s, and left it as it is"),
    ("post", "hide"): _("%(actor)s hid %(subject)s"),
    ("post", "decline"): _("%(actor)s declined %(subject)s"),
    ("post", "withdraw"): _("%(actor)s withdrew %(subject)s"),
    ("post", "archive"): _("%(actor)s archived %(subject)s"),
    ("post", "merge"): _("%(actor)s merged %(subject)s into another post"),
    ("comment", "none"): _("%(actor)s looked at a report on a comment on %(subject)s, and left it as it is"),
    ("comment", "hide"): _("%(actor)s hid a comment on %(subject)s"),
    ("adoption", "none"): _("%(actor)s looked at a report on %(subject)s, and left it as it is"),
    ("adoption", "hide"): _("%(actor)s hid a report on %(subject)s"),
    ("person", "warn"): _("%(actor)s warned somebody"),
    ("person", "silence"): _("%(actor)s asked somebody not to write for a time"),
    ("person", "suspend"): _("%(actor)s suspended somebody for a time"),
}
ABOUT_A_PERSON = _("%(actor)s looked again at a decision on somebody")


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What somebody wants to see of the log: a group of `ABOUT`, from a day, up to a day."""

    about: str = ""
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions on `Event`."""
        found: list[ColumnElement[bool]] = []
        if self.about in ABOUT:
            found.append(or_(*(Event.name.startswith(beginning) for beginning in ABOUT[self.about])))
        if self.since:
            found.append(Event.at >= _begin_of(self.since))
        if self.until:
            found.append(Event.at < _begin_of(self.until) + timedelta(days=1))
        return found


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


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
    decision: Decision | None = None


def log_page(actor: Actor, page: int = 1, wanted: LogFilter | None = None) -> list[LogEntry]:
    """One page of the log, the latest first."""
    query = select(Event).where(*_logged(actor, wanted)).order_by(Event.id.desc())
    events = list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)))
    names = _names_of({event.actor_id for event in events if event.actor_id})
    subjects, decisions = _subjects(actor, events), _decisions_of(events)
    return [_entry(event, names, subjects, decisions) for event in events]


def count_log(actor: Actor, wanted: LogFilter | None = None) -> int:
    """How many entries of the log the actor may read."""
    return db.session.scalar(select(func.count()).select_from(Event).where(*_logged(actor, wanted))) or 0


def _logged(actor: Actor, wanted: LogFilter | None) -> list[ColumnElement[bool]]:
    """What is told, to whom; what was done by a decision is told once, by the decision."""
    kinds = [kind.name for kind in EVENT_KINDS.values() if kind.log and (kind.is_public or actor.is_moderator)]
    posts = select(Post.id).where(loggable(actor))
    comments = select(Comment.id).where(Comment.post_id.in_(posts))
    about = or_(
        and_(Event.subject_type == "post", Event.subject_id.in_(posts)),
        and_(Event.subject_type == "comment", Event.subject_id.in_(comments)),
        Event.subject_type.in_(("organisation", "concept", "person")),
    )
    told_already = select(Decision.act_event_id).where(Decision.act_event_id.is_not(None))
    basic = [Event.name.in_(kinds), Event.actor_id.is_not(None), about, Event.id.not_in(told_already)]
    return [*basic, *(wanted.conditions() if wanted else [])]


def _decisions_of(events: list[Event]) -> dict[int, Decision]:
    ids = {event.data["decision"] for event in events if event.name in (DECIDED.name, APPEAL_DECIDED.name)}
    if not ids:
        return {}
    return {one.id: one for one in db.session.scalars(select(Decision).where(Decision.id.in_(ids)))}


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


def _entry(
    event: Event,
    names: dict[int, str],
    subjects: dict[tuple[str, int], tuple[str, str, int]],
    decisions: dict[int, Decision],
) -> LogEntry:
    title, language, number = subjects.get((event.subject_type, event.subject_id), ("", "", event.subject_id))
    decision = decisions.get(event.data.get("decision", 0))
    if decision and event.subject_type == "person":  # who was warned or suspended is nobody else's business
        title = ""
    reason = str(event.data.get("reason", "")) if decision is None or event.name != DECIDED.name else decision.reason
    return LogEntry(
        at=event.at,
        actor_name=names.get(event.actor_id or 0, ""),
        sentence=_sentence(event, decision),
        subject_type=event.subject_type,
        subject_id=number,
        title=title,
        language=language,
        reason=reason if title else "",
        decision=decision,
    )


def _sentence(event: Event, decision: Decision | None) -> Message:
    kind = EVENT_KINDS[event.name]
    if event.name == APPEAL_DECIDED.name and event.subject_type == "person":
        return ABOUT_A_PERSON
    if event.name == DECIDED.name:
        about = decision.subject_type if decision else event.subject_type
        return SENTENCES.get((about, event.data["action"]), kind.log or Message(kind.description))
    return kind.log or Message(kind.description)
