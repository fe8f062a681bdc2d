"""What merging, splitting, converting and superseding change of posts and their links.

The curation room calls these from inside its own operations, with posts from `find_post`; permissions are its business.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.events import record
from forum.core.markdown import render
from forum.core.text import message as _
from forum.library import events
from forum.library.content import Content, content_of
from forum.library.kinds import KINDS
from forum.library.models import BODY_LENGTH, Post, PostLink, PostVersion
from forum.library.operations.undoing import DAYS, MARKS, MOMENTS
from forum.library.operations.versions import keep_version
from forum.library.operations.writing import fill
from forum.library.roles import standing_of

TALK = ("comment_count", "last_comment_number", "last_activity_at", "accepted_comment_id")
WORDS = ("kind", "title", "body", "details", "revision")
PLACE = ("organisation_id",)
FRAME = (*MARKS, *TALK, *WORDS, *PLACE)
CONVERTIBLE = {"question": "news", "news": "question"}


def frame_of(post: Post) -> dict[str, Any]:
    """Everything of a post that a restructuring may change, as JSON can hold it."""
    found = {name: getattr(post, name) for name in FRAME}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


@operation
def put_frame(actor: Actor, post: Post, frame: Mapping[str, Any]) -> Post:
    """Give a post back what `frame_of` told of it. Only the version of its page goes on counting."""
    former, seen = standing_of(post), post.visibility
    for name in FRAME:
        setattr(post, name, _value(name, frame[name]))
    post.body_html = render(post.body).html
    post.version += 1
    if standing_of(post) != former:
        told = {"step": "undo", "from": former.data(), "to": standing_of(post).data()}
        record(actor, events.STEP_UNDONE, "post", post.id, told)
    if post.visibility != seen:
        record(actor, events.VISIBILITY_CHANGED, "post", post.id, {"from": seen, "to": post.visibility})
    return post


def _value(name: str, kept: Any) -> Any:
    if kept is None or name not in (*DAYS, *MOMENTS, "last_activity_at"):
        return kept
    return date.fromisoformat(kept) if name in DAYS else datetime.fromisoformat(kept)


@operation
def keep_text_of(actor: Actor, post: Post, other: Post) -> PostVersion:
    """Keep what another post says among the former versions of this one."""
    version = keep_version(actor, post)
    version.content = replace(content_of(other), kind=post.kind, details={}).snapshot()
    if other.kind == post.kind:
        version.content = content_of(other).snapshot()
    db.session.flush()
    return version


@operation
def append_text_of(actor: Actor, post: Post, other: Post) -> PostVersion:
    """Add what another post says at the end of this one; what it said before is kept as a version."""
    parts = [part for part in (other.summary, other.body) if part]
    body = "\n\n".join((post.body, f"## {other.title}", *parts))
    if len(body) > BODY_LENGTH:
        raise Invalid({"text": _("Both texts together are too long. Keep the other text as a version instead.")})
    version = keep_version(actor, post)
    post.body, post.body_html = body, render(body).html
    post.updated_at = now()
    post.revision += 1
    db.session.flush()
    return version


@operation
def drop_version(version_id: int) -> None:
    """Take away a version that an undone step had added: the post says again what it holds."""
    db.session.execute(delete(PostVersion).where(PostVersion.id == version_id))


def without_place(post: Post) -> list[str]:
    """The fields that have an answer, and that the kind this post can be made does not have."""
    other = CONVERTIBLE.get(post.kind)
    return sorted(set(post.details) - set(KINDS[other].by_name)) if other else []


@operation
def convert_kind(actor: Actor, post: Post) -> PostVersion:
    """Make a question news, or news a question. Raises `Invalid` when it has answers that the other kind has no place for."""
    other = CONVERTIBLE.get(post.kind)
    if other is None:
        raise Invalid({"kind": _("Only a question can become news, and news a question.")})
    if without_place(post):
        raise Invalid({"kind": _("Some answers have no place there. Empty those fields first, then try again.")})
    version = keep_version(actor, post)
    post.kind, post.accepted_comment_id = other, None
    post.updated_at = now()
    post.revision += 1
    post.version += 1
    db.session.flush()
    return version


@operation
def grow_post(content: Content, author_id: int | None, organisation_id: int | None, moment: datetime) -> Post:
    """A published post that begins with words somebody wrote elsewhere, at this moment."""
    post = Post(
        author_id=author_id,
        organisation_id=organisation_id,
        status="published",
        review="new",
        created_at=moment,
        updated_at=now(),
        published_at=moment,
        last_activity_at=moment,
    )
    fill(post, content)
    db.session.add(post)
    db.session.flush()
    return post


@operation
def remove_post(post: Post) -> None:
    """Take away a post that an undone step had made."""
    db.session.delete(post)
    db.session.flush()


@operation
def link_posts(post_id: int, other_id: int, kind: str) -> bool:
    """Say how a post belongs to another; whether nobody had said so before."""
    known = db.session.get(PostLink, (post_id, other_id, kind))
    if post_id == other_id or known is not None:
        return False
    db.session.add(PostLink(post_id=post_id, other_id=other_id, kind=kind))
    db.session.flush()
    return True


@operation
def unlink_posts(post_id: int, other_id: int, kind: str) -> None:
    """Take back that a post belongs to another so."""
    link = db.session.get(PostLink, (post_id, other_id, kind))
    if link:
        db.session.delete(link)
        db.session.flush()


def links_of(post_id: int) -> list[tuple[int, int, str]]:
    """Every link from a post and to it, as (post, other, kind)."""
    query = select(PostLink).where((PostLink.post_id == post_id) | (PostLink.other_id == post_id))
    ordered = query.order_by(PostLink.post_id, PostLink.other_id, PostLink.kind)
    return [(one.post_id, one.other_id, one.kind) for one in db.session.scalars(ordered)]
