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


@dataclass(frozen=True, slots=True)
class Version:
    """What a post said for a time: `number` is 0 for what it says now. Who brought it about, when and why, where that is known."""

    number: int
    content: Content
    at: datetime | None
    editor_id: int | None
    editor_name: str
    note: str


def versions_of(actor: Actor, post: Post) -> list[Version]:
    """The versions of a post that the actor may read, the present one first."""
    return versions_from(changes_of(actor, post), post)


def versions_from(changes: list[Change], post: Post) -> list[Version]:
    """The versions that these changes lie between, the present one first."""
    made = {change.number: change for change in changes}
    latest = changes[0] if changes else None
    present = _version(0, content_of(post), latest, post)
    return [present, *(_version(one.number, one.before, made.get(one.number - 1), post) for one in changes)]


def _version(number: int, content: Content, made_by: Change | None, post: Post) -> Version:
    """A version with the change that led to it; without one it is what was posted, or comes from a time nobody may know of."""
    if made_by is not None:
        return Version(number, content, made_by.at, made_by.editor_id, made_by.editor_name, made_by.note)
    is_first = number <= 1
    return Version(number, content, post.published_at if is_first else None, None, "", "")


def two_versions(actor: Actor, post: Post, one: int, other: int) -> tuple[Version, Version]:
    """Two versions of a post by their numbers (0: what it says now), the older first. Raises `Missing`."""
    found = {version.number: version for version in versions_of(actor, post)}
    if one not in found or other not in found:
        raise Missing(_("There is no such version."))
    older, newer = sorted((one, other), key=lambda number: number or 2**31)
    return found[older], found[newer]


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
