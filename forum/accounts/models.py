"""People, their sessions, one-use tokens and the roles they hold for the network."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model

NAME_LENGTH = 120
EMAIL_LENGTH = 254
ABOUT_LENGTH = 2000
JOB_TITLE_LENGTH = 120
FORMER_MEMBER = "Former member"


class Person(Model):
    """Somebody with an account. After erasure the row stays, as "former member", without anything personal."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    reads: Mapped[list[str]] = mapped_column(JSON, default=list)
    interests: Mapped[list[str]] = mapped_column(JSON, default=list)
    about: Mapped[str] = mapped_column(String(ABOUT_LENGTH), default="")
    job_title: Mapped[str] = mapped_column(String(JOB_TITLE_LENGTH), default="")
    hints_closed: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    suspended_until: Mapped[datetime | None]
    silenced_until: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    visited_at: Mapped[datetime | None]
    previous_visit_at: Mapped[datetime | None]
    second_factor_since: Mapped[datetime | None]

    roles: Mapped[list["RoleGrant"]] = relationship(back_populates="person", cascade="all, delete-orphan")


class RoleGrant(Model):
    """A role for the network: admin, or moderator with a scope (`network`, `theme:KEY`, `language:nl`)."""

    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("person_id", "role", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(80), default="network")
    granted_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="roles")


class LoginSession(Model):
    """One signed-in browser. Only the SHA-256 of its token is kept, so the table cannot be used to sign in.

    A session is half open while its person still owes the second factor: it shows nothing and does nothing.
    `proved_at` is when its person last showed that it is them: sensitive changes ask for that anew.
    """

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(String(200), default="")
    is_half_open: Mapped[bool] = mapped_column(default=False)
    proved_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class AddressChange(Model):
    """A new address that a person asked for. It counts once it was confirmed from the present mailbox and from the new one."""

    __tablename__ = "address_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    old_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    new_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    asked_at: Mapped[datetime]
    old_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class Token(Model):
    """A link that works once: bound to a purpose, a person and an address, kept hashed, valid for an hour at most."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
