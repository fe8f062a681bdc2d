"""What people report and write to those who look after the site. Decisions themselves are events (the append-only log)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import EMAIL_LENGTH, Person
from forum.core.db import Model

NOTE_LENGTH = 2000
MESSAGE_LENGTH = 5000
ASIDE_LENGTH = 500
SUBJECT_LENGTH = 100
FLAG_REASONS = ("spam", "unkind", "personal_data", "wrong", "outdated", "illegal", "other")


class Flag(Model):
    """A person's report that a post, or one of its comments, needs a moderator's eye."""

    __tablename__ = "flags"
    __table_args__ = (Index("ix_flags_open", "resolved_at", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str] = mapped_column(String(20), default="")

    reporter: Mapped[Person | None] = relationship(foreign_keys=[reporter_id])


class Claim(Model):
    """A moderator has taken something that waits on the desk (`curation.queue`), so that two do not do the same work."""

    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("kind", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


class Deed(Model):
    """What a moderator did to one thing on the desk, with the state before and after, so that it can be undone exactly.

    Those of one press of a button share a `batch`. `refusal` says why it could not be done (a sentence, its values).
    """

    __tablename__ = "deeds"
    __table_args__ = (Index("ix_deeds_person_at", "person_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[str] = mapped_column(String(24), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    refusal: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class ReaderMessage(Model):
    """What somebody wrote to those who look after the site. `email` is a visitor's; that of a sender with an account is theirs."""

    __tablename__ = "reader_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), default="")
    language: Mapped[str] = mapped_column(String(8))
    body: Mapped[str] = mapped_column(String(MESSAGE_LENGTH))
    page: Mapped[str] = mapped_column(String(ASIDE_LENGTH), default="")
    tools: Mapped[str] = mapped_column(String(ASIDE_LENGTH), default="")
    sent_at: Mapped[datetime] = mapped_column(index=True)

    sender: Mapped[Person | None] = relationship()
