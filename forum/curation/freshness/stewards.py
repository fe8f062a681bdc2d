"""Whom to ask about a record: its contact or author, then the people of the network above. Only people who are there."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db
from forum.library.models import Post
from forum.organisations.models import Membership, Organisation
from forum.organisations.queries import networks_above

MOST_ASKED = 3


def owner_of_post(post: Post, left: frozenset[int]) -> Person | None:
    """The contact of a post, else its author: whoever has an account still, and belongs to its organisation still."""
    wanted = [number for number in (post.contact_id, post.author_id) if number is not None and number not in left]
    people = _present(wanted, [post.organisation_id] if post.organisation_id else None)
    return people[0] if people else None


def network_of_post(post: Post, left: frozenset[int]) -> list[Person]:
    """The people of the nearest network above a post's organisation that has any."""
    organisation = db.session.get(Organisation, post.organisation_id) if post.organisation_id else None
    return network_of_organisation(organisation, left) if organisation else []


def owner_of_organisation(organisation: Organisation, left: frozenset[int]) -> Person | None:
    """The contact of an organisation, else the editor who has been one longest."""
    people = _speakers(organisation, left)
    return people[0] if people else None


def network_of_organisation(organisation: Organisation, left: frozenset[int]) -> list[Person]:
    """The contact, or the editors, of the nearest network above that has any; at most three people."""
    for network in reversed(networks_above(organisation)):
        people = [] if network.closed_at else _speakers(network, left)
        if people:
            return people[:1] if people[0].id == network.contact_id else people[:MOST_ASKED]
    return []


def _speakers(organisation: Organisation, left: frozenset[int]) -> list[Person]:
    """The contact of an organisation and then its editors, the longest serving first."""
    editors = select(Membership.person_id).where(
        Membership.organisation_id == organisation.id, Membership.state == "active", Membership.role == "editor"
    )
    ids = [organisation.contact_id, *db.session.scalars(editors.order_by(Membership.created_at, Membership.id))]
    wanted = dict.fromkeys(number for number in ids if number is not None and number not in left)
    return _present(wanted, [organisation.id])


def _present(ids: Iterable[int], organisation_ids: list[int] | None) -> list[Person]:
    """Those of these people who can be written to and who belong to one of the organisations, in the order given."""
    wanted = list(ids)
    here = select(Person).where(
        Person.id.in_(wanted),
        Person.email.is_not(None),
        Person.confirmed_at.is_not(None),
        Person.erased_at.is_(None),
        or_(Person.suspended_until.is_(None), Person.suspended_until <= now()),
    )
    if organisation_ids is not None:
        belonging = select(Membership.person_id).join(Organisation, Organisation.id == Membership.organisation_id)
        belonging = belonging.where(Membership.state == "active", Organisation.closed_at.is_(None))
        here = here.where(Person.id.in_(belonging.where(Membership.organisation_id.in_(organisation_ids))))
    found = {person.id: person for person in db.session.scalars(here)} if wanted else {}
    return [found[number] for number in wanted if number in found]
