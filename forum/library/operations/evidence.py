"""Setting the level of evidence of a post. Whether a practice was repeated elsewhere is asked in `curation`."""

from dataclasses import dataclass
from datetime import date

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Denied, Invalid
from forum.core.events import record
from forum.core.text import message as _
from forum.library import events
from forum.library.evidence import LEVELS, SOURCED_FROM, has_evidence
from forum.library.fields import Field, Refused, Type, clean_value
from forum.library.models import Post
from forum.library.policy import can_read, can_review, require_moderate

SOURCE = Field("source", Type.URL)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A level that moderators set, with where that can be read: an address, or a post of the library."""

    level: int | None
    source_url: str = ""
    source_id: int | None = None
    set_on: date | None = None
    set_by_id: int | None = None


@operation
def set_evidence(actor: Actor, post_id: int, judgement: Judgement) -> Post:
    """Set the level of evidence; without a level, what the author claims counts again. Never for one's own organisation.

    Raises `Missing`, `Denied`, and `Invalid` for a level that needs a source and has none.
    """
    post = require_moderate(actor, db.session.get(Post, post_id))
    if not can_review(actor, post):
        raise Denied(_("You cannot judge a post of your own organisation. Another moderator will."))
    if not has_evidence(post.kind):
        raise Invalid({"level": _("Only good practices have a level of evidence.")})
    if judgement.level is not None and judgement.level not in LEVELS:
        raise Invalid({"level": _("Choose a level from the list.")})
    before = post.evidence_level
    url, source_id = _source(actor, post, judgement)
    if judgement.level is not None and judgement.level >= SOURCED_FROM and not (url or source_id):
        raise Invalid({"source": _("From level 3, name a source that others can read.")})
    settled = Judgement(judgement.level, url, source_id, now().date(), actor.person_id)
    write_judgement(post, settled if judgement.level is not None else None)
    post.version += 1
    record(actor, events.EVIDENCE_SET, "post", post.id, {"from": before, "to": judgement.level})
    return post


def write_judgement(post: Post, judgement: Judgement | None) -> None:
    """Write down what moderators judged, here or where a post comes from; None takes it away."""
    found = judgement or Judgement(None)
    post.evidence_level, post.evidence_url, post.evidence_post_id = found.level, found.source_url, found.source_id
    post.evidence_set_on, post.evidence_set_by_id = found.set_on, found.set_by_id


def judgement_of(post: Post) -> Judgement | None:
    """What moderators judged of a post; None for nothing."""
    if post.evidence_level is None:
        return None
    return Judgement(
        post.evidence_level, post.evidence_url, post.evidence_post_id, post.evidence_set_on, post.evidence_set_by_id
    )


def _source(actor: Actor, post: Post, judgement: Judgement) -> tuple[str, int | None]:
    """The source, checked: an address, and another post that the moderator can read."""
    try:
        url = clean_value(SOURCE, judgement.source_url) or ""
    except Refused as refusal:
        raise Invalid({"source": refusal.sentence}) from None
    if judgement.source_id is None:
        return url, None
    source = db.session.get(Post, judgement.source_id)
    if source is None or source.id == post.id or not can_read(actor, source):
        raise Invalid({"source": _("There is no other post with this number that you can read.")})
    return url, source.id
