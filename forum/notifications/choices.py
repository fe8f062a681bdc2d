"""Which mails a person wants: chosen on the settings page, or by the link in a mail."""

from collections.abc import Collection

from sqlalchemy import delete, select

from forum.accounts.policy import require_signed_in
from forum.core.actor import VISITOR, Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import record
from forum.notifications import events
from forum.notifications.kinds import MailKind, stoppable_kinds
from forum.notifications.models import MailChoice


def wants(person_id: int, kind: MailKind) -> bool:
    """Whether a person is to get mails of this kind."""
    if not kind.can_be_stopped:
        return True
    choice = db.session.get(MailChoice, (person_id, kind.name))
    return choice is None or choice.is_wanted


def wanted_kinds(actor: Actor) -> set[str]:
    """The names of the kinds that the actor gets, of those that can be stopped."""
    chosen = select(MailChoice.kind).where(
        MailChoice.person_id == require_signed_in(actor), MailChoice.is_wanted.is_(False)
    )
    return {kind.name for kind in stoppable_kinds()} - set(db.session.scalars(chosen))


@operation
def choose_mails(actor: Actor, wanted: Collection[str]) -> None:
    """Get the mails of these kinds, and no others that can be stopped."""
    for kind in stoppable_kinds():
        _choose(actor, require_signed_in(actor), kind, kind.name in wanted)


@operation
def choose_by_link(person_id: int, kind: MailKind, is_wanted: bool) -> None:
    """Stop a kind of mail, or start it again; the signed link in the mail is proof enough, whoever is signed in."""
    _choose(VISITOR, person_id, kind, is_wanted)


def _choose(actor: Actor, person_id: int, kind: MailKind, is_wanted: bool) -> None:
    """Keep a choice, and an event of it, when it differs from the present one."""
    if wants(person_id, kind) == is_wanted:
        return
    db.session.merge(MailChoice(person_id=person_id, kind=kind.name, is_wanted=is_wanted, changed_at=now()))
    record(actor, events.CHOSEN, "person", person_id, {"kind": kind.name, "is_wanted": is_wanted})


@operation
def forget_choices(actor: Actor) -> None:
    """Delete the choices of somebody who leaves."""
    db.session.execute(delete(MailChoice).where(MailChoice.person_id == require_signed_in(actor)))
