"""Taking a step in the life of a post: the one place where status and review change. `life.STEPS` says what is possible."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.errors import Conflict, Denied, Missing
from forum.core.events import record
from forum.core.text import message as _
from forum.library import events
from forum.library.content import Content
from forum.library.form_texts import form_text
from forum.library.kinds import KINDS
from forum.library.life import CHECKED, STEPS, Standing, Step, refusal
from forum.library.models import REASON_LENGTH, Post, PostVersion
from forum.library.policy import can_read, could_read
from forum.library.roles import roles_of, standing_of
from forum.library.weighty import weighty_fields


def take_step(
    actor: Actor, post: Post | None, name: str, reason: str = "", data: Mapping[str, Any] | None = None
) -> Post:
    """Take a named step of `life.STEPS` with a post, inside an operation; `data` is kept with the event.

    Raises `Missing` for a post the actor may not know of, `Denied` for a step that is not theirs, `Conflict` for one that does
    not lead on from where the post stands, `Invalid` for a reason that is missing or too long.
    """
    if post is None or not (can_read(actor, post) or could_read(actor, post)):
        raise Missing(_("This post does not exist, or you may not read it."))
    step, roles, standing = STEPS[name], roles_of(actor, post), standing_of(post)
    if step.by.isdisjoint(roles):
        raise Denied(refusal(step, roles))
    if not step.starts_at(standing):
        raise Conflict(_("The status of this post has changed in the meantime."))
    reason = clean_reason(reason, needed=step.needs_reason)
    _move(actor, post, step, reason)
    _look(actor, post, step, by=str((data or {}).get("by", "owner")))
    post.version += 1
    told = {
        "step": name,
        "from": standing.data(),
        "to": standing_of(post).data(),
        **({"reason": reason} if reason else {}),
    }
    record(actor, step.event, "post", post.id, {**(data or {}), **told})
    if step.name == "review":
        _make_public_as_agreed(actor, post)
    return post


def clean_reason(reason: str, *, needed: bool = True) -> str:
    """The reason for a step, which people will read. Raises `Invalid` for none that is needed, and for one that is too long."""
    return form_text("reason", reason, REASON_LENGTH, _("Give a reason: people will read it.") if needed else None)


def _move(actor: Actor, post: Post, step: Step, reason: str) -> None:
    """Write the new standing, and remember the former one where a later step may bring it back."""
    former = standing_of(post)
    status, review = step.leads_to(former, post.status_before, post.review_before)
    if status != former.status:
        comes_back = status == "published" or step.name in ("restore", "grant_appeal")
        post.status_before = "" if comes_back else former.status
        post.status_reason = "" if comes_back else reason
    if review != former.review:
        post.review_before = former.review if review == "needs_recheck" else ""
        post.review_since = now()
        if review == "new":
            post.changed_version = post.changed_at = None
    post.status, post.review = Standing(status, review)


def _look(actor: Actor, post: Post, step: Step, by: str) -> None:
    """Keep that somebody looked at the record: when, who, and by when it should be looked at again. A new post is true."""
    if step.looks:
        post.reviewed_at, post.reviewed_by_id = now(), actor.person_id
        post.changed_version = post.changed_at = None
    if step.looks or step.name in ("post", "confirm"):
        post.checked_on, post.check_by = now().date(), check_by(post.kind, now())
        post.checked_by = "moderator" if step.looks else by


def _make_public_as_agreed(actor: Actor, post: Post) -> None:
    """Show a reviewed post to everybody, if its author agreed to that."""
    if post.public_when_reviewed and post.visibility == "members":
        post.visibility = "public"
        record(actor, events.VISIBILITY_CHANGED, "post", post.id, {"from": "members", "to": "public"})


def note_weighty_edit(actor: Actor, post: Post, version: PostVersion, before: Content, after: Content) -> None:
    """Ask for another look when results or method of a checked post changed; the badge stays, and says so."""
    was_checked = post.review in CHECKED or post.review_before in CHECKED
    fields = weighty_fields(before, after) if was_checked and post.changed_version is None else []
    if fields:
        post.changed_version, post.changed_at = version.number, now()
        record(actor, events.CHANGED_AFTER_REVIEW, "post", post.id, {"version": version.number, "fields": fields})


def check_by(kind: str, moment: datetime) -> date | None:
    """The day by which a record of this kind should be looked at again (policy 6, practice 24, research 36 months)."""
    months = KINDS[kind].fresh_months
    if months is None:
        return None
    years, month = divmod(moment.month - 1 + months, 12)
    return datetime(moment.year + years, month + 1, min(moment.day, 28), tzinfo=UTC).date()
