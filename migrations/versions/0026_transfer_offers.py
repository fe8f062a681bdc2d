"""posts that one organisation offers to another

Revision ID: 0026
Revises: 0025
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.core.db import UtcDateTime

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = UtcDateTime(timezone=True)
REFERENCES = (
    ("from_id", "organisations"),
    ("organisation_id", "organisations"),
    ("offered_by_id", "people"),
    ("answered_by_id", "people"),
)


def upgrade() -> None:
    op.create_table(
        "transfer_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_transfer_offers_post_id_posts"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_transfer_offers_{column}_{table}"))
            for column, table in REFERENCES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_offers")),
    )
    op.create_index("ix_transfer_offers_open", "transfer_offers", ["outcome", "offered_at"])
    for column in ("post_id", "organisation_id"):
        op.create_index(op.f(f"ix_transfer_offers_{column}"), "transfer_offers", [column])


def downgrade() -> None:
    op.drop_table("transfer_offers")
