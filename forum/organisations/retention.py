"""What organisations forget by themselves; the worker asks once an hour."""

from datetime import timedelta

from sqlalchemy import delete

from forum.core.clock import now
from forum.core.db import db, operation
from forum.organisations.models import Invitation

INVITATIONS_FOR = timedelta(days=30)


@operation
def forget_invitations() -> None:
    """Delete invitations a month after their link ended, and with them the addresses of people who never came."""
    db.session.execute(delete(Invitation).where(Invitation.expires_at < now() - INVITATIONS_FOR))
