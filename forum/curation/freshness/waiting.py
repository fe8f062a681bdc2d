"""Whose turn it is with a post that is out of date: its people's first, then the moderators'."""

from sqlalchemy import ColumnElement, and_, exists

from forum.core.clock import now
from forum.curation.freshness.models import Ask
from forum.library.models import Post


def waits_for_its_people() -> ColumnElement[bool]:
    """A condition on `Post`: its day is past, and those who answer for it have not been asked in vain yet."""
    handed_over = exists().where(
        Ask.subject_type == "post", Ask.subject_id == Post.id, Ask.check_by == Post.check_by, Ask.step == "desk"
    )
    return and_(Post.check_by.is_not(None), Post.check_by < now().date(), ~handed_over)
