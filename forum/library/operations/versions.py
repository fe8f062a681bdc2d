"""Versions: what a post said before it changed."""

from sqlalchemy import func, select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.text import single_line
from forum.library.content import Content, content_of
from forum.library.models import NOTE_LENGTH, Post, PostVersion


def keep_version(actor: Actor, post: Post, note: str = "") -> PostVersion:
    """Keep what a post says now, before it changes."""
    last = db.session.scalar(select(func.max(PostVersion.number)).where(PostVersion.post_id == post.id)) or 0
    version = PostVersion(
        post_id=post.id,
        number=last + 1,
        content=content_of(post).snapshot(),
        note=single_line(note)[:NOTE_LENGTH],
        editor_id=actor.person_id,
        created_at=now(),
    )
    db.session.add(version)
    return version


def changed_fields(before: Content, after: Content) -> list[str]:
    """The names of the fields in which two contents differ, details by their own names."""
    common = ("title", "summary", "body", "language", "countries", "concept_ids", "visibility", "licence")
    names = [name for name in common if getattr(before, name) != getattr(after, name)]
    details = sorted(set(before.details) | set(after.details))
    return names + [name for name in details if before.details.get(name) != after.details.get(name)]
