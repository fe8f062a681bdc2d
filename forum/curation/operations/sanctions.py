"""Warning, silencing and suspending people, with reasons and an end."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.accounts.queries import require_person
from forum.accounts.sanctions import release_person, silence_person, suspend_person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid
from forum.core.text import message as _
from forum.curation.models import Decision
from forum.curation.operations.decisions import Statement, keep_decision
from forum.curation.policy import sanction_refusal

SANCTIONS = ("warn", "silence", "suspend")
LONGEST_DAYS = 365


@operation
def sanction_person(actor: Actor, person_id: int, action: str, days: int | None, statement: Statement) -> Decision:
    """Warn a person or, for some days, silence or suspend them. Raises `Conflict` for the last administrator."""
    person = require_person(person_id)
    refused = sanction_refusal(actor, person)
    if refused:
        raise refused
    if person.erased_at:
        raise Conflict(_("This account is closed."))
    until = _until(action, days)
    said = statement.cleaned()
    if action == "silence" and until:
        silence_person(actor, person, until)
    elif action == "suspend" and until:
        suspend_person(actor, person, until)
    return keep_decision(actor, ("person", person.id), person.id, action, said, until=until)


def _until(action: str, days: int | None) -> datetime | None:
    if action not in SANCTIONS:
        raise Invalid({"action": _("Choose what happens.")})
    if action == "warn":
        return None
    if days is None or not 1 <= days <= LONGEST_DAYS:
        raise Invalid({"days": _("Write a number of days from 1 to %(most)s.", most=LONGEST_DAYS)})
    return now() + timedelta(days=days)


def settle_sanctions(actor: Actor, person: Person) -> None:
    """Leave a person only what decisions that stand ask for. Part of an operation."""
    latest = select(Decision.action, func.max(Decision.until)).where(
        Decision.person_id == person.id, Decision.subject_type == "person", Decision.reversed_at.is_(None)
    )
    until = {action: end for action, end in db.session.execute(latest.group_by(Decision.action)) if end}
    release_person(actor, person, until.get("silence"), until.get("suspend"))
