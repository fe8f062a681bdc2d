"""A post becomes one of another kind, or belongs to another organisation. Each step can be undone: `restructuring_undo`."""

from forum.core.actor import Actor
from forum.core.db import operation
from forum.core.errors import Invalid
from forum.core.text import message as _
from forum.curation import events
from forum.curation.operations.restructuring_record import Record, tell
from forum.curation.restructuring_models import Restructuring
from forum.curation.restructuring_policy import require_act
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
    """Let a post belong to another organisation: by a moderator, or by somebody who belongs to both."""
    post = require_act(actor, find_post(post_id))
    kept = Record(actor, "transfer", clean_reason(reason), post)
    if organisation_id == post.organisation_id:
        raise Invalid({"organisation": _("The post belongs to this organisation already.")})
    transfer_post(actor, post_id, organisation_id, kept.reason)
    return kept.keep()
