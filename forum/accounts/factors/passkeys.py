"""Passkeys (WebAuthn level 2): registered with a name, asked for user verification, known again by their credential id.

A passkey proves two things at once, having the device and knowing its PIN or showing the finger, so it signs in alone.
The browser speaks JSON; everything in it is checked by the `webauthn` library against the site's own origin.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from forum.accounts import events
from forum.accounts.factors.challenges import PROVE, REGISTER, SIGN_IN, ask, use_challenge
from forum.accounts.factors.models import CREDENTIAL_LENGTH, PASSKEY_NAME_LENGTH, PUBLIC_KEY_LENGTH, Passkey
from forum.accounts.factors.standing import note_lost_factor, note_new_factor
from forum.accounts.models import Person
from forum.accounts.policy import require_signed_in
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.sealing import keyed_hash
from forum.core.text import message as _
from forum.core.text import single_line

MOST_PASSKEYS = 20
LONGEST_ANSWER = 20_000
KNOWN_TRANSPORTS = frozenset(("ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"))
REFUSED = _("This passkey did not work here. Try again, or use another way.")
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)


@dataclass(frozen=True, slots=True)
class Place:
    """The site as passkeys know it: they are bound to its host, and answer to its origin only."""

    host: str
    origin: str
    name: str


def options_to_register(actor: Actor, place: Place) -> str:
    """What a browser needs to make a passkey for the actor, as JSON."""
    person = db.session.get_one(Person, require_signed_in(actor))
    options = generate_registration_options(
        rp_id=place.host,
        rp_name=place.name,
        user_id=bytes.fromhex(keyed_hash("passkey owner", str(person.id))),
        user_name=person.email or person.name,
        user_display_name=person.name,
        challenge=ask(REGISTER, person.id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(person.id),
    )
    return options_to_json(options)


def options_to_prove(person_id: int | None, place: Place) -> str:
    """What a browser needs to sign in with a passkey (nobody known yet), or to prove who is there."""
    options = generate_authentication_options(
        rp_id=place.host,
        challenge=ask(SIGN_IN if person_id is None else PROVE, person_id),
        allow_credentials=None if person_id is None else _descriptors(person_id),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def register_passkey(actor: Actor, answer: str, name: str, place: Place) -> list[str]:
    """Keep a new passkey of the actor; recovery codes when it is the first factor. Raises `Invalid`."""
    person_id = require_signed_in(actor)
    name = _checked_name(name)
    credential = _read(answer)
    challenge = _used(credential, REGISTER, person_id)
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except UNREADABLE as problem:
        raise Invalid({"passkey": REFUSED}) from problem
    key = Passkey(
        person_id=person_id,
        credential_id=bytes_to_base64url(found.credential_id),
        public_key=bytes_to_base64url(found.credential_public_key),
        sign_count=found.sign_count,
        transports=_transports(credential),
        name=name,
        created_at=now(),
    )
    if len(key.credential_id) > CREDENTIAL_LENGTH or len(key.public_key) > PUBLIC_KEY_LENGTH:
        raise Invalid({"passkey": REFUSED})
    return _keep(actor, key)


@operation
def _keep(actor: Actor, key: Passkey) -> list[str]:
    person = db.session.get_one(Person, require_signed_in(actor))
    mine = db.session.scalars(select(Passkey.id).where(Passkey.person_id == person.id)).all()
    if len(mine) >= MOST_PASSKEYS:
        raise Conflict(_("You have %(number)s passkeys. Remove one first.", number=len(mine)))
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == key.credential_id)):
        raise Invalid({"passkey": REFUSED})
    db.session.add(key)
    return note_new_factor(actor, person, events.PASSKEY_ADDED)


def person_with_passkey(answer: str, place: Place) -> Person:
    """Who signs in with a passkey alone. Raises `Invalid`; whether they may sign in now is for the caller to ask."""
    return db.session.get_one(Person, check_answer(answer, SIGN_IN, None, place))


def check_answer(answer: str, purpose: str, person_id: int | None, place: Place) -> int:
    """Check what a passkey signed; give its person's number. Raises `Invalid`. Call it outside an operation."""
    credential = _read(answer)
    challenge = _used(credential, purpose, person_id)
    key = db.session.scalar(select(Passkey).where(Passkey.credential_id == str(credential.get("id"))))
    if key is None or person_id not in (None, key.person_id):
        raise Invalid({"passkey": REFUSED})
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except UNREADABLE as problem:
        raise Invalid({"passkey": REFUSED}) from problem
    _note_use(key.id, found.new_sign_count)
    return key.person_id


@operation
def _note_use(passkey_id: int, sign_count: int) -> None:
    key = db.session.get_one(Passkey, passkey_id)
    key.sign_count, key.used_at = sign_count, now()


@operation
def rename_passkey(actor: Actor, passkey_id: int, name: str) -> None:
    """Call a passkey of the actor something else."""
    my_passkey(actor, passkey_id).name = _checked_name(name)


@operation
def remove_passkey(actor: Actor, passkey_id: int, *, obliged: bool) -> None:
    """Forget a passkey of the actor. `Conflict` when it is the last factor and the person's role needs one (`obliged`)."""
    key = my_passkey(actor, passkey_id)
    person = db.session.get_one(Person, key.person_id)
    db.session.execute(delete(Passkey).where(Passkey.id == key.id))
    note_lost_factor(actor, person, events.PASSKEY_REMOVED, obliged=obliged)


def my_passkey(actor: Actor, passkey_id: int) -> Passkey:
    """A passkey of the actor; `Missing` for anybody else's."""
    mine = (Passkey.id == passkey_id, Passkey.person_id == require_signed_in(actor))
    key = db.session.scalar(select(Passkey).where(*mine))
    if key is None:
        raise Missing(_("You have no such passkey."))
    return key


def _descriptors(person_id: int) -> list[PublicKeyCredentialDescriptor]:
    ids = db.session.scalars(select(Passkey.credential_id).where(Passkey.person_id == person_id))
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in ids]


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid({"passkey": REFUSED})
    return found


def _used(credential: dict[str, Any], purpose: str, person_id: int | None) -> bytes:
    """The challenge that an answer says it answers, used up by this; `Invalid` when we did not ask that."""
    try:
        told = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(told["challenge"])
    except (*UNREADABLE, RecursionError) as problem:
        raise Invalid({"passkey": REFUSED}) from problem
    if not use_challenge(challenge, purpose, person_id):
        raise Invalid({"passkey": REFUSED})
    return challenge


def _transports(credential: dict[str, Any]) -> list[str]:
    told = credential["response"].get("transports")
    return sorted(KNOWN_TRANSPORTS & {str(one) for one in told}) if isinstance(told, list) else []


def _checked_name(name: str) -> str:
    name = single_line(name)
    if not name:
        raise Invalid({"name": _("Give the passkey a name, for instance that of the device.")})
    if len(name) > PASSKEY_NAME_LENGTH:
        raise Invalid({"name": _("Write a name of at most %(number)s characters.", number=PASSKEY_NAME_LENGTH)})
    return name
