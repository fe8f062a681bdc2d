"""Who offers a post, who moves it at once, and who answers an offer."""

from sqlalchemy import ColumnElement, and_

from forum.core.actor import Actor
from forum.core.clock import now
from forum.curation.offers.models import OPEN_FOR, TransferOffer
from forum.curation.restructuring_policy import may_act
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import can_moderate, can_read, readable
from forum.organisations.models import Organisation
from forum.organisations.policy import can_edit_organisation


def moves_directly(actor: Actor, post: Post, organisation_id: int) -> bool:
    """Whether a post moves without being offered: a moderator moves it, or somebody who would accept the offer."""
    return can_moderate(actor, post) or organisation_id in actor.editor_ids


def standing_offers() -> ColumnElement[bool]:
    """The condition that an offer can still be answered. Join `Post`."""
    open_still = and_(TransferOffer.outcome == "", TransferOffer.offered_at > now() - OPEN_FOR)
    return and_(open_still, Post.organisation_id == TransferOffer.from_id, Post.status.in_(SHOWN_STATUSES))


def stands(offer: TransferOffer) -> bool:
    """The same, of one offer."""
    post = offer.post
    is_theirs = post.organisation_id == offer.from_id and post.status in SHOWN_STATUSES
    return offer.outcome == "" and offer.ends_at > now() and is_theirs


def may_answer(actor: Actor, offer: TransferOffer) -> bool:
    """Whether an actor accepts or declines: an editor of the receiving organisation, to whom an offer shows the title.

    Others who look after that organisation do, too, if they may read the post.
    """
    if offer.organisation.closed_at is not None:
        return False
    reads = can_edit_organisation(actor, offer.organisation) and can_read(actor, offer.post)
    return offer.organisation_id in actor.editor_ids or reads


def answerable(actor: Actor, organisation: Organisation) -> ColumnElement[bool]:
    """The same, as a condition on offers to one organisation that the actor looks after. Join `Post`."""
    there = and_(standing_offers(), TransferOffer.organisation_id == organisation.id)
    return there if organisation.id in actor.editor_ids else and_(there, readable(actor))


def may_cancel(actor: Actor, offer: TransferOffer) -> bool:
    """Whether an actor takes an offer back: whoever could make it."""
    return may_act(actor, offer.post)
