"""Whether a person has a second factor, and may be without. `Person.second_factor_since` says it, so that no page asks twice."""

from sqlalchemy import delete, select, update

from forum.accounts import events
from forum.accounts.factors.models import Challenge, CodeApp, Passkey, RecoveryCode
from forum.accounts.factors.recovery import renew_codes
from forum.accounts.models import Person
from forum.accounts.policy import require_change_roles
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict
from forum.core.events import EventKind, record
from forum.core.text import message as _

LAST = _("Your role needs a second step. Add another one before you remove this one.")


def factors_of(person_id: int) -> tuple[CodeApp | None, list[Passkey]]:
    """The confirmed code app of a person, and the passkeys, the oldest first."""
    app = db.session.scalar(select(CodeApp).where(CodeApp.person_id == person_id, CodeApp.confirmed_at.is_not(None)))
    keys = select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)
    return app, list(db.session.scalars(keys))


def note_new_factor(actor: Actor, person: Person, added: EventKind) -> list[str]:
    """After a factor came: with the first one, the second factor is on from now; give the recovery codes made for it.

    One event says it, `added` or that the second factor is on, so that one mail goes out.
    """
    if person.second_factor_since is not None:
        record(actor, added, "person", person.id)
        return []
    person.second_factor_since = now()
    record(actor, events.SECOND_FACTOR_ON, "person", person.id, {"first": added.name})
    return renew_codes(person.id)


def note_lost_factor(actor: Actor, person: Person, removed: EventKind, *, obliged: bool) -> None:
    """After a factor went: without any left, the second factor is off. `Conflict` when their role needs one."""
    db.session.flush()
    app, keys = factors_of(person.id)
    if app or keys:
        record(actor, removed, "person", person.id)
        return
    if obliged and person.roles:
        raise Conflict(LAST)
    person.second_factor_since = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    record(actor, events.SECOND_FACTOR_OFF, "person", person.id, {"last": removed.name})


def forget_factors(person_id: int) -> None:
    """Take every factor of a person away, inside an operation: at erasure, or when all of them are lost."""
    for table in (CodeApp, Passkey, RecoveryCode, Challenge):
        db.session.execute(delete(table).where(table.person_id == person_id))
    db.session.execute(update(Person).where(Person.id == person_id).values(second_factor_since=None))


@operation
def reset_factors(actor: Actor, person: Person) -> None:
    """For operators: the factors of a person are lost. They sign in with the password, and set up new ones."""
    require_change_roles(actor)
    forget_factors(person.id)
    record(actor, events.SECOND_FACTOR_RESET, "person", person.id)
