"""Reading offers: one, for those whom it concerns; and those that wait for an organisation's answer."""

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Missing
from forum.curation.offers.models import TransferOffer
from forum.curation.offers.operations import NO_OFFER
from forum.curation.offers.policy import answerable, may_answer, may_cancel
from forum.library.models import Post
from forum.organisations.models import Membership, Organisation
from forum.organisations.policy import can_edit_organisation, can_manage_people


def offer_for_page(actor: Actor, offer_id: int) -> TransferOffer:
    """An offer, for those who may answer it or take it back. Raises `Missing`."""
    offer = db.session.get(TransferOffer, offer_id)
    if offer is None or not (may_answer(actor, offer) or may_cancel(actor, offer)):
        raise Missing(NO_OFFER)
    return offer


def waiting_for(actor: Actor, organisation: Organisation) -> tuple[int, int]:
    """How many requests to join, and how many offered posts, wait for those who answer: one statement."""
    if not can_manage_people(actor, organisation):
        return 0, 0
    asking = select(func.count()).select_from(Membership).join(Person, Person.id == Membership.person_id)
    asking = asking.where(Membership.organisation_id == organisation.id, Membership.state == "requested")
    offered = select(func.count()).select_from(TransferOffer).join(Post, Post.id == TransferOffer.post_id)
    offered = offered.where(answerable(actor, organisation))
    row = db.session.execute(
        select(asking.where(Person.erased_at.is_(None)).scalar_subquery(), offered.scalar_subquery())
    ).one()
    return row[0], row[1] if organisation.closed_at is None else 0


def offers_to(actor: Actor, organisation: Organisation) -> list[TransferOffer]:
    """The posts that wait for an organisation's answer, the oldest first, for those who answer; none asked for others."""
    if organisation.closed_at is not None or not can_edit_organisation(actor, organisation):
        return []
    query = select(TransferOffer).join(TransferOffer.post).where(answerable(actor, organisation))
    mine = query.order_by(TransferOffer.id)
    return list(
        db.session.scalars(mine.options(contains_eager(TransferOffer.post), joinedload(TransferOffer.offered_by)))
    )
