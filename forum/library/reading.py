"""Reading one post: whole for its page, what remains of a withdrawn one, its other languages, its neighbours, its files."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from forum.core.actor import Actor
from forum.core.db import db
from forum.library.models import Attachment, Post, PostCoauthor, PostConcept, PostCountry, PostVersion, slug_of
from forum.library.policy import (
    SHOWN,
    Reach,
    can_restore,
    could_read,
    listed_within,
    reach_of,
    readable,
    reader,
    require_edit,
    require_read,
    version_readable_within,
)
from forum.library.queries import PostCard, bare_cards, card_query

# That a post is the original of another, or a translation of the same original.
FAMILY = or_(
    Post.id == bindparam("original_id"),
    and_(Post.translation_of_id.is_not(None), Post.translation_of_id == bindparam("original_id")),
)


@dataclass(frozen=True, slots=True)
class WholePost:
    """A post with what its page needs: organisation and people loaded, places, concepts, translations, versions counted."""

    post: Post
    countries: tuple[str, ...]
    concept_ids: tuple[int, ...]
    translations: tuple["Translation", ...]
    version_count: int


def post_for_page(actor: Actor, post_id: int) -> WholePost:
    """The whole post, in two statements. Raises `Missing`."""
    found = db.session.execute(_whole(reach_of(actor)), {"post_id": post_id, **reader(actor)})
    row = found.unique().one_or_none()
    post = require_read(actor, row[0] if row else None)
    family = {"post_id": post_id, "original_id": post.translation_of_id or post_id}
    links = db.session.execute(_links(reach_of(actor)), family | reader(actor)).all()
    return WholePost(
        post,
        tuple(value for kind, value, _language, _title in links if kind == "country"),
        tuple(int(value) for kind, value, _language, _title in links if kind == "concept"),
        tuple(Translation(int(value), language, title) for kind, value, language, title in links if kind == "post"),
        int(row[1]) if row else 0,
    )


@cache
def _whole(reach: Reach) -> Select[Post, int]:
    """A post by its number, with its organisation and people, and the number of former versions that the reader may see."""
    former = (
        select(func.count(PostVersion.id))
        .where(PostVersion.post_id == Post.id, version_readable_within(reach))
        .correlate(Post)
        .scalar_subquery()
    )
    return (
        select(Post, former)
        .where(Post.id == bindparam("post_id"))
        .options(
            joinedload(Post.organisation),
            joinedload(Post.author),
            joinedload(Post.contact),
            joinedload(Post.coauthors).joinedload(PostCoauthor.person),
        )
    )


@cache
def _links(reach: Reach) -> Select[str, str, str, str]:
    """A post's places, concepts and translations as (kind, value, language, title), in their order."""
    nothing = literal("")
    countries = select(
        literal("country").label("kind"),
        PostCountry.country.label("value"),
        nothing.label("language"),
        nothing.label("title"),
        PostCountry.position.label("place"),
    ).where(PostCountry.post_id == bindparam("post_id"))
    concepts = select(
        literal("concept"), cast(PostConcept.concept_id, String), nothing, nothing, PostConcept.position
    ).where(PostConcept.post_id == bindparam("post_id"))
    translations = select(literal("post"), cast(Post.id, String), Post.language, Post.title, Post.id).where(
        listed_within(reach, SHOWN), Post.id != bindparam("post_id"), FAMILY
    )
    every = union_all(countries, concepts, translations).subquery().c
    return select(every.kind, every.value, every.language, every.title).order_by(
        every.kind, every.language, every.place
    )


def post_to_edit(actor: Actor, post_id: int) -> Post:
    """The post for a form that changes it. Raises `Missing` or `Denied`."""
    return require_edit(actor, db.session.get(Post, post_id))


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What remains of a withdrawn post."""

    id: int
    kind: str
    title: str
    language: str
    reason: str
    may_restore: bool

    @property
    def slug(self) -> str:
        """The readable end of the post's address."""
        return slug_of(self.title)


def tombstone(actor: Actor, post_id: int) -> Tombstone | None:
    """Title and reason of a withdrawn post that the actor could have read before; None for any other."""
    post = db.session.scalar(select(Post).where(Post.id == post_id))  # asked whatever is known, so that none can tell
    if post is None or not could_read(actor, post):
        return None
    return Tombstone(
        post.id, post.kind, post.title, post.language, post.status_reason, may_restore=can_restore(actor, post)
    )


@dataclass(frozen=True, slots=True)
class Translation:
    """The same post in another language."""

    id: int
    language: str
    title: str

    @property
    def slug(self) -> str:
        """The readable end of the translation's address."""
        return slug_of(self.title)


def related_cards(actor: Actor, whole: WholePost, limit: int = 5) -> list[PostCard]:
    """Posts that share most concepts with a post, translations of it left out; the newer first among equals."""
    if not whole.concept_ids:
        return []
    post = whole.post
    about = {"post_id": post.id, "original_id": post.translation_of_id or post.id, "concept_ids": whole.concept_ids}
    return bare_cards(_related(reach_of(actor)), about | reader(actor) | {"most": limit})


@cache
def _related(reach: Reach) -> Select[Any]:
    """The cards of posts that share concepts with a post."""
    shared = (
        select(PostConcept.post_id, func.count().label("shared"))
        .where(PostConcept.concept_id.in_(bindparam("concept_ids", expanding=True)))
        .group_by(PostConcept.post_id)
        .subquery()
    )
    others = card_query(listed_within(reach), Post.id != bindparam("post_id"), ~FAMILY)
    query = others.join(shared, shared.c.post_id == Post.id)
    ordered = query.order_by(shared.c.shared.desc(), Post.published_at.desc(), Post.id.desc())
    return ordered.limit(bindparam("most"))


def attachments_of(post_id: int) -> list[Attachment]:
    """The files and pictures of a post, in the order they came. Ask only for a post that the actor may read."""
    query = select(Attachment).where(Attachment.post_id == post_id, Attachment.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Attachment.id)))


def decorative_among(attachment_ids: Collection[int]) -> set[int]:
    """Which of these pictures are only decoration."""
    if not attachment_ids:
        return set()
    query = select(Attachment.id).where(Attachment.id.in_(attachment_ids), Attachment.is_decorative)
    return set(db.session.scalars(query))


def attachment_for(actor: Actor, attachment_id: int) -> tuple[Attachment, Post] | None:
    """A file with its post, when the actor may read that; None when there is none to know of."""
    query = (
        select(Attachment, Post)
        .join(Post, Post.id == Attachment.post_id)
        .where(Attachment.id == attachment_id, Attachment.removed_at.is_(None), readable(actor))
    )
    row = db.session.execute(query).one_or_none()
    return (row[0], row[1]) if row else None
