"""Comments on posts, what people found useful, whom they mention, and what each has read."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Person
from forum.core.db import Model
from forum.organisations.models import Organisation

BODY_LENGTH = 20_000
REASON_LENGTH = 500


class Comment(Model):
    """A numbered comment; replies go two levels deep. A deleted or hidden one leaves its number and a trace."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("post_id", "number"),
        Index("ix_comments_author_created", "author_id", "created_at"),
        Index("ix_comments_created", "created_at"),
        UniqueConstraint("author_id", "request_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    number: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    body: Mapped[str] = mapped_column(String(BODY_LENGTH))
    body_html: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    useful_count: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    request_key: Mapped[str | None] = mapped_column(String(64))

    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    organisation: Mapped[Organisation | None] = relationship()


class CommentVersion(Model):
    """What a comment said before an edit."""

    __tablename__ = "comment_versions"
    __table_args__ = (UniqueConstraint("comment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(String(BODY_LENGTH))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]


class UsefulMark(Model):
    """One person found one comment (or the post itself, where `comment_id` is null) useful."""

    __tablename__ = "useful_marks"
    __table_args__ = (UniqueConstraint("person_id", "post_id", "comment_id"), Index("ix_useful_marks_post", "post_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]


class Mention(Model):
    """A person or an organisation named in a post (`comment_id` null) or a comment."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index("ix_mentions_person", "person_id"),
        Index("ix_mentions_organisation", "organisation_id"),
        Index("ix_mentions_comment", "comment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))


class ReadMark(Model):
    """How far a person has read a post's comments."""

    __tablename__ = "read_marks"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)
    comment_number: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime]
