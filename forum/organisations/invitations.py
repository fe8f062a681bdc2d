"""Reading invitations: by the secret in the mail's link, and those of an organisation that are still open."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from forum.accounts.sessions import hashed
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import message as _
from forum.organisations.models import Invitation, Organisation
from forum.organisations.policy import can_manage_people

UNKNOWN = _("This invitation does not exist, or a newer mail took its place. Use the link in the newest mail.")
USED = _("This invitation was used already. Sign in to go on.")
WITHDRAWN = _("This invitation was taken back. Ask the organisation if you think this is a mistake.")
TOO_OLD = _("This invitation is too old. Ask the organisation to invite you again.")
CLOSED = _("This organisation is closed. Nobody can join it now.")


def invitation_by_secret(secret: str) -> Invitation | None:
    """The invitation whose mail held this secret, open or not, with its organisation and who sent it."""
    return db.session.scalar(
        select(Invitation)
        .where(Invitation.token_hash == hashed(secret))
        .options(joinedload(Invitation.organisation), joinedload(Invitation.invited_by))
    )


def open_invitation(secret: str) -> Invitation:
    """The open invitation whose mail held this secret. Raises `Missing` with the reason why it no longer works."""
    found = invitation_by_secret(secret)
    if found is None:
        raise Missing(UNKNOWN)
    if found.accepted_at:
        raise Missing(USED)
    if found.withdrawn_at:
        raise Missing(WITHDRAWN)
    if found.expires_at <= now():
        raise Missing(TOO_OLD)
    if found.organisation.closed_at:
        raise Missing(CLOSED)
    return found


def invitations_of(actor: Actor, organisation: Organisation) -> list[Invitation]:
    """The open invitations of an organisation, the newest first, for those who may send them."""
    if not can_manage_people(actor, organisation):
        return []
    query = _open().where(Invitation.organisation_id == organisation.id).options(joinedload(Invitation.invited_by))
    return list(db.session.scalars(query.order_by(Invitation.created_at.desc(), Invitation.id.desc())))


def invitation_for(organisation_id: int, email: str) -> Invitation | None:
    """The open invitation of an organisation for an address in its normal form."""
    return db.session.scalar(
        _open().where(Invitation.organisation_id == organisation_id, Invitation.email == email).limit(1)
    )


def _open() -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > now()
    )
