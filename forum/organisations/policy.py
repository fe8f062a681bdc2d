"""Who may see and do what with an organisation and its people.

Three kinds of people look after an organisation: its editors, the editors of the network it belongs to, and those who
moderate the whole network. Nobody but moderators looks after a closed one.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_, true

from forum.core.actor import Actor
from forum.core.errors import Denied
from forum.core.text import message as _
from forum.organisations.models import Organisation


def is_moderator(actor: Actor) -> bool:
    """Whether an actor moderates the whole network; moderators of a theme or a language do not look after organisations."""
    return actor.moderates_any()


def edits_parent(actor: Actor, organisation: Organisation) -> bool:
    """Whether an actor is an editor of the network that an open organisation belongs to."""
    return organisation.closed_at is None and organisation.parent_id in actor.editor_ids


def can_edit_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Whether an actor may change what is said of an organisation."""
    own = organisation.closed_at is None and organisation.id in actor.editor_ids
    return own or edits_parent(actor, organisation) or is_moderator(actor)


def can_manage_people(actor: Actor, organisation: Organisation) -> bool:
    """Whether an actor may invite people, answer requests, give roles and end memberships."""
    return can_edit_organisation(actor, organisation)


def managed_by(actor: Actor) -> ColumnElement[bool]:
    """The same as `can_manage_people`, as a condition on `Organisation` for any SELECT."""
    if is_moderator(actor):
        return true()
    mine = sorted(actor.editor_ids)
    return and_(Organisation.closed_at.is_(None), or_(Organisation.id.in_(mine), Organisation.parent_id.in_(mine)))


def can_set_domains(actor: Actor, organisation: Organisation) -> bool:
    """Whether an actor may say whose addresses join at once. Not the organisation's own editors: they could claim any."""
    return edits_parent(actor, organisation) or is_moderator(actor)


def can_place(actor: Actor) -> bool:
    """Whether an actor may change the kind and the network of any organisation, close it and open it again."""
    return is_moderator(actor)


def can_add_under(actor: Actor, parent: Organisation | None) -> bool:
    """Whether an actor may add an organisation to a network (None: to no network)."""
    own = parent is not None and parent.kind == "network" and parent.closed_at is None and parent.id in actor.editor_ids
    return own or is_moderator(actor)


def can_add(actor: Actor, network_ids: Iterable[int]) -> bool:
    """Whether an actor may add organisations somewhere, when these are the open networks."""
    return is_moderator(actor) or not actor.editor_ids.isdisjoint(network_ids)


def can_see_people(actor: Actor) -> bool:
    """Whether an actor may see who belongs to an organisation: members may; others see a number and the contact."""
    return actor.is_member


def require_add(actor: Actor, network_ids: Iterable[int]) -> None:
    """Raise `Denied` unless the actor may add organisations somewhere."""
    if not can_add(actor, network_ids):
        raise Denied(_("Only moderators add organisations, and editors of a network below that network."))


def require_edit(actor: Actor, organisation: Organisation) -> None:
    """Raise `Denied` unless the actor may change the organisation."""
    if not can_edit_organisation(actor, organisation):
        raise Denied(_("Only the editors of this organisation may change it."))


def require_manage_people(actor: Actor, organisation: Organisation) -> None:
    """Raise `Denied` unless the actor may say who belongs to the organisation."""
    if not can_manage_people(actor, organisation):
        raise Denied(_("Only the editors of this organisation decide who belongs to it."))


def require_set_domains(actor: Actor, organisation: Organisation) -> None:
    """Raise `Denied` unless the actor may set the e-mail domains."""
    if not can_set_domains(actor, organisation):
        raise Denied(_("Only moderators and editors of the network set e-mail domains."))


def require_place(actor: Actor) -> None:
    """Raise `Denied` unless the actor may place, close and reopen organisations."""
    if not can_place(actor):
        raise Denied(_("Only a moderator may do this."))
