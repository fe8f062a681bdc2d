"""A post becomes one of another kind, or belongs to another organisation. Each step can be undone: `restructuring_undo`."""

from forum.core.actor import Actor
from forum.core.db import operation
from forum.core.errors import Denied, Invalid, Missing
from forum.core.text import message as _
from forum.curation import events
from forum.curation.offers.policy import moves_directly
from forum.curation.operations.restructuring_record import Record, tell
from forum.curation.restructuring_models import Restructuring
from forum.curation.restructuring_policy import require_act
from forum.library.models import Post
from forum.library.operations import restructuring as posts
from forum.library.operations.curating import transfer_post
from forum.library.operations.steps import clean_reason
from forum.library.operations.writing import find_post


@operation
def convert_post(actor: Actor, post_id: int, reason: str) -> Restructuring:
    """Make a question news, or news a question."""
    post = require_act(actor, find_post(post_id))
    kept = Record(actor, "convert", clean_reason(reason), post)
    kept.added["version"] = posts.convert_kind(actor, post).id
    done = kept.keep()
    tell(actor, events.CONVERTED, post, done, {"to": post.kind})
    return done


@operation
def move_post(actor: Actor, post_id: int, organisation_id: int, reason: str) -> Restructuring:
    """Let a post belong to another organisation at once: by a moderator, or by somebody who edits both. Others offer it."""
    post = require_act(actor, find_post(post_id))
    reason = clean_reason(reason)
    if organisation_id == post.organisation_id:
        raise Invalid({"organisation": _("The post belongs to this organisation already.")})
    if not moves_directly(actor, post, organisation_id):
        raise Denied(_("The other organisation is asked first."))
    return take_post(actor, post, organisation_id, reason)


def take_post(actor: Actor, post: Post | None, organisation_id: int, reason: str) -> Restructuring:
    """Let a post belong to an organisation that agrees; called inside an operation that made sure of that."""
    if post is None:
        raise Missing(_("This post does not exist, or you may not read it."))
    kept = Record(actor, "transfer", reason, post)
    transfer_post(actor, post.id, organisation_id, reason)
    return kept.keep()
