"""SKOS concept schemes: concepts with preferred and alternative labels per language, and their broader concepts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model

KEY_LENGTH = 60
LABEL_LENGTH = 200

PREFERRED, ALTERNATIVE, WEAK, ACRONYM = "preferred", "alternative", "weak", "acronym"


class Concept(Model):
    """One idea of a scheme. `key` is its stable name in addresses and files; a merged concept points to its heir."""

    __tablename__ = "concepts"
    __table_args__ = (Index("ix_concepts_scheme_position", "scheme", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    scheme: Mapped[str] = mapped_column(String(20))
    broader_id: Mapped[int | None] = mapped_column(ForeignKey("concepts.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("concepts.id"))
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    labels: Mapped[list["ConceptLabel"]] = relationship(cascade="all, delete-orphan", order_by="ConceptLabel.id")


class ConceptLabel(Model):
    """A word for a concept in one language: `preferred` (shown), `alternative` or `acronym` (matched, never shown),
    `weak` (too general to expand a query; only hints at a theme).
    """

    __tablename__ = "concept_labels"
    __table_args__ = (Index("ix_concept_labels_concept_language", "concept_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(LABEL_LENGTH))
