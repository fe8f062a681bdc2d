"""What can happen to organisations and to who belongs to them."""

from forum.core.events import event_kind
from forum.core.text import message as _

ADDED = event_kind(
    "organisation.added", "An organisation or network came in.", log=_("%(actor)s added %(subject)s"), is_public=True
)
CHANGED = event_kind("organisation.changed", "An organisation's name, description or place changed.")
INVITED = event_kind("invitation.sent", "An editor asked somebody to join an organisation.")
REQUESTED = event_kind("membership.requested", "Somebody asked to join an organisation.")
JOINED = event_kind("membership.started", "Somebody became a member of an organisation.")
DECLINED = event_kind("membership.declined", "A request to join was declined.")
LEFT = event_kind("membership.ended", "Somebody left an organisation, or was taken out.")
ROLE_CHANGED = event_kind(
    "membership.role_changed", "A member became an editor of an organisation, or the other way round."
)
