"""Who belongs where: joining by e-mail domain, asking and being accepted, roles, leaving."""

from sqlalchemy import delete, select

from forum.accounts.models import Person
from forum.accounts.policy import require_signed_in
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid
from forum.core.events import EventKind, record
from forum.core.limits import check_limit
from forum.core.text import message as _
from forum.organisations import events
from forum.organisations.details import UNPRINTABLE, too_long
from forum.organisations.memberships import membership_between, offered_to, require_membership
from forum.organisations.models import NOTE_LENGTH, ROLES, Invitation, Membership, Organisation
from forum.organisations.policy import require_manage_people
from forum.organisations.queries import require_organisation

DAY = 24 * 3600
REQUESTS_A_DAY = 20


@operation
def join_by_domain(actor: Actor, organisation_id: int | None = None) -> Membership:
    """Join, at once, the organisation whose e-mail domains hold the actor's confirmed address.

    Raises `Denied` when there is none, when it is not `organisation_id`, or when an editor ended the membership before.
    """
    person_id = require_signed_in(actor)
    offered = offered_to(actor)
    if offered is None or organisation_id not in (None, offered.id):
        raise Denied(_("Your e-mail address does not let you join at once. Ask to join instead."))
    return start_membership(actor, person_id, offered.id)


@operation
def request_membership(actor: Actor, organisation_id: int, note: str = "") -> Membership:
    """Ask to join; an editor of the organisation or its network, or a moderator, answers. Asking again changes the note."""
    person_id = require_signed_in(actor)
    organisation = _open_organisation(organisation_id)
    note = UNPRINTABLE.sub("", note.replace("\r\n", "\n")).strip()
    problem = too_long(note, NOTE_LENGTH)
    if problem:
        raise Invalid({"note": problem})
    membership = membership_between(person_id, organisation.id) or _new(person_id, organisation.id)
    if membership.state == "active":
        raise Conflict(_("You belong to this organisation already."))
    membership.note = note
    if membership.state == "requested":
        return membership
    check_limit(f"membership requests {person_id}", REQUESTS_A_DAY, DAY)
    membership.state, membership.role, membership.created_at = "requested", "member", now()
    _record(actor, events.REQUESTED, membership)
    return membership


@operation
def accept_request(actor: Actor, membership_id: int) -> Membership:
    """Accept a request to join. Raises `Conflict` when it was answered or taken back already."""
    membership = _waiting(actor, membership_id)
    _open_organisation(membership.organisation_id)
    return start_membership(actor, membership.person_id, membership.organisation_id)


@operation
def decline_request(actor: Actor, membership_id: int) -> None:
    """Decline a request to join. Raises `Conflict` when it was answered or taken back already."""
    membership = _waiting(actor, membership_id)
    _end(actor, membership)
    _record(actor, events.DECLINED, membership)


@operation
def change_membership_role(actor: Actor, membership_id: int, role: str) -> None:
    """Make a member an `editor`, or the other way round."""
    membership = require_membership(membership_id)
    require_manage_people(actor, membership.organisation)
    check_role(role)
    if membership.state != "active":
        raise Conflict(_("This person no longer belongs to the organisation."))
    if membership.role != role:
        membership.role = role
        _record(actor, events.ROLE_CHANGED, membership)


@operation
def end_membership(actor: Actor, membership_id: int) -> None:
    """Leave (or take back a request), or take somebody out as an editor. What they posted stays with the organisation."""
    membership = require_membership(membership_id)
    if membership.person_id != actor.person_id:
        require_manage_people(actor, membership.organisation)
    if membership.state == "ended":
        return
    _end(actor, membership)
    _record(actor, events.LEFT, membership)


@operation
def leave_everything(actor: Actor) -> None:
    """End every membership of the actor and forget invitations to their address, before they close their account."""
    person = db.session.get_one(Person, require_signed_in(actor))
    still = select(Membership).where(Membership.person_id == person.id, Membership.state != "ended")
    for membership in db.session.scalars(still.order_by(Membership.id)):
        _end(actor, membership)
        _record(actor, events.LEFT, membership)
    db.session.execute(delete(Invitation).where(Invitation.email == person.email))


def start_membership(actor: Actor, person_id: int, organisation_id: int, role: str = "member") -> Membership:
    """Let a person belong to an organisation from now on. Who belongs already keeps the higher role, and no event tells."""
    membership = membership_between(person_id, organisation_id) or _new(person_id, organisation_id)
    if membership.state == "active":
        if role == "editor" and membership.role != role:
            membership.role = role
            _record(actor, events.ROLE_CHANGED, membership)
        return membership
    membership.state, membership.role, membership.note = "active", role, ""
    membership.created_at, membership.ended_at, membership.ended_by_id = now(), None, None
    _record(actor, events.JOINED, membership)
    return membership


def check_role(role: str) -> None:
    """Raise `Invalid` for a role that nobody can have in an organisation."""
    if role not in ROLES:
        raise Invalid({"role": _("Choose member or editor.")})


def _new(person_id: int, organisation_id: int) -> Membership:
    membership = Membership(person_id=person_id, organisation_id=organisation_id, state="ended", created_at=now())
    db.session.add(membership)
    db.session.flush()
    return membership


def _end(actor: Actor, membership: Membership) -> None:
    membership.state, membership.role, membership.note = "ended", "member", ""
    membership.ended_at, membership.ended_by_id = now(), actor.person_id
    organisation = membership.organisation
    if organisation.contact_id == membership.person_id:
        organisation.contact_id = None


def _waiting(actor: Actor, membership_id: int) -> Membership:
    membership = require_membership(membership_id)
    require_manage_people(actor, membership.organisation)
    if membership.state != "requested":
        raise Conflict(_("This request is no longer waiting: somebody answered it, or it was taken back."))
    return membership


def _open_organisation(organisation_id: int) -> Organisation:
    organisation = require_organisation(organisation_id)
    if organisation.closed_at:
        raise Conflict(_("This organisation is closed. Nobody can join it now."))
    return organisation


def _record(actor: Actor, kind: EventKind, membership: Membership) -> None:
    data = {"person": membership.person_id, "organisation": membership.organisation_id}
    record(actor, kind, "membership", membership.id, data)
