"""What a search can be narrowed by: whether others tried a practice, and how it went with them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from forum.adoption.models import WORKED, Adoption
from forum.adoption.policy import shown
from forum.core.actor import Actor
from forum.library.models import Post

TRIED = ("tried", "worked", "mixed", "did_not_work", "stopped")
STOPPED = "stopped"


def tried_codes(intent: str, outcome: str) -> tuple[str, ...]:
    """What one report says of its practice: some of `TRIED`; nothing while it is a plan."""
    if intent == "planning":
        return ()
    how = "worked" if outcome in WORKED else outcome if outcome in TRIED else ""
    return ("tried", *filter(None, [how, STOPPED if intent == STOPPED else ""]))


def was_tried(actor: Actor, codes: Sequence[str]) -> ColumnElement[bool]:
    """The same, as a condition on `Post`: that a report which the actor may read says one of these."""
    told = select(Adoption.post_id).join(Post, Post.id == Adoption.post_id).where(Adoption.intent != "planning")
    return Post.id.in_(told.where(shown(actor), or_(*(_says(code) for code in codes))))


def _says(code: str) -> ColumnElement[bool]:
    if code == "tried":
        return Adoption.intent != "planning"
    if code == STOPPED:
        return Adoption.intent == STOPPED
    return Adoption.outcome.in_(WORKED if code == "worked" else (code,))
