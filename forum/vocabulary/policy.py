"""Who may change the vocabulary: moderators of the network all of it, those of a theme that theme and what is below."""

from forum.core.actor import Actor
from forum.core.errors import Denied
from forum.core.text import message as _
from forum.vocabulary.tree import Entry, Vocabulary


def can_change(actor: Actor, known: Vocabulary, entry: Entry | None) -> bool:
    """Whether an actor may change a concept and put others below it; None stands for the top of every scheme."""
    above = known.entries([entry.id, *entry.ancestors]) if entry else []
    return actor.moderates_any(frozenset(one.key for one in above))


def require_change(actor: Actor, known: Vocabulary, *entries: Entry | None) -> None:
    """Raise `Denied` unless the actor may change all of these."""
    if not all(can_change(actor, known, entry) for entry in entries):
        raise Denied(_("Only moderators of the network, or of this theme, may change this part of the vocabulary."))


def require_change_all(actor: Actor) -> None:
    """Raise `Denied` unless the actor may change the whole vocabulary."""
    if not actor.moderates_any():
        raise Denied(_("Only moderators of the network may change the whole vocabulary."))
