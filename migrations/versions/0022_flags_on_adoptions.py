"""reports by readers about what organisations tell of trying a practice

Revision ID: 0022
Revises: 0021
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # in one statement that both databases know: a batch would put a new table in the place of one that others refer to
    op.execute(
        "ALTER TABLE flags ADD COLUMN adoption_id INTEGER"
        " CONSTRAINT fk_flags_adoption_id_adoptions REFERENCES adoptions (id)"
    )
    op.create_index("ix_flags_adoption_id", "flags", ["adoption_id"])


def downgrade() -> None:
    op.drop_index("ix_flags_adoption_id", table_name="flags")
    op.execute("ALTER TABLE flags DROP COLUMN adoption_id")
