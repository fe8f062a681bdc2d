"""Judging the evidence of a practice. From level 4 on it must have worked elsewhere; from 3 on a source is needed."""

from forum.adoption.queries import is_repeated
from forum.core.actor import Actor
from forum.core.db import operation
from forum.core.errors import Invalid
from forum.core.text import message as _
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
    if not is_repeated(post_id):
        raise Invalid(
            {"level": _("Levels 4 and 5 need reports that it worked: from two other organisations, in two countries.")}
        )
    if not confirmed:
        raise Invalid({"confirmed": _("Confirm that you read the reports of others.")})
