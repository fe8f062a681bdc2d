"""notices, decisions with reasons, appeals, silence and notes of moderators

Revision ID: 0015
Revises: 0014
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.core.db import UtcDateTime

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("people", sa.Column("silenced_until", MOMENT, nullable=True))
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("ground", sa.String(length=8), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.String(length=2000), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("reversed_at", MOMENT, nullable=True),
        sa.Column("act_event_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["act_event_id"], ["events.id"], name=op.f("fk_decisions_act_event_id_events")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_decisions_decided_by_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_decisions_person_id_people")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_decisions_post_id_posts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_subject", ["subject_type", "subject_id"], unique=False)
        for column in ("post_id", "person_id", "decided_at", "act_event_id"):
            batch_op.create_index(batch_op.f(f"ix_decisions_{column}"), [column], unique=False)
    with op.batch_alter_table("flags", schema=None) as batch_op:
        for name, length in (("notifier_name", 120), ("notifier_email", 254), ("place", 500)):
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("language", sa.String(length=8), nullable=False, server_default="en"))
        batch_op.add_column(sa.Column("in_good_faith", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_flags_decision_id_decisions"), "decisions", ["decision_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_flags_decision_id"), ["decision_id"], unique=False)
    with op.batch_alter_table("flags", schema=None) as batch_op:
        for name in ("notifier_name", "notifier_email", "place", "language", "in_good_faith"):
            batch_op.alter_column(name, server_default=None)
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("flag_id", sa.Integer(), nullable=True),
        sa.Column("appellant_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["appellant_id"], ["people.id"], name=op.f("fk_appeals_appellant_id_people")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_appeals_decided_by_id_people")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id_decisions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name=op.f("fk_appeals_flag_id_flags"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index("ix_appeals_open", ["decided_at", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeals_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeals_flag_id"), ["flag_id"], unique=False)
    op.create_table(
        "moderator_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_moderator_notes_author_id_people")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_moderator_notes_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderator_notes")),
    )
    with op.batch_alter_table("moderator_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderator_notes_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("moderator_notes")
    op.drop_table("appeals")
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_flags_decision_id_decisions"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_flags_decision_id"))
        for name in ("decision_id", "in_good_faith", "language", "place", "notifier_email", "notifier_name"):
            batch_op.drop_column(name)
    op.drop_table("decisions")
    op.drop_column("people", "silenced_until")  # not in a batch, which would put a new table in the place of one others refer to
