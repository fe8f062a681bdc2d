"""What waits for moderators from this floor and those below: posts, reports by readers, requests to join."""

from typing import Any

from sqlalchemy import Select, func, select

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.curation.entries import Source, about_post, entry, may_act_on
from forum.curation.models import Flag
from forum.library.models import Post
from forum.library.policy import listed, readable
from forum.organisations.models import Membership, Organisation
from forum.organisations.policy import managed_by


def _new_posts(actor: Actor) -> Select[Any]:
    rows = about_post(Post.id, func.coalesce(Post.review_since, Post.published_at))
    return rows.where(listed(actor), Post.review == "new", Post.published_at.is_not(None), *may_act_on(actor))


def _changed_posts(actor: Actor) -> Select[Any]:
    return about_post(Post.id, Post.changed_at).where(listed(actor), Post.changed_at.is_not(None), *may_act_on(actor))


def _stale_posts(actor: Actor) -> Select[Any]:
    rows = about_post(Post.id, func.coalesce(Post.review_since, Post.updated_at))
    return rows.where(listed(actor), Post.review == "needs_recheck", Post.changed_at.is_(None), *may_act_on(actor))


def _open_flags(actor: Actor) -> Select[Any]:
    rows = about_post(
        Flag.id, Flag.created_at, person_id=Flag.reporter_id, text=Flag.note, code=Flag.reason, number=Flag.comment_id
    )
    return rows.join_from(Flag, Post, Post.id == Flag.post_id).where(Flag.resolved_at.is_(None), readable(actor))


def _open_requests(actor: Actor) -> Select[Any]:
    rows = entry(
        Membership.id,
        Membership.created_at,
        organisation_id=Membership.organisation_id,
        person_id=Membership.person_id,
        language=Organisation.language,
        country=Organisation.country,
        title=Organisation.name,
        text=Membership.note,
        code=Organisation.slug,
    )
    rows = rows.join_from(Membership, Organisation, Organisation.id == Membership.organisation_id)
    asking = select(Person.id).where(Person.erased_at.is_(None))
    return rows.where(
        Membership.state == "requested",
        Organisation.closed_at.is_(None),
        Membership.person_id.in_(asking),
        managed_by(actor),
    )


NEW_POSTS = Source("new", _new_posts)
CHANGED_POSTS = Source("changed", _changed_posts)
STALE_POSTS = Source("stale", _stale_posts)
FLAGS = Source("flag", _open_flags)
REQUESTS = Source("request", _open_requests)
