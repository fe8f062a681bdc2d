"""The request conversation about a post: what its two sides write, and what is suggested field by field."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Person
from forum.core.db import Model
from forum.library.models import BODY_LENGTH

MESSAGE_LENGTH = 5000
SENTENCE_LENGTH = 500
FIELD_LENGTH = 40
STATES = ("open", "accepted", "changed", "declined")
TAKEN_UP = ("accepted", "changed")


class RequestMessage(Model):
    """A message that only the two sides of a post read. `body_html` is rendered once, when it is written."""

    __tablename__ = "request_messages"
    __table_args__ = (Index("ix_request_messages_post", "post_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    body: Mapped[str] = mapped_column(String(MESSAGE_LENGTH))
    body_html: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    written_at: Mapped[datetime]

    author: Mapped[Person | None] = relationship()


class Suggestion(Model):
    """What a moderator would change in one field, and why; `proposed` is empty where the author is to find the words.

    `before` is what the field said then. Nobody but moderators sees a suggestion until it is sent.
    """

    __tablename__ = "suggestions"
    __table_args__ = (Index("ix_suggestions_post", "post_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(FIELD_LENGTH))
    sentence: Mapped[str] = mapped_column(String(SENTENCE_LENGTH))
    language: Mapped[str] = mapped_column(String(8))
    before: Mapped[str] = mapped_column(String(BODY_LENGTH))
    proposed: Mapped[str] = mapped_column(String(BODY_LENGTH), default="")
    suggested_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    suggested_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    answer: Mapped[str] = mapped_column(String(SENTENCE_LENGTH), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    answered_at: Mapped[datetime | None]

    suggested_by: Mapped[Person | None] = relationship(foreign_keys=[suggested_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
