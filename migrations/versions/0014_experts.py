"""experts: invitations, links and opinions

Revision ID: 0014
Revises: 0013
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.core.db import UtcDateTime

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "expert_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        moment("created_at", nullable=False),
        moment("ends_at", nullable=False),
        moment("reminded_at"),
        moment("accepted_at"),
        moment("declined_at"),
        sa.Column("refusal", sa.String(length=20), nullable=False),
        moment("lapsed_at"),
        moment("taken_back_at"),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_expert_invitations_post_id_posts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_expert_invitations_person_id_people")),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["people.id"], name=op.f("fk_expert_invitations_invited_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_invitations")),
    )
    op.create_index("ix_expert_invitations_open", "expert_invitations", ["lapsed_at", "ends_at"])
    op.create_index(op.f("ix_expert_invitations_post_id"), "expert_invitations", ["post_id"])
    op.create_index(op.f("ix_expert_invitations_person_id"), "expert_invitations", ["person_id"])
    op.create_table(
        "expert_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        moment("created_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["expert_invitations.id"],
            name=op.f("fk_expert_links_invitation_id_expert_invitations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_expert_links_token_hash")),
    )
    op.create_index(op.f("ix_expert_links_invitation_id"), "expert_links", ["invitation_id"])
    op.create_table(
        "expert_opinions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("affiliation", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("relevance", "evidence", "transferability", "equity")),
        sa.Column("has_conflict", sa.Boolean(), nullable=True),
        sa.Column("conflict", sa.String(length=500), nullable=False),
        moment("saved_at", nullable=False),
        moment("given_at"),
        moment("shown_at"),
        moment("withdrawn_at"),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["expert_invitations.id"],
            name=op.f("fk_expert_opinions_invitation_id_expert_invitations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_expert_opinions_post_id_posts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_opinions")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_expert_opinions_invitation_id")),
    )
    op.create_index(op.f("ix_expert_opinions_post_id"), "expert_opinions", ["post_id"])


def downgrade() -> None:
    for table in ("expert_opinions", "expert_links", "expert_invitations"):
        op.drop_table(table)
