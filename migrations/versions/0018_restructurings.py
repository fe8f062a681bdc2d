"""what was merged, split, converted, moved and superseded, with what undoing it needs

Revision ID: 0018
Revises: 0017
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "restructurings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("undone_at", moment, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["posts.id"], name=op.f("fk_restructurings_source_id_posts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["posts.id"], name=op.f("fk_restructurings_target_id_posts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_restructurings_actor_id_people")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["people.id"], name=op.f("fk_restructurings_undone_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restructurings")),
    )
    op.create_index("ix_restructurings_source", "restructurings", ["source_id", "step"])
    op.create_index(op.f("ix_restructurings_target_id"), "restructurings", ["target_id"])
    op.create_index(op.f("ix_restructurings_at"), "restructurings", ["at"])


def downgrade() -> None:
    op.drop_table("restructurings")
