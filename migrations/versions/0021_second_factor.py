"""second factors: code apps, passkeys and their challenges, recovery codes; sessions that wait for one, and when they were proved

Revision ID: 0021
Revises: 0020
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
OF_PEOPLE = ("passkeys", "passkey_challenges", "recovery_codes")


def upgrade() -> None:
    op.add_column("people", sa.Column("second_factor_since", MOMENT, nullable=True))
    op.add_column("sessions", sa.Column("is_half_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sessions", sa.Column("proved_at", MOMENT, nullable=True))
    op.create_table(
        "code_apps",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.String(length=300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        person("code_apps"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_code_apps")),
    )
    of_person(
        "passkeys",
        "credential_id",
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.String(length=4000), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
    )
    of_person(
        "passkey_challenges",
        "challenge_hash",
        sa.Column("challenge_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        nullable=True,
    )
    op.create_index(op.f("ix_passkey_challenges_expires_at"), "passkey_challenges", ["expires_at"])
    of_person(
        "recovery_codes",
        "code_hash",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
    )


def of_person(table: str, unique: str, *columns: sa.Column[object], nullable: bool = False) -> None:
    """A table whose rows are numbered and go with their person."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=nullable),
        *columns,
        person(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(unique, name=op.f(f"uq_{table}_{unique}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def person(table: str) -> sa.ForeignKeyConstraint:
    """That a row goes with its person."""
    return sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id_people"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in (*OF_PEOPLE, "code_apps"):
        op.drop_table(table)
    op.drop_column("sessions", "proved_at")
    op.drop_column("sessions", "is_half_open")
    op.drop_column("people", "second_factor_since")
