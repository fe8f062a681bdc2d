"""What a report by a reader is about: a post, one of its comments, or what an organisation that tried it tells."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_

from forum.adoption.models import Adoption
from forum.adoption.policy import is_shown
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import message as _
from forum.curation.models import Flag
from forum.discussion.models import Comment

NO_ADOPTION = _("This report does not exist, or you may not read it.")


@dataclass(frozen=True, slots=True)
class Subject:
    """A post, and perhaps one of its comments or one of the reports on trying it."""

    post_id: int
    comment_id: int | None = None
    adoption_id: int | None = None

    def flagged(self) -> ColumnElement[bool]:
        """The condition that a `Flag` is about exactly this."""
        parts = {Flag.post_id: self.post_id, Flag.comment_id: self.comment_id, Flag.adoption_id: self.adoption_id}
        return and_(*(column == value for column, value in parts.items()))

    def require_there(self, actor: Actor) -> None:
        """Raise `Missing` unless readers of the post, the actor among them, see this."""
        if self.comment_id is not None:
            comment = db.session.get(Comment, self.comment_id)
            if comment is None or comment.post_id != self.post_id or comment.deleted_at or comment.hidden_at:
                raise Missing(_("This comment does not exist, or no longer does."))
        if self.adoption_id is not None:
            adoption = db.session.get(Adoption, self.adoption_id)
            if adoption is None or adoption.post_id != self.post_id or not is_shown(actor, adoption):
                raise Missing(NO_ADOPTION)


def subject_of(flag: Flag) -> Subject:
    """What a report by a reader is about."""
    return Subject(flag.post_id, flag.comment_id, flag.adoption_id)
