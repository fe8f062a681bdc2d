"""Experts asked about one record each: invitations, the links in their mails, and what experts wrote."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import EMAIL_LENGTH, NAME_LENGTH, Person
from forum.core.db import Model
from forum.library.models import Post

WHY_LENGTH = 500
AFFILIATION_LENGTH = 200
CONFLICT_LENGTH = 500
OPINION_LENGTH = 2000
MOST_WORDS = 150
SCORES = ("relevance", "evidence", "transferability", "equity")
REFUSALS = ("no_time", "conflict", "other_field")


class ExpertInvitation(Model):
    """An address asked for an opinion on one post. `person_id` is set where the address has an account.

    Declined, lapsed or taken back, the row forgets the address; with an opinion it keeps it, so that the expert can withdraw it.
    """

    __tablename__ = "expert_invitations"
    __table_args__ = (Index("ix_expert_invitations_open", "lapsed_at", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    language: Mapped[str] = mapped_column(String(8), default="en")
    why: Mapped[str] = mapped_column(String(WHY_LENGTH), default="")
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(String(20), default="")
    lapsed_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship()
    invited_by: Mapped[Person | None] = relationship(foreign_keys=[invited_by_id])
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    opinion: Mapped["ExpertOpinion | None"] = relationship(back_populates="invitation")

    @property
    def state(self) -> str:
        """Where it stands: `invited`, `accepted`, `given`, `withdrawn`, `declined`, `lapsed` or `taken_back`."""
        if self.opinion and self.opinion.withdrawn_at:
            return "withdrawn"
        if self.opinion and self.opinion.given_at:
            return "given"
        ends = {"declined": self.declined_at, "lapsed": self.lapsed_at, "taken_back": self.taken_back_at}
        ended = next((name for name, moment in ends.items() if moment), "")
        return ended or ("accepted" if self.accepted_at else "invited")

    @property
    def is_open(self) -> bool:
        """Whether an opinion may still come."""
        return self.state in ("invited", "accepted")


class ExpertLink(Model):
    """A link that was mailed: it opens one invitation, for the address that it went to. Only its SHA-256 is kept."""

    __tablename__ = "expert_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("expert_invitations.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]


class ExpertOpinion(Model):
    """What an expert wrote: kept from the first save, given when sent, shown when a moderator recommends the post.

    Withdrawn, only its dates remain.
    """

    __tablename__ = "expert_opinions"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("expert_invitations.id", ondelete="CASCADE"), unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    affiliation: Mapped[str] = mapped_column(String(AFFILIATION_LENGTH), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    text: Mapped[str] = mapped_column(String(OPINION_LENGTH), default="")
    relevance: Mapped[int | None]
    evidence: Mapped[int | None]
    transferability: Mapped[int | None]
    equity: Mapped[int | None]
    has_conflict: Mapped[bool | None]
    conflict: Mapped[str] = mapped_column(String(CONFLICT_LENGTH), default="")
    saved_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    agreed_words: Mapped[str] = mapped_column(String(10), default="")
    disagreed_at: Mapped[datetime | None]

    invitation: Mapped[ExpertInvitation] = relationship(back_populates="opinion")

    @property
    def scores(self) -> dict[str, int]:
        """The scores that were given, by name."""
        return {name: score for name in SCORES if (score := getattr(self, name)) is not None}

    @property
    def may_be_shown(self) -> bool:
        """Whether the expert agreed that readers see it, and still does."""
        return self.agreed_at is not None and self.disagreed_at is None

    @property
    def stands(self) -> bool:
        """Whether it was given and not withdrawn."""
        return self.given_at is not None and self.withdrawn_at is None
