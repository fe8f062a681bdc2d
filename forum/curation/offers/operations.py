"""Offering a post to another organisation, answering the offer, taking it back, and letting it lapse after 30 days."""

from sqlalchemy import select

from forum.core.actor import SYSTEM, Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.events import EventKind, record
from forum.core.text import message as _
from forum.curation import events
from forum.curation.offers.models import OPEN_FOR, TransferOffer
from forum.curation.offers.policy import may_answer, may_cancel, standing_offers, stands
from forum.curation.operations.converting import take_post
from forum.curation.restructuring_policy import require_act
from forum.library.models import Post
from forum.library.operations.steps import clean_reason
from forum.library.operations.writing import find_post
from forum.organisations.models import Organisation

NO_OFFER = _("There is no such offer.")


@operation
def offer_post(actor: Actor, post_id: int, organisation_id: int, reason: str) -> TransferOffer:
    """Offer a post to another organisation. Offering it there again gives the open offer; elsewhere, that one must go first."""
    post = require_act(actor, find_post(post_id))
    reason = clean_reason(reason)
    receiving = db.session.get(Organisation, organisation_id)
    if receiving is None or receiving.closed_at is not None or organisation_id == post.organisation_id:
        raise Invalid({"organisation": _("Choose an organisation from the list.")})
    present = open_offer(post_id)
    if present is not None:
        if present.organisation_id == organisation_id:
            return present
        raise Conflict(_("This post is offered to another organisation already. Take that offer back first."))
    offer = TransferOffer(
        post_id=post_id,
        from_id=post.organisation_id,
        organisation_id=organisation_id,
        offered_by_id=actor.person_id,
        reason=reason,
        offered_at=now(),
    )
    db.session.add(offer)
    db.session.flush()
    _tell(actor, events.OFFERED, offer)
    return offer


def open_offer(post_id: int) -> TransferOffer | None:
    """The offer of a post that waits for an answer. Ask only for a post that the actor may restructure."""
    query = select(TransferOffer).join(Post, Post.id == TransferOffer.post_id)
    return db.session.scalar(query.where(TransferOffer.post_id == post_id, standing_offers()))


@operation
def accept_offer(actor: Actor, offer_id: int) -> TransferOffer:
    """Take the offered post over; it can be undone for 30 days like any move."""
    offer = _answerable(actor, offer_id)
    take_post(actor, find_post(offer.post_id), offer.organisation_id, offer.reason)
    return _close(actor, offer, "accepted")


@operation
def decline_offer(actor: Actor, offer_id: int) -> TransferOffer:
    """Leave the offered post where it is."""
    return _close(actor, _answerable(actor, offer_id), "declined")


@operation
def cancel_offer(actor: Actor, offer_id: int) -> TransferOffer:
    """Take an offer back."""
    offer = db.session.get(TransferOffer, offer_id, with_for_update=True)
    if offer is None or not may_cancel(actor, offer):
        raise Missing(NO_OFFER)
    return _close(actor, _standing(offer), "cancelled")


@operation
def lapse_offers() -> None:
    """Close the offers that nobody answered in 30 days."""
    over = select(TransferOffer).where(TransferOffer.outcome == "", TransferOffer.offered_at <= now() - OPEN_FOR)
    for offer in db.session.scalars(over):
        _close(SYSTEM, offer, "lapsed")


def _answerable(actor: Actor, offer_id: int) -> TransferOffer:
    offer = db.session.get(TransferOffer, offer_id, with_for_update=True)
    if offer is None or not may_answer(actor, offer):
        raise Missing(NO_OFFER)
    return _standing(offer)


def _standing(offer: TransferOffer) -> TransferOffer:
    if not stands(offer):
        raise Conflict(_("This offer no longer stands."))
    return offer


def _close(actor: Actor, offer: TransferOffer, outcome: str) -> TransferOffer:
    offer.outcome, offer.answered_at, offer.answered_by_id = outcome, now(), actor.person_id
    _tell(actor, events.OFFER_CLOSED, offer)
    return offer


def _tell(actor: Actor, kind: EventKind, offer: TransferOffer) -> None:
    record(actor, kind, "post", offer.post_id, {"offer": offer.id, "to": offer.organisation_id})
