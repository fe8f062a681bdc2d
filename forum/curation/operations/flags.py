"""Reports by readers, and what becomes of them. What moderators do to posts is in `library.operations.curating`."""

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.events import record
from forum.core.text import message as _
from forum.curation import events
from forum.curation.models import FLAG_REASONS, NOTE_LENGTH, Flag
from forum.curation.policy import require_moderator, require_reporter
from forum.discussion.models import Comment
from forum.library.fields import Refused, clean_text
from forum.library.models import Post
from forum.library.policy import can_read, require_read

OUTCOMES = ("acted", "dismissed")


@operation
def raise_flag(actor: Actor, post_id: int, comment_id: int | None, reason: str, note: str = "") -> Flag:
    """Report a post, or one of its comments. A second report by the same person on the same thing gives the first."""
    require_reporter(actor)
    post = require_read(actor, db.session.get(Post, post_id))
    _require_comment(post, comment_id)
    note = _clean_note(note)
    if reason not in FLAG_REASONS:
        raise Invalid({"reason": _("Choose what is wrong.")})
    existing = _open_flag(actor, post_id, comment_id)
    if existing:
        return existing
    flag = Flag(
        post_id=post_id, comment_id=comment_id, reporter_id=actor.person_id, reason=reason, note=note, created_at=now()
    )
    db.session.add(flag)
    db.session.flush()
    record(actor, events.FLAGGED, "post", post_id, {"flag": flag.id, "comment": comment_id})
    return flag


def _clean_note(raw: str) -> str:
    try:
        return clean_text(raw, NOTE_LENGTH)
    except Refused as refusal:
        raise Invalid({"note": refusal.sentence}) from None


def _require_comment(post: Post, comment_id: int | None) -> None:
    if comment_id is None:
        return
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.post_id != post.id or comment.deleted_at or comment.hidden_at:
        raise Missing(_("This comment does not exist, or no longer does."))


def _open_flag(actor: Actor, post_id: int, comment_id: int | None) -> Flag | None:
    same = Flag.comment_id.is_(None) if comment_id is None else Flag.comment_id == comment_id
    query = select(Flag).where(Flag.reporter_id == actor.person_id, Flag.post_id == post_id, same)
    return db.session.scalar(query.where(Flag.resolved_at.is_(None)))


@operation
def resolve_flag(actor: Actor, flag_id: int, outcome: str) -> Flag:
    """Close a report: something was done about it, or nothing needed to be. Never by the person it is about."""
    require_moderator(actor)
    flag = db.session.get(Flag, flag_id)
    post = db.session.get(Post, flag.post_id) if flag else None
    if flag is None or post is None or not can_read(actor, post):
        raise Missing(_("There is no such report."))
    if flag.resolved_at:
        raise Conflict(_("Another moderator has dealt with this report already."))
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": _("Choose one of the answers offered.")})
    flag.resolved_at, flag.resolved_by_id, flag.outcome = now(), actor.person_id, outcome
    record(actor, events.FLAG_RESOLVED, "post", flag.post_id, {"flag": flag.id, "outcome": outcome})
    return flag
