"""What people report and write to those who look after the site; what moderators decide, and what is asked of them again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import EMAIL_LENGTH, NAME_LENGTH, Person
from forum.core.db import Model

NOTE_LENGTH = 2000
MESSAGE_LENGTH = 5000
ASIDE_LENGTH = 500
SUBJECT_LENGTH = 100
BASIS_LENGTH = 300
DECISION_REASON_LENGTH = 1000
ILLEGAL = "illegal"
FLAG_REASONS = ("spam", "unkind", "personal_data", "wrong", "outdated", ILLEGAL, "other")


class Flag(Model):
    """A report that a post, one of its comments or what an organisation tells of trying it needs a moderator's eye.

    One with the reason `illegal` is a notice after art. 16 of the EU Digital Services Act, which visitors may send too:
    `note` says why it is against the law, `place` where exactly.
    """

    __tablename__ = "flags"
    __table_args__ = (Index("ix_flags_open", "resolved_at", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    adoption_id: Mapped[int | None] = mapped_column(ForeignKey("adoptions.id"), index=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str] = mapped_column(String(20), default="")
    notifier_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    notifier_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    place: Mapped[str] = mapped_column(String(ASIDE_LENGTH), default="")
    in_good_faith: Mapped[bool] = mapped_column(default=False)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)

    reporter: Mapped[Person | None] = relationship(foreign_keys=[reporter_id])
    decision: Mapped["Decision | None"] = relationship()


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


ACTIONS = ("none", "hide", "decline", "withdraw", "archive", "merge", "warn", "silence", "suspend")
GROUNDS = ("rules", "law")
APPEAL_OUTCOMES = ("upheld", "reversed")


class Decision(Model):
    """What a moderator decided on a post, a comment, a report of who tried it or a person, and why (art. 17).

    People decide, never a program, so no column says so. `person_id` is whom it concerns; `act_event_id` is what was done to
    the post or comment, which the log then tells in the words of the decision.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    action: Mapped[str] = mapped_column(String(12))
    ground: Mapped[str] = mapped_column(String(8))
    basis: Mapped[str] = mapped_column(String(BASIS_LENGTH), default="")
    facts: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    reason: Mapped[str] = mapped_column(String(DECISION_REASON_LENGTH))
    language: Mapped[str] = mapped_column(String(8))
    until: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime] = mapped_column(index=True)
    reversed_at: Mapped[datetime | None]
    act_event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


class Appeal(Model):
    """The wish that another moderator looks at a decision again: by whom it concerns, or by who reported (`flag_id`)."""

    __tablename__ = "appeals"
    __table_args__ = (Index("ix_appeals_open", "decided_at", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), index=True)
    flag_id: Mapped[int | None] = mapped_column(ForeignKey("flags.id", ondelete="CASCADE"), index=True)
    appellant_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    body: Mapped[str] = mapped_column(String(NOTE_LENGTH))
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12), default="")
    answer: Mapped[str] = mapped_column(String(DECISION_REASON_LENGTH), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship()
    flag: Mapped[Flag | None] = relationship()
    appellant: Mapped[Person | None] = relationship(foreign_keys=[appellant_id])


class ModeratorNote(Model):
    """What moderators tell one another about a person. Nobody else ever reads it, and no export has it."""

    __tablename__ = "moderator_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    body: Mapped[str] = mapped_column(String(NOTE_LENGTH))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]

    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
