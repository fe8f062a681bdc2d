"""Organisations and memberships that come from elsewhere; the caller remembers which came from where."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.events import record
from forum.core.text import message as _
from forum.organisations import events
from forum.organisations.details import Details, checked
from forum.organisations.memberships import membership_between
from forum.organisations.models import STATES, Membership, Organisation
from forum.organisations.operations.memberships import check_role, start_membership
from forum.organisations.operations.organisations import FIELDS, check_place, insert, update
from forum.organisations.policy import require_place


@operation
def take_organisation(actor: Actor, values: Mapping[str, Any], organisation_id: int | None) -> tuple[int, bool]:
    """Add an organisation, or bring one that came before up to date; give the id, and whether anything changed.

    `values` are the fields of `Details`, and `closed_at`. An organisation may come without a country, and twice by the
    same name. What was closed here stays closed.
    """
    require_place(actor)
    organisation = db.session.get(Organisation, organisation_id) if organisation_id else None
    details = checked(Details(**{name: values[name] for name in FIELDS}), needs_country=False)
    check_place(details, organisation)
    if organisation is None:
        organisation = insert(actor, details)
        if values.get("closed_at"):
            organisation.closed_at = values["closed_at"]
        return organisation.id, True
    before = organisation.revision
    changed = update(actor, organisation, details).revision != before
    return organisation.id, _close(actor, organisation, values.get("closed_at")) or changed


def _close(actor: Actor, organisation: Organisation, closed_at: datetime | None) -> bool:
    if closed_at is None or organisation.closed_at is not None:
        return False
    organisation.closed_at = closed_at
    record(actor, events.CLOSED, "organisation", organisation.id)
    return True


@operation
def take_membership(actor: Actor, values: Mapping[str, Any], membership_id: int | None) -> tuple[int, bool]:
    """Let a person (`person_id`) stand to an organisation (`organisation_id`) as `role` and `state` say; answer alike."""
    require_place(actor)
    role, state = values["role"], values["state"]
    check_role(role)
    if state not in STATES:
        raise Invalid({"state": _("Choose requested, active or ended.")})
    membership = db.session.get(Membership, membership_id) if membership_id else None
    membership = membership or membership_between(values["person_id"], values["organisation_id"])
    if membership and (membership.role, membership.state) == (role, state):
        return membership.id, False
    if state == "active":
        membership = start_membership(actor, values["person_id"], values["organisation_id"], role)
    membership = membership or _added(values["person_id"], values["organisation_id"])
    _settle(actor, membership, role, state)
    return membership.id, True


def _settle(actor: Actor, membership: Membership, role: str, state: str) -> None:
    """Write role and state as the source has them. Imported requests and endings are old news: no event tells of them."""
    if membership.state == state == "active" and membership.role != role:
        data = {"person": membership.person_id, "organisation": membership.organisation_id}
        record(actor, events.ROLE_CHANGED, "membership", membership.id, data)
    membership.role, membership.state = role, state
    membership.ended_at = (membership.ended_at or now()) if state == "ended" else None


def _added(person_id: int, organisation_id: int) -> Membership:
    membership = Membership(person_id=person_id, organisation_id=organisation_id, created_at=now())
    db.session.add(membership)
    db.session.flush()
    return membership
