"""Signing in by a link from a mail, beside the password: whoever reads the mail is the person, as with a new password.

The link never confirms an address: somebody else may have signed up with it, and would know the password.
"""

from forum.accounts import events, tokens
from forum.accounts.models import Person
from forum.accounts.operations import RESETS, request_mail
from forum.accounts.queries import normal_email
from forum.accounts.signing_in import require_may_sign_in
from forum.core.actor import Actor
from forum.core.db import operation

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
