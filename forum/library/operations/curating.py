"""What moderators, and owners of a post, do with its status and marks. Each leaves an event in the log."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid
from forum.core.events import EventKind, record
from forum.core.text import message as _
from forum.library import events
from forum.library.content import MOST_THEMES, content_of, write_content
from forum.library.fields import Refused, clean_text
from forum.library.kinds import KINDS
from forum.library.models import REASON_LENGTH, SHOWN_STATUSES, Post
from forum.library.operations.versions import keep_version
from forum.library.operations.writing import find_post, require_own_organisation
from forum.library.policy import (
    can_edit,
    can_moderate,
    can_review,
    require_edit,
    require_moderate,
    require_read,
    require_restore,
)
from forum.organisations.models import Organisation
from forum.vocabulary.models import Concept

REVIEW_MARKS = ("new", "reviewed", "needs_recheck")


@operation
def hide_post(actor: Actor, post_id: int, reason: str) -> Post:
    """Hide a post from everybody but its author and the moderators, with a reason."""
    return _leave(actor, require_moderate(actor, find_post(post_id)), "hidden", reason, events.HIDDEN)


@operation
def decline_post(actor: Actor, post_id: int, reason: str) -> Post:
    """Give a post back to its author with a reason; it can be mended and posted again."""
    return _leave(actor, require_moderate(actor, find_post(post_id)), "declined", reason, events.DECLINED)


@operation
def archive_post(actor: Actor, post_id: int, reason: str) -> Post:
    """Take a post out of the default search; it stays readable and citable."""
    return _leave(actor, _owned_or_moderated(actor, post_id), "archived", reason, events.ARCHIVED)


@operation
def withdraw_post(actor: Actor, post_id: int, reason: str) -> Post:
    """Leave only title and reason of a post for others to see."""
    return _leave(actor, _owned_or_moderated(actor, post_id), "withdrawn", reason, events.WITHDRAWN)


def _owned_or_moderated(actor: Actor, post_id: int) -> Post:
    post = require_read(actor, find_post(post_id))
    if not can_edit(actor, post) and not can_moderate(actor, post):
        raise Denied(_("Only the organisation that posted this, or a moderator, may do this."))
    return post


def clean_reason(reason: str) -> str:
    """The reason for a step, which people will read. Raises `Invalid` for none, and for one that is too long."""
    try:
        cleaned = clean_text(reason, REASON_LENGTH)
    except Refused as refusal:
        raise Invalid({"reason": refusal.sentence}) from None
    if not cleaned:
        raise Invalid({"reason": _("Give a reason: people will read it.")})
    return cleaned


def _leave(actor: Actor, post: Post, status: str, reason: str, kind: EventKind) -> Post:
    """Move a shown post to another status, and remember where it came from."""
    if post.status not in SHOWN_STATUSES or post.status == status:
        raise Conflict(_("The status of this post has changed in the meantime."))
    reason = clean_reason(reason)
    post.status_before, post.status, post.status_reason = post.status, status, reason
    return _touched(actor, post, kind, {"from": post.status_before, "reason": reason})


@operation
def restore_post(actor: Actor, post_id: int) -> Post:
    """Bring a hidden, declined, withdrawn or archived post back to how it was shown before."""
    post = require_restore(actor, find_post(post_id))
    if post.status in ("published", "draft"):
        raise Conflict(_("The status of this post has changed in the meantime."))
    left = post.status
    post.status = post.status_before if left != "archived" and post.status_before in SHOWN_STATUSES else "published"
    post.status_before, post.status_reason = "", ""
    return _touched(actor, post, events.RESTORED, {"from": left})


@operation
def mark_review(actor: Actor, post_id: int, mark: str) -> Post:
    """Mark a post as reviewed, as new, or as in need of a check; never one of the moderator's own organisation."""
    post = require_moderate(actor, find_post(post_id))
    if mark not in REVIEW_MARKS:
        raise Invalid({"mark": _("Choose one of the answers offered.")})
    if not can_review(actor, post):
        raise Denied(_("You cannot review a post of your own organisation. Another moderator will."))
    before, post.review = post.review, mark
    if mark == "reviewed":
        post.reviewed_at, post.reviewed_by_id = now(), actor.person_id
        post.checked_on, post.check_by = now().date(), check_by(post.kind, now())
    return _touched(actor, post, events.REVIEWED, {"from": before, "to": mark})


def check_by(kind: str, moment: datetime) -> date | None:
    """The day by which a record of this kind should be looked at again (policy 6, practice 24, research 36 months)."""
    months = KINDS[kind].fresh_months
    if months is None:
        return None
    years, month = divmod(moment.month - 1 + months, 12)
    return datetime(moment.year + years, month + 1, min(moment.day, 28), tzinfo=UTC).date()


@operation
def move_themes(actor: Actor, post_id: int, theme_ids: Sequence[int]) -> Post:
    """Put a post under other themes (1 to 3); its other concepts stay. The former state is kept as a version."""
    post = require_moderate(actor, find_post(post_id))
    themes = set(db.session.scalars(select(Concept.id).where(Concept.id.in_(theme_ids), Concept.scheme == "theme")))
    if not 1 <= len(themes) <= MOST_THEMES or len(themes) != len(set(theme_ids)):
        raise Invalid({"themes": _("Choose one to three themes.")})
    before = [link.concept_id for link in post.concepts if link.concept.scheme == "theme"]
    others = [link.concept_id for link in post.concepts if link.concept.scheme != "theme"]
    keep_version(actor, post)
    content = content_of(post)
    write_content(post, replace(content, concept_ids=(*theme_ids, *others)))
    post.revision += 1
    return _touched(actor, post, events.THEMES_MOVED, {"from": before, "to": list(theme_ids)})


@operation
def lock_post(actor: Actor, post_id: int, *, locked: bool) -> Post:
    """Close a post for new comments, or open it again."""
    post = require_moderate(actor, find_post(post_id))
    post.locked_at = now() if locked else None
    return _touched(actor, post, events.LOCKED if locked else events.UNLOCKED)


@operation
def feature_post(actor: Actor, post_id: int, *, featured: bool) -> Post:
    """Put a post on the home page, or take it off."""
    post = require_moderate(actor, find_post(post_id))
    post.featured_at = now() if featured else None
    return _touched(actor, post, events.FEATURED if featured else events.UNFEATURED)


@operation
def transfer_post(actor: Actor, post_id: int, organisation_id: int) -> Post:
    """Let a post belong to another organisation: by a moderator, or by somebody who may edit it and belongs to both."""
    require = require_moderate if actor.is_moderator else require_edit
    post = require(actor, find_post(post_id))
    if not actor.is_moderator:
        require_own_organisation(actor, organisation_id)
    elif db.session.get(Organisation, organisation_id) is None:
        raise Invalid({"organisation": _("Choose an organisation from the list.")})
    before, post.organisation_id = post.organisation_id, organisation_id
    return _touched(actor, post, events.MOVED, {"from": before, "to": organisation_id})


def _touched(actor: Actor, post: Post, kind: EventKind, data: dict[str, object] | None = None) -> Post:
    post.version += 1
    record(actor, kind, "post", post.id, data)
    return post
