"""Reading people, their roles and their sessions."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from forum.accounts.models import EMAIL_LENGTH, LoginSession, Person, RoleGrant
from forum.accounts.sessions import IDLE
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import message as _
from forum.core.text import single_line

PEOPLE_A_PAGE = 50
LONGEST_WRITTEN = 1000  # of an address with all its accents; reading on is slow, and nobody has one
LARGEST_ID = 2**31 - 1  # of an integer column; addresses may hold any number


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people, and how many there are in all."""

    people: list[Person]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PEOPLE_A_PAGE))


def normal_email(written: str) -> str | None:
    """The address as it is kept and compared, in lower case; None when it cannot be one."""
    address = written.strip()
    if len(address) > LONGEST_WRITTEN:
        return None
    try:
        found = validate_email(address, check_deliverability=False).normalized.casefold()
    except EmailNotValidError:
        return None
    return found if len(found) <= EMAIL_LENGTH else None


def person_by_email(email: str) -> Person | None:
    """The person with this address, however it is written."""
    address = normal_email(email)
    return db.session.scalar(select(Person).where(Person.email == address)) if address else None


def require_person(person_id: int) -> Person:
    """The person with this number, a former member too; else `Missing`. Nobody knows of addresses never confirmed."""
    person = db.session.get(Person, person_id) if person_id <= LARGEST_ID else None
    if person is None or (person.confirmed_at is None and person.erased_at is None):
        raise Missing(_("There is no such person."))
    return person


def list_people(words: str = "", page: int = 1) -> PeoplePage:
    """People by name, for administrators: those whose name or address contains the words, former members left out."""
    like = f"%{_escaped(single_line(words)[:EMAIL_LENGTH])}%"
    named = or_(Person.name.ilike(like, escape="\\"), Person.email.ilike(like, escape="\\"))
    condition = and_(Person.erased_at.is_(None), named)
    total = db.session.scalar(select(func.count()).select_from(Person).where(condition)) or 0
    found = db.session.scalars(
        select(Person)
        .where(condition)
        .options(selectinload(Person.roles))
        .order_by(func.lower(Person.name), Person.id)
        .limit(PEOPLE_A_PAGE)
        .offset((page - 1) * PEOPLE_A_PAGE)
    )
    return PeoplePage(list(found), total, page)


def live_sessions_of(actor: Actor) -> list[LoginSession]:
    """The sessions in which the actor is signed in now, the latest used first."""
    return list(
        db.session.scalars(
            select(LoginSession)
            .where(
                LoginSession.person_id == actor.person_id,
                LoginSession.expires_at > now(),
                LoginSession.seen_at > now() - IDLE,
                LoginSession.is_half_open.is_(False),
            )
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
    )


def other_admins(person_id: int) -> int:
    """How many people besides this one administer the site and can sign in."""
    return (
        db.session.scalar(
            select(func.count(Person.id.distinct()))
            .join(RoleGrant)
            .where(RoleGrant.role == "admin", Person.id != person_id, Person.erased_at.is_(None), _is_free())
        )
        or 0
    )


def _is_free() -> ColumnElement[bool]:
    """That nobody suspended or silenced a person for now."""
    until = (Person.suspended_until, Person.silenced_until)
    return and_(*(or_(column.is_(None), column <= now()) for column in until))


def moderator_ids() -> list[int]:
    """The people who moderate the whole network, or administer it when nobody does."""
    for role in ("moderator", "admin"):
        found = db.session.scalars(
            select(RoleGrant.person_id)
            .where(RoleGrant.role == role, RoleGrant.scope == "network")
            .order_by(RoleGrant.person_id)
        ).all()
        if found:
            return list(found)
    return []


def administrator_ids() -> list[int]:
    """The people who administer the site."""
    admins = select(RoleGrant.person_id).where(RoleGrant.role == "admin").distinct().order_by(RoleGrant.person_id)
    return list(db.session.scalars(admins))


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def count_live_sessions() -> int:
    """How many browsers are signed in: not over, not idle for too long, not waiting for a second factor."""
    alive = (LoginSession.expires_at > now(), LoginSession.seen_at > now() - IDLE, LoginSession.is_half_open.is_(False))
    return db.session.scalar(select(func.count()).select_from(LoginSession).where(*alive)) or 0
