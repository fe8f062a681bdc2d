"""Links that carry what they stand for, signed with the site's key for one purpose each: nothing is kept, they need no end."""

from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from forum.core.errors import Missing
from forum.core.settings import Settings, secret_key
from forum.core.text import Message


def signed(settings: Settings, purpose: str, value: Any) -> str:
    """The value as a part of an address."""
    return _signer(settings, purpose).dumps(value)


def read_signed(settings: Settings, purpose: str, token: str, dead: Message) -> Any:
    """The value that was signed for this purpose. Raises `Missing` with the sentence given for anything but the very link.

    Base64 is read generously: a sign that means nothing may stand in it, and bits at its end count for nothing. So that
    one link has one spelling, what was read is signed again.
    """
    signer = _signer(settings, purpose)
    try:
        value = signer.loads(token)
    except (BadData, UnicodeError):
        raise Missing(dead) from None
    if signer.dumps(value) != token:
        raise Missing(dead)
    return value


def _signer(settings: Settings, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key(settings), salt=purpose)
