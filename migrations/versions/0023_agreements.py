"""that an expert agreed that readers see an opinion: when, to which words, and when that ended

Revision ID: 0023
Revises: 0022
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("expert_opinions", sa.Column("agreed_at", MOMENT, nullable=True))
    op.add_column(
        "expert_opinions", sa.Column("agreed_words", sa.String(length=10), nullable=False, server_default="")
    )
    op.add_column("expert_opinions", sa.Column("disagreed_at", MOMENT, nullable=True))
    # Opinions from before were sent under a sentence that said what readers see: the first version of the words.
    op.execute("UPDATE expert_opinions SET agreed_at = given_at, agreed_words = '2026-10' WHERE given_at IS NOT NULL")
    op.execute("UPDATE expert_opinions SET disagreed_at = withdrawn_at WHERE withdrawn_at IS NOT NULL")


def downgrade() -> None:
    for column in ("disagreed_at", "agreed_words", "agreed_at"):
        op.drop_column("expert_opinions", column)
