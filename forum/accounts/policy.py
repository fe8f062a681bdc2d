"""Who may see and do what with an account."""

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.errors import Conflict, Denied
from forum.core.text import Message
from forum.core.text import message as _


def can_see_details(actor: Actor, person: Person) -> bool:
    """Whether an actor sees more of a person than the name: job title, languages and words about themselves."""
    return (bool(actor) or actor.is_system) and person.erased_at is None


def can_change_roles(actor: Actor) -> bool:
    """Whether an actor may give and take roles for the network."""
    return actor.is_admin or actor.is_system


def require_change_roles(actor: Actor) -> None:
    """Raise `Denied` unless the actor may give and take roles."""
    if not can_change_roles(actor):
        raise Denied(_("Only administrators give and take roles."))


def require_other_admin(person: Person, others: int) -> None:
    """Raise `Conflict` when the person is the last who administers the site: there are no `others`."""
    if any(grant.role == "admin" for grant in person.roles) and not others:
        raise Conflict(_("This is the last administrator. Make somebody else an administrator first."))


def require_signed_in(actor: Actor) -> int:
    """The actor's person id; `Denied` for a visitor."""
    if actor.person_id is None:
        raise Denied(_("Sign in first."))
    return actor.person_id


def silence(actor: Actor) -> Message | None:
    """Why somebody who is signed in may not write now; None when they may. Every policy on writing asks this."""
    if not actor.is_silenced or actor.silenced_until is None:
        return None
    return _(
        "A moderator asked you not to write until %(date)s. You can read everything.",
        date=actor.silenced_until.date(),
    )


def require_voice(actor: Actor) -> None:
    """Raise `Denied` for somebody who may only read now."""
    sentence = silence(actor)
    if sentence:
        raise Denied(sentence)
