"""What was merged, split, converted, moved to another organisation or superseded, with what is needed to undo it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Person
from forum.core.db import Model

STEPS = ("merge", "split", "convert", "practice", "transfer", "supersede")


class Restructuring(Model):
    """One step. `source_id` and `target_id` are posts (one that undoing took away is gone from here too).

    `before` and `after` hold the frames of both posts, the places of comments, and the links, versions and entries of
    collections that the step added. They are emptied when it can no longer be undone.
    """

    __tablename__ = "restructurings"
    __table_args__ = (Index("ix_restructurings_source", "source_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(12))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    at: Mapped[datetime] = mapped_column(index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_kept: Mapped[bool] = mapped_column(default=True)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id])
