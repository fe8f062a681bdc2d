"""Mail to be sent, which mails people want, and the searches that they saved. Rows of mail carry references, no text."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model


class OutgoingMail(Model):
    """One mail owed for an event, to `person:ID`, `invitation:ID`, `expert:ID`, `address:ID` or `flag:ID`.

    Dead letters keep their last error.
    """

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


ALERTS = ("mail", "site", "off")
SEARCH_NAME_LENGTH = 200


class SavedSearch(Model):
    """A search that a person keeps, to be told of what is new: by mail, on the page of their searches, or not for now.

    `wish` has the (name, value) pairs of its address, by which `key` tells one search from another. What was published
    after `since` is new.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(SEARCH_NAME_LENGTH))
    wish: Mapped[list[list[str]]] = mapped_column(JSON)
    alert: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]
    created_at: Mapped[datetime]
    next_look_at: Mapped[datetime] = mapped_column(index=True)


class SearchMatch(Model):
    """A new post that matches a saved search: found once, told once. `event_id` is that of the mail that tells of it."""

    __tablename__ = "search_matches"
    __table_args__ = (Index("ix_search_matches_owed", "is_owed", "event_id"),)

    search_id: Mapped[int] = mapped_column(ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    found_at: Mapped[datetime]
    is_owed: Mapped[bool]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    seen_at: Mapped[datetime | None]
