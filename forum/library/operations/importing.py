"""Posts that come from elsewhere: written with their own dates and status, without the questions a person is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import record
from forum.core.markdown import render
from forum.library import events
from forum.library.content import Content, content_of, write_content
from forum.library.life import BEGINNING
from forum.library.models import SHOWN_STATUSES, Post, PostCoauthor
from forum.library.operations.evidence import Judgement, judgement_of, write_judgement
from forum.library.operations.steps import note_weighty_edit
from forum.library.operations.versions import changed_fields, keep_version
from forum.library.roles import standing_of

SETTLED_HERE = ("hidden", "declined", "withdrawn")
BELONGING = ("organisation_id", "author_id", "status", "review", "status_reason", "published_at", "translation_of_id")


@dataclass(frozen=True, slots=True)
class ImportedPost:
    """A post as a file tells it: content (checked, its concepts known), belonging, and where it stands in its life.

    `translation_of_id` is the first original of a translation, as `originals_of` gives it.
    """

    content: Content
    organisation_id: int | None
    author_id: int | None
    status: str
    review: str
    published_at: datetime | None
    status_reason: str = ""
    coauthor_ids: tuple[int, ...] = ()
    translation_of_id: int | None = None
    evidence: Judgement | None = None


@operation
def add_imported_posts(actor: Actor, batch: Sequence[ImportedPost]) -> list[Post]:
    """Add posts that are not here yet, in a few statements for all. Those that are shown and tell no date are published now."""
    posts = [_new_post(imported) for imported in batch]
    db.session.add_all(posts)
    db.session.flush()
    for post in posts:
        if post.status in SHOWN_STATUSES:
            data = {"imported": True, "from": BEGINNING.data(), "to": standing_of(post).data()}
            record(actor, events.PUBLISHED, "post", post.id, data)
    return posts


def _new_post(imported: ImportedPost) -> Post:
    moment = imported.published_at or now()
    if imported.status != "draft":
        imported = replace(imported, published_at=moment)
    post = Post(created_at=moment, updated_at=moment)
    _fill(post, imported, render(imported.content.body).html)
    return post


@operation
def change_imported_post(actor: Actor, post: Post, imported: ImportedPost) -> bool:
    """Bring a post that came before to what its source says now; whether that changed anything.

    What it said is kept as a version. What moderators did here stays: a post that they hid, declined or withdrew, and a
    review or level of evidence where the source knows of none.
    """
    imported = _as_settled_here(post, imported)
    fields, belonging = _differences(post, imported)
    if not fields and not belonging:
        return False
    if fields:
        version, former = keep_version(actor, post), content_of(post)
        note_weighty_edit(actor, post, version, former, imported.content)
    was_shown, before, standing = post.status in SHOWN_STATUSES, post.visibility, standing_of(post)
    _fill(post, imported, render(imported.content.body).html)
    if "translation_of_id" in belonging:
        own = list(db.session.scalars(select(Post).where(Post.translation_of_id == post.id)))
        _keep_links_flat(actor, post, own)
    post.updated_at = now()
    post.revision += 1
    post.version += 1
    kind = events.EDITED if was_shown or post.status not in SHOWN_STATUSES else events.PUBLISHED
    data: dict[str, object] = {"version": post.version, "fields": fields + belonging, "imported": True}
    if standing_of(post) != standing:
        data |= {"from": standing.data(), "to": standing_of(post).data()}
    record(actor, kind, "post", post.id, data)
    if was_shown and before != post.visibility:
        record(actor, events.VISIBILITY_CHANGED, "post", post.id, {"from": before, "to": post.visibility})
    return True


def _differences(post: Post, imported: ImportedPost) -> tuple[list[str], list[str]]:
    """The fields in which what the post says differs, and what else does."""
    before = content_of(post)
    fields = changed_fields(before, imported.content)
    if before.kind != imported.content.kind:
        fields.append("kind")
    belonging = [name for name in BELONGING if getattr(post, name) != getattr(imported, name)]
    if _coauthors(post) != imported.coauthor_ids:
        belonging.append("coauthors")
    if judgement_of(post) != imported.evidence:
        belonging.append("evidence")
    return fields, belonging


def _as_settled_here(post: Post, imported: ImportedPost) -> ImportedPost:
    """What is to be taken over of a post: its first date and what moderators decided here stay."""
    if imported.published_at is None and imported.status != "draft":
        imported = replace(imported, published_at=post.published_at or now())
    if post.status in SETTLED_HERE and imported.status in SHOWN_STATUSES:
        imported = replace(imported, status=post.status, status_reason=post.status_reason)
    if imported.evidence is None:
        imported = replace(imported, evidence=judgement_of(post))
    return replace(imported, review=post.review) if imported.review == "new" else imported


def _fill(post: Post, imported: ImportedPost, html: str) -> None:
    write_content(post, imported.content)
    post.body_html = html
    for name in BELONGING:
        setattr(post, name, getattr(imported, name))
    write_judgement(post, imported.evidence)
    if _coauthors(post) != imported.coauthor_ids:
        kept = {one.person_id: one for one in post.coauthors}
        post.coauthors = [kept.get(number) or PostCoauthor(person_id=number) for number in imported.coauthor_ids]
    if post.last_activity_at is None or (post.published_at and post.last_activity_at < post.published_at):
        post.last_activity_at = post.published_at


def _coauthors(post: Post) -> tuple[int, ...]:
    return tuple(sorted(one.person_id for one in post.coauthors))


def load_for_import(ids: Iterable[int]) -> list[Post]:
    """These posts with all that an import compares, in four statements; hold on to them while they are looked at."""
    whole = select(Post).options(
        selectinload(Post.countries), selectinload(Post.concepts), selectinload(Post.coauthors)
    )
    return list(db.session.scalars(whole.where(Post.id.in_(list(ids))).with_for_update()))


def originals_of(ids: Iterable[int]) -> dict[int, int]:
    """For each of these posts the first original: what it translates, or itself."""
    rows = db.session.execute(select(Post.id, Post.translation_of_id).where(Post.id.in_(list(ids))))
    return {post_id: original_id or post_id for post_id, original_id in rows}


@operation
def link_translations(actor: Actor, links: Sequence[tuple[int, int]]) -> None:
    """Say which posts translate which: pairs of a post and its original, both being here.

    A translation of a translation belongs to the first original, in whatever order the links come.
    """
    named = {number for pair in links for number in pair}
    family = or_(Post.id.in_(named), Post.translation_of_id.in_([post_id for post_id, _original in links]))
    posts = {post.id: post for post in db.session.scalars(select(Post).where(family).with_for_update())}
    for post_id, original_id in links:
        post, original = posts[post_id], posts[original_id]
        first = original.translation_of_id or original.id
        if first not in (post.id, post.translation_of_id):
            _set_original(actor, post, first)
            _keep_links_flat(actor, post, posts.values())


@operation
def link_evidence(actor: Actor, links: Sequence[tuple[int, int]]) -> None:
    """Say where the evidence of posts can be read: pairs of a post and the post that is its source."""
    wanted = dict(links)
    judged = Post.evidence_level.is_not(None)
    for post in db.session.scalars(select(Post).where(Post.id.in_(wanted), judged).with_for_update()):
        if post.evidence_post_id != wanted[post.id] and post.id != wanted[post.id]:
            post.evidence_post_id = wanted[post.id]
            post.version += 1
            data = {"version": post.version, "fields": ["evidence"], "imported": True}
            record(actor, events.EDITED, "post", post.id, data)


def _keep_links_flat(actor: Actor, post: Post, others: Iterable[Post]) -> None:
    """Let translations of a post that turns out to be a translation itself belong to its original."""
    if post.translation_of_id is not None:
        for own in [other for other in others if other.translation_of_id == post.id]:
            _set_original(actor, own, post.translation_of_id)


def _set_original(actor: Actor, post: Post, original_id: int) -> None:
    post.translation_of_id = original_id
    post.version += 1
    data = {"version": post.version, "fields": ["translation_of"], "imported": True}
    record(actor, events.EDITED, "post", post.id, data)
