"""Posts and their versions, themes and places, attachments, and drafts of anything being written."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Person
from forum.core.db import Model
from forum.core.text import slugify
from forum.organisations.models import Organisation
from forum.vocabulary.models import Concept

TITLE_LENGTH = 120
SUMMARY_LENGTH = 300
BODY_LENGTH = 100_000
REASON_LENGTH = 1000
NOTE_LENGTH = 300
SOURCE_LENGTH = 500
PLACE_LENGTH = 100
ALT_LENGTH = CAPTION_LENGTH = 500
CREDIT_LENGTH = 200
MOST_DRAFTS = 200

STATUSES = ("draft", "published", "archived", "withdrawn", "hidden", "declined")
VISIBILITIES = ("public", "members", "organisation")
SHOWN_STATUSES = ("published", "archived")
PAGES_OF_A_POST = (
    "adoptions",
    *("archive", "collect", "comments", "confirm", "convert", "decide", "discard", "draft", "edit", "evidence"),
    *("experts", "files", "flag", "follow", "history", "merge", "moderate", "next", "notice", "outdated", "request"),
    *("restore", "review", "split", "statement", "suggest", "supersede", "transfer", "useful", "withdraw"),
)
REVIEWS = ("new", "changes_suggested", "reviewed", "in_expert_review", "recommended", "needs_recheck")


class Post(Model):
    """A practice, research result, policy update, question or news item.

    Status, visibility and review are three separate things (docs/decisions/0004-life-of-a-post.md). `revision` grows with
    every edit and guards forms; `version` grows with anything that changes the post's page. `review_since` says since when the
    review mark stands; `changed_version` and `changed_at` which version was the last one reviewed, and when results or method
    changed after it (both None while nothing waits for another look).
    """

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_status_published", "status", "published_at"),
        Index("ix_posts_kind_published", "kind", "published_at"),
        Index("ix_posts_organisation_published", "organisation_id", "published_at"),
        Index("ix_posts_author_status", "author_id", "status"),
        Index("ix_posts_review", "review", "published_at"),
        Index("ix_posts_title", "title"),
        UniqueConstraint("author_id", "request_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    summary: Mapped[str] = mapped_column(String(SUMMARY_LENGTH), default="")
    body: Mapped[str] = mapped_column(String(BODY_LENGTH), default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    translation_of_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    licence: Mapped[str] = mapped_column(String(20), default="CC-BY-4.0")

    status: Mapped[str] = mapped_column(String(12), default="draft")
    visibility: Mapped[str] = mapped_column(String(12), default="members")
    review: Mapped[str] = mapped_column(String(20), default="new")
    status_reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    status_before: Mapped[str] = mapped_column(String(12), default="")
    review_before: Mapped[str] = mapped_column(String(20), default="")
    review_since: Mapped[datetime | None]
    changed_version: Mapped[int | None]
    changed_at: Mapped[datetime | None] = mapped_column(index=True)
    public_when_reviewed: Mapped[bool] = mapped_column(default=False)
    improvements: Mapped[int] = mapped_column(default=0)
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    evidence_level: Mapped[int | None]
    evidence_url: Mapped[str] = mapped_column(String(SOURCE_LENGTH), default="")
    evidence_post_id: Mapped[int | None]
    evidence_set_on: Mapped[date | None]
    evidence_set_by_id: Mapped[int | None]
    locked_at: Mapped[datetime | None]
    featured_at: Mapped[datetime | None] = mapped_column(index=True)
    checked_on: Mapped[date | None]
    check_by: Mapped[date | None] = mapped_column(index=True)
    findings: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    checked_by: Mapped[str] = mapped_column(String(12), default="")

    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    last_activity_at: Mapped[datetime | None]
    comment_count: Mapped[int] = mapped_column(default=0)
    last_comment_number: Mapped[int] = mapped_column(default=0)
    adoption_count: Mapped[int] = mapped_column(default=0)
    accepted_comment_id: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    request_key: Mapped[str | None] = mapped_column(String(64))

    organisation: Mapped[Organisation | None] = relationship()
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    contact: Mapped[Person | None] = relationship(foreign_keys=[contact_id])
    translation_of: Mapped["Post | None"] = relationship(remote_side=[id])
    countries: Mapped[list["PostCountry"]] = relationship(cascade="all, delete-orphan", order_by="PostCountry.position")
    concepts: Mapped[list["PostConcept"]] = relationship(cascade="all, delete-orphan", order_by="PostConcept.position")
    coauthors: Mapped[list["PostCoauthor"]] = relationship(cascade="all, delete-orphan")

    @property
    def slug(self) -> str:
        """The readable end of the post's address."""
        return slug_of(self.title)


@lru_cache(maxsize=4096)  # a page asks for the same few titles again and again
def slug_of(title: str) -> str:
    """The readable end of a post's address; never the name of another page under it, like `/posts/7/edit`."""
    slug = slugify(title)
    return f"{slug}-" if slug in PAGES_OF_A_POST else slug


class PostCountry(Model):
    """A country a post speaks of."""

    __tablename__ = "post_countries"
    __table_args__ = (Index("ix_post_countries_country", "country", "post_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class PostConcept(Model):
    """A theme, target group, principle, instrument or form of organisation of a post (the concept's scheme says which)."""

    __tablename__ = "post_concepts"
    __table_args__ = (Index("ix_post_concepts_concept", "concept_id", "post_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    concept: Mapped[Concept] = relationship()


class PostCoauthor(Model):
    """A person from elsewhere who may read and edit a draft, and is named as an author."""

    __tablename__ = "post_coauthors"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)

    person: Mapped[Person] = relationship()


class PostVersion(Model):
    """What a post said before an edit: `content` is the whole editable record, as `library.operations` reads it."""

    __tablename__ = "post_versions"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]

    editor: Mapped[Person | None] = relationship()


class PostLink(Model):
    """A typed link from a post to another (`based_on`, `evaluates`, `implements` ...), after DataCite's relation types."""

    __tablename__ = "post_links"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)


class Attachment(Model):
    """A file or picture of a post; its content is kept once under its SHA-256."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    thumbnail_sha256: Mapped[str] = mapped_column(String(64), default="")
    filename: Mapped[str] = mapped_column(String(200))
    mime: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    alt: Mapped[str] = mapped_column(String(ALT_LENGTH), default="")
    is_decorative: Mapped[bool] = mapped_column(default=False)
    caption: Mapped[str] = mapped_column(String(CAPTION_LENGTH), default="")
    credit: Mapped[str] = mapped_column(String(CREDIT_LENGTH), default="")
    people_agreed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class AttachmentText(Model):
    """The words of a document, by the SHA-256 of its content; empty when it has none or cannot be read."""

    __tablename__ = "attachment_texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    read_at: Mapped[datetime]


class FormDraft(Model):
    """What a person is typing into a form (`place` names it, like `posts/7/edit`), kept until it is sent or thrown away."""

    __tablename__ = "form_drafts"
    __table_args__ = (UniqueConstraint("person_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH))
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
