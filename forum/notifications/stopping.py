"""The links in a mail that stop its kind (RFC 8058), or one saved search: signed, bound to what they stop, without an end."""

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.settings import Settings
from forum.core.signing import read_signed, signed
from forum.core.text import message as _
from forum.notifications.kinds import KINDS, MailKind
from forum.notifications.models import SavedSearch

PURPOSE = "stop mails"
SEARCH_PURPOSE = "stop a saved search"
DEAD = _("This link does not work. Sign in, and choose your mails under “My profile and settings”.")
DEAD_SEARCH = _("This link does not work. The search may be deleted already. Sign in, and look under “My searches”.")


def stop_path(settings: Settings, person_id: int, kind: MailKind) -> str:
    """The address, within the site, of the page that stops this kind of mail for this person."""
    return f"/mail/stop/{signed(settings, PURPOSE, [person_id, kind.name])}"


def read_stop_token(settings: Settings, token: str) -> tuple[int, MailKind]:
    """Whose mails of which kind a link stops; `Missing` when it is not one of ours, or that person left."""
    person_id, name = read_signed(settings, PURPOSE, token, DEAD)
    person, kind = db.session.get(Person, person_id), KINDS.get(name)
    if person is None or person.erased_at or kind is None or not kind.can_be_stopped:
        raise Missing(DEAD)
    return person.id, kind


def search_stop_path(settings: Settings, search_id: int) -> str:
    """The address, within the site, of the page that pauses this saved search."""
    return f"/searches/stop/{signed(settings, SEARCH_PURPOSE, search_id)}"


def read_search_token(settings: Settings, token: str) -> SavedSearch:
    """The saved search that a link stops; `Missing` when it is not one of ours, or the search was deleted."""
    search = db.session.get(SavedSearch, read_signed(settings, SEARCH_PURPOSE, token, DEAD_SEARCH))
    if search is None:
        raise Missing(DEAD_SEARCH)
    return search
