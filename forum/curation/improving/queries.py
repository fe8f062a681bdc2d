"""Reading the request conversation of a post: its messages, suggestions and steps as one history, in their order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.events import Event
from forum.core.text import message as _
from forum.curation.improving.models import RequestMessage, Suggestion
from forum.curation.improving.policy import may_suggest, require_answering, require_part
from forum.library.content import content_of
from forum.library.life import STEPS
from forum.library.models import Post
from forum.library.operations.texts import text_of


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion as the page shows it: with what the field says now, and whether that changed since it was made."""

    suggestion: Suggestion
    now: str

    @property
    def is_stale(self) -> bool:
        """Whether the field no longer says what it said when the suggestion was made."""
        return self.suggestion.state == "open" and self.now != self.suggestion.before


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the history: a message, a suggestion that was sent, or a step (`told` names it)."""

    at: datetime
    who: Person | None
    message: RequestMessage | None = None
    proposal: Proposal | None = None
    step: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said about a post between its two sides; `unsent` only for those who may suggest."""

    post: Post
    entries: list[Entry]
    open: list[Proposal]
    unsent: list[Proposal]
    taken_up: int


def conversation_of(actor: Actor, post_id: int) -> Conversation:
    """The conversation about a post, in a few statements. Raises `Missing` for those who take no part."""
    post = require_part(actor, db.session.get(Post, post_id, options=[joinedload(Post.organisation)]))
    content = content_of(post)
    proposals = [Proposal(one, text_of(content, one.field)) for one in _suggestions(post.id)]
    sent = [one for one in proposals if one.suggestion.sent_at]
    entries = [*_messages(post.id), *_steps(post.id), *map(_of_proposal, sent)]
    return Conversation(
        post=post,
        entries=sorted(entries, key=lambda entry: entry.at),
        open=[one for one in sent if one.suggestion.state == "open"],
        unsent=[one for one in proposals if not one.suggestion.sent_at] if may_suggest(actor, post) else [],
        taken_up=post.improvements,
    )


def proposal_for(actor: Actor, suggestion_id: int) -> tuple[Post, Proposal]:
    """A suggestion that the actor may answer, with its post. Raises `Missing` and `Denied`."""
    suggestion = db.session.get(Suggestion, suggestion_id)
    if suggestion is None or suggestion.sent_at is None:
        raise Missing(_("There is no such suggestion."))
    post = require_answering(actor, db.session.get(Post, suggestion.post_id))
    return post, Proposal(suggestion, text_of(content_of(post), suggestion.field))


def count_open(post_ids: list[int]) -> dict[int, int]:
    """How many sent suggestions wait for an answer, of each of these posts that has any."""
    waiting = Suggestion.post_id.in_(post_ids), Suggestion.sent_at.is_not(None), Suggestion.state == "open"
    rows = db.session.execute(select(Suggestion.post_id, func.count()).where(*waiting).group_by(Suggestion.post_id))
    return {row[0]: row[1] for row in rows}


def _suggestions(post_id: int) -> list[Suggestion]:
    people = joinedload(Suggestion.suggested_by), joinedload(Suggestion.answered_by)
    query = select(Suggestion).where(Suggestion.post_id == post_id).options(*people).order_by(Suggestion.id)
    return list(db.session.scalars(query))


def _messages(post_id: int) -> list[Entry]:
    query = select(RequestMessage).where(RequestMessage.post_id == post_id).options(joinedload(RequestMessage.author))
    return [Entry(one.written_at, one.author, message=one) for one in db.session.scalars(query)]


def _steps(post_id: int) -> list[Entry]:
    names = {step.event.name for step in STEPS.values()}
    query = (
        select(Event, Person)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.subject_type == "post", Event.subject_id == post_id, Event.name.in_(names))
        .order_by(Event.id)
    )
    return [
        Entry(event.at, person, step=str(event.data["step"]), reason=str(event.data.get("reason", "")))
        for event, person in db.session.execute(query)
        if "step" in event.data
    ]


def _of_proposal(proposal: Proposal) -> Entry:
    suggestion = proposal.suggestion
    return Entry(
        suggestion.answered_at or suggestion.sent_at or suggestion.suggested_at,
        suggestion.suggested_by,
        proposal=proposal,
    )
