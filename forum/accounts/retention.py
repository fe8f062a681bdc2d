"""What accounts forget by themselves; the worker asks once an hour."""

from datetime import timedelta

from sqlalchemy import delete, or_

from forum.accounts.addresses import forget_address_changes
from forum.accounts.factors.challenges import forget_challenges
from forum.accounts.models import LoginSession, Person, Token
from forum.accounts.sessions import IDLE
from forum.core.clock import now
from forum.core.db import db, operation

UNCONFIRMED_FOR = timedelta(days=7)


@operation
def forget_stale() -> None:
    """Delete accounts not confirmed within a week, and sessions and one-use links whose time is over."""
    moment = now()
    db.session.execute(
        delete(Person).where(
            Person.confirmed_at.is_(None), Person.erased_at.is_(None), Person.created_at < moment - UNCONFIRMED_FOR
        )
    )
    db.session.execute(
        delete(LoginSession).where(or_(LoginSession.expires_at <= moment, LoginSession.seen_at <= moment - IDLE))
    )
    db.session.execute(delete(Token).where(Token.expires_at <= moment))
    forget_challenges()
    forget_address_changes()
