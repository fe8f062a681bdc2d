"""Who may report content, and who looks after reports and messages."""

from sqlalchemy import ColumnElement, and_, or_

from forum.core.actor import Actor
from forum.core.errors import Denied
from forum.core.text import message as _
from forum.library.models import Post
from forum.library.policy import MODERATORS_SEE, readable


def require_reporter(actor: Actor) -> None:
    """Raise `Denied` unless somebody is signed in: a report has a sender."""
    if not actor:
        raise Denied(_("Sign in to report something."))


def require_moderator(actor: Actor) -> None:
    """Raise `Denied` unless the actor moderates something."""
    if not actor.is_moderator:
        raise Denied(_("This is for moderators."))


def require_message_reader(actor: Actor) -> None:
    """Raise `Denied` unless the actor may read what people write to those who look after the site."""
    if not actor.is_admin:
        raise Denied(_("Only administrators read these messages."))


def loggable(actor: Actor) -> ColumnElement[bool]:
    """The posts whose curation an actor may read of: readable ones, and those that would be if they were shown."""
    would_be = Post.visibility == "public"
    if actor.is_member:
        would_be = Post.visibility.in_(("public", "members"))
    return or_(readable(actor), and_(Post.status.in_((*MODERATORS_SEE, "withdrawn")), would_be))
