"""Mails about a new address: to the present one, to the new one, to whoever has it already, and to the one that was left."""

from collections.abc import Iterable
from typing import Any

from forum.accounts import tokens
from forum.accounts.addresses import new_address_of, pending_change
from forum.accounts.models import AddressChange, Person
from forum.accounts.queries import person_by_email
from forum.core.db import db
from forum.core.events import Event
from forum.notifications.letters import Errand

TO_ADDRESSES = ("address_new", "address_changed")  # the others go to people


def to_both_addresses(event: Event) -> Iterable[tuple[str, str]]:
    """The question to the present address; to the new one too, or word that it has an account."""
    change = db.session.get(AddressChange, event.data["change"])
    if change is None or change.done_at:
        return []
    holder = person_by_email(change.new_email)
    has_account = holder is not None and holder.confirmed_at is not None
    other = (f"person:{holder.id}", "address_taken") if holder and has_account else (_on(change), "address_new")
    return [(f"person:{change.person_id}", "address_old"), other]


def to_left_address(event: Event) -> Iterable[tuple[str, str]]:
    """Word to the mailbox that was left, so that its reader can object."""
    change = db.session.get(AddressChange, event.data["change"])
    return [(_on(change), "address_changed")] if change and change.done_at else []


def letter_to_address(template: str, change_id: int) -> Errand | None:
    """The errand of a mail to an address that is not its person's now; None when it is no longer true."""
    change = db.session.get(AddressChange, change_id)
    person = db.session.get(Person, change.person_id) if change else None
    if change is None or person is None or person.erased_at:
        return None
    if template == "address_changed":
        values = {
            "link": "/accessibility#write",
            "address": change.new_email,
            "day": (change.done_at or change.asked_at).date(),
        }
        return Errand(person.name, change.old_email, person.language, template, values)
    if pending_change(person.id) is not change or change.new_confirmed_at:
        return None
    secret = tokens.make_token(person, tokens.NEW_ADDRESS, new_address_of)
    return Errand("", change.new_email, person.language, template, {"link": f"/address/new/{secret}"})


def old_told(person: Person, event: Event) -> dict[str, Any] | None:
    """To the present address, while it has not answered."""
    change = pending_change(person.id)
    if change is None or change.id != event.data["change"] or change.old_confirmed_at:
        return None
    secret = tokens.make_token(person, tokens.OLD_ADDRESS)
    return {"link": f"/address/old/{secret}", "address": change.new_email}


def taken_told(_person: Person, _event: Event) -> dict[str, Any]:
    """To somebody who has an account with the address already."""
    return {"link": "/sign-in"}


def _on(change: AddressChange) -> str:
    return f"address:{change.id}"
