"""Notices of content against the law (art. 16 of the Digital Services Act): the form, and what became of a notice."""

from typing import Any

from flask import current_app, redirect, render_template, request

from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.limits import limited
from forum.core.settings import Settings
from forum.core.text import message
from forum.curation.models import Flag
from forum.curation.operations.appeals import appeal_of, appeal_until, make_appeal
from forum.curation.operations.flags import raise_notice
from forum.curation.records import notice_by_link
from forum.curation.signed_links import NOTICE, notice_path, read_link
from forum.discussion.models import Comment
from forum.library.reading import post_for_page
from forum.web.cards import place_of
from forum.web.comment_forms import number_from
from forum.web.decision_words import DONE, OUTCOMES
from forum.web.languages import interface_language, say
from forum.web.routes import Area, Need
from forum.web.security import csrf
from forum.web.sessions import actor

area = Area("notices", __name__)

NOTICES, MINUTES = 5, 60
TOO_MANY = message("You sent several notices. Wait an hour, then send the next one.")
WRITTEN = ("why", "place", "name", "email")


@csrf.exempt  # type: ignore[untyped-decorator]  # no types; a visitor's token would need a cookie, the origin check covers this form
@area.page("/posts/<int:post_id>/notice", needs=Need.ANYONE, methods=("GET", "POST"))
def send_notice(post_id: int) -> Any:
    """Report a post, or what the address names below it, as against the law; visitors may too."""
    post = post_for_page(actor(), post_id).post
    comment_id, adoption_id = (number_from(request.values.get(name)) for name in ("comment", "adoption"))
    errors: dict[str, str] = {}
    if request.method == "POST":
        protect_members()
        try:
            kept = keep_notice(post_id, comment_id, adoption_id)
            return redirect(f"{request.script_root}{notice_path(settings(), kept.id)}", 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    page = render_template(
        "decisions/notice_form.html",
        post=post,
        comment_id=comment_id,
        adoption_id=adoption_id,
        back=place_of(post, adoption_id),
        form=request.form,
        errors=errors,
    )
    return (page, 422) if errors else page


def keep_notice(post_id: int, comment_id: int | None, adoption_id: int | None) -> Flag:
    """Keep the notice that the form holds."""
    with limited(f"notices {actor().person_id or request.remote_addr}", NOTICES, MINUTES * 60, TOO_MANY):
        return raise_notice(
            actor(),
            post_id,
            comment_id,
            adoption_id=adoption_id,
            **{name: request.form.get(name, "") for name in WRITTEN},
            in_good_faith=bool(request.form.get("good_faith")),
            is_child_abuse=bool(request.form.get("child_abuse")),
            language=interface_language(),
        )


def ask_second_look(decision_id: int, flag_id: int | None = None) -> None:
    """Keep the request for a second look that the form holds."""
    with limited(f"appeals {request.remote_addr}", NOTICES, MINUTES * 60):
        body = request.form.get("body", "")
        make_appeal(actor(), decision_id, body, flag_id=flag_id, language=interface_language())


def protect_members() -> None:
    """Ask those who are signed in for the token of the form; visitors have none."""
    if actor() and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


@csrf.exempt  # type: ignore[untyped-decorator]  # no types; the signed link in the address stands for the token
@area.page("/notices/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
def show_notice(token: str) -> Any:
    """What became of a report, for whoever sent it; and the way to ask for a second look."""
    flag = notice_by_link(read_link(settings(), NOTICE, token))
    errors: dict[str, str] = {}
    if request.method == "POST" and flag.decision_id:
        try:
            ask_second_look(flag.decision_id, flag.id)
            return redirect(f"{request.script_root}{request.path}", 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    return notice_page(flag, errors), 422 if errors else 200


def notice_page(flag: Flag, errors: dict[str, str]) -> str:
    """The page of a report. The title of what it is about is not shown: it may be hidden by now."""
    decision = flag.decision
    return render_template(
        "decisions/notice.html",
        flag=flag,
        decision=decision,
        number=comment_number(flag),
        appeal=appeal_of(decision, flag) if decision else None,
        until=appeal_until(decision) if decision else None,
        done=DONE,
        outcomes=OUTCOMES,
        errors=errors,
        form=request.form,
    )


def comment_number(flag: Flag) -> int | None:
    """The number of the comment that a report is about."""
    comment = db.session.get(Comment, flag.comment_id) if flag.comment_id else None
    return comment.number if comment else None


def settings() -> Settings:
    """The settings of this site."""
    found: Settings = current_app.config["SETTINGS"]
    return found
