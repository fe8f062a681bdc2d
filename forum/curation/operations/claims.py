"""Taking and giving back what waits on the desk, so that two moderators do not do the same work."""

from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict
from forum.core.text import message as _
from forum.curation.models import Claim
from forum.curation.policy import require_moderator
from forum.curation.queue import CLAIMED_FOR, Key


@operation
def claim(actor: Actor, key: Key) -> None:
    """Take something that waits, for a day. Raises `Conflict` when another moderator has it.

    One statement decides, so of two who press at once one gets it.
    """
    require_moderator(actor)
    mine = {"person_id": actor.person_id, "at": now()}
    insert: Any = (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(Claim)
    is_free = or_(Claim.at <= now() - CLAIMED_FOR, Claim.person_id == actor.person_id)
    row = insert.values(kind=key.kind, subject=key.subject, **mine)
    db.session.execute(row.on_conflict_do_update(index_elements=["kind", "subject"], set_=mine, where=is_free))
    require_not_taken(actor, key)


@operation
def release(actor: Actor, key: Key) -> None:
    """Give back what one has taken; what another has stays theirs."""
    require_moderator(actor)
    mine = (Claim.kind == key.kind, Claim.subject == key.subject, Claim.person_id == actor.person_id)
    db.session.execute(delete(Claim).where(*mine))


def require_not_taken(actor: Actor, key: Key) -> None:
    """Raise `Conflict` when another moderator has taken this."""
    theirs = (Claim.person_id != actor.person_id, Claim.at > now() - CLAIMED_FOR)
    query = select(Person.name).join(Claim, Claim.person_id == Person.id)
    name = db.session.scalar(query.where(Claim.kind == key.kind, Claim.subject == key.subject, *theirs))
    if name is not None:
        raise Conflict(_("%(name)s has taken this. Leave it to them, or ask them to release it.", name=name))


@operation
def forget_claims() -> None:
    """Delete claims that have run out."""
    db.session.execute(delete(Claim).where(Claim.at <= now() - CLAIMED_FOR))
