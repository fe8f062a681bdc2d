"""The moderators' page about the experts on a post: ask, take back, read the opinions, decide."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forum.core.errors import Invalid
from forum.core.languages import language_name
from forum.curation.experts import inviting
from forum.curation.experts.inviting import READY
from forum.curation.experts.models import MOST_WORDS, WHY_LENGTH
from forum.curation.experts.queries import expert_review, shown_opinions
from forum.library.models import Post
from forum.web.cards import post_url
from forum.web.languages import interface_language, site_languages
from forum.web.post_area import area
from forum.web.post_form import errors_of
from forum.web.routes import Need
from forum.web.sessions import actor
from forum.web.wording.opinions import PROPOSALS, REFUSALS, SCALE, SCORES, STATES


@area.page("/posts/<int:post_id>/experts", needs=Need.MODERATOR, methods=("GET", "POST"))
def ask_experts(post_id: int) -> Any:
    """Who was asked, what they said, what the machine proposes; and a form to ask somebody."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        email, language, why = (request.form.get(name, "").strip() for name in ("email", "language", "why"))
        try:
            inviting.invite_expert(actor(), post_id, email, language, why)
            flash(_("The invitation goes to %(email)s. Its link works for 14 days.", email=email), "ok")
            return to_experts(post_id)
        except Invalid as problem:
            errors = errors_of(problem)
    review = expert_review(actor(), post_id)
    page = render_template(
        "curation/experts.html",
        review=review,
        post=review.post,
        address=post_url(review.post.id, review.post.slug),
        proposal=PROPOSALS[review.proposal],
        is_ready=review.post.review in READY,
        scores=SCORES,
        scale=SCALE,
        states=STATES,
        refusals=REFUSALS,
        languages=[(code, language_name(code, interface_language())) for code in site_languages()],
        longest=WHY_LENGTH,
        most_words=MOST_WORDS,
        form=request.form,
        errors=errors,
    )
    return page, 422 if errors else 200


@area.page("/posts/<int:post_id>/experts/<int:invitation_id>/withdraw", needs=Need.MODERATOR, methods=("POST",))
def take_back_expert(post_id: int, invitation_id: int) -> Response:
    """Take an invitation back."""
    inviting.take_back_invitation(actor(), post_id, invitation_id)
    flash(_("The invitation is taken back. Its link no longer works."), "ok")
    return to_experts(post_id)


@area.page("/posts/<int:post_id>/experts/recommend", needs=Need.MODERATOR, methods=("POST",))
def recommend(post_id: int) -> Response:
    """Recommend the post, and show the opinions with it."""
    post = inviting.recommend_post(actor(), post_id)
    flash(_("The post is recommended. Readers see the opinions."), "ok")
    return redirect(post_url(post.id, post.slug), 303)


@area.page("/posts/<int:post_id>/experts/end", needs=Need.MODERATOR, methods=("POST",))
def end_expert_review(post_id: int) -> Response:
    """Stop asking experts; the post stays reviewed."""
    inviting.end_review(actor(), post_id)
    flash(_("No expert is asked any more. The post stays reviewed."), "ok")
    return to_experts(post_id)


def opinions_shown(post: Post) -> dict[str, Any] | None:
    """What readers of a recommended post see of its experts, in one statement; None for any other post."""
    found = shown_opinions(post)
    return {"all": found, "scores": SCORES, "scale": SCALE} if found else None


def to_experts(post_id: int) -> Response:
    """Back to the page of the experts."""
    return redirect(url_for("posts.ask_experts", post_id=post_id), 303)
