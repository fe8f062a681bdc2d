"""Before something sensitive: that it is still the same person, shown within the last ten minutes.

A page asks for that where it is declared (`fresh=True`). Reading such a page leads to `/prove` and back. A form that comes too
late is given back inside the page that asks, hidden, and goes on its way with the proof: nothing typed is lost.
"""

from flask import current_app, request

from forum.accounts import sessions
from forum.accounts.factors.passkeys import Place
from forum.accounts.factors.proving import prove_anew
from forum.accounts.mailed_links import request_proof_link
from forum.accounts.models import LoginSession, Person
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.settings import Settings
from forum.core.text import Message
from forum.web.sessions import actor, carry_on, current_session

FIELDS = ("proof_password", "proof_code", "proof_passkey")
BY_MAIL = "proof_mail"  # somebody without any of these asks for a link


class ProofNeeded(Exception):
    """Who asks should show first that it is them; `problems` says what was wrong with what they showed.

    `is_mailed`: a link for that is on its way.
    """

    def __init__(self, problems: dict[str, Message] | None = None, *, is_mailed: bool = False):
        self.problems, self.is_mailed = problems or {}, is_mailed
        super().__init__()


def require_proof() -> None:
    """Raise `ProofNeeded` unless this session was proved lately, or this form carries a proof (then note it)."""
    session = current_session()
    if session is None or sessions.is_fresh(session):
        return
    if request.method != "POST" or not any(request.form.get(name) for name in (*FIELDS, BY_MAIL)):
        raise ProofNeeded
    take_proof(session)


def came_by_the_proof() -> bool:
    """Whether this form comes from the page that asks for a proof, on which a file as the answer would leave the browser."""
    return any(name in request.form for name in (*FIELDS, BY_MAIL))


def take_proof(session: LoginSession) -> None:
    """Check the proof in this form, and note it for the session. Raises `ProofNeeded` or `TooMany`."""
    if request.form.get(BY_MAIL):
        request_proof_link(actor())
        raise ProofNeeded(is_mailed=True)
    number, person = session.id, db.session.get_one(Person, session.person_id)
    password, code, passkey = (request.form.get(name, "") for name in FIELDS)
    try:
        prove_anew(person, passkey_place(), password=password, code=code, passkey=passkey)
    except Invalid as problem:
        raise ProofNeeded(
            {f"proof_{name.removeprefix('present_')}": why for name, why in problem.fields.items()}
        ) from problem
    carry_on(sessions.note_proof(number))


def passkey_place() -> Place:
    """The site as passkeys know it."""
    settings: Settings = current_app.config["SETTINGS"]
    return Place(settings.host, settings.base_url, settings.name)


def can_hold_passkeys(host: str) -> bool:
    """Whether passkeys can be bound to this host: browsers take names only, no number of a machine."""
    return not host.replace(".", "").isdigit() and ":" not in host
