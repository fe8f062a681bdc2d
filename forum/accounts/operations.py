"""How an account comes about, and how it gets its password.

Passwords are checked and hashed before the transaction begins (35 ms of work), so that nobody waits for it. A visitor
gets the same answer in the same time whether or not an address is known; what differs is only the mail.
"""

from forum.accounts import events, passwords, sessions, tokens
from forum.accounts.models import Person
from forum.accounts.policy import require_change_roles, require_signed_in
from forum.accounts.queries import normal_email, person_by_email
from forum.accounts.roles import grant_role
from forum.accounts.signing_in import check_present_password
from forum.accounts.validation import Problems, check_new_account, checked_account, email_problem
from forum.core.actor import VISITOR, Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.events import EventKind, record
from forum.core.limits import check_limit
from forum.core.text import message as _

HOUR = 3600
CONFIRMATIONS = 3
RESETS = 5
SIGN_UPS_FROM_ONE_ADDRESS = 30
NOBODY = 0


def sign_up(actor: Actor, email: str, name: str, password: str, language: str, address: str = "") -> None:
    """Make an account that waits for its address to be confirmed. `address` is the client's, for the limits.

    For an address that has an account already, the answer is the same and its person gets a mail that says so.
    """
    email, name = check_new_account(email, name, password, language)
    if address:
        check_limit(f"sign-up address {address}", SIGN_UPS_FROM_ONE_ADDRESS, HOUR)
    check_limit(f"confirmation {email}", CONFIRMATIONS, 6 * HOUR)
    _sign_up(actor, email, name, passwords.hashed(password), language)


@operation
def _sign_up(actor: Actor, email: str, name: str, password_hash: str, language: str) -> None:
    person = person_by_email(email)
    if person is None:
        person = Person(email=email, created_at=now(), reads=[language])
        db.session.add(person)
    if person.confirmed_at is None:
        person.name, person.password_hash, person.language = name, password_hash, language
    db.session.flush()
    record(actor, events.SIGN_UP_REPEATED if person.confirmed_at else events.SIGNED_UP, "person", person.id)


def sign_up_invited(email: str, name: str, password: str, language: str) -> Person:
    """Make an account that is confirmed at once: the invitation's mail proved the address.

    Joins an outer operation. Raises `Invalid` when the address has a confirmed account: its person signs in instead.
    """
    email, name = check_new_account(email, name, password, language)
    return _sign_up_invited(email, name, passwords.hashed(password), language)


@operation
def _sign_up_invited(email: str, name: str, password_hash: str, language: str) -> Person:
    person = person_by_email(email)
    if person and person.confirmed_at:
        raise Invalid({"email": _("You have an account already. Sign in, then open the invitation again.")})
    if person is None:
        person = _new_person(email, name, language)
    person.name, person.password_hash, person.language = name, password_hash, language
    person.confirmed_at = now()
    db.session.flush()
    record(VISITOR, events.ADDED, "person", person.id)
    return person


@operation
def add_person(
    actor: Actor, email: str, name: str, *, password: str | None = None, role: str = "", language: str = "en"
) -> Person:
    """Make a confirmed account that can sign in at once; `role` may be `moderator` or `admin`. For operators."""
    require_change_roles(actor)
    person = create_person(actor, name, email, language)
    if password is not None:
        problems = Problems()
        problems.add("password", passwords.refusal(password, name, email))
        problems.settle()
        person.password_hash = passwords.hashed(password)
    if role:
        grant_role(actor, person.id, role)
    return person


@operation
def create_person(actor: Actor, name: str, email: str, language: str = "en") -> Person:
    """Make a confirmed account without a password: its person asks for one by mail. For imports and operators."""
    require_change_roles(actor)
    address, name = checked_account(email, name, language)
    if person_by_email(address):
        raise Invalid({"email": _("There is an account with this e-mail address already.")})
    person = _new_person(address, name, language)
    person.confirmed_at = person.created_at
    db.session.flush()
    record(actor, events.ADDED, "person", person.id)
    return person


def _new_person(email: str, name: str, language: str) -> Person:
    person = Person(email=email, name=name, language=language, created_at=now(), reads=[language])
    db.session.add(person)
    return person


def request_confirmation(actor: Actor, email: str) -> None:
    """Have another mail sent that confirms an address, if an account waits for one. The answer is always the same."""
    key = f"confirmation {normal_email(email)}"
    request_mail(actor, email, events.CONFIRMATION_REQUESTED, key, CONFIRMATIONS, 6 * HOUR)


def request_reset(actor: Actor, email: str) -> None:
    """Have a mail sent with a link to set a new password, if there is an account. The answer is always the same."""
    key = f"reset {normal_email(email)}"
    request_mail(actor, email, events.RESET_REQUESTED, key, RESETS, 24 * HOUR)


def request_mail(actor: Actor, email: str, kind: EventKind, key: str, limit: int, seconds: int) -> None:
    """Have a mail about an account sent to an address, if there is one; at most `limit` in so many `seconds`."""
    problems = Problems()
    problems.add("email", email_problem(email))
    problems.settle()
    check_limit(key, limit, seconds)
    _record_request(actor, email, kind)


@operation
def _record_request(actor: Actor, email: str, kind: EventKind) -> None:
    """Write the event for an unknown address too (of nobody), so that both take the same time."""
    person = person_by_email(email)
    record(actor, kind, "person", person.id if person else NOBODY)


def confirm_address(secret: str, password: str) -> Person:
    """Confirm an address with the link from the mail and the password chosen at sign-up.

    The password makes sure that whoever signed up is who reads the mail: otherwise somebody could sign up with a
    stranger's address and wait for the stranger to press the button.
    """
    person = tokens.owner_of(secret, tokens.CONFIRM)
    if not passwords.matches(person.password_hash, password):
        raise Invalid({"password": _("This is not the password that you chose. You can also ask for a new one.")})
    return _confirm_address(secret)


@operation
def _confirm_address(secret: str) -> Person:
    person = tokens.use_up(secret, tokens.CONFIRM)
    person.confirmed_at = now()
    record(VISITOR, events.CONFIRMED, "person", person.id)
    return person


def reset_password(secret: str, password: str) -> Person:
    """Set a new password with the link from the mail; ends all sessions, and confirms the address as well."""
    person = tokens.owner_of(secret, tokens.RESET)
    _check_password(person, password)
    return _reset_password(secret, passwords.hashed(password))


@operation
def _reset_password(secret: str, password_hash: str) -> Person:
    person = tokens.use_up(secret, tokens.RESET)
    if person.confirmed_at is None:
        person.confirmed_at = now()
        record(VISITOR, events.CONFIRMED, "person", person.id)
    _set_password(VISITOR, person, password_hash)
    return person


def change_password(actor: Actor, present_password: str, password: str) -> None:
    """Set a new password, knowing the present one; ends all sessions, so the caller opens a new one."""
    person = db.session.get_one(Person, require_signed_in(actor))
    check_present_password(person, present_password)
    _check_password(person, password)
    _change_password(actor, passwords.hashed(password))


@operation
def _change_password(actor: Actor, password_hash: str) -> None:
    _set_password(actor, db.session.get_one(Person, require_signed_in(actor)), password_hash)


def _check_password(person: Person, password: str) -> None:
    problems = Problems()
    problems.add("password", passwords.refusal(password, person.name, person.email or ""))
    problems.settle()


def _set_password(actor: Actor, person: Person, password_hash: str) -> None:
    person.password_hash = password_hash
    sessions.close_sessions_of(person.id)
    record(actor, events.PASSWORD_CHANGED, "person", person.id)
