"""Reading who belongs where: for members the people, for those who decide the requests, for each what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import fold
from forum.core.text import message as _
from forum.organisations.models import Membership, Organisation
from forum.organisations.policy import can_manage_people, can_see_people, managed_by
from forum.organisations.queries import organisation_for_address

MOST_REQUESTS = 200


class Standing(StrEnum):
    """What somebody is to an organisation now, and so may do next."""

    VISITOR = "visitor"
    MEMBER = "member"
    REQUESTED = "requested"
    MAY_JOIN = "may_join"
    MAY_REQUEST = "may_request"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for an answer."""

    membership: Membership
    person: Person
    organisation: Organisation


def standing_of(actor: Actor, organisation: Organisation) -> Standing:
    """What the actor is to the organisation."""
    if organisation.closed_at:
        return Standing.CLOSED
    if actor.person_id is None:
        return Standing.VISITOR
    if organisation.id in actor.organisation_ids:
        return Standing.MEMBER
    known = membership_between(actor.person_id, organisation.id)
    if known and known.state == "requested":
        return Standing.REQUESTED
    offered = None if known and known.was_refused else offered_to(actor)
    return Standing.MAY_JOIN if offered and offered.id == organisation.id else Standing.MAY_REQUEST


def offered_to(actor: Actor) -> Organisation | None:
    """The organisation that the actor may join at once by e-mail domain, unless they belong to it already."""
    person = db.session.get(Person, actor.person_id) if actor.person_id else None
    offered = organisation_for_address(person) if person else None
    if person is None or offered is None or offered.id in actor.organisation_ids:
        return None
    known = membership_between(person.id, offered.id)
    return None if known and known.was_refused else offered


def membership_between(person_id: int, organisation_id: int) -> Membership | None:
    """What joins or joined a person to an organisation, in whatever state."""
    return db.session.scalar(
        select(Membership).where(Membership.person_id == person_id, Membership.organisation_id == organisation_id)
    )


def require_membership(membership_id: int) -> Membership:
    """The membership with this number. Raises `Missing`."""
    found = db.session.get(Membership, membership_id)
    if found is None:
        raise Missing(_("There is no such membership."))
    return found


def people_of(actor: Actor, organisation: Organisation) -> list[Membership]:
    """The people of an organisation, editors first, for those who may see them; nobody for others."""
    if not can_see_people(actor) or organisation.closed_at:
        return []
    found = _with_people(Membership.organisation_id == organisation.id, Membership.state == "active")
    return sorted(found, key=lambda one: (one.role != "editor", fold(one.person.name), one.id))


def requests_for(actor: Actor, organisation: Organisation) -> list[Membership]:
    """The requests to join one organisation, the oldest first, for those who may answer them."""
    if not can_manage_people(actor, organisation):
        return []
    return _with_people(Membership.organisation_id == organisation.id, Membership.state == "requested")


def requests_waiting(actor: Actor, limit: int = MOST_REQUESTS) -> list[Waiting]:
    """Every request that the actor may answer, the oldest first."""
    query = (
        select(Membership, Person, Organisation)
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(*_may_answer(actor))
        .order_by(Membership.created_at, Membership.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in db.session.execute(query)]


def count_requests_waiting(actor: Actor) -> int:
    """How many requests the actor may answer."""
    query = (
        select(func.count(Membership.id))
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(*_may_answer(actor))
    )
    return db.session.scalar(query) or 0


def is_last_editor(membership: Membership) -> bool:
    """Whether an organisation would have no editor without this one."""
    if membership.state != "active" or membership.role != "editor":
        return False
    others = _with_people(
        Membership.organisation_id == membership.organisation_id,
        Membership.state == "active",
        Membership.role == "editor",
        Membership.id != membership.id,
    )
    return not others


def _may_answer(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.state == "requested",
        Organisation.closed_at.is_(None),
        Person.erased_at.is_(None),
        managed_by(actor),
    )


def _with_people(*conditions: ColumnElement[bool]) -> list[Membership]:
    """Memberships of people who still have an account, loaded with them, the oldest first."""
    query = (
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.erased_at.is_(None), *conditions)
        .options(contains_eager(Membership.person))
        .order_by(Membership.created_at, Membership.id)
    )
    return list(db.session.scalars(query))
