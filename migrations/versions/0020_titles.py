"""posts of the same title are found without reading all of them

Revision ID: 0020
Revises: 0019
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_posts_title", "posts", ["title"])


def downgrade() -> None:
    op.drop_index("ix_posts_title", table_name="posts")
