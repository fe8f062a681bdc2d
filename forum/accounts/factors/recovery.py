"""Recovery codes: ten, each good once, shown once. Sixty random bits each, kept as hashes made with the site's key."""

import secrets

from sqlalchemy import delete, func, select, update

from forum.accounts import events
from forum.accounts.factors.models import RecoveryCode
from forum.accounts.policy import require_signed_in
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import record
from forum.core.sealing import keyed_hash

CODES = 10
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another
GROUPS, GROUP = 3, 4


def is_shaped_like_one(written: str) -> bool:
    """Whether this could be a recovery code, however it is written."""
    plain = plain_code(written)
    return len(plain) == GROUPS * GROUP and set(plain) <= set(SIGNS)


def plain_code(written: str) -> str:
    """A code as it is compared: small letters and figures only."""
    return "".join(sign for sign in written.casefold() if sign.isalnum())


def codes_left(person_id: int) -> int:
    """How many recovery codes a person has not used."""
    query = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(query) or 0


def are_codes_of(person_id: int, codes: list[str]) -> bool:
    """Whether these are codes of this person, all of them unused: only then are they written into a file."""
    hashes = {_hash(person_id, code) for code in codes}
    query = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.code_hash.in_(hashes), RecoveryCode.used_at.is_(None)
    )
    return 0 < len(codes) == len(hashes) <= CODES and db.session.scalar(query) == len(hashes)


@operation
def renew_my_codes(actor: Actor) -> list[str]:
    """Ten new codes for the actor; the former ones work no more."""
    person_id = require_signed_in(actor)
    record(actor, events.RECOVERY_CODES_RENEWED, "person", person_id)
    return renew_codes(person_id)


def renew_codes(person_id: int) -> list[str]:
    """Put ten new codes in the place of a person's former ones, inside an operation; give them, to be shown once."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = ["-".join(_group() for _number in range(GROUPS)) for _number in range(CODES)]
    moment = now()
    db.session.add_all(
        RecoveryCode(person_id=person_id, code_hash=_hash(person_id, code), created_at=moment) for code in codes
    )
    return codes


def use_code(actor: Actor, person_id: int, written: str) -> bool:
    """Use a recovery code up, inside an operation; say whether it was one that still works."""
    used = db.session.scalars(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == _hash(person_id, written),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.id)
    )
    if used.first() is None:
        return False
    record(actor, events.RECOVERY_CODE_USED, "person", person_id)
    return True


def _group() -> str:
    return "".join(secrets.choice(SIGNS) for _sign in range(GROUP))


def _hash(person_id: int, written: str) -> str:
    return keyed_hash("recovery code", f"{person_id} {plain_code(written)}")
