"""The life of a post: which named steps lead from where to where, who may take them, and what each leaves in the log.

Status, visibility and review stay three columns (docs/decisions/0004-life-of-a-post.md); a *standing* is the two that steps
move. Everything here is data and plain functions: nothing reads or writes a database. `docs/curation.md` shows the table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from forum.core.events import EventKind
from forum.core.text import Message
from forum.core.text import message as _
from forum.library import events
from forum.library.models import REVIEWS, SHOWN_STATUSES


class Who(Enum):
    """What somebody is to a post. Nobody is a reviewer of what they wrote or what their own organisation posted."""

    AUTHOR = "author"
    COAUTHOR = "co-author"
    COLLEAGUE = "colleague"
    MODERATOR = "moderator"
    REVIEWER = "reviewer"
    SECOND = "second moderator"
    SYSTEM = "system"


OWNERS = frozenset({Who.AUTHOR, Who.COAUTHOR, Who.COLLEAGUE})
MODERATORS = frozenset({Who.MODERATOR})
REVIEWERS = frozenset({Who.REVIEWER})
BEFORE = "(before)"
ANY_REVIEW = REVIEWS
CHECKED = ("reviewed", "in_expert_review", "recommended")
CHECKLIST = ("title", "purpose", "country", "theme", "links", "privacy", "contact")


class Standing(NamedTuple):
    """Where a post stands: its status and its review mark."""

    status: str
    review: str

    def data(self) -> dict[str, str]:
        """The standing as an event keeps it."""
        return {"status": self.status, "review": self.review}


BEGINNING = Standing("draft", "new")


@dataclass(frozen=True, slots=True)
class Step:
    """A named step. `to_status` and `to_review` are empty where they stay, `BEFORE` where the former one comes back.

    `looks` says that a moderator looked at the whole record: it counts as checked from that day, and what changed since the
    last look is no longer waiting.
    """

    name: str
    statuses: tuple[str, ...]
    by: frozenset[Who]
    event: EventKind
    reviews: tuple[str, ...] = ANY_REVIEW
    to_status: str = ""
    to_review: str = ""
    needs_reason: bool = False
    looks: bool = False

    def starts_at(self, standing: Standing) -> bool:
        """Whether the step leads away from this standing."""
        return standing.status in self.statuses and standing.review in self.reviews

    def leads_to(self, standing: Standing, status_before: str = "", review_before: str = "") -> Standing:
        """Where the step leads from a standing; what was before matters only to steps that bring it back."""
        status, review = self.to_status or standing.status, self.to_review or standing.review
        if status == BEFORE:
            status = status_before if status_before in SHOWN_STATUSES else "published"
        if review == BEFORE and standing.review != "needs_recheck":
            review = standing.review
        elif review == BEFORE:
            review = review_before if review_before in CHECKED else "new"
        return Standing(status, review)


def _told(*steps: Step) -> dict[str, Step]:
    return {step.name: step for step in steps}


STEPS: Mapping[str, Step] = _told(
    # Writing and posting: no approval
    Step("post", ("draft", "declined"), frozenset({Who.AUTHOR, Who.COAUTHOR}), events.PUBLISHED,
         to_status="published", to_review="new"),
    # Improving together
    Step("suggest_changes", SHOWN_STATUSES, REVIEWERS, events.CHANGES_SUGGESTED,
         reviews=("new", "needs_recheck"), to_review="changes_suggested"),
    Step("resubmit", SHOWN_STATUSES, OWNERS, events.RESUBMITTED, reviews=("changes_suggested",), to_review="new"),
    Step("return_to_new", SHOWN_STATUSES, frozenset({Who.SYSTEM}), events.RETURNED,
         reviews=("changes_suggested",), to_review="new"),
    # Certifying
    Step("review", SHOWN_STATUSES, REVIEWERS, events.REVIEWED,
         reviews=("new", "changes_suggested", "needs_recheck"), to_review="reviewed", looks=True),
    Step("look_again", SHOWN_STATUSES, REVIEWERS, events.LOOKED_AGAIN, reviews=CHECKED, looks=True),
    Step("take_back", SHOWN_STATUSES, REVIEWERS, events.MARK_TAKEN_BACK,
         reviews=tuple(mark for mark in REVIEWS if mark != "new"), to_review="new"),
    Step("start_expert_review", SHOWN_STATUSES, REVIEWERS, events.EXPERT_REVIEW_STARTED,
         reviews=("reviewed",), to_review="in_expert_review"),
    Step("end_expert_review", SHOWN_STATUSES, REVIEWERS | {Who.SYSTEM}, events.EXPERT_REVIEW_ENDED,
         reviews=("in_expert_review",), to_review="reviewed"),
    Step("recommend", SHOWN_STATUSES, REVIEWERS, events.RECOMMENDED,
         reviews=("reviewed", "in_expert_review"), to_review="recommended", looks=True),
    Step("stop_recommending", SHOWN_STATUSES, REVIEWERS, events.NOT_RECOMMENDED,
         reviews=("recommended",), to_review="reviewed", needs_reason=True),
    # Keeping it true
    Step("ask_recheck", SHOWN_STATUSES, REVIEWERS | {Who.SYSTEM}, events.RECHECK_ASKED,
         reviews=("new", *CHECKED), to_review="needs_recheck"),
    Step("confirm", SHOWN_STATUSES, OWNERS | REVIEWERS | {Who.SYSTEM}, events.CONFIRMED,
         reviews=("new", *CHECKED, "needs_recheck"), to_review=BEFORE),
    # Retiring
    Step("archive", ("published",), OWNERS | MODERATORS, events.ARCHIVED, to_status="archived", needs_reason=True),
    Step("bring_back", ("archived",), OWNERS | MODERATORS, events.RESTORED, to_status="published"),
    Step("withdraw", SHOWN_STATUSES, OWNERS | MODERATORS, events.WITHDRAWN, to_status="withdrawn", needs_reason=True),
    # What moderators decide, and how it is undone
    Step("hide", SHOWN_STATUSES, REVIEWERS, events.HIDDEN, to_status="hidden", needs_reason=True),
    Step("decline", SHOWN_STATUSES, REVIEWERS, events.DECLINED, to_status="declined", needs_reason=True),
    Step("restore", ("hidden", "declined", "withdrawn"), MODERATORS, events.RESTORED, to_status=BEFORE),
    Step("grant_appeal", ("hidden", "declined", "withdrawn"), frozenset({Who.SECOND}), events.APPEAL_GRANTED,
         to_status=BEFORE, needs_reason=True),
)  # fmt: skip

DECISIONS = (events.HIDDEN.name, events.DECLINED.name, events.WITHDRAWN.name)


def steps_open_to(roles: frozenset[Who], standing: Standing) -> list[Step]:
    """The steps that somebody may take from here, in the order of the table."""
    return [step for step in STEPS.values() if step.starts_at(standing) and not step.by.isdisjoint(roles)]


def is_open(name: str, roles: frozenset[Who], standing: Standing) -> bool:
    """Whether somebody may take this step from here."""
    step = STEPS[name]
    return step.starts_at(standing) and not step.by.isdisjoint(roles)


def refusal(step: Step, roles: frozenset[Who]) -> Message:
    """Why somebody may not take a step, in a sentence to them."""
    if Who.SECOND in step.by and Who.MODERATOR in roles:
        return _("Another moderator decides: it was you who took this step, or the post is of your own organisation.")
    if Who.REVIEWER in step.by and Who.MODERATOR in roles:
        return _("You cannot review a post of your own organisation. Another moderator will.")
    if step.by <= OWNERS:
        return _("Only the people of the organisation that posted this may do this.")
    if step.by & OWNERS:
        return _("Only the organisation that posted this, or a moderator, may do this.")
    return _("Only a moderator may do this.")


def replayed(logged: Iterable[Mapping[str, Any]], standing: Standing = BEGINNING) -> Standing:
    """Where a post stands after the steps in its log (the `data` of its events, in their order). Raises `ValueError` for a gap."""
    for data in logged:
        came_to = data.get("to")
        if not isinstance(came_to, Mapping):
            continue
        if data["from"] != standing.data():
            raise ValueError(f"the log goes on from {data['from']}, but it had led to {standing}")
        standing = Standing(**came_to)
    return standing
