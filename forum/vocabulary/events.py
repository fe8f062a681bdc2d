"""What can happen to a concept of the thesaurus."""

from forum.core.events import event_kind
from forum.core.text import message as _

ADDED = event_kind(
    "concept.added", "A concept was added.", log=_("%(actor)s added the concept %(subject)s"), is_public=True
)
CHANGED = event_kind(
    "concept.changed",
    "A concept's labels or place changed.",
    log=_("%(actor)s changed the concept %(subject)s"),
    is_public=True,
)
MERGED = event_kind(
    "concept.merged",
    "A concept was merged into another.",
    log=_("%(actor)s merged a concept into %(subject)s"),
    is_public=True,
)
SHIPPED = event_kind("vocabulary.updated", "A new version of Passerelle brought concepts, or words for some.")
