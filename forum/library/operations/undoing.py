"""Taking back what was done to the marks of a post: exactly as they were, unless somebody has changed them since."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from forum.core.actor import Actor
from forum.core.db import operation
from forum.core.errors import Conflict, Denied
from forum.core.events import record
from forum.core.text import message as _
from forum.library import events
from forum.library.models import Post
from forum.library.operations.writing import find_post
from forum.library.policy import can_review, require_moderate
from forum.library.roles import standing_of

DAYS, MOMENTS = ("checked_on", "check_by"), ("reviewed_at", "review_since", "changed_at")
STANDING = ("status", "status_before", "status_reason", "review", "review_before", "visibility")
MARKS = (*STANDING, "reviewed_by_id", "changed_version", *DAYS, *MOMENTS)


def marks_of(post: Post) -> dict[str, Any]:
    """The status and the marks of a post, as JSON can hold them."""
    found = {name: getattr(post, name) for name in MARKS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


@operation
def put_back(actor: Actor, post_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> Post:
    """Give a post the marks it had `before`. Raises `Conflict` when it no longer has those it got then (`after`)."""
    post = require_moderate(actor, find_post(post_id))
    if marks_of(post) != dict(after):
        raise Conflict(_("Somebody has changed this since."))
    if post.review != before["review"] and not can_review(actor, post):
        raise Denied(_("You cannot review a post of your own organisation. Another moderator will."))
    former = standing_of(post)
    for name in MARKS:
        setattr(post, name, _value(name, before[name]))
    post.version += 1
    told = {"step": "undo", "from": former.data(), "to": standing_of(post).data()}
    record(actor, events.STEP_UNDONE, "post", post.id, told)
    if before["visibility"] != after["visibility"]:
        seen = {"from": after["visibility"], "to": before["visibility"]}
        record(actor, events.VISIBILITY_CHANGED, "post", post.id, seen)
    return post


def _value(name: str, kept: Any) -> Any:
    if kept is None or name not in (*DAYS, *MOMENTS):
        return kept
    return date.fromisoformat(kept) if name in DAYS else datetime.fromisoformat(kept)
