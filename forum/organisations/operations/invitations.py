"""Asking somebody by mail to join, and answering: with the account one has, or with a new one."""

import secrets
from datetime import timedelta

from sqlalchemy import update

from forum.accounts.models import Person
from forum.accounts.operations import sign_up_invited
from forum.accounts.policy import require_signed_in
from forum.accounts.queries import normal_email, person_by_email
from forum.accounts.sessions import hashed
from forum.accounts.validation import Problems, email_problem, language_problem
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import record
from forum.core.limits import check_limit
from forum.core.text import message as _
from forum.organisations import events
from forum.organisations.invitations import invitation_for, open_invitation
from forum.organisations.memberships import membership_between
from forum.organisations.models import Invitation, Membership
from forum.organisations.operations.memberships import DAY, check_role, start_membership
from forum.organisations.policy import require_manage_people
from forum.organisations.queries import actor_for, require_organisation

LIFE = timedelta(days=14)
SECRET_BYTES = 32
INVITATIONS_A_DAY = 200
MAILS_TO_ONE_ADDRESS = 5


@operation
def invite_person(
    actor: Actor, organisation_id: int, email: str, role: str = "member", language: str = "en"
) -> Invitation:
    """Ask an address to join, by a mail in `language` whose link works once within 14 days.

    An address that is invited already gets a new mail, unless the first is still to be sent; its former link ends then.
    """
    organisation = require_organisation(organisation_id)
    require_manage_people(actor, organisation)
    if organisation.closed_at:
        raise Conflict(_("This organisation is closed. Nobody can join it now."))
    address = _checked(organisation.id, email, role, language)
    _check_limits(actor, address)
    known = invitation_for(organisation.id, address)
    invitation = known or Invitation(organisation_id=organisation.id, email=address)
    invitation.role, invitation.language, invitation.invited_by_id = role, language, actor.person_id
    moment = now()
    invitation.created_at, invitation.expires_at = moment, moment + LIFE
    db.session.add(invitation)
    db.session.flush()
    if known is None or known.token_hash:
        record(actor, events.INVITED, "invitation", invitation.id, {"organisation": organisation.id})
    return invitation


@operation
def withdraw_invitation(actor: Actor, invitation_id: int) -> None:
    """Take an invitation back. Raises `Conflict` when it was accepted in the meantime."""
    invitation = _require(invitation_id)
    require_manage_people(actor, invitation.organisation)
    if invitation.accepted_at:
        raise Conflict(_("This invitation was accepted already."))
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at, invitation.email = now(), ""
        record(
            actor,
            events.INVITATION_WITHDRAWN,
            "invitation",
            invitation.id,
            {"organisation": invitation.organisation_id},
        )


@operation
def make_secret(invitation_id: int) -> str:
    """Make the secret of an invitation's link, when its mail is sent; a secret made before ends. Raises `Missing`."""
    invitation = _require(invitation_id)
    if invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at <= now():
        raise Missing
    secret = secrets.token_urlsafe(SECRET_BYTES)
    invitation.token_hash = hashed(secret)
    return secret


@operation
def accept_invitation(actor: Actor, secret: str) -> Membership:
    """Join, with the account one is signed in to: its address must be the one that was invited.

    Raises `Denied` for another address and `Missing` when the link no longer works.
    """
    invitation = open_invitation(secret)
    person = db.session.get_one(Person, require_signed_in(actor))
    if person.email != invitation.email:
        raise Denied(_("This invitation is for another e-mail address. Sign in with the account of that address."))
    _use_up(invitation)
    return start_membership(actor, person.id, invitation.organisation_id, invitation.role)


def accept_with_new_account(secret: str, name: str, password: str, language: str) -> Person:
    """Make an account for the address that was invited, and join with it. The password is hashed before anything waits.

    Raises `Invalid` for a name or password that cannot be, and when the address has an account already.
    """
    invitation = open_invitation(secret)
    person = sign_up_invited(invitation.email, name, password, language)
    accept_invitation(actor_for(person), secret)
    return person


def _checked(organisation_id: int, email: str, role: str, language: str) -> str:
    check_role(role)
    problems = Problems()
    problems.add("email", email_problem(email))
    problems.add("language", language_problem(language))
    problems.settle()
    person = person_by_email(email)
    membership = membership_between(person.id, organisation_id) if person else None
    if membership and membership.state == "active":
        raise Invalid({"email": _("This person belongs to the organisation already.")})
    return normal_email(email) or ""


def _check_limits(actor: Actor, address: str) -> None:
    """Mails go to people who never asked for them: not too many from one person, nor to one address."""
    check_limit(f"invitations by {actor.person_id}", INVITATIONS_A_DAY, DAY)
    check_limit(f"invitation of {address}", MAILS_TO_ONE_ADDRESS, DAY)


def _require(invitation_id: int) -> Invitation:
    found = db.session.get(Invitation, invitation_id)
    if found is None:
        raise Missing(_("There is no such invitation."))
    return found


def _use_up(invitation: Invitation) -> None:
    """Mark an invitation as accepted, once; its address is forgotten, for the membership says the rest."""
    used = db.session.scalars(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None))
        .values(accepted_at=now(), email="")
        .returning(Invitation.id)
    )
    if used.first() is None:  # somebody used it since we looked
        raise Missing(_("This invitation was used already. Sign in to go on."))
