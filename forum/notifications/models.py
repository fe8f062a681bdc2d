"""Mail to be sent: one row per recipient and event. Rows carry references; the text is written when the mail goes out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model


class OutgoingMail(Model):
    """One mail owed for an event. `recipient` is `person:ID` or `invitation:ID`; dead letters keep their last error."""

    __tablename__ = "outgoing_mails"
    __table_args__ = (
        UniqueConstraint("event_id", "recipient"),
        Index("ix_outgoing_mails_due", "sent_at", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    recipient: Mapped[str] = mapped_column(String(40))
    template: Mapped[str] = mapped_column(String(40))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


class MailChoice(Model):
    """Whether a person wants a kind of mail; without a row they do."""

    __tablename__ = "mail_choices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_wanted: Mapped[bool]
    changed_at: Mapped[datetime]
