"""Hints that pages give once: which of them a person has closed."""

from forum.accounts.models import Person
from forum.accounts.policy import require_signed_in
from forum.core.actor import Actor
from forum.core.db import db, operation


@operation
def close_hint(actor: Actor, key: str) -> None:
    """Remember that a person needs a hint no more. No event: nothing that others see has changed."""
    person = db.session.get_one(Person, require_signed_in(actor))
    if key not in person.hints_closed:
        person.hints_closed = [*person.hints_closed, key]
