"""freshness: who was asked whether a record is still true, the links by which they answer, and who checked it last

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.core.db import UtcDateTime

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("checked_by", sa.String(length=12), nullable=False, server_default=""))
    op.create_index(op.f("ix_posts_check_by"), "posts", ["check_by"], unique=False)
    op.add_column("organisations", sa.Column("checked_on", sa.Date(), nullable=True))
    op.add_column("organisations", sa.Column("check_by", sa.Date(), nullable=True))
    op.create_index(op.f("ix_organisations_check_by"), "organisations", ["check_by"], unique=False)
    _create_asks()
    _create_tokens()


def _create_asks() -> None:
    op.create_table(
        "freshness_asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("check_by", sa.Date(), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_freshness_asks_event_id_events")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_freshness_asks_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freshness_asks")),
        sa.UniqueConstraint(
            "subject_type",
            "subject_id",
            "check_by",
            "step",
            "person_id",
            name="uq_freshness_asks_question",
        ),
    )
    op.create_index(op.f("ix_freshness_asks_event_id"), "freshness_asks", ["event_id"], unique=False)
    op.create_index("ix_freshness_asks_person", "freshness_asks", ["person_id", "answered_at"], unique=False)


def _create_tokens() -> None:
    op.create_table(
        "freshness_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_freshness_tokens_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freshness_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_freshness_tokens_token_hash")),
    )
    op.create_index(op.f("ix_freshness_tokens_person_id"), "freshness_tokens", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("freshness_tokens")
    op.drop_table("freshness_asks")
    # Not as a batch, which would make the tables anew and let go of everything that refers to them.
    op.drop_index(op.f("ix_organisations_check_by"), table_name="organisations")
    op.drop_column("organisations", "check_by")
    op.drop_column("organisations", "checked_on")
    op.drop_index(op.f("ix_posts_check_by"), table_name="posts")
    op.drop_column("posts", "checked_by")
