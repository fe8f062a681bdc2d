"""A new address for an account: asked for by its person, confirmed from both mailboxes, then told to the old one.

Whether somebody else has the new address is told to nobody but the reader of its mailbox.
"""

from datetime import timedelta

from sqlalchemy import delete, or_, select

from forum.accounts import events, sessions, tokens
from forum.accounts.models import AddressChange, Person, Token
from forum.accounts.policy import require_change_roles, require_signed_in
from forum.accounts.queries import normal_email, person_by_email
from forum.accounts.validation import Problems, email_problem
from forum.core.actor import VISITOR, Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.events import record
from forum.core.limits import check_limit
from forum.core.text import message as _

WAITS = timedelta(days=7)
KEPT_FOR = timedelta(days=30)
TRIES = 5
DAY = 24 * 3600
SIDES = (tokens.OLD_ADDRESS, tokens.NEW_ADDRESS)


def pending_change(person_id: int) -> AddressChange | None:
    """The new address of a person that still waits to be confirmed."""
    query = select(AddressChange).where(
        AddressChange.person_id == person_id,
        AddressChange.done_at.is_(None),
        AddressChange.asked_at > now() - WAITS,
    )
    return db.session.scalars(query.order_by(AddressChange.id.desc())).first()


def ask_address_change(actor: Actor, email: str) -> None:
    """Ask for another address; one asked for before is forgotten. The answer does not tell whether somebody has it."""
    person = db.session.get_one(Person, require_signed_in(actor))
    address = _checked(person, email)
    for key in (f"address change of {person.id}", f"address change to {address}"):
        check_limit(key, TRIES, DAY)
    _ask(actor, address)


@operation
def _ask(actor: Actor, address: str) -> None:
    person = db.session.get_one(Person, require_signed_in(actor))
    _forget_pending(person.id)
    change = AddressChange(person_id=person.id, old_email=person.email or "", new_email=address, asked_at=now())
    db.session.add(change)
    db.session.flush()
    record(actor, events.ADDRESS_CHANGE_ASKED, "person", person.id, {"change": change.id})


@operation
def cancel_address_change(actor: Actor) -> None:
    """Keep the present address. `Missing` when no other waits."""
    person_id = require_signed_in(actor)
    if pending_change(person_id) is None:
        raise Missing(_("No new address waits to be confirmed."))
    _forget_pending(person_id)
    record(actor, events.ADDRESS_CHANGE_STOPPED, "person", person_id)


def change_of_link(secret: str, side: str) -> AddressChange:
    """The change that a link is about; `Missing` for a dead link."""
    return _waiting(tokens.owner_of(secret, side, _address_on(side)))


@operation
def refuse_address(secret: str, side: str) -> None:
    """Stop a change with the link from either mailbox."""
    person = tokens.use_up(secret, side, _address_on(side))
    _forget_pending(person.id)
    record(VISITOR, events.ADDRESS_CHANGE_STOPPED, "person", person.id)


@operation
def confirm_address_change(secret: str, side: str) -> AddressChange:
    """Confirm a change from one mailbox. With the second one the address is new, and every session of the person ends."""
    person = tokens.use_up(secret, side, _address_on(side))
    change = _waiting(person)
    if side == tokens.OLD_ADDRESS:
        change.old_confirmed_at = now()
    else:
        change.new_confirmed_at = now()
    if change.old_confirmed_at and change.new_confirmed_at:
        _finish(VISITOR, person, change)
    return change


def change_address(actor: Actor, person: Person, email: str) -> None:
    """For operators: give somebody who cannot read the old mailbox any more another address, at once."""
    require_change_roles(actor)
    _change(actor, person.id, _checked(person, email))


@operation
def _change(actor: Actor, person_id: int, address: str) -> None:
    person = db.session.get_one(Person, person_id)
    _forget_pending(person_id)
    change = AddressChange(person_id=person_id, old_email=person.email or "", new_email=address, asked_at=now())
    db.session.add(change)
    _finish(actor, person, change)


def new_address_of(person: Person) -> str | None:
    """The address that a person asked for and that waits."""
    change = pending_change(person.id)
    return change.new_email if change else None


def forget_address_changes() -> None:
    """Delete what nobody confirmed in time, and what was done a month ago; inside an operation."""
    moment = now()
    db.session.execute(
        delete(AddressChange).where(
            or_(AddressChange.done_at <= moment - KEPT_FOR, AddressChange.done_at.is_(None)),
            AddressChange.asked_at <= moment - WAITS,
        )
    )


def _finish(actor: Actor, person: Person, change: AddressChange) -> None:
    holder = person_by_email(change.new_email)
    if holder is not None and holder.confirmed_at:
        raise Conflict(_("Somebody has an account with this address already."))
    if holder is not None:  # begun with an address that belongs to this person, as is proven now
        db.session.delete(holder)
    db.session.flush()
    person.email, change.done_at = change.new_email, now()
    db.session.execute(delete(Token).where(Token.person_id == person.id))
    sessions.close_sessions_of(person.id)
    db.session.flush()
    record(actor, events.ADDRESS_CHANGED, "person", person.id, {"change": change.id})


def _checked(person: Person, email: str) -> str:
    address = normal_email(email)
    problems = Problems()
    problems.add("email", email_problem(email))
    problems.settle()
    if address is None or address == person.email:
        raise Invalid({"email": _("This is your address already.")})
    return address


def _forget_pending(person_id: int) -> None:
    db.session.execute(delete(Token).where(Token.person_id == person_id, Token.purpose.in_(SIDES)))
    db.session.execute(
        delete(AddressChange).where(AddressChange.person_id == person_id, AddressChange.done_at.is_(None))
    )


def _address_on(side: str) -> tokens.AddressOf:
    return new_address_of if side == tokens.NEW_ADDRESS else tokens.present_address


def _waiting(person: Person) -> AddressChange:
    change = pending_change(person.id)
    if change is None:
        raise Missing(tokens.DEAD)
    return change
