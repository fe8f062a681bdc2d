"""collections: named, ordered lists of posts with notes

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "collections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("introduction", sa.String(length=3000), nullable=False),
        sa.Column("introduction_html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("featured_at", moment, nullable=True),
        sa.Column("deleted_at", moment, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_collections_owner_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("key", name=op.f("uq_collections_key")),
    )
    op.create_index("ix_collections_audience", "collections", ["audience", "deleted_at"])
    op.create_index(op.f("ix_collections_owner_id"), "collections", ["owner_id"])
    op.create_table(
        "collection_entries",
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.Column("added_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collection_entries_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_collection_entries_post_id_posts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_id", "post_id", name=op.f("pk_collection_entries")),
    )
    op.create_index(op.f("ix_collection_entries_post_id"), "collection_entries", ["post_id"])


def downgrade() -> None:
    op.drop_table("collection_entries")
    op.drop_table("collections")
