"""reports of organisations that tried a practice

Revision ID: 0016
Revises: 0015
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.core.db import UtcDateTime

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("adoption_count", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "adoptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("taken_from_id", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("intent", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("permission", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(length=5000), nullable=False),
        sa.Column("answer_language", sa.String(length=8), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer_revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ask_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_adoptions_post_id_posts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_adoptions_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["people.id"], name=op.f("fk_adoptions_reporter_id_people")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_adoptions_answered_by_id_people")),
        sa.ForeignKeyConstraint(["taken_from_id"], ["adoptions.id"], name=op.f("fk_adoptions_taken_from_id_adoptions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
        sa.UniqueConstraint("post_id", "organisation_id", name=op.f("uq_adoptions_post_id_organisation_id")),
    )
    op.create_index("ix_adoptions_organisation", "adoptions", ["organisation_id", "updated_at"], unique=False)
    op.create_index("ix_adoptions_ask", "adoptions", ["ask_at"], unique=False)
    op.create_index(op.f("ix_adoptions_reporter_id"), "adoptions", ["reporter_id"], unique=False)
    op.create_index(op.f("ix_adoptions_taken_from_id"), "adoptions", ["taken_from_id"], unique=False)
    op.create_table(
        "adoption_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoptions.id"], name=op.f("fk_adoption_versions_adoption_id_adoptions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["editor_id"], ["people.id"], name=op.f("fk_adoption_versions_editor_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_versions")),
        sa.UniqueConstraint("adoption_id", "number", name=op.f("uq_adoption_versions_adoption_id_number")),
    )


def downgrade() -> None:
    op.drop_table("adoption_versions")
    op.drop_table("adoptions")
    # Not as a batch, which would make the table anew and let go of everything that refers to it.
    op.drop_column("posts", "adoption_count")
