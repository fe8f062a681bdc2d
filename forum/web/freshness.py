"""Is it still true? The page behind the link in a mail, what waits for my answer, and what readers find out of date."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_timedelta
from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from forum.core.clock import now
from forum.core.errors import Invalid
from forum.core.limits import check_limit
from forum.curation.freshness.answering import (
    Question,
    confirm_by_link,
    confirm_record,
    leave_by_link,
    question_of,
    records_to_confirm,
)
from forum.curation.operations.flags import raise_flag
from forum.library.freshness import is_near, is_overdue
from forum.library.models import SHOWN_STATUSES, Post
from forum.organisations.queries import organisation_for_page
from forum.web.cards import post_url
from forum.web.languages import say
from forum.web.routes import Area, Need
from forum.web.security import from_anywhere
from forum.web.sessions import actor

area = Area("freshness", __name__)

REPORTS_A_DAY = 20
DAY = 24 * 60 * 60
PRIVATE = {"X-Robots-Tag": "noindex", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True, slots=True)
class Freshness:
    """What a post's page says about its age: how long ago it was checked, by whom, and whether that is too long ago."""

    ago: str
    by: str
    is_overdue: bool
    is_near: bool


def freshness_of(post: Post) -> Freshness | None:
    """The age of a posted post as its page says it; None while nobody has looked at it since it was posted."""
    if post.checked_on is None or post.status not in SHOWN_STATUSES:
        return None
    overdue = is_overdue(post)
    if not overdue and post.published_at and post.checked_on <= post.published_at.date() and not is_near(post):
        return None
    return Freshness(ago(post.checked_on), post.checked_by or "owner", overdue, is_near(post))


def ago(day: date) -> str:
    """How long ago a day was, in the words of the page's language: "3 weeks ago"; "today" within a day."""
    passed = day - now().date()
    return format_timedelta(passed, add_direction=True, locale=get_locale()) if passed.days else str(_("today"))


@area.page("/confirmed", needs=Need.ANYONE)
def thank() -> Any:
    """Thanks for an answer, which says nothing of who answered what."""
    return render_template("freshness/thanks.html", has_left=request.args.get("answer") == "left"), PRIVATE


@area.page("/still-true/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
@from_anywhere
def answer(token: str) -> Any:
    """Ask whether a record is still true, and take the answer. Opening the page changes nothing: programs open links too."""
    if request.method == "POST":
        confirm_by_link(token)
        return redirect(url_for("freshness.thank"), 303)
    return _show("freshness/still_true.html", token)


@area.page("/still-true/<token>/not-me", needs=Need.ANYONE, methods=("GET", "POST"))
@from_anywhere
def leave(token: str) -> Any:
    """Say that somebody else must answer."""
    if request.method == "POST":
        leave_by_link(token)
        return redirect(url_for("freshness.thank", answer="left"), 303)
    return _show("freshness/not_me.html", token)


def _show(template: str, token: str) -> Any:
    question: Question = question_of(token)
    if question.is_answered:
        return redirect(url_for("freshness.thank"), 303)
    return render_template(template, record=question.record, token=token, root=request.script_root), PRIVATE


@area.page("/to-confirm", needs=Need.PERSON)
def list_records() -> str:
    """What I was asked to confirm and have not."""
    return render_template("freshness/list.html", records=records_to_confirm(actor()), root=request.script_root)


@area.page("/posts/<int:post_id>/confirm", needs=Need.PERSON, methods=("POST",))
def confirm_post(post_id: int) -> Any:
    """Say that a post is still true."""
    return _confirm("post", post_id)


@area.page("/organisations/<slug>/confirm", needs=Need.PERSON, methods=("POST",))
def confirm_organisation(slug: str) -> Any:
    """Say that what the site tells of an organisation is still true."""
    return _confirm("organisation", organisation_for_page(slug).id)


def _confirm(subject_type: str, subject_id: int) -> Any:
    found = confirm_record(actor(), subject_type, subject_id)
    flash(_("Thank you. It is marked as checked today."), "ok")
    if request.form.get("next") == "list":
        return redirect(url_for("freshness.list_records"), 303)
    if subject_type == "organisation":
        return redirect(url_for("organisations.show_organisation", slug=found.path.rsplit("/", 1)[1]), 303)
    return redirect(url_for("posts.show_post", post_id=subject_id, slug=found.path.rsplit("/", 1)[1]), 303)


@area.page("/posts/<int:post_id>/outdated", needs=Need.PERSON, methods=("POST",))
def report_outdated(post_id: int) -> Any:
    """Say that a post looks out of date: one click, and a sentence if one likes."""
    check_limit(f"outdated:{actor().person_id}", REPORTS_A_DAY, DAY)
    try:
        flag = raise_flag(actor(), post_id, None, "outdated", request.form.get("note", ""))
    except Invalid as problem:
        flash(" ".join(say(sentence) for sentence in problem.fields.values()), "bad")
        return redirect(url_for("review.flag_post", post_id=post_id), 303)
    flash(_("Thank you. We told whoever answers for this post, and the moderators."), "ok")
    return redirect(post_url(flag.post_id, "-"), 303)
