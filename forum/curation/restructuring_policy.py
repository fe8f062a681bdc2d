"""Who may merge, split, convert, move and supersede posts. Whoever may act on two posts may see both."""

from forum.core.actor import Actor
from forum.core.errors import Denied, Invalid, Missing
from forum.core.text import message as _
from forum.discussion.models import Comment
from forum.library.models import SHOWN_STATUSES, VISIBILITIES, Post
from forum.library.policy import can_edit, can_moderate, can_restore, could_read, require_read


def may_act(actor: Actor, post: Post) -> bool:
    """Whether an actor may restructure a post: those who may edit it, and its moderators."""
    return can_edit(actor, post) or can_moderate(actor, post)


def require_act(actor: Actor, post: Post | None) -> Post:
    """The post, shown to readers now, or `Missing` / `Denied` when the actor may not restructure it."""
    found = require_read(actor, post)
    if not may_act(actor, found):
        raise Denied(_("Only the organisation that posted this, or a moderator, may do this."))
    if found.status not in SHOWN_STATUSES:
        raise Denied(_("This cannot be done with the post as it stands."))
    return found


def require_as_wide(post: Post, into: Post) -> None:
    """Raise `Invalid` when the readers of one post could not all read the other: nobody may see more by a merge."""
    is_wider = VISIBILITIES.index(into.visibility) < VISIBILITIES.index(post.visibility)
    is_elsewhere = into.visibility == post.visibility == "organisation" and into.organisation_id != post.organisation_id
    if is_wider or is_elsewhere:
        raise Invalid(
            {"other": _("More people can read that post than this one. First let the same people read both.")}
        )


def may_make_practice(actor: Actor, comment: Comment) -> bool:
    """Whether an actor may turn an answer into a practice: who wrote it, and their colleagues there."""
    if not actor or not actor.is_member or comment.deleted_at or comment.hidden_at:
        return False
    own = comment.organisation_id in actor.organisation_ids
    return own or (comment.author_id == actor.person_id and bool(actor.organisation_ids))


def may_undo(actor: Actor, post: Post | None) -> bool:
    """Whether an actor may take a step back as far as this post goes: also of one that the step withdrew."""
    if post is None:
        return False
    if post.status != "withdrawn":
        return may_act(actor, post)
    own = could_read(actor, post) and bool(actor) and post.organisation_id in actor.organisation_ids
    return own or can_restore(actor, post)


def require_undo(actor: Actor, *posts: Post | None) -> None:
    """Raise `Missing` unless the actor may take a step back on all of these posts."""
    if not all(may_undo(actor, post) for post in posts):
        raise Missing(_("There is nothing here that you can undo."))
