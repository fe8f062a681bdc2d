"""How long what is said of an organisation holds: a year, until somebody says that it is still true."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import operation
from forum.core.events import record
from forum.organisations import events
from forum.organisations.models import Organisation
from forum.organisations.policy import require_edit
from forum.organisations.queries import require_organisation


def profile_check_by(checked_on: date) -> date:
    """The day by which an organisation's page should be looked at again: a year later."""
    return date(checked_on.year + 1, checked_on.month, min(checked_on.day, 28))


@operation
def confirm_profile(actor: Actor, organisation_id: int, data: Mapping[str, Any] | None = None) -> Organisation:
    """Say that what the site tells of an organisation is still true. `data` holds references and numbers."""
    organisation = require_organisation(organisation_id)
    if not actor.is_system:
        require_edit(actor, organisation)
    note_checked(organisation)
    record(actor, events.CONFIRMED, "organisation", organisation.id, data)
    return organisation


def note_checked(organisation: Organisation) -> None:
    """Write down, inside an operation, that somebody looked at what is said of an organisation today."""
    organisation.checked_on = now().date()
    organisation.check_by = profile_check_by(organisation.checked_on)
