"""Coming in: sign in and out, sign up, confirm an address, set a new password."""

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts import operations, sessions, tokens
from forum.accounts.signing_in import Unconfirmed, authenticate
from forum.core.errors import Denied, Invalid, Missing
from forum.core.modes import standing
from forum.core.text import message as sentence
from forum.organisations.memberships import offered_to
from forum.web.languages import interface_language, say
from forum.web.proof import can_hold_passkeys
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.sessions import actor, current_session, end_session, half_open, start_session
from forum.web.state import late_mail_notice

area = Area("accounts", __name__)


@area.before_app_request
def note_use() -> None:
    """Write down once an hour that a session is in use, when its person sends a form; reading never writes."""
    session = current_session() if request.method == "POST" and standing().takes_writes else None
    if session and sessions.wants_note(session):
        sessions.note_use(session.id)


@area.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Pages with addresses and one-use links are kept nowhere."""
    response.headers["Cache-Control"] = "no-store"
    return response


@area.page("/sign-in", needs=Need.ANYONE, methods=("GET", "POST"))
def sign_in() -> Any:
    """E-mail address and password, then on to where the person was going."""
    if actor():
        return redirect(_target(), 303)
    if request.method == "GET":
        return redirect(next_step(_target()), 303) if half_open() else sign_in_page()
    try:
        person = authenticate(_typed("email"), secret("password"), request.remote_addr or "")
    except Unconfirmed as problem:
        return sign_in_page(unconfirmed=say(problem.sentence)), 403
    except Invalid as problem:
        return sign_in_page(errors=said(problem)), 422
    start_session(person.id)
    return redirect(next_step(_target()), 303)


@area.page("/sign-out", needs=Need.ANYONE, methods=("POST",))
def sign_out() -> Any:
    """End this browser's session."""
    end_session()
    flash(_("You are signed out."), "ok")
    return redirect(url_for("home.show_home"), 303)


@area.page("/sign-up", needs=Need.ANYONE, methods=("GET", "POST"))
def sign_up() -> Any:
    """Make an account, where that is open to everybody; else say how to be invited."""
    if actor():
        return redirect(url_for("home.show_home"), 303)
    if not current_app.config["SETTINGS"].open_signup:
        if request.method == "POST":
            raise Denied(sentence("New accounts are by invitation only. Ask an editor of your organisation."))
        return render_template("accounts/sign_up_closed.html")
    if request.method == "GET":
        return render_template("accounts/sign_up.html", form={}, errors={})
    try:
        operations.sign_up(
            actor(),
            _typed("email"),
            _typed("name"),
            secret("password"),
            interface_language(),
            request.remote_addr or "",
        )
    except Invalid as problem:
        return render_template("accounts/sign_up.html", form=request.form, errors=said(problem)), 422
    return redirect(url_for("accounts.show_mail_sent", purpose=tokens.CONFIRM), 303)


@area.page("/confirm", needs=Need.ANYONE, methods=("GET", "POST"))
def ask_confirmation() -> Any:
    """Ask for another mail that confirms an address."""
    return _ask_for_mail("accounts/ask_confirmation.html", operations.request_confirmation, tokens.CONFIRM)


@area.page("/confirm/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
def confirm_address(token: str) -> Any:
    """The link from the mail. Opening it changes nothing, because mail scanners open links; the button does."""
    errors = {}
    try:
        person = tokens.owner_of(token, tokens.CONFIRM)
        if request.method == "POST":
            start_session(operations.confirm_address(token, secret("password")).id)
            flash(_("Your address is confirmed. Welcome!"), "ok")
            return redirect(_first_page(), 303)
    except Missing as problem:
        return dead_link(problem, url_for("accounts.ask_confirmation")), 404
    except Invalid as problem:
        errors = said(problem)
    return render_template("accounts/confirm.html", email=person.email, errors=errors), 422 if errors else 200


@area.page("/forgotten-password", needs=Need.ANYONE, methods=("GET", "POST"))
def ask_new_password() -> Any:
    """Ask for a mail with a link to set a new password."""
    return _ask_for_mail("accounts/forgotten_password.html", operations.request_reset, tokens.RESET)


@area.page("/new-password/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
def set_new_password(token: str) -> Any:
    """Set a new password with the link from the mail."""
    errors = {}
    try:
        person = tokens.owner_of(token, tokens.RESET)
        if request.method == "POST":
            operations.reset_password(token, secret("password"))
            end_session()
            flash(_("Your new password is set. Sign in with it now."), "ok")
            return redirect(url_for("accounts.sign_in"), 303)
    except Missing as problem:
        return dead_link(problem, url_for("accounts.ask_new_password")), 404
    except Invalid as problem:
        errors = said(problem)
    return render_template("accounts/new_password.html", email=person.email, errors=errors), 422 if errors else 200


@area.page('/mail-sent/<any(confirm, reset, "sign-in"):purpose>', needs=Need.ANYONE)
def show_mail_sent(purpose: str) -> str:
    """What to do now: look for our mail. The page is the same for every address."""
    return render_template("accounts/mail_sent.html", purpose=purpose, late=late_mail_notice())


def _first_page() -> str:
    """Where a new person begins: at the organisation of their e-mail domain, which they may join at once, or the profile."""
    offered = offered_to(actor())
    if offered is None:
        return url_for("accounts.edit_profile")
    flash(_("Your e-mail address belongs to %(name)s. You can join at once.", name=offered.name), "info")
    return url_for("organisations.show_organisation", slug=offered.slug)


def _ask_for_mail(template: str, ask: Any, purpose: str) -> Any:
    errors = {}
    if request.method == "POST":
        try:
            ask(actor(), _typed("email"))
            return redirect(url_for("accounts.show_mail_sent", purpose=purpose), 303)
        except Invalid as problem:
            errors = said(problem)
    return render_template(template, form=request.form, errors=errors), 422 if errors else 200


def sign_in_page(errors: dict[str, str] | None = None, unconfirmed: str = "") -> str:
    """The page to sign in on, with what was typed and what was wrong."""
    return render_template(
        "accounts/sign_in.html",
        form=request.form,
        target=request.values.get("next", ""),
        errors=errors or {},
        unconfirmed=unconfirmed,
        sign_on=current_app.extensions["sign_on"],
        open_signup=current_app.config["SETTINGS"].open_signup,
        passkeys_possible=can_hold_passkeys(current_app.config["SETTINGS"].host),
        demonstration=current_app.config.get("DEMONSTRATION_SIGN_INS", []),
        demonstration_password=current_app.config.get("DEMONSTRATION_PASSWORD", ""),
    )


def dead_link(problem: Missing, again: str) -> str:
    """The page for a link that works no more, with where to ask for another."""
    return render_template("accounts/dead_link.html", sentence=say(problem.sentence), again=again)


def _target() -> str:
    """Where to go after signing in: a page of this site, or the home page."""
    return local_target(request.values.get("next", ""))


def next_step(target: str) -> str:
    """Where somebody goes who has just signed in: to the second step they owe, or have to set up, then to the target."""
    if half_open():
        return url_for("second_step.ask_second_step", next=target)
    if actor().waits_for_factor:
        flash(_("Your role needs a second step when you sign in. Set it up first."), "info")
        return url_for("factors.show_factors")
    return target


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def secret(name: str) -> str:
    """A password exactly as it was typed or pasted."""
    return request.form.get(name, "")


def said(problem: Invalid) -> dict[str, str]:
    """What is wrong, by field, in the reader's language."""
    return {name: say(reason) for name, reason in problem.fields.items()}
