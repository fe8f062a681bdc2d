"""Judging the evidence of a practice. From level 4 on it must have worked elsewhere; from 3 on a source is needed."""

from forum.core.actor import Actor
from forum.core.db import operation
from forum.core.errors import Invalid
from forum.core.text import message as _
from forum.curation.repetition import repetition_of
from forum.library.evidence import REPEATED_FROM
from forum.library.models import Post
from forum.library.operations.evidence import Judgement, set_evidence


@operation
def judge_evidence(actor: Actor, post_id: int, judgement: Judgement, *, confirmed: bool = False) -> Post:
    """Set the level of evidence of a practice. Levels 4 and 5 need reports from elsewhere, and that the moderator confirms them.

    Raises `Missing`, `Denied` and `Invalid`.
    """
    post = set_evidence(actor, post_id, judgement)
    if judgement.level is not None and judgement.level >= REPEATED_FROM:
        _require_repetition(post_id, confirmed=confirmed)
    return post


def _require_repetition(post_id: int, *, confirmed: bool) -> None:
    found = repetition_of(post_id)
    if found is not None and not found.is_enough:
        raise Invalid(
            {
                "level": _(
                    "Level 4 needs reports that it worked: from two other organisations, in two countries or regions."
                )
            }
        )
    if not confirmed:
        raise Invalid({"confirmed": _("Confirm that it worked in two other organisations, in two places.")})
