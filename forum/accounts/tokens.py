"""Links that work once: to confirm an address, to set a new password, to sign in, to show that it is still you.

The secret is made when the mail is sent and is kept nowhere; the table holds its SHA-256. A link is bound to a purpose,
to a person and to the address it was sent to: one that the person has left since ends it.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, select, update

from forum.accounts.models import Person, Token
from forum.accounts.sessions import hashed
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Missing
from forum.core.text import Message
from forum.core.text import message as _

LIFE = timedelta(hours=1)
SECRET_BYTES = 32
CONFIRM = "confirm"
RESET = "reset"
SIGN_IN = "sign-in"
PROVE = "prove"
OLD_ADDRESS, NEW_ADDRESS = "address-old", "address-new"  # the two sides that confirm a new address
LIVES = dict.fromkeys((SIGN_IN, PROVE), timedelta(minutes=15))  # of those that end sooner
DEAD = _("This link does not work any more. Links work once, for one hour. Ask for a new mail.")
DEAD_SOON = _("This link does not work any more. It works once, for 15 minutes. Ask for a new mail.")


AddressOf = Callable[[Person], str | None]


def present_address(person: Person) -> str | None:
    """Where a person is written to."""
    return person.email


@operation
def make_token(person: Person, purpose: str, address_of: AddressOf = present_address) -> str:
    """Make a link's secret for a person with an address; it works once, within the hour or sooner."""
    email = address_of(person)
    if email is None:
        raise Missing
    secret = secrets.token_urlsafe(SECRET_BYTES)
    moment = now()
    db.session.add(
        Token(
            purpose=purpose,
            person_id=person.id,
            email=email,
            token_hash=hashed(secret),
            created_at=moment,
            expires_at=moment + LIVES.get(purpose, LIFE),
        )
    )
    return secret


def owner_of(secret: str, purpose: str, address_of: AddressOf = present_address) -> Person:
    """The person whose link this is; `Missing` when it never was one, was used, is too old or for another address."""
    found = db.session.execute(
        select(Token, Person)
        .join(Person, Person.id == Token.person_id)
        .where(Token.token_hash == hashed(secret), Token.purpose == purpose, Token.used_at.is_(None))
    ).first()
    if found is None or not _is_live(found.Token) or found.Token.email != address_of(found.Person):
        raise Missing(_dead(purpose))
    person: Person = found.Person
    return person


def _is_live(token: Token) -> bool:
    """Whether a link is of now: not too old, nor of a time to come because the clock was set back since."""
    life = token.expires_at - token.created_at
    return abs(now() - token.created_at) < life


@operation
def use_up(secret: str, purpose: str, address_of: AddressOf = present_address) -> Person:
    """Use a link: this one and every other link of its person for the same purpose end. `Missing` as for `owner_of`."""
    person = owner_of(secret, purpose, address_of)
    used = db.session.scalars(
        update(Token)
        .where(Token.token_hash == hashed(secret), Token.used_at.is_(None))
        .values(used_at=now())
        .returning(Token.id)
    )
    if used.first() is None:  # somebody used it since we looked
        raise Missing(_dead(purpose))
    db.session.execute(
        delete(Token).where(Token.person_id == person.id, Token.purpose == purpose, Token.used_at.is_(None))
    )
    return person


def _dead(purpose: str) -> Message:
    return DEAD_SOON if purpose in LIVES else DEAD
