"""Undoing a merge, a split and the other steps: everything as it was, or nothing and a sentence that says what changed."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update

from forum.adoption.carrying import Carried, carry_back
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Missing
from forum.core.events import record
from forum.core.text import Message
from forum.core.text import message as _
from forum.curation import events
from forum.curation.collections_models import CollectionEntry
from forum.curation.operations.decisions import take_back_decisions
from forum.curation.operations.restructuring_record import move_flags, move_with_reports
from forum.curation.restructuring_models import Restructuring
from forum.curation.restructuring_policy import require_undo
from forum.discussion.operations.moving import Place, places_on
from forum.library.models import Post
from forum.library.operations import restructuring as posts
from forum.library.operations.writing import find_post

KEPT_FOR = timedelta(days=30)
MAKES_A_POST = ("split", "practice")
GIVES_REASONS = ("merge", "supersede")


@operation
def undo_restructuring(actor: Actor, restructuring_id: int) -> Restructuring:
    """Take a step back. Raises `Conflict`, and undoes nothing, when source or target are no longer as it left them."""
    done = db.session.get(Restructuring, restructuring_id, with_for_update=True)
    if done is None:
        raise Missing(_("There is nothing here that you can undo."))
    source = find_post(done.source_id) if done.source_id else None
    target = find_post(done.target_id) if done.target_id else None
    require_undo(actor, *(post for name, post in (("source", source), ("target", target)) if name in changed_by(done)))
    if source is None:
        raise Missing(_("There is nothing here that you can undo."))
    _require_recent(done)
    _require_as_left(done, source, target)
    _take_back(actor, done, source, target)
    if done.step in GIVES_REASONS:
        take_back_decisions(source.id)
    done.undone_at, done.undone_by_id = now(), actor.person_id
    for post in (source, target):
        if post is not None:
            record(actor, events.RESTRUCTURING_UNDONE, "post", post.id, {"restructuring": done.id, "step": done.step})
    if target is not None and done.step in MAKES_A_POST:
        done.target_id = None
        db.session.flush()
        posts.remove_post(target)
    return done


def changed_by(done: Restructuring) -> tuple[str, ...]:
    """Which of the two posts a step changed: who undoes it must be able to act on these."""
    if done.step == "practice":
        return ("target",)
    return ("source", "target") if done.target_id else ("source",)


def _require_recent(done: Restructuring) -> None:
    if done.undone_at is not None:
        raise Conflict(_("This was undone already."))
    if done.at < now() - KEPT_FOR or not done.is_kept:
        raise Conflict(_("This was done more than 30 days ago. It can no longer be undone."))


def _require_as_left(done: Restructuring, source: Post, target: Post | None) -> None:
    for name, post in (("source", source), ("target", target)):
        if post is not None and name in changed_by(done) and (changed := _change(done.after[name], post)):
            raise Conflict(changed)
    left = {tuple(place) for place in done.after["comments"]}
    if not left <= {tuple(place) for post in (source, target) if post for place in places_on(post.id)}:
        raise Conflict(_("Comments were moved since, so this cannot be undone."))
    if target is not None and done.step in MAKES_A_POST and target.version != done.after["page"]:
        raise Conflict(_("Somebody has worked on “%(title)s” since, so this cannot be undone.", title=target.title))


def _change(left: dict[str, Any], post: Post) -> Message | None:
    """What somebody changed of a post since a step left it so; None when nothing."""
    found = posts.frame_of(post)
    different = {name for name in posts.FRAME if found[name] != left[name]}
    if different & set(posts.TALK):
        return _("Somebody has commented on “%(title)s” since, so this cannot be undone.", title=post.title)
    if different & set(posts.WORDS):
        return _("Somebody has changed the text of “%(title)s” since, so this cannot be undone.", title=post.title)
    if different & set(posts.PLACE):
        return _("“%(title)s” belongs to another organisation now, so this cannot be undone.", title=post.title)
    if different:
        return _("The status of “%(title)s” has changed since, so this cannot be undone.", title=post.title)
    return None


def _take_back(actor: Actor, done: Restructuring, source: Post, target: Post | None) -> None:
    move_with_reports([Place(*place) for place in done.before["comments"]])
    for link in done.after.get("links", []):
        posts.unlink_posts(*link)
    if done.after.get("version"):
        posts.drop_version(done.after["version"])
    if target is not None and done.after.get("adoptions"):
        carried = Carried(*done.after["adoptions"])
        carry_back(carried, source, target)
        move_flags(carried.reports, source.id)
    for collection_id in done.after.get("entries", []):
        here = (CollectionEntry.collection_id == collection_id, CollectionEntry.post_id == done.target_id)
        db.session.execute(delete(CollectionEntry).where(*here))
    if "source" in changed_by(done):
        posts.put_frame(actor, source, done.before["source"])
    if target is not None and "target" in done.before:
        posts.put_frame(actor, target, done.before["target"])


@operation
def forget_restructurings() -> None:
    """Let go of what undoing would need, 30 days after; that a post was merged, and into which, stays."""
    old = (Restructuring.at < now() - KEPT_FOR, Restructuring.is_kept)
    db.session.execute(update(Restructuring).where(*old).values(before={}, after={}, is_kept=False))
