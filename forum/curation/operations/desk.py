"""The actions of the moderators' desk, each with its way back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.db import db, operation
from forum.core.errors import Conflict, Missing
from forum.core.events import record
from forum.core.text import message as _
from forum.curation import events
from forum.curation.models import Decision, Deed, Flag
from forum.curation.operations.claims import claim, release
from forum.curation.operations.decisions import act_for_a_reason, take_back_decisions
from forum.curation.operations.deeds import Action, State
from forum.curation.operations.flags import resolve_flag
from forum.curation.policy import require_moderator
from forum.curation.queue import Item, Key
from forum.library.models import Post
from forum.library.operations.curating import mark_review
from forum.library.operations.undoing import marks_of, put_back
from forum.library.policy import require_read


def _to_post(change: Callable[[Actor, int, str], Post]) -> Callable[[Actor, Item, str], tuple[State, State]]:
    """A change of a post's marks as an action of the desk."""

    def do(actor: Actor, item: Item, reason: str) -> tuple[State, State]:
        post = require_read(actor, db.session.get(Post, item.post_id or 0))
        before = marks_of(post)
        changed = change(actor, post.id, reason)
        db.session.flush()
        return before, marks_of(changed)

    return do


def _put_back(actor: Actor, deed: Deed) -> None:
    put_back(actor, deed.post_id or 0, deed.before, deed.after)


def _show_again(actor: Actor, deed: Deed) -> None:
    """Undo a decision to hide: the post is back, the decision no longer stands, the reports it closed wait again."""
    post_id = deed.post_id or 0
    _put_back(actor, deed)
    stands = (Decision.subject_type == "post", Decision.subject_id == post_id, Decision.reversed_at.is_(None))
    closed = select(Flag).where(Flag.decision_id.in_(select(Decision.id).where(*stands)))
    for flag in db.session.scalars(closed).all():
        _let_wait_again(actor, flag)
    take_back_decisions(post_id)


def _closed_as(outcome: str) -> Callable[[Actor, Item, str], tuple[State, State]]:
    def do(actor: Actor, item: Item, _reason: str) -> tuple[State, State]:
        return {}, _outcome(resolve_flag(actor, int(item.subject), outcome))

    return do


@operation
def reopen_flag(actor: Actor, flag_id: int, after: State) -> Flag:
    """Let a report wait again. Raises `Conflict` unless it still has the outcome that it got then (`after`)."""
    require_moderator(actor)
    flag = db.session.get(Flag, flag_id)
    if flag is None:
        raise Missing(_("There is no such report."))
    if _outcome(flag) != after:
        raise Conflict(_("Somebody has changed this since."))
    return _let_wait_again(actor, flag)


def _let_wait_again(actor: Actor, flag: Flag) -> Flag:
    flag.resolved_at, flag.resolved_by_id, flag.outcome, flag.decision_id = None, None, "", None
    record(actor, events.FLAG_REOPENED, "post", flag.post_id, {"flag": flag.id})
    return flag


def _outcome(flag: Flag) -> dict[str, Any]:
    resolved: datetime | None = flag.resolved_at
    return {"at": resolved.isoformat() if resolved else None, "by": flag.resolved_by_id, "outcome": flag.outcome}


def _reopen(actor: Actor, deed: Deed) -> None:
    reopen_flag(actor, int(deed.subject), deed.after)


def _claim(actor: Actor, item: Item, _reason: str) -> tuple[State, State]:
    claim(actor, item.key)
    return {}, {}


def _release(actor: Actor, item: Item, _reason: str) -> tuple[State, State]:
    if item.taken_by_id != actor.person_id:
        raise Conflict(_("You have not taken this."))
    release(actor, item.key)
    return {}, {}


def reviewed(checked: Sequence[str] = ()) -> Action:
    """The action that marks as reviewed, keeping what the moderator ticked of the checklist."""
    mark = _to_post(lambda who, number, _reason: mark_review(who, number, "reviewed", checked))
    return Action("reviewed", mark, _put_back)


TAKE = Action("take", _claim, lambda who, deed: release(who, Key(deed.kind, deed.subject)), settles=False)
RELEASE = Action("release", _release, lambda who, deed: claim(who, Key(deed.kind, deed.subject)), settles=False)
REVIEWED = reviewed()
RECHECK = Action("recheck", _to_post(lambda who, number, _reason: mark_review(who, number, "needs_recheck")), _put_back)
HIDE = Action("hide", _to_post(act_for_a_reason("hide")), _show_again, needs_reason=True)
ACTED = Action("acted", _closed_as("acted"), _reopen)
DISMISSED = Action("dismissed", _closed_as("dismissed"), _reopen)
