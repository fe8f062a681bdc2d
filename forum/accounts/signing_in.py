"""Checking an address and a password: the same time and the same answer whether or not there is such an account."""

import structlog

from forum.accounts import passwords
from forum.accounts.models import Person
from forum.accounts.queries import normal_email, person_by_email
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Denied, Invalid
from forum.core.limits import check_limit, give_back
from forum.core.text import message as _

MINUTES = 60
TRIES = 10
TRIES_OF_ALL = 1000
WINDOW = 5 * MINUTES
TOO_OFTEN = _("Too many tries. Wait five minutes, then try again, or ask for a new password.")
log = structlog.get_logger()


class Unconfirmed(Denied):
    """The password is right, but the address was never confirmed."""


def authenticate(email: str, password: str, address: str = "") -> Person:
    """The person with this e-mail address and password, who may sign in now.

    `address` is the client's, for the limits; only failures count. Raises `Invalid`, `Unconfirmed`, `Denied` (when
    suspended) or `TooMany`. Call it outside an operation.
    """
    keys = _count_try(normal_email(email) or email, address)
    person = person_by_email(email)
    if not passwords.matches(person.password_hash if person else None, password) or person is None:
        log.warning("sign-in refused", person=person.id if person else None)
        raise Invalid({"password": _("The e-mail address or the password is not right. Check both, then try again.")})
    for key in keys:
        give_back(key)
    require_may_sign_in(person)
    if person.password_hash and passwords.is_outdated(person.password_hash):
        _keep_hash(person.id, passwords.hashed(password))
    return person


def check_present_password(person: Person, password: str) -> None:
    """Raise `Invalid` unless a signed-in person knows the present password; limited like signing in."""
    keys = _count_try(person.email or "", "")
    if not passwords.matches(person.password_hash, password):
        raise Invalid({"present_password": _("This is not your present password.")})
    for key in keys:
        give_back(key)


def _count_try(email: str, address: str) -> list[str]:
    """Count a try for the person, for the client and for all; give the keys, to be taken back when it succeeds."""
    limits = [(f"sign-in person {email}", TRIES), ("sign-in", TRIES_OF_ALL)]
    if address:
        limits.insert(0, (f"sign-in address {address}", TRIES))
    for key, limit in limits:
        check_limit(key, limit, WINDOW, TOO_OFTEN)
    return [key for key, _limit in limits]


def require_may_sign_in(person: Person) -> None:
    """Raise `Unconfirmed` or `Denied` (suspended) for somebody who may not sign in now, by whatever way."""
    if person.confirmed_at is None:
        raise Unconfirmed(_("Confirm your e-mail address first. We can send you a new mail for that."))
    if person.suspended_until and person.suspended_until > now():
        raise Denied(_("A moderator suspended this account until %(date)s.", date=person.suspended_until.date()))


@operation
def _keep_hash(person_id: int, password_hash: str) -> None:
    db.session.get_one(Person, person_id).password_hash = password_hash
