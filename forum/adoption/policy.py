"""Who may see and do what with a report. The practice's rules come first: who cannot read it knows of no report on it."""

from sqlalchemy import ColumnElement, and_, or_, true

from forum.adoption.models import Adoption
from forum.core.actor import Actor
from forum.core.errors import Denied, Missing
from forum.core.text import Message
from forum.core.text import message as _
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import can_moderate, require_read

MISSING = _("This report does not exist, or you may not read it.")


def counted() -> ColumnElement[bool]:
    """The condition that a report is neither withdrawn nor hidden. Whose permission it has is another matter."""
    return and_(Adoption.withdrawn_at.is_(None), Adoption.hidden_at.is_(None))


def shown(actor: Actor) -> ColumnElement[bool]:
    """The condition that the actor may read a report on a post they may read. Join `Post` and add its visibility.

    Their own stands in lists like any other; what is withdrawn or hidden stands in none.
    """
    return and_(counted(), true() if actor.is_member else Adoption.permission == "public")


def is_shown(actor: Actor, adoption: Adoption) -> bool:
    """The same as `shown`, of one report."""
    there = adoption.withdrawn_at is None and adoption.hidden_at is None
    return there and (actor.is_member or adoption.permission == "public")


def can_read_report(actor: Actor, adoption: Adoption, post: Post) -> bool:
    """Whether an actor who reads the post may read a report: a withdrawn one its organisation, a hidden one the moderators too."""
    if is_shown(actor, adoption) or is_own(actor, adoption):
        return True
    return adoption.hidden_at is not None and adoption.withdrawn_at is None and can_moderate(actor, post)


def is_own(actor: Actor, adoption: Adoption) -> bool:
    """Whether the actor speaks for the organisation that reports."""
    return adoption.organisation_id in actor.organisation_ids or actor.is_system


def reporting_organisations(actor: Actor, post: Post) -> frozenset[int]:
    """The organisations in whose name the actor may report: theirs, but not the one that shared the practice."""
    return actor.organisation_ids - {post.organisation_id or 0}


def refusal(actor: Actor, post: Post) -> Message | None:
    """Why an actor who reads a post may not report on it; None when they may."""
    if post.kind != "practice" or post.status not in SHOWN_STATUSES:
        return _("Only practices that are published can be tried.")
    if not actor:
        return _("Sign in to tell how it went.")
    if not actor.organisation_ids:
        return _("Join your organisation first: then you can report in its name.")
    if not reporting_organisations(actor, post):
        return _("This practice is your own. Other organisations tell how it went.")
    return None


def can_answer(actor: Actor, post: Post) -> bool:
    """Whether the actor answers for the organisation that shared the practice."""
    return post.organisation_id is not None and post.organisation_id in actor.organisation_ids


def may_download(actor: Actor, post: Post) -> bool:
    """Whether the actor may take all reports home in a file: the practice's owners and its moderators."""
    return can_answer(actor, post) or can_moderate(actor, post)


def require_report(actor: Actor, post: Post | None) -> Post:
    """The practice, or `Missing` / `Denied` when the actor may not report on it."""
    found = require_read(actor, post)
    reason = refusal(actor, found)
    if reason:
        raise Denied(reason)
    return found


def require_reading(actor: Actor, adoption: Adoption | None, post: Post | None) -> Adoption:
    """The report, or `Missing` when the actor may not know of it."""
    found = require_read(actor, post, MISSING)
    if adoption is None or not can_read_report(actor, adoption, found):
        raise Missing(MISSING)
    return adoption


def require_own(actor: Actor, adoption: Adoption) -> None:
    """Raise `Denied` unless the actor speaks for the organisation that reports."""
    if not is_own(actor, adoption):
        raise Denied(_("Only the organisation that wrote a report may change it."))


def indexed() -> ColumnElement[bool]:
    """The condition that everybody who may read a post may read a report on it (join `Post`): search may hold its words."""
    return and_(counted(), or_(Adoption.permission == "public", Post.visibility != "public"))
