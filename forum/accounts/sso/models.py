"""By which accounts elsewhere a person is known here."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model

ISSUER_LENGTH = 255
SUBJECT_LENGTH = 255  # as OpenID Connect Core 1.0, section 2, has it


class Identity(Model):
    """An account at a provider (OpenID Connect) that opens the account of a person here."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(ISSUER_LENGTH))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
