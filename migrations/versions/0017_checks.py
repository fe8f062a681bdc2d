"""what automatic checks found, and prints of texts

Revision ID: 0017
Revises: 0016
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("findings", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "text_prints",
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_text_prints_post_id_posts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("value", "post_id", name=op.f("pk_text_prints")),
    )
    op.create_index(op.f("ix_text_prints_post_id"), "text_prints", ["post_id"], unique=False)


def downgrade() -> None:
    op.drop_table("text_prints")
    op.drop_column("posts", "findings")
