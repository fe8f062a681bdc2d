"""Accounts at a provider and people here: who is known by which, linked only by somebody who has shown to be both.

An address that the provider knows never opens an account here by itself: whoever has that account signs in to it once.
"""

from sqlalchemy import delete, select

from forum.accounts import events
from forum.accounts.models import Person
from forum.accounts.policy import require_signed_in
from forum.accounts.queries import person_by_email
from forum.accounts.sso.models import Identity
from forum.accounts.sso.words import Known
from forum.accounts.validation import checked_account
from forum.core.actor import VISITOR, Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Missing
from forum.core.events import record
from forum.core.limits import check_limit
from forum.core.text import message as _

HOUR = 3600
NEW_ACCOUNTS_FROM_ONE_ADDRESS = 30


def person_known_by(issuer: str, subject: str) -> Person | None:
    """The person whose account at the provider this is."""
    query = select(Person).join(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    return db.session.scalar(query.where(Person.erased_at.is_(None)))


def identity_of(person_id: int, issuer: str) -> Identity | None:
    """The account at this provider that opens a person's account here."""
    return db.session.scalar(select(Identity).where(Identity.person_id == person_id, Identity.issuer == issuer))


def is_taken(email: str) -> bool:
    """Whether a confirmed account here has this address."""
    person = person_by_email(email)
    return person is not None and person.confirmed_at is not None


@operation
def link_identity(actor: Actor, issuer: str, known: Known) -> None:
    """Let an account at the provider open the actor's account. `Conflict` when either is linked already."""
    person_id = require_signed_in(actor)
    if identity_of(person_id, issuer):
        raise Conflict(_("Your account is linked already. Remove that link first."))
    if person_known_by(issuer, known.subject):
        raise Conflict(_("Somebody else's account is linked with this one. Sign in with it to see whose."))
    _link(person_id, issuer, known)
    record(actor, events.IDENTITY_LINKED, "person", person_id)


@operation
def remove_identity(actor: Actor, issuer: str) -> None:
    """Let the provider open the actor's account no more; the mailed link always does. `Missing` when none is linked."""
    person_id = require_signed_in(actor)
    mine = delete(Identity).where(Identity.person_id == person_id, Identity.issuer == issuer)
    if db.session.scalars(mine.returning(Identity.id)).first() is None:
        raise Missing(_("Nothing is linked with your account."))
    record(actor, events.IDENTITY_REMOVED, "person", person_id)


@operation
def note_identity_used(issuer: str, subject: str) -> None:
    """Write down when somebody came in through the provider."""
    found = db.session.scalar(select(Identity).where(Identity.issuer == issuer, Identity.subject == subject))
    if found:
        found.used_at = now()


def sign_up_with_identity(issuer: str, known: Known, name: str, language: str, address: str = "") -> Person:
    """Make an account without a password; the provider verified its address. `address` is the client's, for the limit.

    An account that somebody only began with that address is taken over, its password gone. Raises `Invalid`.
    """
    email, name = checked_account(known.email, name, language)
    check_limit(f"sign-up address {address}", NEW_ACCOUNTS_FROM_ONE_ADDRESS, HOUR)
    return _sign_up(issuer, known, email, name, language)


@operation
def _sign_up(issuer: str, known: Known, email: str, name: str, language: str) -> Person:
    person = person_by_email(email)
    if person is not None and person.confirmed_at:
        raise Conflict(_("There is an account with this e-mail address already."))
    if person is None:
        person = Person(email=email, created_at=now(), reads=[language])
        db.session.add(person)
    person.name, person.language = name, language
    person.password_hash, person.confirmed_at = None, now()
    db.session.flush()
    _link(person.id, issuer, known)
    record(VISITOR, events.ADDED, "person", person.id)
    return person


def _link(person_id: int, issuer: str, known: Known) -> None:
    db.session.add(Identity(person_id=person_id, issuer=issuer, subject=known.subject, created_at=now()))
    db.session.flush()
