"""Links from mails that sign in, or that show anew who somebody without a password is: whoever reads the mail is the person.

The link never confirms an address: somebody else may have signed up with it, and would know the password.
"""

from forum.accounts import events, tokens
from forum.accounts.models import Person
from forum.accounts.operations import RESETS, request_mail
from forum.accounts.policy import require_signed_in
from forum.accounts.queries import normal_email
from forum.accounts.signing_in import require_may_sign_in
from forum.core.actor import Actor
from forum.core.db import db, operation
from forum.core.errors import Conflict, Missing
from forum.core.events import record
from forum.core.limits import check_limit
from forum.core.text import message as _

DAY = 24 * 3600


def request_sign_in_link(actor: Actor, email: str) -> None:
    """Have a mail sent with a link to sign in, if there is an account. The answer is always the same."""
    request_mail(actor, email, events.SIGN_IN_REQUESTED, f"sign-in link {normal_email(email)}", RESETS, DAY)


@operation
def sign_in_by_link(secret: str) -> Person:
    """Use a link to sign in up; give its person. `Missing` for a dead one, `Denied` for somebody suspended, who keeps it."""
    person = tokens.use_up(secret, tokens.SIGN_IN)
    require_may_sign_in(person)
    return person


def can_prove_by_mail(person: Person) -> bool:
    """Whether a mailed link is how somebody shows anew who they are: there is no password, and no second factor."""
    return person.password_hash is None and person.second_factor_since is None


def request_proof_link(actor: Actor) -> None:
    """Have a mail sent with a link by which the actor shows that it is still them. `Conflict` for who has other ways."""
    person_id = require_signed_in(actor)
    if not can_prove_by_mail(db.session.get_one(Person, person_id)):
        raise Conflict(_("Use your password, a code or a passkey."))
    check_limit(f"proof link {person_id}", RESETS, DAY)
    _record_proof_request(actor, person_id)


@operation
def _record_proof_request(actor: Actor, person_id: int) -> None:
    record(actor, events.PROOF_REQUESTED, "person", person_id)


def check_proof_link(actor: Actor, secret: str) -> None:
    """Raise `Missing` unless this is a live link of the actor's own."""
    if tokens.owner_of(secret, tokens.PROVE).id != require_signed_in(actor):
        raise Missing(tokens.DEAD_SOON)


@operation
def prove_by_link(actor: Actor, secret: str) -> None:
    """Use a link up with which the actor shows that it is still them. `Missing` for anybody else's."""
    check_proof_link(actor, secret)
    tokens.use_up(secret, tokens.PROVE)
