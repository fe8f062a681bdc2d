"""The random questions that passkeys answer: each is asked for one purpose and person, and answered once at most."""

import secrets
from datetime import timedelta

from sqlalchemy import delete

from forum.accounts.factors.models import Challenge
from forum.accounts.sessions import hashed
from forum.core.clock import now
from forum.core.db import db, operation

LIFE = timedelta(minutes=5)
CHALLENGE_BYTES = 32
REGISTER, SIGN_IN, PROVE = "register", "sign-in", "prove"


@operation
def ask(purpose: str, person_id: int | None) -> bytes:
    """A new challenge, kept hashed."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    db.session.add(
        Challenge(challenge_hash=hashed(challenge.hex()), purpose=purpose, person_id=person_id, expires_at=now() + LIFE)
    )
    return challenge


@operation
def use_challenge(challenge: bytes, purpose: str, person_id: int | None) -> bool:
    """Use a challenge up, whatever comes of it; say whether it was asked for this, of this person, lately."""
    gone = db.session.execute(
        delete(Challenge)
        .where(Challenge.challenge_hash == hashed(challenge.hex()))
        .returning(Challenge.purpose, Challenge.person_id, Challenge.expires_at)
    ).first()
    return gone is not None and (gone[0], gone[1]) == (purpose, person_id) and gone[2] > now()


@operation
def forget_challenges() -> None:
    """Delete challenges that nobody answered in time."""
    db.session.execute(delete(Challenge).where(Challenge.expires_at <= now()))
