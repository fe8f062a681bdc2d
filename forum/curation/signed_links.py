"""The links in mails by which people without an account, or who cannot sign in, read a decision and appeal against it.

Signed and bound to one thing; they end with it.
"""

from itsdangerous import BadSignature, URLSafeSerializer

from forum.core.errors import Missing
from forum.core.settings import Settings, secret_key
from forum.core.text import message as _

NOTICE = "read what became of a notice"
STATEMENT = "read a statement of reasons"


def notice_path(settings: Settings, flag_id: int) -> str:
    """The address, within the site, at which the sender of a report reads what became of it."""
    return f"/notices/{_signer(settings, NOTICE).dumps(flag_id)}"


def statement_path(settings: Settings, decision_id: int) -> str:
    """The address, within the site, at which whom a decision concerns reads its reasons without signing in."""
    return f"/statements/{_signer(settings, STATEMENT).dumps(decision_id)}"


def read_link(settings: Settings, purpose: str, token: str) -> int:
    """The number that a link is bound to. Raises `Missing` when it is not one of ours."""
    try:
        return int(_signer(settings, purpose).loads(token))
    except (BadSignature, TypeError, ValueError):
        raise Missing(_("This link does not work. Copy it from the mail once more, the whole of it.")) from None


def _signer(settings: Settings, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key(settings), salt=purpose)
