"""the themes that interest a person

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("people", sa.Column("interests", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    # Not as a batch, which would make the table anew and let go of everything that refers to it.
    op.drop_column("people", "interests")
