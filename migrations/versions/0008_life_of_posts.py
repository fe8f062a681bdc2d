"""the life of posts: former marks, changes after a review, and what an author agreed to

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.core.db import UtcDateTime

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("review_before", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("posts", sa.Column("review_since", UtcDateTime(timezone=True), nullable=True))
    op.add_column("posts", sa.Column("changed_version", sa.Integer(), nullable=True))
    op.add_column("posts", sa.Column("changed_at", UtcDateTime(timezone=True), nullable=True))
    op.add_column(
        "posts", sa.Column("public_when_reviewed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(op.f("ix_posts_changed_at"), "posts", ["changed_at"], unique=False)


def downgrade() -> None:
    # Not as a batch, which would make the table anew and let go of everything that refers to it.
    op.drop_index(op.f("ix_posts_changed_at"), table_name="posts")
    for name in ("public_when_reviewed", "changed_at", "changed_version", "review_since", "review_before"):
        op.drop_column("posts", name)
