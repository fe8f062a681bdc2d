"""What can happen to organisations and to who belongs to them.

Subjects are `organisation`, `invitation` or `membership`; the latter two carry `{"organisation": id}` and, once there is
one, `{"person": id}` as data.
"""

from forum.core.events import event_kind
from forum.core.text import message as _

ADDED = event_kind(
    "organisation.added", "An organisation or network came in.", log=_("%(actor)s added %(subject)s"), is_public=True
)
CHANGED = event_kind(
    "organisation.changed", "An organisation's name, description, place, contact or e-mail domains changed."
)
CLOSED = event_kind(
    "organisation.closed",
    "An organisation left; its posts stay, its people no longer belong to it.",
    log=_("%(actor)s closed %(subject)s"),
    is_public=True,
)
REOPENED = event_kind(
    "organisation.reopened",
    "A closed organisation is back, with its people.",
    log=_("%(actor)s reopened %(subject)s"),
    is_public=True,
)
CONFIRMED = event_kind("organisation.confirmed", "What is said of an organisation is still true: its people said so.")
INVITED = event_kind("invitation.sent", "An editor asked somebody to join an organisation.")
INVITATION_WITHDRAWN = event_kind("invitation.withdrawn", "An editor took an invitation back.")
REQUESTED = event_kind("membership.requested", "Somebody asked to join an organisation.")
JOINED = event_kind("membership.started", "Somebody became a member of an organisation.")
DECLINED = event_kind("membership.declined", "A request to join was declined.")
LEFT = event_kind("membership.ended", "Somebody left an organisation, was taken out, or took a request back.")
ROLE_CHANGED = event_kind(
    "membership.role_changed", "A member became an editor of an organisation, or the other way round."
)
