"""the hints that a person closed, and messages of readers

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.core.db import UtcDateTime

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("people", sa.Column("hints_closed", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "reader_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("body", sa.String(length=5000), nullable=False),
        sa.Column("page", sa.String(length=500), nullable=False),
        sa.Column("tools", sa.String(length=500), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["people.id"], name=op.f("fk_reader_messages_sender_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_messages")),
    )
    op.create_index(op.f("ix_reader_messages_sent_at"), "reader_messages", ["sent_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_reader_messages_sent_at"), table_name="reader_messages")
    op.drop_table("reader_messages")
    # Not as a batch, which would make the table anew and let go of everything that refers to it.
    op.drop_column("people", "hints_closed")
