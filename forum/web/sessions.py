"""Who is asking: Flask-Login over sessions that live in the database, so that every one of them can be ended."""

from dataclasses import replace

import structlog
from flask import Flask, current_app, g, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from forum.accounts import sessions
from forum.accounts.models import LoginSession, Person
from forum.core.actor import VISITOR, Actor
from forum.core.modes import standing
from forum.organisations.queries import actor_for

log = structlog.get_logger()
HALF_OPEN = "half_open"  # in the cookie, the token of a session that waits for a second factor


class SignInNeeded(Exception):
    """The page is for people who are signed in."""


class FactorNeeded(Exception):
    """The page is for somebody whose role needs a second factor first."""


class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """A signed-in browser as Flask-Login sees it: its id is the session's secret token."""

    def __init__(self, token: str, session: LoginSession):
        self.token = token
        self.session = session

    def get_id(self) -> str:
        """The token, which goes into the signed cookie."""
        return self.token


def init_sessions(app: Flask) -> None:
    """Let Flask-Login find people by the token in their cookie."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)


def _load(token: str) -> SignedIn | None:
    session = sessions.live_session(token)
    return SignedIn(token, session) if session else None


def current_session() -> LoginSession | None:
    """The session of the browser that is asking; None for a visitor."""
    signed_in = current_user._get_current_object() if current_user else None
    return signed_in.session if isinstance(signed_in, SignedIn) else None


def actor() -> Actor:
    """The actor of this request, looked up once."""
    if "actor" not in g:
        session = current_session()
        g.actor = with_powers(session.person) if session else VISITOR
    found: Actor = g.actor
    return found


def ask_nobody() -> None:
    """Take whoever asks for a visitor unless they are known by now: the database is in trouble, or being mended."""
    if "actor" not in g:
        g.actor, g._login_user = VISITOR, current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # Flask-Login's


def look_again() -> None:
    """Let the actor of this request be looked up anew, after what they are allowed changed."""
    g.pop("actor", None)


def with_powers(person: Person) -> Actor:
    """The actor that a person is; the powers of a role wait while the site asks for a second factor and there is none."""
    found = actor_for(person)
    if not person.roles or person.second_factor_since or not needs_factors():
        return found
    return replace(found, moderates=frozenset(), is_admin=False, waits_for_factor=True)


def needs_factors() -> bool:
    """Whether moderators and admins need a second factor: as the operator says, but never in the demonstration."""
    required: bool = current_app.config["SETTINGS"].require_second_factor
    return required and not current_app.config.get("DEMONSTRATION_SIGN_INS")


def start_session(person_id: int, *, proven: bool = False) -> None:
    """Sign a person in on this browser, with a new token; the former session of this browser ends.

    Whoever has a second factor, not `proven` yet, comes in half: they stay a visitor until they show it
    (`/sign-in/second-step`), by whatever door they came.
    """
    end_session()
    token = sessions.open_session(person_id, browser=request.user_agent.string, proven=proven)
    session = sessions.live_session(token)
    log.info("signed in" if session else "half signed in", person=person_id)
    if session:
        login_user(SignedIn(token, session), remember=False)
    else:
        cookie[HALF_OPEN] = token
    g.pop("actor", None)


def carry_on(token: str) -> None:
    """Let this browser keep its session under another token."""
    session = sessions.live_session(token)
    if session:
        login_user(SignedIn(token, session), remember=False)


def half_open() -> LoginSession | None:
    """The session of this browser that waits for a second factor."""
    token = cookie.get(HALF_OPEN)
    return sessions.half_open_session(token) if isinstance(token, str) else None


def end_session() -> None:
    """Sign this browser out, here and in the database."""
    signed_in = current_user._get_current_object() if current_user else None
    waiting = cookie.pop(HALF_OPEN, None)
    for token in (signed_in.token if isinstance(signed_in, SignedIn) else None, waiting):
        if isinstance(token, str) and standing().takes_writes:  # else only this browser forgets it
            sessions.close_session(token)
    logout_user()
    g.pop("actor", None)
