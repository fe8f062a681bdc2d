"""Posts that one organisation offers to another, which accepts or declines."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Person
from forum.core.db import Model
from forum.library.models import REASON_LENGTH, Post
from forum.organisations.models import Organisation

OPEN_FOR = timedelta(days=30)
ANSWERS = ("accepted", "declined", "cancelled", "lapsed")


class TransferOffer(Model):
    """An offer of a post; `outcome` is empty while it is open. It is void when the post is no longer `from_id`'s."""

    __tablename__ = "transfer_offers"
    __table_args__ = (Index("ix_transfer_offers_open", "outcome", "offered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    from_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    offered_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    former: Mapped[Organisation | None] = relationship(foreign_keys=[from_id])
    offered_by: Mapped[Person | None] = relationship(foreign_keys=[offered_by_id])

    @property
    def ends_at(self) -> datetime:
        """When it lapses, if nobody answers."""
        return self.offered_at + OPEN_FOR
