"""People who come from elsewhere: accounts without a password, whose address counts as confirmed."""

from collections.abc import Mapping
from typing import Any

from forum.accounts import events
from forum.accounts.models import FORMER_MEMBER, Person
from forum.accounts.queries import person_by_email
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.events import record
from forum.core.text import message as _

TOLD = ("name", "email", "language", "job_title", "about", "reads", "interests")


@operation
def take_person(actor: Actor, values: Mapping[str, Any], person_id: int | None) -> tuple[int, bool]:
    """Add a person, or bring one that came before up to date; give the id, and whether anything changed.

    Somebody who has an account with the same address already is that person. What its owner looks after, an account with
    a password, stays as it is. Raises `Invalid` when a new address belongs to somebody else.
    """
    person = db.session.get(Person, person_id) if person_id else None
    if person is None:
        person = person_by_email(values["email"]) if values["email"] else None
        if person is None:
            return _add(actor, values), True
        if person.confirmed_at is None:
            return _take_over(actor, person, values), True
        return person.id, False
    told = {**values, "email": values["email"] or person.email}
    if person.erased_at or person.password_hash or all(getattr(person, name) == told[name] for name in TOLD):
        return person.id, False
    _require_free(person, told["email"])
    _tell(person, told)
    record(actor, events.PROFILE_CHANGED, "person", person.id)
    return person.id, True


def _add(actor: Actor, values: Mapping[str, Any]) -> int:
    moment = now()
    person = Person(created_at=moment, confirmed_at=moment)
    _tell(person, values)
    if values["email"] is None and values["name"] == FORMER_MEMBER:
        person.erased_at = moment
    db.session.add(person)
    db.session.flush()
    record(actor, events.ADDED, "person", person.id)
    return person.id


def _take_over(actor: Actor, person: Person, values: Mapping[str, Any]) -> int:
    """Make an account of one that somebody began and never confirmed; whoever began it may not know the person."""
    _tell(person, values)
    person.password_hash, person.confirmed_at = None, now()
    record(actor, events.ADDED, "person", person.id)
    return person.id


def _tell(person: Person, values: Mapping[str, Any]) -> None:
    for name in TOLD:
        setattr(person, name, values[name])


def _require_free(person: Person, email: str | None) -> None:
    holder = person_by_email(email) if email else None
    if holder is not None and holder.id != person.id:
        raise Invalid({"email": _("Somebody else has an account with this address.")})
