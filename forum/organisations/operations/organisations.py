"""Adding and changing organisations: what is said of them, their place, contact, e-mail domains, their end."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid
from forum.core.events import record
from forum.core.text import Message, fold, slugify
from forum.core.text import message as _
from forum.organisations import events
from forum.organisations.details import Details, checked
from forum.organisations.domains import is_public, normal_domain
from forum.organisations.memberships import membership_between
from forum.organisations.models import Organisation, OrganisationDomain
from forum.organisations.operations.freshness import note_checked
from forum.organisations.policy import (
    can_add_under,
    can_place,
    require_edit,
    require_place,
    require_set_domains,
)
from forum.organisations.queries import child_count, namesakes, require_organisation, slugs_like

MOST_DOMAINS = 20
FIELDS = ("name", "kind", "parent_id", "country", "language", "website", "description")


@operation
def add_organisation(actor: Actor, details: Details) -> Organisation:
    """Add an organisation: a moderator anywhere, an editor of a network below that network.

    Raises `Invalid` when the country has an organisation of this name already, so that sending a form twice adds one.
    """
    parent = db.session.get(Organisation, details.parent_id) if details.parent_id else None
    if not can_add_under(actor, parent):
        raise Denied(_("Only moderators add organisations, and editors of a network below that network."))
    details = checked(details)
    check_place(details, None)
    for other in namesakes(base_slug(details.name), details.country):
        if fold(other.name) == fold(details.name):
            raise Invalid({"name": _("There is an organisation with this name in this country already.")})
    return insert(actor, details)


@operation
def change_organisation(actor: Actor, organisation_id: int, details: Details, revision: int) -> Organisation:
    """Change what is said of an organisation; kind and network only for moderators, for others they stay as they are.

    The name in its address stays. Raises `Conflict` when `revision` is no longer the present one.
    """
    organisation = require_organisation(organisation_id)
    require_edit(actor, organisation)
    if organisation.revision != revision:
        raise Conflict(_("Somebody else changed this in the meantime. Compare both texts, then save again."))
    if not can_place(actor):
        details = placed_like(details, organisation)
    details = checked(details)
    check_place(details, organisation)
    note_checked(organisation)
    return update(actor, organisation, details)


@operation
def set_contact(actor: Actor, organisation_id: int, person_id: int | None) -> None:
    """Say who answers for an organisation: one of its people, or nobody."""
    organisation = require_organisation(organisation_id)
    require_edit(actor, organisation)
    if person_id is not None:
        membership = membership_between(person_id, organisation.id)
        if membership is None or membership.state != "active":
            raise Invalid({"contact": _("Choose somebody who belongs to this organisation.")})
    if organisation.contact_id != person_id:
        organisation.contact_id = person_id
        note_change(actor, organisation, ["contact"])


@operation
def set_domains(actor: Actor, organisation_id: int, domains: Iterable[str]) -> None:
    """Say whose confirmed addresses join an organisation at once. Raises `Invalid` for domains open to everybody."""
    organisation = require_organisation(organisation_id)
    require_set_domains(actor, organisation)
    wanted = _checked_domains(organisation, domains)
    kept = {one.domain: one for one in organisation.domains}
    if set(kept) == set(wanted):
        return
    organisation.domains = [kept.get(domain) or OrganisationDomain(domain=domain) for domain in wanted]
    note_change(actor, organisation, ["domains"])


@operation
def close_organisation(actor: Actor, organisation_id: int) -> None:
    """Close an organisation that left or ended: nobody belongs to it any more, its posts stay as they are."""
    _set_closed(actor, organisation_id, closed=True)


@operation
def reopen_organisation(actor: Actor, organisation_id: int) -> None:
    """Open a closed organisation again; its people belong to it as before."""
    _set_closed(actor, organisation_id, closed=False)


def _set_closed(actor: Actor, organisation_id: int, *, closed: bool) -> None:
    organisation = require_organisation(organisation_id)
    require_place(actor)
    if (organisation.closed_at is not None) == closed:
        return
    organisation.closed_at = now() if closed else None
    record(actor, events.CLOSED if closed else events.REOPENED, "organisation", organisation.id)


def insert(actor: Actor, details: Details) -> Organisation:
    """Add an organisation with checked details, under a name for its address that nobody has."""
    organisation = Organisation(slug=free_slug(details.name), created_at=now())
    note_checked(organisation)
    _write(organisation, details)
    db.session.add(organisation)
    db.session.flush()
    record(actor, events.ADDED, "organisation", organisation.id)
    return organisation


def update(actor: Actor, organisation: Organisation, details: Details) -> Organisation:
    """Give an organisation checked details; nothing happens when nothing changes."""
    fields = [name for name in FIELDS if getattr(organisation, name) != getattr(details, name)]
    if fields:
        _write(organisation, details)
        organisation.revision += 1
        note_change(actor, organisation, fields)
    return organisation


def note_change(actor: Actor, organisation: Organisation, fields: list[str]) -> None:
    """Record a change of these fields."""
    record(actor, events.CHANGED, "organisation", organisation.id, {"fields": fields})


def _write(organisation: Organisation, details: Details) -> None:
    for name in FIELDS:
        setattr(organisation, name, getattr(details, name))


def placed_like(details: Details, organisation: Organisation) -> Details:
    """The details with the kind and the network that the organisation has now."""
    values = {name: getattr(details, name) for name in FIELDS}
    return Details(**values | {"kind": organisation.kind, "parent_id": organisation.parent_id})


def check_place(details: Details, organisation: Organisation | None) -> None:
    """Raise `Invalid` unless networks contain and members do not, and nothing contains itself."""
    if organisation and details.kind == "member" and child_count(organisation.id):
        raise Invalid({"kind": _("Organisations belong to this network. Move them elsewhere first.")})
    if details.parent_id is None:
        return
    parent = db.session.get(Organisation, details.parent_id)
    if parent is None or parent.kind != "network":
        raise Invalid({"parent": _("Choose a network from the list.")})
    if organisation and any(one.id == organisation.id for one in _and_above(parent)):
        raise Invalid({"parent": _("A network cannot belong to itself. Choose another one.")})


def _and_above(organisation: Organisation | None) -> Iterator[Organisation]:
    while organisation is not None:
        yield organisation
        organisation = organisation.parent


def base_slug(name: str) -> str:
    """The name of an organisation as its address wants it: never only digits, which are numbers of organisations."""
    slug = slugify(name)
    return f"organisation-{slug}".rstrip("-") if slug.isdecimal() or slug in ("-", "new") else slug


def free_slug(name: str) -> str:
    """The same with the smallest number behind it that makes it the only one."""
    base = base_slug(name)
    taken = slugs_like(base)
    return (
        base
        if base not in taken
        else next(free for n in range(2, len(taken) + 3) if (free := f"{base}-{n}") not in taken)
    )


def _checked_domains(organisation: Organisation, written: Iterable[str]) -> list[str]:
    found = [(one.strip(), normal_domain(one)) for one in written if one.strip()]
    domains = list(dict.fromkeys(domain for _one, domain in found if domain))
    if len(found) > MOST_DOMAINS:
        raise Invalid({"domains": _("Give at most %(number)s domains.", number=MOST_DOMAINS)})
    for one, domain in found:
        problem = _domain_problem(one, domain)
        if problem:
            raise Invalid({"domains": problem})
    _check_free(organisation, domains)
    return domains


def _domain_problem(written: str, domain: str | None) -> Message | None:
    if domain is None:
        return _("%(domain)s is not an e-mail domain. Write it like de-brug.example.org.", domain=written[:100])
    if is_public(domain):
        return _("Anybody can have an address at %(domain)s. Use a domain of the organisation itself.", domain=domain)
    return None


def _check_free(organisation: Organisation, domains: list[str]) -> None:
    other = db.session.execute(
        select(OrganisationDomain.domain, Organisation.name)
        .join(Organisation, Organisation.id == OrganisationDomain.organisation_id)
        .where(OrganisationDomain.domain.in_(domains), Organisation.id != organisation.id)
        .order_by(OrganisationDomain.domain)
    ).first()
    if other:
        raise Invalid({"domains": _("%(domain)s belongs to %(name)s already.", domain=other.domain, name=other.name)})
