"""The second step of signing in, signing in with a passkey alone, and showing anew that it is still you."""

from typing import Any
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts import sessions
from forum.accounts.factors.passkeys import options_to_prove, person_with_passkey
from forum.accounts.factors.proving import prove_second_factor
from forum.accounts.factors.standing import factors_of
from forum.accounts.mailed_links import can_prove_by_mail, check_proof_link, prove_by_link
from forum.accounts.models import Person
from forum.accounts.signing_in import require_may_sign_in
from forum.core.db import db
from forum.core.errors import Invalid, Missing
from forum.core.limits import check_limit
from forum.web.accounts import dead_link, keep_out_of_caches, next_step, said, sign_in_page
from forum.web.languages import say
from forum.web.proof import ProofNeeded, passkey_place, require_proof
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.sessions import actor, carry_on, current_session, half_open, start_session

area = Area("second_step", __name__)
area.after_request(keep_out_of_caches)

QUESTIONS, MINUTES = 60, 60
UNKEPT = ("csrf_token", "proof_password", "proof_code", "proof_passkey", "proof_mail")


@area.page("/sign-in/second-step", needs=Need.ANYONE, methods=("GET", "POST"))
def ask_second_step() -> Any:
    """After the password: a code of the app, a passkey or a recovery code; then the session begins, with a new token."""
    waiting = half_open()
    if waiting is None:
        return redirect(_target() if actor() else url_for("accounts.sign_in", next=request.values.get("next")), 303)
    person_id, errors = waiting.person_id, {}
    if request.method == "POST":
        given = {name: request.form.get(name, "") for name in ("code", "passkey")}
        try:
            prove_second_factor(waiting.person, passkey_place(), **given)
            start_session(person_id, proven=True)
            return redirect(next_step(_target()), 303)
        except Invalid as problem:
            errors = said(problem)
    page = render_template("accounts/second_step.html", **_ways(person_id), target=_target(), errors=errors)
    return page, 422 if errors else 200


@area.page("/sign-in/second-step/passkey", needs=Need.ANYONE, methods=("POST",))
def question_for_second_step() -> Any:
    """What the browser of somebody who owes the second step is to ask their passkey."""
    waiting = half_open()
    if waiting is None:
        return redirect(url_for("accounts.sign_in"), 303)
    return as_json(options_to_prove(waiting.person_id, passkey_place()))


@area.page("/sign-in/passkey", needs=Need.ANYONE, methods=("POST",))
def sign_in_with_passkey() -> Any:
    """A passkey alone: it stands for both steps."""
    try:
        person = person_with_passkey(request.form.get("passkey", ""), passkey_place())
        require_may_sign_in(person)
    except Invalid as problem:
        return sign_in_page(errors=said(problem)), 422
    start_session(person.id, proven=True)
    return redirect(next_step(_target()), 303)


@area.page("/sign-in/passkey/question", needs=Need.ANYONE, methods=("POST",))
def question_to_sign_in() -> Any:
    """What a browser is to ask a passkey of somebody who is not known yet."""
    check_limit(f"passkey questions {request.remote_addr}", QUESTIONS, 5 * MINUTES)
    return as_json(options_to_prove(None, passkey_place()))


@area.page("/prove", needs=Need.PERSON, methods=("GET", "POST"))
def prove() -> Any:
    """Show that it is still you, then go on to where you were going."""
    if request.method == "GET":
        return proof_page({"next": _target()}, url_for("second_step.prove"))
    require_proof()
    return redirect(_target(), 303)


@area.page("/prove/link/<token>", needs=Need.PERSON, methods=("GET", "POST"))
def prove_with_link(token: str) -> Any:
    """The link from the mail, for who has no password: a page with one button, in the browser that asked."""
    session = current_session()
    try:
        check_proof_link(actor(), token)
        if request.method != "POST" or session is None:
            return render_template("accounts/prove_with_link.html")
        number = session.id
        prove_by_link(actor(), token)
    except Missing as problem:
        return dead_link(problem, url_for("second_step.prove")), 404
    carry_on(sessions.note_proof(number))
    flash(_("You have shown that it is you. Go back to the page where you were, and go on there."), "ok")
    return redirect(url_for("accounts.edit_profile"), 303)


@area.page("/prove/passkey", needs=Need.PERSON, methods=("POST",))
def question_to_prove() -> Any:
    """What the browser of somebody signed in is to ask their passkey."""
    return as_json(options_to_prove(actor().person_id, passkey_place()))


@area.app_errorhandler(ProofNeeded)
def ask_for_proof(needed: ProofNeeded) -> Any:
    """Reading: show that it is you, then come back. Writing: the same page holds the form, which goes on with the proof."""
    if request.method in ("GET", "HEAD"):
        target = request.full_path if request.query_string else request.path
        return redirect(url_for("second_step.prove") + f"?next={quote(target)}", 303)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in UNKEPT]
    errors = {name: say(why) for name, why in needed.problems.items()}
    here = request.script_root + (request.full_path if request.query_string else request.path)
    if needed.is_mailed:
        return proof_page(kept, here, is_mailed=True)
    return proof_page(kept, here, errors), 422 if errors else 403


def proof_page(kept: Any, action: str, errors: dict[str, str] | None = None, *, is_mailed: bool = False) -> str:
    """The page that asks who is there; `kept` travels with the answer."""
    person_id = actor().person_id or 0
    person = db.session.get_one(Person, person_id)
    return render_template(
        "accounts/prove.html",
        person=person,
        by_mail=can_prove_by_mail(person),
        is_mailed=is_mailed,
        kept=list(kept.items()) if isinstance(kept, dict) else kept,
        action=action,
        errors=errors or {},
        **_ways(person_id),
    )


def as_json(text: str) -> Response:
    """An answer for a script of ours."""
    return Response(text, mimetype="application/json")


def _ways(person_id: int) -> dict[str, Any]:
    app, keys = factors_of(person_id)
    return {"has_app": app is not None, "has_passkey": bool(keys)}


def _target() -> str:
    return local_target(request.values.get("next", ""))
