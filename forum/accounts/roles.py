"""Giving and taking the roles that people hold for the network."""

import re

from forum.accounts import events
from forum.accounts.models import Person, RoleGrant
from forum.accounts.policy import require_change_roles, require_other_admin
from forum.accounts.queries import other_admins, require_person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import operation
from forum.core.errors import Conflict, Invalid
from forum.core.events import record
from forum.core.text import message as _

ROLES = ("moderator", "admin")
NETWORK = "network"
SCOPE = re.compile(r"network|theme:[a-z0-9-]{1,60}|language:[a-z]{2,3}")


@operation
def grant_role(actor: Actor, person_id: int, role: str, scope: str = NETWORK) -> None:
    """Make a person an `admin`, or a `moderator` of the `network`, of a theme (`theme:KEY`) or of a `language:nl`."""
    require_change_roles(actor)
    _check(role, scope)
    person = require_person(person_id)
    if person.erased_at:
        raise Conflict(_("This account is closed."))
    if _held(person, role, scope) is None:
        person.roles.append(RoleGrant(role=role, scope=scope, granted_at=now()))
        record(actor, events.ROLE_CHANGED, "person", person.id, {"role": role, "scope": scope, "given": True})


@operation
def withdraw_role(actor: Actor, person_id: int, role: str, scope: str = NETWORK) -> None:
    """Take a role from a person; the last administrator stays one."""
    require_change_roles(actor)
    person = require_person(person_id)
    grant = _held(person, role, scope)
    if grant is None:
        return
    if role == "admin":
        require_other_admin(person, other_admins(person.id))
    person.roles.remove(grant)
    record(actor, events.ROLE_CHANGED, "person", person.id, {"role": role, "scope": scope, "given": False})


def _held(person: Person, role: str, scope: str) -> RoleGrant | None:
    return next((grant for grant in person.roles if (grant.role, grant.scope) == (role, scope)), None)


def _check(role: str, scope: str) -> None:
    if role not in ROLES:
        raise Invalid({"role": _("Choose moderator or admin.")})
    if not SCOPE.fullmatch(scope) or (role == "admin" and scope != NETWORK):
        raise Invalid({"scope": _("Choose the whole network, a theme or a language.")})
