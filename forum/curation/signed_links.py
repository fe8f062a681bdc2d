"""The links in mails by which people without an account, or who cannot sign in, read a decision and appeal against it.

Signed and bound to one thing; they end with it.
"""

from forum.core.settings import Settings
from forum.core.signing import read_signed, signed
from forum.core.text import message as _

NOTICE = "read what became of a notice"
STATEMENT = "read a statement of reasons"
DEAD = _("This link does not work. Copy it from the mail once more, the whole of it.")


def notice_path(settings: Settings, flag_id: int) -> str:
    """The address, within the site, at which the sender of a report reads what became of it."""
    return f"/notices/{signed(settings, NOTICE, flag_id)}"


def statement_path(settings: Settings, decision_id: int) -> str:
    """The address, within the site, at which whom a decision concerns reads its reasons without signing in."""
    return f"/statements/{signed(settings, STATEMENT, decision_id)}"


def read_link(settings: Settings, purpose: str, token: str) -> int:
    """The number that a link is bound to. Raises `Missing` when it is not one of ours."""
    return int(read_signed(settings, purpose, token, DEAD))
