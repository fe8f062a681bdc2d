"""Who was asked whether a record is still true, and the links by which they answer."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.accounts.models import EMAIL_LENGTH
from forum.core.db import Model

STEPS = ("owner", "again", "network", "desk")
ANSWERS = ("true", "left")


class Ask(Model):
    """One question to one person about one record: a post, or what is said of an organisation.

    `check_by` is the day that the question is about, so the same question is never asked twice. `asked_at` is empty until a mail
    is on its way, which `event_id` names; the step `desk` has no person: moderators see the record in their queue.
    """

    __tablename__ = "freshness_asks"
    __table_args__ = (
        UniqueConstraint(
            *("subject_type", "subject_id", "check_by", "step", "person_id"), name="uq_freshness_asks_question"
        ),
        Index("ix_freshness_asks_person", "person_id", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int]
    check_by: Mapped[date]
    step: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(8), default="")


class FreshnessToken(Model):
    """A link that answers one question once: bound to a record, a person and an address; only its SHA-256 is kept."""

    __tablename__ = "freshness_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
