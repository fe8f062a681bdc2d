"""What can happen to a report on a practice. The subject is the practice's post; `data["adoption"]` is the report's id."""

from forum.core.events import event_kind
from forum.core.text import message as _

REPORTED = event_kind("adoption.reported", "An organisation told how it tried a practice of another.")
CHANGED = event_kind("adoption.changed", "A report on a practice says something new; what it said before is kept.")
WITHDRAWN = event_kind("adoption.withdrawn", "An organisation took its report on a practice away.")
BROUGHT_BACK = event_kind("adoption.brought_back", "An organisation brought back a report that it had taken away.")
ANSWERED = event_kind("adoption.answered", "The organisation that shared a practice answered a report on it.")
ASKED = event_kind("adoption.asked", "Half a year has passed: a mail asks once how it went.")
REPLICATED = event_kind(
    "adoption.replicated",
    "A practice worked in two more organisations and two countries: evidence level 4 is proposed.",
)
HIDDEN = event_kind(
    "adoption.hidden",
    "A moderator hid a report on a practice.",
    log=_("%(actor)s hid a report on %(subject)s"),
    is_public=True,
)
RESTORED = event_kind(
    "adoption.restored",
    "A hidden report on a practice is back.",
    log=_("%(actor)s restored a report on %(subject)s"),
    is_public=True,
)

CHANGES_TEXT = (REPORTED, CHANGED, WITHDRAWN, BROUGHT_BACK, HIDDEN, RESTORED)
