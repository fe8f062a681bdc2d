"""What somebody is to a post, as the table of its life asks (`life.Who`)."""

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.db import db
from forum.core.events import Event
from forum.library.life import DECISIONS, Standing, Who
from forum.library.models import Post
from forum.library.policy import can_edit, can_moderate, could_moderate

EVERYTHING = frozenset(Who)


def standing_of(post: Post) -> Standing:
    """Where a post stands."""
    return Standing(post.status, post.review)


def roles_of(actor: Actor, post: Post) -> frozenset[Who]:
    """What an actor is to a post; nothing to one they may not see. The system acts for those who run the site: it is all of it."""
    if actor.is_system:
        return EVERYTHING
    return _ownership(actor, post) | _moderation(actor, post)


def _ownership(actor: Actor, post: Post) -> frozenset[Who]:
    if not can_edit(actor, post):
        return frozenset()
    if post.author_id == actor.person_id:
        return frozenset({Who.AUTHOR})
    is_coauthor = any(one.person_id == actor.person_id for one in post.coauthors)
    return frozenset({Who.COAUTHOR if is_coauthor else Who.COLLEAGUE})


def _moderation(actor: Actor, post: Post) -> frozenset[Who]:
    if not can_moderate(actor, post) and not could_moderate(actor, post):
        return frozenset()
    if is_own(actor, post):
        return frozenset({Who.MODERATOR})
    if post.status in ("hidden", "declined", "withdrawn") and decided_by(post) != actor.person_id:
        return frozenset({Who.MODERATOR, Who.REVIEWER, Who.SECOND})
    return frozenset({Who.MODERATOR, Who.REVIEWER})


def is_own(actor: Actor, post: Post) -> bool:
    """Whether the actor wrote a post, or belongs to the organisation that posted it: others judge it then."""
    wrote = {post.author_id, *(one.person_id for one in post.coauthors)}
    return actor.person_id in wrote or post.organisation_id in actor.organisation_ids


def decided_by(post: Post) -> int | None:
    """Who hid, declined or withdrew a post last."""
    about = select(Event.actor_id).where(
        Event.subject_type == "post", Event.subject_id == post.id, Event.name.in_(DECISIONS)
    )
    return db.session.scalar(about.order_by(Event.id.desc()).limit(1))
