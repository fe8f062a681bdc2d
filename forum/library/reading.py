"""Reading one post: whole for its page, what remains of a withdrawn one, its other languages, its neighbours, its files."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from forum.core.actor import Actor
from forum.core.db import db
from forum.library.models import Attachment, Post, PostCoauthor, PostConcept, PostCountry, PostVersion, slug_of
from forum.library.policy import SHOWN, could_read, listed, readable, require_edit, require_read, version_readable
from forum.library.queries import PostCard, bare_cards, card_query


@dataclass(frozen=True, slots=True)
class WholePost:
    """A post with what its page needs: organisation and people loaded, its places and concepts, its former versions counted."""

    post: Post
    countries: tuple[str, ...]
    concept_ids: tuple[int, ...]
    version_count: int


def post_for_page(actor: Actor, post_id: int) -> WholePost:
    """The whole post, in two statements. Raises `Missing`."""
    former = (
        select(func.count(PostVersion.id))
        .where(PostVersion.post_id == Post.id, version_readable(actor))
        .correlate(Post)
        .scalar_subquery()
    )
    query = (
        select(Post, former)
        .where(Post.id == post_id)
        .options(
            joinedload(Post.organisation),
            joinedload(Post.author),
            joinedload(Post.contact),
            joinedload(Post.coauthors).joinedload(PostCoauthor.person),
        )
    )
    row = db.session.execute(query).unique().one_or_none()
    post = require_read(actor, row[0] if row else None)
    links = _links(post_id)
    countries = tuple(value for kind, value in links if kind == "country")
    concept_ids = tuple(int(value) for kind, value in links if kind == "concept")
    return WholePost(post, countries, concept_ids, int(row[1]) if row else 0)


def _links(post_id: int) -> list[tuple[str, str]]:
    """The post's places and concepts, in their order, in one statement."""
    countries = select(literal("country").label("kind"), PostCountry.country.label("value"), PostCountry.position)
    concepts = select(literal("concept"), cast(PostConcept.concept_id, String), PostConcept.position)
    both = union_all(
        countries.where(PostCountry.post_id == post_id), concepts.where(PostConcept.post_id == post_id)
    ).subquery()
    rows = db.session.execute(select(both.c.kind, both.c.value).order_by(both.c.kind, both.c.position))
    return [(kind, value) for kind, value in rows]


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

    @property
    def slug(self) -> str:
        """The readable end of the post's address."""
        return slug_of(self.title)


def tombstone(actor: Actor, post_id: int) -> Tombstone | None:
    """Title and reason of a withdrawn post that the actor could have read before; None for any other."""
    post = db.session.get(Post, post_id)
    if post is None or not could_read(actor, post):
        return None
    return Tombstone(post.id, post.kind, post.title, post.language, post.status_reason)


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


def translations_of(actor: Actor, post: Post) -> list[Translation]:
    """The same post in other languages: its original and every translation of that."""
    query = select(Post.id, Post.language, Post.title).where(listed(actor, SHOWN), Post.id != post.id, _family_of(post))
    return [Translation(*row) for row in db.session.execute(query.order_by(Post.language, Post.id))]


def _family_of(post: Post) -> ColumnElement[bool]:
    """The condition that a post is the original of this one, or a translation of the same original."""
    original = post.translation_of_id or post.id
    return or_(Post.id == original, and_(Post.translation_of_id.is_not(None), Post.translation_of_id == original))


def related_cards(actor: Actor, whole: WholePost, limit: int = 5) -> list[PostCard]:
    """Posts that share most concepts with a post, translations of it left out; the newer first among equals."""
    if not whole.concept_ids:
        return []
    shared = (
        select(PostConcept.post_id, func.count().label("shared"))
        .where(PostConcept.concept_id.in_(whole.concept_ids))
        .group_by(PostConcept.post_id)
        .subquery()
    )
    others = card_query(listed(actor), Post.id != whole.post.id, ~_family_of(whole.post))
    query = others.join(shared, shared.c.post_id == Post.id)
    return bare_cards(query.order_by(shared.c.shared.desc(), Post.published_at.desc(), Post.id.desc()).limit(limit))


def attachments_of(post_id: int) -> list[Attachment]:
    """The files and pictures of a post, in the order they came. Ask only for a post that the actor may read."""
    query = select(Attachment).where(Attachment.post_id == post_id, Attachment.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Attachment.id)))


def attachment_for(actor: Actor, attachment_id: int) -> tuple[Attachment, Post] | None:
    """A file with its post, when the actor may read that; None when there is none to know of."""
    query = (
        select(Attachment, Post)
        .join(Post, Post.id == Attachment.post_id)
        .where(Attachment.id == attachment_id, Attachment.removed_at.is_(None), readable(actor))
    )
    row = db.session.execute(query).one_or_none()
    return (row[0], row[1]) if row else None
