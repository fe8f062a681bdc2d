"""Reading the former versions of a post: who changed what, when and why."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import message as _
from forum.library.content import Content, content_from, content_of
from forum.library.models import Post, PostVersion
from forum.library.policy import version_readable


@dataclass(frozen=True, slots=True)
class Change:
    """One edit: what the post said before (version `number`) and after it, by whom, when and why."""

    number: int
    before: Content
    after: Content
    at: datetime
    editor_id: int | None
    editor_name: str
    note: str


def changes_of(actor: Actor, post: Post) -> list[Change]:
    """The edits of a post that the actor may follow, the latest first.

    A version from a time when the actor could not have read the post is passed over, and so is a change that led to it.
    """
    query = (
        select(PostVersion)
        .join(Post, Post.id == PostVersion.post_id)
        .where(PostVersion.post_id == post.id, version_readable(actor))
        .options(joinedload(PostVersion.editor))
        .order_by(PostVersion.number.desc())
    )
    changes: list[Change] = []
    after = content_of(post)
    for version in db.session.scalars(query):
        before = _read(version.content)
        changes.append(_change(version, before, after))
        after = before
    return changes


def change_of(actor: Actor, post: Post, number: int) -> Change:
    """One edit of a post. Raises `Missing`."""
    for change in changes_of(actor, post):
        if change.number == number:
            return change
    raise Missing(_("There is no such version."))


def change_since(actor: Actor, post: Post, number: int) -> Change:
    """All edits since version `number` as one: from what it said to what the post says now. Raises `Missing`."""
    return replace(change_of(actor, post, number), after=content_of(post))


def _change(version: PostVersion, before: Content, after: Content) -> Change:
    editor = version.editor
    return Change(
        version.number,
        before,
        after,
        version.created_at,
        version.editor_id,
        editor.name if editor else "",
        version.note,
    )


def _read(snapshot: dict[str, Any]) -> Content:
    """A version's content, without what this program no longer knows."""
    return content_from({name: value for name, value in snapshot.items() if name in Content.__slots__})
