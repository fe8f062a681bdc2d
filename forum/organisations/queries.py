"""Reading organisations, and what each person is through them."""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Person
from forum.core.actor import VISITOR, Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import CONTROL_CHARACTERS
from forum.core.text import message as _
from forum.organisations.domains import domain_of
from forum.organisations.models import Membership, Organisation, OrganisationDomain

NO_SUCH = _("There is no such organisation.")
MEMBERSHIPS = (  # asked at every request of somebody signed in, so built once
    select(Membership.organisation_id, Membership.role)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(
        Membership.person_id == bindparam("person_id"),
        Membership.state == "active",
        Organisation.closed_at.is_(None),
    )
)


def actor_for(person: Person) -> Actor:
    """The actor that a person is now: organisations (none that closed), roles, languages and themes."""
    rows = db.session.execute(MEMBERSHIPS, {"person_id": person.id}).all()
    return Actor(
        person_id=person.id,
        name=person.name,
        language=person.language,
        reads=tuple(person.reads or ()),
        interests=tuple(person.interests or ()),
        organisation_ids=frozenset(number for number, _role in rows),
        editor_ids=frozenset(number for number, role in rows if role == "editor"),
        moderates=frozenset(grant.scope for grant in person.roles if grant.role == "moderator"),
        is_admin=any(grant.role == "admin" for grant in person.roles),
        silenced_until=person.silenced_until,
    )


def reader_for(person: Person) -> Actor:
    """The actor as whom a person reads what is sent to them: a visitor while they are suspended, as on the site."""
    is_suspended = person.suspended_until is not None and person.suspended_until > now()
    return VISITOR if is_suspended else actor_for(person)


def organisation_for_page(slug: str) -> Organisation:
    """The organisation with this name in its address, with its contact; closed ones too. Raises `Missing`."""
    if CONTROL_CHARACTERS.search(slug):
        raise Missing(NO_SUCH)
    query = select(Organisation).where(Organisation.slug == slug).options(joinedload(Organisation.contact))
    return _found(db.session.scalar(query))


def require_organisation(organisation_id: int) -> Organisation:
    """The organisation with this number, closed ones too. Raises `Missing`."""
    return _found(db.session.get(Organisation, organisation_id))


def _found(organisation: Organisation | None) -> Organisation:
    if organisation is None:
        raise Missing(NO_SUCH)
    return organisation


def networks_above(organisation: Organisation) -> list[Organisation]:
    """The networks that an organisation belongs to, the outermost first: one statement however deep."""
    above = (
        select(Organisation.id, Organisation.parent_id)
        .where(Organisation.id == organisation.parent_id)
        .cte("above", recursive=True)
    )
    above = above.union(select(Organisation.id, Organisation.parent_id).where(Organisation.id == above.c.parent_id))
    if organisation.parent_id is None:
        return []
    found = {one.id: one for one in db.session.scalars(select(Organisation).join(above, above.c.id == Organisation.id))}
    return list(reversed(list(_upwards(organisation, found))))


def _upwards(organisation: Organisation, found: dict[int, Organisation]) -> Iterator[Organisation]:
    while organisation.parent_id in found:
        organisation = found.pop(organisation.parent_id)
        yield organisation


def all_networks() -> list[Organisation]:
    """Every open network, by name."""
    query = select(Organisation).where(Organisation.kind == "network", Organisation.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(func.lower(Organisation.name), Organisation.id)))


def member_counts(organisation_ids: Iterable[int]) -> dict[int, int]:
    """How many people belong to each of these organisations; those with nobody are left out."""
    query = (
        select(Membership.organisation_id, func.count())
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(list(organisation_ids)),
            Membership.state == "active",
            Person.erased_at.is_(None),
        )
        .group_by(Membership.organisation_id)
    )
    return dict(db.session.execute(query).all())


def child_count(organisation_id: int) -> int:
    """How many organisations belong to a network directly, closed ones too."""
    query = select(func.count()).select_from(Organisation).where(Organisation.parent_id == organisation_id)
    return db.session.scalar(query) or 0


def organisations_of(person_id: int) -> list[Organisation]:
    """The open organisations that a person belongs to, by name."""
    query = (
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id, Membership.state == "active", Organisation.closed_at.is_(None))
        .order_by(func.lower(Organisation.name), Organisation.id)
    )
    return list(db.session.scalars(query))


def organisation_for_address(person: Person) -> Organisation | None:
    """The open organisation whose e-mail domains hold the person's confirmed address."""
    if not person.email or person.confirmed_at is None:
        return None
    return db.session.scalar(
        select(Organisation)
        .join(OrganisationDomain, OrganisationDomain.organisation_id == Organisation.id)
        .where(OrganisationDomain.domain == domain_of(person.email), Organisation.closed_at.is_(None))
    )


def slugs_like(slug: str) -> set[str]:
    """The names in addresses that begin like this one."""
    query = select(Organisation.slug).where(or_(Organisation.slug == slug, Organisation.slug.like(f"{slug}-%")))
    return set(db.session.scalars(query))


def namesakes(slug: str, country: str) -> list[Organisation]:
    """The open organisations of a country whose name in addresses begins like this one."""
    alike = or_(Organisation.slug == slug, Organisation.slug.like(f"{slug}-%"))
    query = select(Organisation).where(alike, Organisation.country == country, Organisation.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(Organisation.id)))


def organisations_to_choose(among: Collection[int] | None = None) -> list[tuple[int, str]]:
    """(id, name) of the open organisations by name, perhaps only of these."""
    query = select(Organisation.id, Organisation.name).where(Organisation.closed_at.is_(None))
    if among is not None:
        query = query.where(Organisation.id.in_(among))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Organisation.name, Organisation.id))]
