"""texts are as long in the database as forms let them be

Revision ID: 0027
Revises: 0026
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

POST, COMMENT = 100_000, 20_000
LENGTHS = {
    "posts": {"body": POST},
    "comments": {"body": COMMENT},
    "comment_versions": {"body": COMMENT},
    "suggestions": {"before": POST, "proposed": POST},
}


def upgrade() -> None:
    for table, columns in LENGTHS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column, length in columns.items():
                batch_op.alter_column(column, existing_type=sa.Text(), type_=sa.String(length), existing_nullable=False)


def downgrade() -> None:
    for table, columns in LENGTHS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column, length in columns.items():
                batch_op.alter_column(column, existing_type=sa.String(length), type_=sa.Text(), existing_nullable=False)
