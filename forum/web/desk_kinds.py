"""What waits on the moderators' desk: each source with its words, its template and what can be done to it; the words of actions.

A new source is one entry of KINDS (CONTRIBUTING, "a source of the desk").
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from forum.curation import sources
from forum.curation.entries import Source
from forum.curation.experts.waiting import EXPERTS
from forum.curation.operations import desk
from forum.curation.operations.deeds import Action
from forum.search import candidates


@dataclass(frozen=True, slots=True)
class DeskKind:
    """One kind of thing on the desk. `label` names one of them, `plural` many.

    `actions` stand on each row, `more` only in the list above; all kinds share SHARED_ACTIONS.
    """

    source: Source
    label: Any
    plural: Any
    template: str = "curation/desk/_post.html"
    actions: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()

    def can(self, action: Action) -> bool:
        """Whether an action is offered for things of this kind."""
        return action in (*self.actions, *self.more, *SHARED_ACTIONS)


@dataclass(frozen=True, slots=True)
class ActionWords:
    """How an action is offered, and how it is told once done."""

    offer: Any
    told: Any


SHARED_ACTIONS = (desk.TAKE, desk.RELEASE)
KINDS = (
    DeskKind(
        sources.NEW_POSTS,
        _("New post"),
        _("New posts"),
        actions=(desk.REVIEWED,),
        more=(desk.RECHECK, desk.HIDE),
    ),
    DeskKind(
        sources.CHANGED_POSTS,
        _("Changed since the review"),
        _("Posts changed since the review"),
        actions=(desk.REVIEWED,),
        more=(desk.RECHECK, desk.HIDE),
    ),
    DeskKind(
        sources.STALE_POSTS,
        _("Needs a new check"),
        _("Posts that need a new check"),
        actions=(desk.REVIEWED,),
        more=(desk.HIDE,),
    ),
    DeskKind(
        sources.FLAGS,
        _("Report by a reader"),
        _("Reports by readers"),
        "curation/desk/_flag.html",
        (desk.ACTED, desk.DISMISSED),
    ),
    DeskKind(EXPERTS, _("Experts answered"), _("Posts that experts answered about"), "curation/desk/_experts.html"),
    DeskKind(
        sources.REPEATED, _("Repeated elsewhere"), _("Practices that worked elsewhere"), "curation/desk/_evidence.html"
    ),
    DeskKind(
        sources.OLD_LEVELS,
        _("Old evidence"),
        _("Levels of evidence older than five years"),
        "curation/desk/_evidence.html",
    ),
    DeskKind(sources.APPEALS, _("Wish for a second look"), _("Wishes for a second look"), "curation/desk/_appeal.html"),
    DeskKind(sources.REQUESTS, _("Asks to join"), _("Requests to join"), "curation/desk/_request.html"),
    DeskKind(
        sources.STALE_PAGES, _("Page to confirm"), _("Pages of organisations to confirm"), "curation/desk/_page.html"
    ),
    DeskKind(
        candidates.WORDS,
        _("Word that finds nothing"),
        _("Words that find nothing"),
        "curation/desk/_word.html",
        (candidates.LEAVE_ASIDE,),
    ),
)
SOURCES = tuple(kind.source for kind in KINDS)
BY_NAME = {kind.source.kind: kind for kind in KINDS}
ACTIONS = {action.name: action for kind in KINDS for action in (*kind.actions, *kind.more, *SHARED_ACTIONS)}

ACTION_WORDS = {
    "take": ActionWords(_("Take"), _("Taken")),
    "release": ActionWords(_("Release"), _("Released")),
    "reviewed": ActionWords(_("Mark as reviewed"), _("Marked as reviewed")),
    "recheck": ActionWords(_("Ask for a new check"), _("A new check is asked for")),
    "hide": ActionWords(_("Hide …"), _("Hidden")),
    "acted": ActionWords(_("I acted on it"), _("Report closed: a moderator acted")),
    "dismissed": ActionWords(_("Nothing to do"), _("Report closed: nothing to do")),
    "aside": ActionWords(_("Leave aside"), _("Left aside")),
}
