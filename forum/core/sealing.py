"""Secrets that must be read again are kept sealed (Fernet: AES-128-CBC with HMAC-SHA256); those only compared, as keyed hashes.

Both keys are derived (HKDF) from the site's secret key, so a copy of the database alone opens nothing. With another
`FORUM_SECRET_KEY` what was sealed before is lost: `Unreadable`.
"""

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_keys: dict[str, bytes] = {}


class Unreadable(Exception):
    """This was sealed under another secret key, or changed since."""


def seal_with(secret_key: str) -> None:
    """Tell this process the secret key of the site; `create_app` does."""
    _keys.update(seal=_derived(secret_key, b"seal"), hash=_derived(secret_key, b"hash"))


def seal(text: str) -> str:
    """The text so that only this site can read it."""
    return _fernet().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed. Raises `Unreadable`."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise Unreadable from problem


def keyed_hash(purpose: str, text: str) -> str:
    """64 hexadecimal digits by which a text can be known again, made with the site's key and for one purpose."""
    return hmac.digest(_keys["hash"], f"{purpose}\0{text}".encode(), "sha256").hex()


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_keys["seal"]))


def _derived(secret_key: str, use: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"passerelle " + use).derive(secret_key.encode())
