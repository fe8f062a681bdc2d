"""People who come from elsewhere: accounts without a password, whose address counts as confirmed."""

from collections.abc import Mapping
from typing import Any

from forum.accounts import events
from forum.accounts.models import Person
from forum.accounts.queries import person_by_email
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import record

TOLD = ("name", "email", "language", "job_title", "about", "reads")


@operation
def take_person(actor: Actor, values: Mapping[str, Any], person_id: int | None) -> tuple[int, bool]:
    """Add a person, or bring one that came before up to date; give the id, and whether anything changed.

    Somebody who has an account with the same address already is that person: the account stays as its owner left it.
    """
    person = db.session.get(Person, person_id) if person_id else None
    if person is None:
        settled = person_by_email(values["email"]) if values["email"] else None
        if settled:
            return settled.id, False
        return _add(actor, values), True
    if person.erased_at or all(getattr(person, name) == values[name] for name in TOLD):
        return person.id, False
    for name in TOLD:
        setattr(person, name, values[name])
    record(actor, events.PROFILE_CHANGED, "person", person.id)
    return person.id, True


def _add(actor: Actor, values: Mapping[str, Any]) -> int:
    moment = now()
    person = Person(created_at=moment, confirmed_at=moment, **{name: values[name] for name in TOLD})
    if not values["email"]:
        person.erased_at = moment
    db.session.add(person)
    db.session.flush()
    record(actor, events.ADDED, "person", person.id)
    return person.id
