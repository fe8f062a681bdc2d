"""Who is asking: Flask-Login over sessions that live in the database, so that every one of them can be ended."""

from flask import Flask, g, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from forum.accounts import sessions
from forum.accounts.models import LoginSession
from forum.core.actor import VISITOR, Actor
from forum.organisations.queries import actor_for


class SignInNeeded(Exception):
    """The page is for people who are signed in."""


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
        g.actor = actor_for(session.person) if session else VISITOR
    found: Actor = g.actor
    return found


def start_session(person_id: int) -> None:
    """Sign a person in on this browser, with a new token; the former session of this browser ends."""
    end_session()
    token = sessions.open_session(person_id, browser=request.user_agent.string)
    session = sessions.live_session(token)
    if session:
        login_user(SignedIn(token, session), remember=False)
    g.pop("actor", None)


def end_session() -> None:
    """Sign this browser out, here and in the database."""
    signed_in = current_user._get_current_object() if current_user else None
    if isinstance(signed_in, SignedIn):
        sessions.close_session(signed_in.token)
    logout_user()
    g.pop("actor", None)
