"""What a moderator's decision does to an account: silence or suspend it until a day, or end that early.

Both end by themselves: whoever asks compares the day with the present. `curation` decides, and keeps the reasons.
"""

from datetime import datetime

from forum.accounts import events, sessions
from forum.accounts.models import Person
from forum.accounts.policy import require_other_admin
from forum.accounts.queries import other_admins
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import operation
from forum.core.events import record


@operation
def suspend_person(actor: Actor, person: Person, until: datetime) -> None:
    """Refuse a person to sign in until then; every session ends at once. Raises `Conflict` for the last administrator."""
    require_other_admin(person, other_admins(person.id))
    person.suspended_until = max(until, person.suspended_until or until)
    sessions.close_sessions_of(person.id)
    record(actor, events.SUSPENDED, "person", person.id)


@operation
def silence_person(actor: Actor, person: Person, until: datetime) -> None:
    """Let a person read but not write until then. Raises `Conflict` for the last administrator."""
    require_other_admin(person, other_admins(person.id))
    person.silenced_until = max(until, person.silenced_until or until)
    record(actor, events.SILENCED, "person", person.id)


@operation
def release_person(
    actor: Actor, person: Person, silenced_until: datetime | None, suspended_until: datetime | None
) -> None:
    """Leave only what other decisions still ask for."""
    moment = now()
    person.silenced_until = silenced_until if silenced_until and silenced_until > moment else None
    person.suspended_until = suspended_until if suspended_until and suspended_until > moment else None
    record(actor, events.RELEASED, "person", person.id)
