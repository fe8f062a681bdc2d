"""Posts that come from elsewhere: written with their own dates and status, without the questions a person is asked."""

from dataclasses import dataclass
from datetime import datetime

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import record
from forum.core.markdown import render
from forum.library import events
from forum.library.content import Content, content_of, write_content
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.operations.versions import changed_fields, keep_version


@dataclass(frozen=True, slots=True)
class ImportedPost:
    """A post as a file tells it: content (checked, its concepts known), belonging, and where it stands in its life."""

    content: Content
    organisation_id: int | None
    author_id: int | None
    status: str
    review: str
    published_at: datetime | None
    status_reason: str = ""


@operation
def add_imported_post(actor: Actor, imported: ImportedPost) -> Post:
    """Add a post that is not here yet."""
    moment = imported.published_at or now()
    post = Post(created_at=moment, updated_at=moment)
    db.session.add(post)
    _fill(post, imported)
    db.session.flush()
    if post.status in SHOWN_STATUSES:
        record(actor, events.PUBLISHED, "post", post.id, {"imported": True})
    return post


@operation
def change_imported_post(actor: Actor, post: Post, imported: ImportedPost) -> Post:
    """Bring a post that came before to what its source says now; what it said is kept as a version."""
    fields = changed_fields(content_of(post), imported.content)
    if fields:
        keep_version(actor, post)
    _fill(post, imported)
    post.updated_at = now()
    post.revision += 1
    post.version += 1
    record(actor, events.EDITED, "post", post.id, {"version": post.version, "fields": fields, "imported": True})
    return post


def _fill(post: Post, imported: ImportedPost) -> None:
    write_content(post, imported.content)
    post.body_html = render(imported.content.body).html
    post.organisation_id, post.author_id = imported.organisation_id, imported.author_id
    post.status, post.review, post.status_reason = imported.status, imported.review, imported.status_reason
    post.published_at = imported.published_at
    if post.last_activity_at is None or (imported.published_at and post.last_activity_at < imported.published_at):
        post.last_activity_at = imported.published_at


@operation
def link_translation(post: Post, original_id: int | None) -> None:
    """Say which post this one translates; a translation of a translation belongs to the first original."""
    original = db.session.get(Post, original_id) if original_id else None
    family = (original.translation_of_id or original.id) if original else None
    if family != post.id and post.translation_of_id != family:
        post.translation_of_id = family
        post.version += 1
