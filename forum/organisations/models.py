"""Networks contain national networks contain member organisations; people belong to them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import EMAIL_LENGTH, Person
from forum.core.db import Model

NAME_LENGTH = 200
DESCRIPTION_LENGTH = 5000
URL_LENGTH = 500
NOTE_LENGTH = 500

KINDS = ("member", "network")
ROLES = ("member", "editor")
STATES = ("requested", "active", "ended")


class Organisation(Model):
    """A network or a member organisation; the author of what its people post. Once closed, nobody belongs to it."""

    __tablename__ = "organisations"
    __table_args__ = (Index("ix_organisations_country", "country"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), default="member")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    slug: Mapped[str] = mapped_column(String(90), unique=True)
    country: Mapped[str] = mapped_column(String(2), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    website: Mapped[str] = mapped_column(String(URL_LENGTH), default="")
    description: Mapped[str] = mapped_column(String(DESCRIPTION_LENGTH), default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    revision: Mapped[int] = mapped_column(default=1)
    checked_on: Mapped[date | None]
    check_by: Mapped[date | None] = mapped_column(index=True)

    parent: Mapped["Organisation | None"] = relationship(remote_side=[id])
    contact: Mapped[Person | None] = relationship()
    domains: Mapped[list["OrganisationDomain"]] = relationship(cascade="all, delete-orphan")


class OrganisationDomain(Model):
    """An e-mail domain whose confirmed addresses may join at once."""

    __tablename__ = "organisation_domains"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    domain: Mapped[str] = mapped_column(String(253), unique=True)


class Membership(Model):
    """A person in an organisation: `requested`, `active` or `ended`; with the role `member` or `editor`.

    `created_at` is the moment of the request, then the moment since when the person belongs.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        Index("ix_memberships_organisation_state", "organisation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(String(10), default="member")
    state: Mapped[str] = mapped_column(String(10), default="active")
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship()

    @property
    def was_refused(self) -> bool:
        """Whether somebody else ended or declined it, so that only an editor may begin it again."""
        return self.state == "ended" and self.ended_by_id not in (None, self.person_id)


class Invitation(Model):
    """An address asked to join an organisation; the link in the mail is kept hashed and works once.

    Accepted or withdrawn, the row forgets the address: an invitation is no list of people who once were asked.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    role: Mapped[str] = mapped_column(String(10), default="member")
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    language: Mapped[str] = mapped_column(String(8), default="en")
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    invited_by: Mapped[Person | None] = relationship()
