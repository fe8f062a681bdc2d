"""Sessions of signed-in browsers: opened at sign-in, found at every request, ended at once."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import contains_eager

from forum.accounts.models import LoginSession, Person
from forum.core.clock import now
from forum.core.db import db, operation

LIFE = timedelta(days=30)
IDLE = timedelta(days=14)  # since signing in or sending a form: reading writes nothing
HALF_OPEN = timedelta(minutes=10)
FRESH = timedelta(minutes=10)
NOTED_EVERY = timedelta(hours=1)
VISIT_GAP = timedelta(hours=12)
TOKEN_BYTES = 32
BY_TOKEN = (  # asked at every request of somebody signed in: one statement, built once
    select(LoginSession)
    .join(LoginSession.person)
    .where(LoginSession.token_hash == bindparam("token_hash"))
    .options(contains_eager(LoginSession.person).joinedload(Person.roles))
)


def hashed(token: str) -> str:
    """The SHA-256 of a secret token, as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


@operation
def open_session(person_id: int, browser: str = "", *, proven: bool = False) -> str:
    """Start a session for a person; give its secret token, which is kept nowhere else.

    It is half open for somebody with a second factor, unless that was `proven`, whatever way they came in.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    moment = now()
    person = db.session.get_one(Person, person_id)
    waits = person.second_factor_since is not None and not proven
    if not waits:
        _note_visit(person)
    db.session.add(
        LoginSession(
            person_id=person_id,
            token_hash=hashed(token),
            created_at=moment,
            seen_at=moment,
            expires_at=moment + (HALF_OPEN if waits else LIFE),
            browser=browser[:200],
            is_half_open=waits,
            proved_at=None if waits else moment,
        )
    )
    return token


@operation
def note_use(session_id: int) -> None:
    """Write down that a session is in use. Only signing in and sending forms do: reading a page never writes."""
    session = db.session.get(LoginSession, session_id)
    if session:
        session.seen_at = now()
        _note_visit(session.person)


def wants_note(session: LoginSession) -> bool:
    """Whether the use of a session was last written down long enough ago."""
    return session.seen_at < now() - NOTED_EVERY


def _note_visit(person: Person) -> None:
    """Begin a new visit when the last one began 12 hours ago or more: "new since your last visit" counts from that."""
    moment = now()
    if person.visited_at is None or person.visited_at < moment - VISIT_GAP:
        person.previous_visit_at, person.visited_at = person.visited_at, moment


@operation
def note_proof(session_id: int) -> str:
    """Write down that the person of a session has just shown anew that it is them; give its new token, the former one ends."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session = db.session.get_one(LoginSession, session_id)
    session.proved_at, session.token_hash = now(), hashed(token)
    return token


def is_fresh(session: LoginSession) -> bool:
    """Whether the person of a session showed within ten minutes that it is them; a clock set back makes no proof last."""
    return session.proved_at is not None and abs(now() - session.proved_at) < FRESH


@operation
def close_session(token: str) -> None:
    """End the session of this token."""
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == hashed(token)))


@operation
def close_session_of(person_id: int, session_id: int) -> bool:
    """End one session of a person; say whether it was theirs and open."""
    ended = db.session.scalars(
        delete(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.person_id == person_id)
        .returning(LoginSession.id)
    )
    return ended.first() is not None


@operation
def close_sessions_of(person_id: int) -> None:
    """End every session of a person, at a new password or a suspension."""
    db.session.execute(delete(LoginSession).where(LoginSession.person_id == person_id))


def live_session(token: str) -> LoginSession | None:
    """The session of a token, with its person; None when it ended or the person may not sign in now."""
    found = _session_of(token)
    return found if found and not found.is_half_open else None


def half_open_session(token: str) -> LoginSession | None:
    """The session of a token whose person still owes the second factor."""
    found = _session_of(token)
    return found if found and found.is_half_open else None


def _session_of(token: str) -> LoginSession | None:
    found = db.session.scalars(BY_TOKEN, {"token_hash": hashed(token)}).unique().one_or_none()
    if found is None or found.expires_at <= now() or found.seen_at <= now() - IDLE:
        return None
    suspended = found.person.suspended_until
    return None if found.person.erased_at or (suspended and suspended > now()) else found
