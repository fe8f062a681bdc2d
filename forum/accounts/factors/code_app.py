"""An app that shows six digits for thirty seconds each (TOTP, RFC 6238): set up, confirmed by one code, removed.

A code counts for its own thirty seconds and those before and after it, and never twice: the number of the last step
used only grows, in the same statement that compares it.
"""

import hmac

import pyotp
from sqlalchemy import delete, or_, select, update

from forum.accounts import events
from forum.accounts.factors.models import CodeApp
from forum.accounts.factors.standing import note_lost_factor, note_new_factor
from forum.accounts.models import Person
from forum.accounts.policy import require_signed_in
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.sealing import Unreadable, seal, unseal
from forum.core.text import message as _

SECONDS = 30
AROUND = 1
DIGITS = 6
WRONG = _("This code does not work. Wait for the next one in your app, then write that.")


@operation
def begin_code_app(actor: Actor) -> None:
    """Make the secret of an app that is to be set up; it counts for nothing until `confirm_code_app`."""
    person_id = require_signed_in(actor)
    app = db.session.get(CodeApp, person_id)
    if app and app.confirmed_at:
        raise Conflict(_("You have a code app already. Remove it first."))
    if app is None:
        app = CodeApp(person_id=person_id)
        db.session.add(app)
    app.sealed_secret, app.created_at, app.last_step = seal(pyotp.random_base32()), now(), 0


def secret_to_set_up(actor: Actor) -> str:
    """The secret (base32) of the app that is being set up. `Missing` when none is, so no confirmed one is ever shown."""
    app = db.session.get(CodeApp, require_signed_in(actor))
    if app is None or app.confirmed_at:
        raise Missing(_("No code app is being set up."))
    try:
        return unseal(app.sealed_secret)
    except Unreadable as problem:
        raise Missing(_("No code app is being set up.")) from problem


def address_of_secret(secret: str, person: Person, site: str) -> str:
    """The otpauth address that a QR code carries to an app."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email or person.name, issuer_name=site)


@operation
def confirm_code_app(actor: Actor, code: str) -> list[str]:
    """Count on the app from now, because its person wrote a code of it; recovery codes when it is the first factor."""
    person = db.session.get_one(Person, require_signed_in(actor))
    secret_to_set_up(actor)
    if not use_app_code(person.id, code, confirmed=False):
        raise Invalid({"code": WRONG})
    db.session.get_one(CodeApp, person.id).confirmed_at = now()
    return note_new_factor(actor, person, events.CODE_APP_ADDED)


@operation
def remove_code_app(actor: Actor, *, obliged: bool) -> None:
    """Stop counting on the app. `Conflict` when it is the last factor and the person's role needs one (`obliged`)."""
    person = db.session.get_one(Person, require_signed_in(actor))
    gone = db.session.scalars(delete(CodeApp).where(CodeApp.person_id == person.id).returning(CodeApp.confirmed_at))
    if gone.first():
        note_lost_factor(actor, person, events.CODE_APP_REMOVED, obliged=obliged)


def use_app_code(person_id: int, written: str, *, confirmed: bool = True) -> bool:
    """Use a code of a person's app up, inside an operation; say whether it was right, of about now, and new."""
    app = db.session.scalar(select(CodeApp).where(CodeApp.person_id == person_id))
    if app is None or bool(app.confirmed_at) is not confirmed:
        return False
    step = _step_of(app, "".join(written.split()))
    if step is None:
        return False
    is_new = or_(CodeApp.last_step < step, CodeApp.last_step > step + 2 * AROUND)  # later: the clock was set back
    newer = update(CodeApp).where(CodeApp.person_id == person_id, is_new)
    return db.session.scalars(newer.values(last_step=step).returning(CodeApp.person_id)).first() is not None


def _step_of(app: CodeApp, code: str) -> int | None:
    """The step around now whose code this is."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    try:
        totp = pyotp.TOTP(unseal(app.sealed_secret))
    except Unreadable:
        return None
    here = int(now().timestamp()) // SECONDS
    steps = range(here - AROUND, here + AROUND + 1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), code)), None)
