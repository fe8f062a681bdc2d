"""What moderators do to a post, and reports by readers. The desk: `desk.py`."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.actor import Actor
from forum.core.errors import Invalid, Missing
from forum.curation.models import FLAG_REASONS, ILLEGAL
from forum.curation.operations import flags as reports
from forum.curation.operations.decisions import act_for_a_reason, archive_for_a_reason, restore_decided
from forum.library.evidence import has_evidence
from forum.library.life import CHECKLIST
from forum.library.models import Post
from forum.library.operations import curating
from forum.library.policy import can_moderate, can_review
from forum.library.reading import post_for_page
from forum.vocabulary.queries import vocabulary
from forum.web.cards import place_of, post_url
from forum.web.comment_forms import number_from
from forum.web.decision_words import REASONS as FLAG_LABELS
from forum.web.from_desk import done_from_desk
from forum.web.languages import interface_language, say
from forum.web.review_area import area
from forum.web.routes import Need
from forum.web.safety import local_target
from forum.web.sessions import actor
from forum.web.wording import life

SIMPLE_ACTIONS: dict[str, Callable[[Actor, int], Post]] = {
    "reviewed": lambda who, post_id: curating.mark_review(who, post_id, "reviewed", request.form.getlist("checked")),
    "new": lambda who, post_id: curating.mark_review(who, post_id, "new"),
    "needs_recheck": lambda who, post_id: curating.mark_review(who, post_id, "needs_recheck"),
    "restore": restore_decided,
    "lock": lambda who, post_id: curating.lock_post(who, post_id, locked=True),
    "unlock": lambda who, post_id: curating.lock_post(who, post_id, locked=False),
    "feature": lambda who, post_id: curating.feature_post(who, post_id, featured=True),
    "unfeature": lambda who, post_id: curating.feature_post(who, post_id, featured=False),
}
REASONED_ACTIONS: dict[str, Callable[[Actor, int, str], Post]] = {
    "hide": act_for_a_reason("hide"),
    "decline": act_for_a_reason("decline"),
    "archive": archive_for_a_reason,
    "withdraw": act_for_a_reason("withdraw"),
}


@area.page("/posts/<int:post_id>/moderate/<action>", needs=Need.MODERATOR, methods=("GET", "POST"))
def moderate_post(post_id: int, action: str) -> Any:
    """Do one thing to a post. What needs a reason, or cannot be seen at once, has a page that says what will happen."""
    who = actor()
    if request.method == "POST" and action in SIMPLE_ACTIONS:
        desk = done_from_desk(who, post_id, action)
        if desk:
            return redirect(desk, 303)
        post = SIMPLE_ACTIONS[action](who, post_id)
        flash(_("It is done, and stands in the log."), "ok")
        return redirect(back_to(post), 303)
    if action not in REASONED_ACTIONS:
        raise Missing
    if request.method == "POST":
        return carry_out(who, post_id, action)
    return show_reason_form(post_for_page(who, post_id).post, action)


def carry_out(who: Actor, post_id: int, action: str) -> Any:
    """Do what was asked, with its reason; or show the form again with what is wrong."""
    try:
        desk = done_from_desk(who, post_id, action)
        if desk:
            return redirect(desk, 303)
        post = REASONED_ACTIONS[action](who, post_id, request.form.get("reason", ""))
    except Invalid as problem:
        errors = {name: say(sentence) for name, sentence in problem.fields.items()}
        return show_reason_form(post_for_page(who, post_id).post, action, errors), 422
    flash(_("It is done, and stands in the log."), "ok")
    return redirect(back_to(post), 303)


def show_reason_form(post: Post, action: str, errors: dict[str, str] | None = None) -> str:
    """The page that says what will happen and asks why."""
    if not can_moderate(actor(), post):
        raise Missing
    return render_template(
        "curation/reason.html", post=post, action=action, errors=errors or {}, reason=request.form.get("reason", "")
    )


@area.page("/posts/<int:post_id>/moderate/themes", needs=Need.MODERATOR, methods=("GET", "POST"))
def move_themes(post_id: int) -> Any:
    """Put a post under other themes."""
    who = actor()
    post = post_for_page(who, post_id).post
    if not can_moderate(who, post):
        raise Missing
    chosen = [number for value in dict.fromkeys(request.form.getlist("themes")) if (number := number_from(value))]
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect(back_to(curating.move_themes(who, post_id, chosen)), 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    else:
        chosen = [entry.id for entry in vocabulary().entries([link.concept_id for link in post.concepts], "theme")]
    options = vocabulary().options("theme", interface_language())
    page = render_template("curation/themes.html", post=post, options=options, chosen=chosen, errors=errors)
    return (page, 422) if errors else page


@area.page("/posts/<int:post_id>/flag", needs=Need.PERSON, methods=("GET", "POST"))
def flag_post(post_id: int) -> Any:
    """Report a post, or the comment or the report on trying it that the address names."""
    post = post_for_page(actor(), post_id).post
    comment_id, adoption_id = (number_from(request.values.get(name)) for name in ("comment", "adoption"))
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            reports.raise_flag(actor(), post_id, comment_id, *_reason_and_note(), adoption_id=adoption_id)
            flash(_("Thank you. A moderator will look at it."), "ok")
            return redirect(place_of(post, adoption_id), 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    reasons = [(reason, FLAG_LABELS[reason]) for reason in FLAG_REASONS if reason != ILLEGAL]
    page = render_template(
        "curation/flag.html",
        post=post,
        comment_id=comment_id,
        adoption_id=adoption_id,
        back=place_of(post, adoption_id),
        reasons=reasons,
        errors=errors,
        form=request.form,
    )
    return (page, 422) if errors else page


def _reason_and_note() -> list[str]:
    return [request.form.get(name, "") for name in ("reason", "note")]


@area.page("/flags/<int:flag_id>/resolve", needs=Need.MODERATOR, methods=("POST",))
def resolve_flag(flag_id: int) -> Any:
    """Close a report."""
    reports.resolve_flag(actor(), flag_id, request.form.get("outcome", ""))
    flash(_("The report is closed."), "ok")
    return redirect(url_for("review.show_desk"), 303)


def back_to(post: Post) -> str:
    """Where the moderator came from: the desk, or the post."""
    target = request.form.get("next", "")
    return local_target(target) if target else post_url(post.id, post.slug)


def moderator_panel(who: Actor, post: Post) -> dict[str, Any] | None:
    """What the post's page offers a moderator; None to everybody else."""
    if not who.is_moderator or not can_moderate(who, post):
        return None
    may_review = can_review(who, post) and post.status in ("published", "archived")
    return {
        "may_review": may_review,
        "may_judge": may_review and has_evidence(post.kind),
        "checklist": [(name, str(life.CHECKLIST[name])) for name in CHECKLIST],
    }
