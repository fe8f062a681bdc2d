"""Mails about posts that are offered to another organisation: to its editors, and the answer to who offered."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Person
from forum.accounts.queries import moderator_ids
from forum.core.db import db
from forum.core.events import Event
from forum.curation import events
from forum.curation.offers.models import TransferOffer
from forum.curation.offers.policy import may_answer, stands
from forum.library.models import SHOWN_STATUSES
from forum.library.policy import can_read
from forum.organisations.models import Membership
from forum.organisations.queries import reader_for

Owed = tuple[str, str]
Told = dict[str, Any]
MAILED = ("accepted", "declined", "lapsed")


def to_receivers(event: Event) -> Iterable[Owed]:
    """An offer goes to the editors of the receiving organisation, or to the moderators when it has none."""
    editing = (Membership.organisation_id == event.data["to"], Membership.state == "active")
    editors = db.session.scalars(select(Membership.person_id).where(*editing, Membership.role == "editor")).all()
    return [(f"person:{number}", "transfer_offered") for number in editors or moderator_ids()]


def to_offerer(event: Event) -> Iterable[Owed]:
    """The answer goes to whoever offered, unless they gave it themselves."""
    offer = db.session.get(TransferOffer, event.data["offer"])
    if offer is None or offer.outcome not in MAILED or offer.offered_by_id in (None, event.actor_id):
        return []
    return [(f"person:{offer.offered_by_id}", "transfer_answered")]


def tell_receiver(person: Person, event: Event) -> Told | None:
    """To somebody who still may answer, while the offer stands."""
    offer = db.session.get(TransferOffer, event.data["offer"])
    if offer is None or not stands(offer) or not may_answer(reader_for(person), offer):
        return None
    return _told(offer) | {"link": f"/offers/{offer.id}", "until": offer.ends_at.date()}


def tell_offerer(person: Person, event: Event) -> Told | None:
    """To whoever offered, if they may read the post; of one that was taken away from their sight, its title as they gave it."""
    offer = db.session.get(TransferOffer, event.data["offer"])
    if offer is None or offer.outcome not in MAILED:
        return None
    post = offer.post
    is_there = can_read(reader_for(person), post)
    if not is_there and not _is_as_given(offer):
        return None
    there = f"/posts/{post.id}/{post.slug}" if is_there else f"/organisations/{offer.organisation.slug}"
    return _told(offer) | {"outcome": offer.outcome, "link": there}


def _is_as_given(offer: TransferOffer) -> bool:
    """Whether a post was taken over and is shown, with nothing in it changed since."""
    is_taken = offer.outcome == "accepted" and offer.post.organisation_id == offer.organisation_id
    is_same = offer.answered_at is not None and offer.post.updated_at <= offer.answered_at
    return is_taken and is_same and offer.post.status in SHOWN_STATUSES


def _told(offer: TransferOffer) -> Told:
    return {
        "title": offer.post.title,
        "former": offer.former.name if offer.former else "",
        "organisation": offer.organisation.name,
    }


MAILS = {events.OFFERED.name: to_receivers, events.OFFER_CLOSED.name: to_offerer}
TELLERS = {"transfer_offered": tell_receiver, "transfer_answered": tell_offerer}
