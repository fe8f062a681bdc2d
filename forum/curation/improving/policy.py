"""Who takes part in the request conversation of a post, on which side."""

from forum.core.actor import Actor
from forum.core.errors import Denied, Missing
from forum.core.text import message as _
from forum.curation.experts.policy import is_asked
from forum.library.life import OWNERS, Who
from forum.library.models import Post
from forum.library.policy import can_edit, can_read
from forum.library.roles import is_own, roles_of

TALKED_ABOUT = ("published", "archived", "hidden", "declined")


def may_take_part(actor: Actor, post: Post) -> bool:
    """Whether an actor reads and writes the conversation: the author's side, moderators in scope, experts asked about the post."""
    if post.status not in TALKED_ABOUT or not can_read(actor, post):
        return False
    return is_owner(actor, post) or Who.MODERATOR in roles_of(actor, post) or is_expert(actor, post)


def is_owner(actor: Actor, post: Post) -> bool:
    """Whether an actor is on the author's side: who wrote the post, and the editors of the organisation that posted it."""
    if not actor:
        return False
    wrote = roles_of(actor, post) & {Who.AUTHOR, Who.COAUTHOR}
    return bool(wrote) or (post.organisation_id in actor.editor_ids and can_read(actor, post))


def is_expert(actor: Actor, post: Post) -> bool:
    """Whether an actor was asked as an expert about a post, and may still answer or has."""
    if not actor or post.review not in ("in_expert_review", "recommended"):
        return False
    return is_asked(post.id, actor.person_id)


def may_suggest(actor: Actor, post: Post) -> bool:
    """Whether an actor may suggest changes: a moderator who did not write the post, and is not of its organisation."""
    return Who.REVIEWER in roles_of(actor, post) and post.status in ("published", "archived")


def may_answer(actor: Actor, post: Post) -> bool:
    """Whether an actor may take suggestions up or decline them: those who may edit the post."""
    return can_edit(actor, post) and bool(OWNERS & roles_of(actor, post)) and may_take_part(actor, post)


def require_part(actor: Actor, post: Post | None) -> Post:
    """The post, or `Missing` when the actor takes no part in its conversation: nobody else learns that there is one."""
    if post is None or not may_take_part(actor, post):
        raise Missing(_("This post does not exist, or you may not read it."))
    return post


def require_suggesting(actor: Actor, post: Post | None) -> Post:
    """The post, or `Missing` / `Denied` when the actor may not suggest changes to it."""
    found = require_part(actor, post)
    if may_suggest(actor, found):
        return found
    if is_own(actor, found):
        raise Denied(_("You cannot review a post of your own organisation. Another moderator will."))
    raise Denied(_("Only a moderator may do this."))


def require_answering(actor: Actor, post: Post | None) -> Post:
    """The post, or `Missing` / `Denied` when the actor may not answer suggestions about it."""
    found = require_part(actor, post)
    if not may_answer(actor, found):
        raise Denied(_("Only the people of the organisation that posted this may do this."))
    return found
