"""What moderators do on the desk: to several things at once, one transaction each, written down so that it can be undone."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import ForumError, Missing
from forum.core.text import Message
from forum.core.text import message as _
from forum.curation.entries import Source
from forum.curation.models import Deed
from forum.curation.operations.claims import release, require_not_taken
from forum.curation.policy import require_moderator
from forum.curation.queue import Item, Key, find_items

UNDONE_WITHIN = timedelta(days=30)
BATCHES_A_PAGE = 20

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done to what waits. `do` gives the state before and after; `undo` brings back the one before.

    `undo` raises `Conflict` when somebody has changed the same thing since. After an action that `settles` a thing, whoever
    had taken it no longer has it.
    """

    name: str
    do: Callable[[Actor, Item, str], tuple[State, State]]
    undo: Callable[[Actor, Deed], None]
    needs_reason: bool = False
    settles: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """What one press of a button did, and what it could not do."""

    name: str
    action: str
    at: datetime
    done: list[Deed]
    refused: list[Deed]

    @property
    def can_be_undone(self) -> bool:
        """Whether something of it still stands."""
        return any(deed.undone_at is None for deed in self.done)


def carry_out(actor: Actor, sources: Sequence[Source], action: Action, keys: Iterable[Key], reason: str = "") -> str:
    """Do one thing to each of these; give the name of the batch. What cannot be done is noted with why, and stops nothing."""
    require_moderator(actor)
    batch = secrets.token_urlsafe(12)
    for key in dict.fromkeys(keys):
        try:
            _carry_out(actor, sources, action, key, reason, batch)
        except ForumError as problem:
            _note_refusal(actor, sources, action, key, problem, batch)
    return batch


@operation
def _carry_out(actor: Actor, sources: Sequence[Source], action: Action, key: Key, reason: str, batch: str) -> None:
    item = find_items(actor, sources, [key]).get(key)
    if item is None:
        raise Missing(_("This no longer waits, or you may not do this to it."))
    require_not_taken(actor, key)
    before, after = action.do(actor, item, reason)
    deed = _deed(actor, action, key, batch)
    deed.post_id, deed.before, deed.after = item.post_id, before, after
    if action.settles:
        release(actor, key)


@operation
def _note_refusal(
    actor: Actor, sources: Sequence[Source], action: Action, key: Key, problem: ForumError, batch: str
) -> None:
    item = find_items(actor, sources, [key]).get(key)
    said = problem.sentence
    deed = _deed(actor, action, key, batch)
    deed.post_id = item.post_id if item else None
    deed.refusal = {"sentence": said.sentence, "values": {name: str(value) for name, value in said.values.items()}}


def _deed(actor: Actor, action: Action, key: Key, batch: str) -> Deed:
    deed = Deed(
        batch=batch,
        person_id=actor.person_id,
        action=action.name,
        kind=key.kind,
        subject=key.subject,
        before={},
        after={},
        refusal={},
        at=now(),
    )
    db.session.add(deed)
    return deed


def undo_batch(actor: Actor, actions: Sequence[Action], batch: str) -> tuple[int, list[Message]]:
    """Undo what one press of a button did: how many things are as they were, and why the others are not."""
    found = own_batch(actor, batch)
    if found is None or not found.can_be_undone:
        raise Missing(_("There is nothing left to undo."))
    by_name = {action.name: action for action in actions}
    undone, refusals = 0, []
    for number in [deed.id for deed in found.done if deed.undone_at is None]:
        try:
            undone += _undo(actor, by_name[found.action], number)
        except ForumError as problem:
            refusals.append(problem.sentence)
    return undone, refusals


@operation
def _undo(actor: Actor, action: Action, number: int) -> bool:
    deed = db.session.get(Deed, number, with_for_update=True, populate_existing=True)
    if deed is None or deed.undone_at:
        return False
    action.undo(actor, deed)
    deed.undone_at = now()
    return True


def own_batch(actor: Actor, batch: str) -> Batch | None:
    """What one press of a button did, for the moderator who pressed it."""
    if not batch.isprintable():  # PostgreSQL takes no NUL
        return None
    mine = select(Deed).where(Deed.batch == batch, *_own(actor)).order_by(Deed.id)
    found = _batches(db.session.scalars(mine))
    return found[0] if found else None


def own_batches(actor: Actor, page: int = 1) -> tuple[list[Batch], int]:
    """A page of what a moderator did on the desk, the latest first; and how many pages there are."""
    newest = func.max(Deed.id)
    names = select(Deed.batch).where(*_own(actor)).group_by(Deed.batch).order_by(newest.desc())
    total = db.session.scalar(select(func.count(func.distinct(Deed.batch))).where(*_own(actor))) or 0
    shown = list(db.session.scalars(names.limit(BATCHES_A_PAGE).offset((page - 1) * BATCHES_A_PAGE)))
    deeds = db.session.scalars(select(Deed).where(Deed.batch.in_(shown), *_own(actor)).order_by(Deed.id))
    return _batches(deeds)[::-1], max(1, -(-total // BATCHES_A_PAGE))


def _own(actor: Actor) -> tuple[Any, ...]:
    return Deed.person_id == (actor.person_id or 0), Deed.at > now() - UNDONE_WITHIN


def _batches(deeds: Iterable[Deed]) -> list[Batch]:
    found: dict[str, Batch] = {}
    for deed in deeds:
        batch = found.setdefault(deed.batch, Batch(deed.batch, deed.action, deed.at, [], []))
        (batch.refused if deed.refusal else batch.done).append(deed)
    return list(found.values())


@operation
def forget_deeds() -> None:
    """Delete what can no longer be undone."""
    db.session.execute(delete(Deed).where(Deed.at <= now() - UNDONE_WITHIN))
