"""The gentle question: half a year after an organisation planned or began to try, one mail asks how it went."""

from datetime import datetime, timedelta

from sqlalchemy import select

from forum.adoption import events
from forum.adoption.models import UNDER_WAY, Adoption
from forum.adoption.policy import counted
from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import record
from forum.library.models import SHOWN_STATUSES, Post

HALF_A_YEAR = timedelta(days=182)
AT_ONCE = 100


def next_question(adoption: Adoption, moment: datetime) -> datetime | None:
    """When to ask how it went, for a report that says something new at this moment; never where the outcome is known."""
    return moment + HALF_A_YEAR if adoption.intent in UNDER_WAY and not adoption.outcome else None


@operation
def ask_how_it_went() -> int:
    """Let a mail go out for every report whose question is due, once each; give how many."""
    due = select(Adoption).join(Post, Post.id == Adoption.post_id)
    due = due.where(Adoption.ask_at <= now(), counted(), Post.status.in_(SHOWN_STATUSES))
    found = list(db.session.scalars(due.order_by(Adoption.id).limit(AT_ONCE)))
    for adoption in found:
        adoption.ask_at = None
        record(SYSTEM, events.ASKED, "post", adoption.post_id, {"adoption": adoption.id})
    return len(found)
