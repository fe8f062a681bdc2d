"""The links in a mail that stop its kind (RFC 8058), or one saved search: signed, bound to what they stop, without an end."""

from itsdangerous import BadSignature, URLSafeSerializer

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.settings import Settings, secret_key
from forum.core.text import message as _
from forum.notifications.kinds import KINDS, MailKind
from forum.notifications.models import SavedSearch

PURPOSE = "stop mails"
SEARCH_PURPOSE = "stop a saved search"


def stop_path(settings: Settings, person_id: int, kind: MailKind) -> str:
    """The address, within the site, of the page that stops this kind of mail for this person."""
    return f"/mail/stop/{_signer(settings, PURPOSE).dumps([person_id, kind.name])}"


def read_stop_token(settings: Settings, token: str) -> tuple[int, MailKind]:
    """Whose mails of which kind a link stops; `Missing` when it is not one of ours, or that person left."""
    try:
        person_id, name = _signer(settings, PURPOSE).loads(token)
    except BadSignature as problem:
        raise _dead() from problem
    person, kind = db.session.get(Person, person_id), KINDS.get(name)
    if person is None or person.erased_at or kind is None or not kind.can_be_stopped:
        raise _dead()
    return person.id, kind


def search_stop_path(settings: Settings, search_id: int) -> str:
    """The address, within the site, of the page that pauses this saved search."""
    return f"/searches/stop/{_signer(settings, SEARCH_PURPOSE).dumps(search_id)}"


def read_search_token(settings: Settings, token: str) -> SavedSearch:
    """The saved search that a link stops; `Missing` when it is not one of ours, or the search was deleted."""
    try:
        search_id = _signer(settings, SEARCH_PURPOSE).loads(token)
    except BadSignature as problem:
        raise _dead_search() from problem
    search = db.session.get(SavedSearch, search_id)
    if search is None:
        raise _dead_search()
    return search


def _signer(settings: Settings, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key(settings), salt=purpose)


def _dead() -> Missing:
    return Missing(_("This link does not work. Sign in, and choose your mails under “My profile and settings”."))


def _dead_search() -> Missing:
    return Missing(
        _("This link does not work. The search may be deleted already. Sign in, and look under “My searches”.")
    )
