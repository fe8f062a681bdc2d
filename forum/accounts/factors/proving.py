"""Proving who one is: a second factor after the password, or a password, code or passkey anew before something sensitive.

Five tries in five minutes and twenty in an hour for each person, over all ways and processes; only failures count.
"""

from forum.accounts.factors.challenges import PROVE
from forum.accounts.factors.code_app import WRONG, use_app_code
from forum.accounts.factors.passkeys import Place, check_answer
from forum.accounts.factors.recovery import is_shaped_like_one, use_code
from forum.accounts.models import Person
from forum.accounts.signing_in import check_present_password
from forum.core.actor import Actor
from forum.core.db import operation
from forum.core.errors import Invalid
from forum.core.limits import check_limit, give_back
from forum.core.text import message as _

MINUTES = 60
LIMITS = ((5, 5 * MINUTES), (20, 60 * MINUTES))
TOO_OFTEN = _("Too many wrong codes. Wait a little, then try again.")


def prove_second_factor(person: Person, place: Place, *, code: str = "", passkey: str = "") -> None:
    """Check a code of the app, a recovery code, or what a passkey signed. Raises `Invalid` or `TooMany`.

    Call it outside an operation, so that a failure is counted for good.
    """
    keys = _count_try(person.id)
    if passkey:
        check_answer(passkey, PROVE, person.id, place)
    elif not _use(person.id, code):
        raise Invalid({"code": WRONG})
    for key in keys:
        give_back(key)


def prove_anew(person: Person, place: Place, *, password: str = "", code: str = "", passkey: str = "") -> None:
    """Check that it is still this person: by a second factor where there is one and it is given, else by the password."""
    if passkey or (code and person.second_factor_since):
        prove_second_factor(person, place, code=code, passkey=passkey)
    else:
        check_present_password(person, password)


def _count_try(person_id: int) -> list[str]:
    keys = []
    for limit, seconds in LIMITS:
        key = f"second factor {seconds} {person_id}"
        check_limit(key, limit, seconds, TOO_OFTEN)
        keys.append(key)
    return keys


@operation
def _use(person_id: int, code: str) -> bool:
    if is_shaped_like_one(code):
        return use_code(Actor(person_id=person_id), person_id, code)
    return use_app_code(person_id, code)
