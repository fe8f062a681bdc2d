"""Links that work once: to confirm an address, to set a new password.

The secret is made when the mail is sent and is kept nowhere; the table holds its SHA-256. A link is bound to a purpose,
to a person and to the address the person had when it was made.
"""

import secrets
from datetime import timedelta

from sqlalchemy import delete, select, update

from forum.accounts.models import Person, Token
from forum.accounts.sessions import hashed
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Missing
from forum.core.text import message as _

LIFE = timedelta(hours=1)
SECRET_BYTES = 32
CONFIRM = "confirm"
RESET = "reset"
DEAD = _("This link does not work any more. Links work once, for one hour. Ask for a new mail.")


@operation
def make_token(person: Person, purpose: str) -> str:
    """Make a link's secret for a person with an address; it works once within the hour."""
    if person.email is None:
        raise Missing
    secret = secrets.token_urlsafe(SECRET_BYTES)
    moment = now()
    db.session.add(
        Token(
            purpose=purpose,
            person_id=person.id,
            email=person.email,
            token_hash=hashed(secret),
            created_at=moment,
            expires_at=moment + LIFE,
        )
    )
    return secret


def owner_of(secret: str, purpose: str) -> Person:
    """The person whose link this is; `Missing` when it never was one, was used, is too old or for another address."""
    found = db.session.execute(
        select(Token, Person)
        .join(Person, Person.id == Token.person_id)
        .where(Token.token_hash == hashed(secret), Token.purpose == purpose, Token.used_at.is_(None))
    ).first()
    if found is None or found.Token.expires_at <= now() or found.Token.email != found.Person.email:
        raise Missing(DEAD)
    person: Person = found.Person
    return person


@operation
def use_up(secret: str, purpose: str) -> Person:
    """Use a link: this one and every other link of its person for the same purpose end. `Missing` as for `owner_of`."""
    person = owner_of(secret, purpose)
    used = db.session.scalars(
        update(Token)
        .where(Token.token_hash == hashed(secret), Token.used_at.is_(None))
        .values(used_at=now())
        .returning(Token.id)
    )
    if used.first() is None:  # somebody used it since we looked
        raise Missing(DEAD)
    db.session.execute(
        delete(Token).where(Token.person_id == person.id, Token.purpose == purpose, Token.used_at.is_(None))
    )
    return person
