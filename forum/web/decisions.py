"""Decisions of moderators: the form with its reasons, the page for whom it concerns, and a second look by another moderator."""

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.adoption.queries import adoption_for_page
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Invalid, Missing
from forum.curation.models import Appeal, Decision
from forum.curation.operations.appeals import appeal_of, appeal_until, decide_appeal
from forum.curation.operations.decisions import (
    ADOPTION_ACTIONS,
    COMMENT_ACTIONS,
    POST_ACTIONS,
    Statement,
    decide_on_adoption,
    decide_on_comment,
    decide_on_post,
)
from forum.curation.policy import require_decider, require_second
from forum.curation.records import (
    About,
    about,
    appeal_for,
    decision_by_link,
    decision_for,
    latest_decision,
    reports_on,
)
from forum.curation.signed_links import STATEMENT, read_link
from forum.curation.subjects import Subject
from forum.discussion.queries.single import comment_for_page
from forum.library.models import Post
from forum.library.policy import can_read
from forum.library.reading import post_for_page
from forum.web.cards import place_of
from forum.web.comment_forms import number_from
from forum.web.decision_words import ACTION_HINTS, ACTIONS, DONE, GROUNDS, OUTCOMES, REASONS
from forum.web.languages import interface_language, say
from forum.web.notices import ask_second_look, protect_members, settings
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.security import csrf
from forum.web.sessions import actor

area = Area("decisions", __name__)


@area.page("/posts/<int:post_id>/decide", needs=Need.MODERATOR, methods=("GET", "POST"))
def decide(post_id: int) -> Any:
    """Decide on a post, or on the comment or the report on trying it that the address names, and give the reasons."""
    post = post_for_page(actor(), post_id).post
    one = _asked(post)
    _require_decider(one)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _carry_out(one)
            if request.form.get("action") == "none":
                flash(_("It stays as it is. The log says so, and whoever reported it gets your reasons by mail."), "ok")
            else:
                flash(_("It is done, and stands in the log. The author gets your reasons by mail."), "ok")
            target = request.form.get("next", "")
            return redirect(local_target(target) if target else url_for("review.show_desk"), 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    page = render_template(
        "decisions/decide.html",
        post=post,
        comment=one.comment,
        adoption=one.adoption,
        reports=[(flag, REASONS[flag.reason]) for flag in reports_on(_subject(one))],
        actions=action_choices(_actions_on(one)),
        grounds=list(GROUNDS.items()),
        form=request.values,
        back=local_target(request.values.get("next", ""))
        if request.values.get("next")
        else place_of(post, one.adoption.id if one.adoption else None),
        errors=errors,
    )
    return (page, 422) if errors else page


def _asked(post: Post) -> About:
    """What the address names: the post, or something below it that the actor may read."""
    comment_id, adoption_id = (number_from(request.values.get(name)) for name in ("comment", "adoption"))
    comment = comment_for_page(actor(), comment_id)[0] if comment_id else None
    adoption = adoption_for_page(actor(), adoption_id)[0] if adoption_id and not comment else None
    if any(one is not None and one.post_id != post.id for one in (comment, adoption)):
        raise Missing
    return About(post, comment, adoption)


def _subject(one: About) -> Subject:
    numbers = [thing.id if thing else None for thing in (one.comment, one.adoption)]
    return Subject(one.post.id if one.post else 0, *numbers)


def _require_decider(one: About) -> None:
    if one.post is None:
        raise Missing
    if one.adoption is not None:
        require_decider(actor(), one.post, one.adoption.reporter_id, one.adoption.organisation_id)
    else:
        require_decider(actor(), one.post, one.comment.author_id if one.comment else one.post.author_id)


def _actions_on(one: About) -> tuple[str, ...]:
    return COMMENT_ACTIONS if one.comment else ADOPTION_ACTIONS if one.adoption else POST_ACTIONS


def _carry_out(one: About) -> Decision:
    action = request.form.get("action", "")
    if one.comment is not None:
        return decide_on_comment(actor(), one.comment.id, action, statement_from_form())
    if one.adoption is not None:
        return decide_on_adoption(actor(), one.adoption.id, action, statement_from_form())
    return decide_on_post(actor(), one.post.id if one.post else 0, action, statement_from_form())


def statement_from_form() -> Statement:
    """The reasons that a form holds."""
    texts = {name: request.form.get(name, "") for name in ("basis", "facts", "reason")}
    return Statement(ground=request.form.get("ground", ""), language=interface_language(), **texts)


def action_choices(actions: Iterable[str]) -> list[tuple[str, Any, Any]]:
    """(value, label, what it means) of each action, for a form."""
    return [(action, ACTIONS[action], ACTION_HINTS[action]) for action in actions]


@area.page("/decisions/<int:decision_id>", needs=Need.PERSON, methods=("GET", "POST"))
def show_decision(decision_id: int) -> Any:
    """A decision with its reasons: for whom it concerns, and for moderators."""
    return _statement(decision_for(actor(), decision_id))


@area.page("/posts/<int:post_id>/statement", needs=Need.PERSON)
def show_latest(post_id: int) -> Any:
    """Lead to the last decision on a post."""
    return redirect(url_for("decisions.show_decision", decision_id=latest_decision(actor(), "post", post_id).id))


def link_to_decision(who: Actor, post: Post) -> str:
    """The link on a hidden, declined or archived post that leads its author to the reasons; empty where there are none."""
    if post.status not in ("hidden", "declined", "archived") or not who or who.person_id != post.author_id:
        return ""
    try:
        latest = latest_decision(who, "post", post.id)
    except Missing:
        return ""
    if post.status == "archived" and (latest.action != "archive" or latest.reversed_at):
        return ""  # its owners put it there
    return url_for("decisions.show_latest", post_id=post.id)


@csrf.exempt  # type: ignore[untyped-decorator]  # no types; the signed link in the address stands for the token
@area.page("/statements/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
def show_statement(token: str) -> Any:
    """The same by the link of a mail, for somebody who cannot sign in."""
    if request.method == "POST":
        protect_members()
    return _statement(decision_by_link(read_link(settings(), STATEMENT, token)), by_link=True)


def _statement(decision: Decision, *, by_link: bool = False) -> Any:
    concerns_me = by_link or (decision.person_id is not None and decision.person_id == actor().person_id)
    errors: dict[str, str] = {}
    if request.method == "POST" and concerns_me:
        try:
            ask_second_look(decision.id)
            return redirect(f"{request.script_root}{request.path}", 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    one = about(decision)
    post = one.post
    page = render_template(
        "decisions/statement.html",
        decision=decision,
        post=post if post and (concerns_me or can_read(actor(), post)) else None,
        comment=one.comment,
        adoption=one.adoption,
        concerns_me=concerns_me,
        appeal=appeal_of(decision, None),
        until=appeal_until(decision),
        done=DONE,
        grounds=GROUNDS,
        outcomes=OUTCOMES,
        form=request.form,
        errors=errors,
    )
    return page, 422 if errors else 200


@area.page("/appeals/<int:appeal_id>", needs=Need.MODERATOR, methods=("GET", "POST"))
def answer_appeal(appeal_id: int) -> Any:
    """Look at a decision again, as another moderator than the first."""
    appeal = appeal_for(actor(), appeal_id)
    if not appeal.decided_at:
        require_second(actor(), appeal)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            sent = [request.form.get(name, "") for name in ("outcome", "answer", "action")]
            decide_appeal(actor(), appeal_id, *sent)
            flash(_("It is done, and stands in the log. Whoever asked gets your answer by mail."), "ok")
            return redirect(url_for("review.show_desk"), 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
            db.session.refresh(appeal)
    page = _appeal_page(appeal, errors)
    return (page, 422) if errors else page


def _appeal_page(appeal: Appeal, errors: dict[str, str]) -> str:
    one = about(appeal.decision)
    return render_template(
        "decisions/appeal.html",
        appeal=appeal,
        decision=appeal.decision,
        post=one.post,
        comment=one.comment,
        adoption=one.adoption,
        actions=action_choices(name for name in _actions_on(one) if name not in ("none", appeal.decision.action)),
        done=DONE,
        grounds=GROUNDS,
        outcomes=OUTCOMES,
        form=request.form,
        errors=errors,
    )
