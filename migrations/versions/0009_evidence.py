"""levels of evidence that moderators set

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("evidence_level", sa.Integer(), nullable=True))
    op.add_column("posts", sa.Column("evidence_url", sa.String(length=500), nullable=False, server_default=""))
    # Without foreign keys: SQLite could only add them by making the table anew, which lets go of all that refers to it.
    op.add_column("posts", sa.Column("evidence_post_id", sa.Integer(), nullable=True))
    op.add_column("posts", sa.Column("evidence_set_on", sa.Date(), nullable=True))
    op.add_column("posts", sa.Column("evidence_set_by_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("evidence_set_by_id", "evidence_set_on", "evidence_post_id", "evidence_url", "evidence_level"):
        op.drop_column("posts", name)
