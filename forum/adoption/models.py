"""Reports of organisations that tried a practice of another, what they said before, and the owner's answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Person
from forum.core.db import Model
from forum.library.models import Post
from forum.organisations.models import Organisation

REASON_LENGTH = 500
ANSWER_LENGTH = 5000

INTENTS = ("planning", "trying", "running", "stopped")
OUTCOMES = ("worked", "worked_with_changes", "mixed", "did_not_work", "too_early")
PERMISSIONS = ("members", "public")
WORKED = ("worked", "worked_with_changes")
UNDER_WAY = ("planning", "trying")


class Adoption(Model):
    """What one organisation tells of one practice; `revision` guards its forms, `ask_at` is when we ask how it went."""

    __tablename__ = "adoptions"
    __table_args__ = (
        UniqueConstraint("post_id", "organisation_id"),
        Index("ix_adoptions_organisation", "organisation_id", "updated_at"),
        Index("ix_adoptions_ask", "ask_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    taken_from_id: Mapped[int | None] = mapped_column(ForeignKey("adoptions.id"), index=True)
    country: Mapped[str] = mapped_column(String(2), default="")
    intent: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(24), default="")
    permission: Mapped[str] = mapped_column(String(12), default="members")
    language: Mapped[str] = mapped_column(String(8))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    answer: Mapped[str] = mapped_column(String(ANSWER_LENGTH), default="")
    answer_language: Mapped[str] = mapped_column(String(8), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    answer_revision: Mapped[int] = mapped_column(default=0)

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    ask_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    revision: Mapped[int] = mapped_column(default=1)
    request_key: Mapped[str | None] = mapped_column(String(64))

    post: Mapped[Post] = relationship()
    organisation: Mapped[Organisation] = relationship()
    reporter: Mapped[Person | None] = relationship(foreign_keys=[reporter_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


class AdoptionVersion(Model):
    """What a report said before a change, as `content.snapshot` gives it."""

    __tablename__ = "adoption_versions"
    __table_args__ = (UniqueConstraint("adoption_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    adoption_id: Mapped[int] = mapped_column(ForeignKey("adoptions.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
