"""Passwords: how they are kept, and which are refused.

`common_passwords.txt` was made for this project from our own words and the habits of people who choose passwords; its
first lines say how. It is read once, at the first password that somebody chooses.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from forum.core.text import Message, fold
from forum.core.text import message as _

SHORTEST = 12
LONGEST = 128
FEWEST_SIGNS = 5
LEAST_OF_ONES_OWN = 8
LIST = Path(__file__).with_name("common_passwords.txt")
LEET = str.maketrans("0134578@$!", "oieastbasi")

# The hash of a random password that was thrown away: nobody has it.
DECOY = "$argon2id$v=19$m=19456,t=2,p=1$OjkL9CGJkTDyKiwuPVySUA$IiXXw8dm5uz8ZUWmG2MnAeGVGpPkfMKBvKNEumBBrvI"

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hashed(password: str) -> str:
    """The password as argon2id keeps it (m=19456 KiB, t=2, p=1: RFC 9106 in the size OWASP advises)."""
    return _hasher.hash(_octets(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long when there is no hash, so that time tells nothing about accounts."""
    try:
        return _hasher.verify(password_hash or DECOY, _octets(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def refusal(password: str, *about_the_person: str) -> Message | None:
    """Why nobody should use this password (names and addresses of its person count), or None when it is fine."""
    if len(password) < SHORTEST:
        return _("Use %(number)s characters or more. Three or four words are easy to remember.", number=SHORTEST)
    if len(password) > LONGEST:
        return _("Use %(number)s characters or fewer.", number=LONGEST)
    if is_common(password):
        return _("Many people use this password, so it is easy to guess. Use three or four words in a row.")
    if len(_without(fold(password), about_the_person)) < LEAST_OF_ONES_OWN:
        return _("This password is too close to your name or e-mail address. Choose something else.")
    return None


def is_common(password: str) -> bool:
    """Whether a password is in the list, also with figures and signs before or after it or in place of letters."""
    plain = fold(password)
    if len(set(plain)) < FEWEST_SIGNS:
        return True
    forms = {plain, plain.replace(" ", ""), plain.translate(LEET)}
    forms |= {re.sub(r"^[\W\d_]+|[\W\d_]+$", "", form) for form in forms}
    return not forms.isdisjoint(_common())


@cache
def _common() -> frozenset[str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line) for line in lines if not line.startswith("# "))


def _without(text: str, personal: tuple[str, ...]) -> str:
    """What is left of a text when the words of names and addresses are struck out."""
    words = {word for phrase in personal for word in re.findall(r"\w+", fold(phrase)) if len(word) > 2}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def _octets(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
