"""Where an object came from: its reference in its source, so that importing twice changes nothing."""

from collections.abc import Iterable

from sqlalchemy import Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, db


class Origin(Model):
    """An object's reference in a source, and a fingerprint of what was last imported from there."""

    __tablename__ = "origins"
    __table_args__ = (UniqueConstraint("source", "type", "ref"), Index("ix_origins_subject", "type", "subject_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    type: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(200))
    subject_id: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64), default="")


def origins_of(type_name: str, ids: Iterable[int]) -> dict[int, str]:
    """Give `source:ref` for each of these objects that was imported."""
    rows = db.session.execute(
        select(Origin.subject_id, Origin.source, Origin.ref).where(
            Origin.type == type_name, Origin.subject_id.in_(list(ids))
        )
    )
    return {subject_id: f"{source}:{ref}" for subject_id, source, ref in rows}
