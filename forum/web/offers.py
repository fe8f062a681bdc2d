"""A post that is to belong to another organisation: moved at once, or offered first; and the answer to an offer."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.actor import Actor
from forum.core.errors import Invalid
from forum.core.text import message
from forum.curation import restructuring_queries as queries
from forum.curation.offers import operations
from forum.curation.offers.models import TransferOffer
from forum.curation.offers.policy import may_answer, may_cancel, moves_directly, stands
from forum.curation.offers.queries import offer_for_page
from forum.curation.operations.converting import move_post
from forum.curation.restructuring_policy import require_act
from forum.library.models import Post
from forum.library.policy import can_moderate, can_read
from forum.library.reading import post_for_page
from forum.organisations.queries import organisations_to_choose
from forum.web.accounts import said
from forum.web.cards import post_url
from forum.web.comment_forms import number_from
from forum.web.post_area import area
from forum.web.routes import Need
from forum.web.sessions import actor

ANSWERS: dict[str, Callable[[Actor, int], TransferOffer]] = {
    "accept": operations.accept_offer,
    "decline": operations.decline_offer,
    "cancel": operations.cancel_offer,
}


@area.page("/posts/<int:post_id>/transfer", needs=Need.PERSON, methods=("GET", "POST"))
def transfer(post_id: int) -> Any:
    """Let a post belong to another organisation, which is asked first unless a moderator or one of its editors does it."""
    post = require_act(actor(), post_for_page(actor(), post_id).post)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect(_moved_or_offered(post), 303)
        except Invalid as problem:
            errors = said(problem)
    page = render_template(
        "restructuring/transfer.html",
        post=post,
        errors=errors,
        form=request.form,
        address=post_url(post.id, post.slug),
        choices=[one for one in organisations_to_choose() if one[0] != post.organisation_id],
        moderates=can_moderate(actor(), post),
        offer=operations.open_offer(post_id),
    )
    return page, 422 if errors else 200


def _moved_or_offered(post: Post) -> str:
    """Do what the form asks for; give the address to go on at."""
    receiving, reason = number_from(request.form.get("organisation")) or 0, request.form.get("reason", "")
    if not moves_directly(actor(), post, receiving):
        operations.offer_post(actor(), post.id, receiving, reason)
        flash(_("The other organisation is asked. You hear by mail what it answers."), "ok")
        return url_for("posts.transfer", post_id=post.id)
    move_post(actor(), post.id, receiving, reason)
    flash(_("The post belongs to the other organisation now. You can undo this for 30 days."), "ok")
    still = queries.pick(actor(), str(post.id), 0)  # perhaps only the new owner may read it
    return post_url(post.id, post.slug) if still else url_for("home.show_home")


@area.page("/offers/<int:offer_id>", needs=Need.PERSON, methods=("GET", "POST"))
def answer_offer(offer_id: int) -> Any:
    """A post that is offered: accept or decline it for the receiving organisation, or take the offer back."""
    offer = offer_for_page(actor(), offer_id)
    if request.method == "POST":
        answer = ANSWERS.get(request.form.get("answer", ""))
        if answer is None:
            raise Invalid({"answer": message("Choose one of the answers offered.")})
        answered = answer(actor(), offer_id)
        flash(_told(answered), "ok")
        return redirect(_after(answered), 303)
    return render_template(
        "restructuring/offer.html",
        offer=offer,
        stands=stands(offer),
        may_answer=may_answer(actor(), offer),
        may_cancel=may_cancel(actor(), offer),
        may_read=can_read(actor(), offer.post),
    )


def _told(offer: TransferOffer) -> str:
    if offer.outcome == "accepted":
        return str(_("The post belongs to the other organisation now. You can undo this for 30 days."))
    if offer.outcome == "declined":
        return str(_("The offer is declined. The post stays where it is."))
    return str(_("The offer is taken back. The post stays where it is."))


def _after(offer: TransferOffer) -> str:
    if can_read(actor(), offer.post):
        return post_url(offer.post_id, offer.post.slug)
    return url_for("organisations.show_organisation", slug=offer.organisation.slug)
