"""The link at the foot of a mail that stops its kind (RFC 8058): signed, bound to a person and a kind, without an end."""

from itsdangerous import BadSignature, URLSafeSerializer

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.settings import Settings, secret_key
from forum.core.text import message as _
from forum.notifications.kinds import KINDS, MailKind

PURPOSE = "stop mails"


def stop_path(settings: Settings, person_id: int, kind: MailKind) -> str:
    """The address, within the site, of the page that stops this kind of mail for this person."""
    return f"/mail/stop/{_signer(settings).dumps([person_id, kind.name])}"


def read_stop_token(settings: Settings, token: str) -> tuple[int, MailKind]:
    """Whose mails of which kind a link stops; `Missing` when it is not one of ours, or that person left."""
    try:
        person_id, name = _signer(settings).loads(token)
    except BadSignature as problem:
        raise _dead() from problem
    person, kind = db.session.get(Person, person_id), KINDS.get(name)
    if person is None or person.erased_at or kind is None or not kind.can_be_stopped:
        raise _dead()
    return person.id, kind


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key(settings), salt=PURPOSE)


def _dead() -> Missing:
    return Missing(_("This link does not work. Sign in, and choose your mails under “My profile and settings”."))
