"""Single sign-on: to the provider and back, then on as the person it knows, with a link to make, or with a new account.

Coming back only reads: what the provider said waits in this browser's signed cookie for ten minutes, and a form of ours
(which a script sends by itself) opens the session. So a link from elsewhere never signs anybody in.
"""

import secrets
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _

from forum.accounts.models import Person
from forum.accounts.signing_in import require_may_sign_in
from forum.accounts.sso.identities import (
    identity_of,
    is_taken,
    link_identity,
    note_identity_used,
    person_known_by,
    remove_identity,
    sign_up_with_identity,
)
from forum.accounts.sso.words import Errand, Known, SignOn, SignOnFailed
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.limits import check_limit
from forum.core.text import message as sentence
from forum.web.accounts import keep_out_of_caches, next_step, said
from forum.web.languages import interface_language, say
from forum.web.outward import absolute
from forum.web.proof import require_proof
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.sessions import actor, start_session

area = Area("sign_on", __name__)
area.after_request(keep_out_of_caches)

SENT, BACK = "sign_on_sent", "sign_on_back"  # in the cookie: what went to the provider, whom it said
SECONDS = 600
LONGEST_TARGET = 500
TRIES, MINUTES = 60, 60


@area.app_context_processor
def show_provider() -> dict[str, Any]:
    """Let settings name the provider, where there is one."""
    return {"sign_on_provider": lambda: current_app.extensions["sign_on"]}


@area.page("/sign-in/provider", needs=Need.ANYONE)
def begin() -> Any:
    """Send the browser to the provider."""
    return redirect(next_step(_target()) if actor() else _set_out(_target()), 303)


@area.page("/profile/sign-on", needs=Need.PERSON)
def show_link() -> str:
    """Whether my account is linked with one at the provider."""
    provider = _provider()
    identity = identity_of(actor().person_id or 0, provider.issuer)
    return render_template("accounts/sign_on.html", provider=provider, identity=identity, person=_me())


@area.page("/profile/sign-on/link", needs=Need.PERSON, fresh=True)
def begin_link() -> str:
    """The way to the provider, to link the account that I have there.

    It is a link, which a script follows by itself: who proved just now that it is them comes from a form, and our policy
    (form-action) lets no form end on another site, by way of redirects either.
    """
    address = _set_out(url_for("sign_on.show_link"))
    return render_template("accounts/sign_on_leave.html", provider=_provider(), address=address)


@area.page("/profile/sign-on/remove", needs=Need.PERSON, methods=("POST",), fresh=True)
def remove_link() -> Any:
    """Let the provider open my account no more."""
    remove_identity(actor(), _provider().issuer)
    flash(_("The link is removed. Sign in with your password or a link by mail."), "ok")
    return redirect(url_for("sign_on.show_link"), 303)


@area.page("/sign-in/provider/return", needs=Need.ANYONE)
def come_back() -> Any:
    """The browser comes back with a code: find out who it is, and go on without the code in the address."""
    provider, sent = _provider(), cookie.pop(SENT, None)
    if not isinstance(sent, dict) or not _is_young(sent) or not _is_ours(sent["state"]):
        flash(_("Signing in with %(name)s took too long, or began elsewhere. Try again.", name=provider.name), "warn")
        return redirect(url_for("accounts.sign_in"), 303)
    home = sent["home"]
    if request.args.get("error"):
        flash(_("You did not sign in with %(name)s. Nothing has changed.", name=provider.name), "info")
        return redirect(home + _way_out(), 303)
    check_limit(f"sign-on {request.remote_addr}", TRIES, 5 * MINUTES)
    try:
        known = provider.known_by(_errand(sent), request.args.to_dict(), _return_address())
    except SignOnFailed as problem:
        return give_up(problem, home)
    cookie[BACK] = {"known": [known.subject, known.email, known.name], "next": sent["next"], "at": _seconds()}
    return redirect(f"{home}/sign-in/provider/go-on", 303)


@area.page("/sign-in/provider/go-on", needs=Need.ANYONE, methods=("GET", "POST"))
def go_on() -> Any:
    """With whom the provider knows: sign in, link, or make an account. Only the form changes something."""
    provider, back = _provider(), cookie.get(BACK)
    if not isinstance(back, dict) or not _is_young(back):
        return redirect(url_for("accounts.sign_in"), 303)
    known = Known(*back["known"])
    holder = person_known_by(provider.issuer, known.subject)
    if actor():
        return _link(provider, known, holder)
    if holder:
        return _come_in(provider, known, holder)
    if not known.email or is_taken(known.email):
        return _page("accounts/sign_on_link.html", known)
    return _make_account(provider, known)


def _come_in(provider: SignOn, known: Known, holder: Person) -> Any:
    """Somebody who is known here; the second step follows as after a password."""
    require_may_sign_in(holder)
    if request.method != "POST":
        return _page("accounts/sign_on_go_on.html", known, person=holder)
    note_identity_used(provider.issuer, known.subject)
    return _enter(holder.id)


def _link(provider: SignOn, known: Known, holder: Person | None) -> Any:
    """Link what the provider said with the account that is signed in here, once its person says so."""
    if holder and holder.id == actor().person_id:
        return redirect(_after(), 303)
    if holder:
        cookie.pop(BACK)
        raise Conflict(sentence("The account there is linked with another account here."))
    require_proof()
    if request.method != "POST":
        return _page("accounts/sign_on_go_on.html", known, person=_me())
    link_identity(actor(), provider.issuer, known)
    flash(_("Linked. From now on you can sign in with %(name)s.", name=provider.name), "ok")
    return redirect(next_step(_after()), 303)


def _make_account(provider: SignOn, known: Known) -> Any:
    """A new account, where that is open to everybody; the provider has verified the address."""
    if not current_app.config["SETTINGS"].open_signup:
        return render_template("accounts/sign_up_closed.html")
    errors, status = {}, 200
    if request.method == "POST":
        name = request.form.get("name", "")
        try:
            person = sign_up_with_identity(
                provider.issuer, known, name, interface_language(), request.remote_addr or ""
            )
            return _enter(person.id)
        except Invalid as problem:
            errors, status = said(problem), 422
    return _page("accounts/sign_on_new.html", known, form=request.form or {"name": known.name}, errors=errors), status


def _enter(person_id: int) -> Any:
    target = _after()
    start_session(person_id)
    return redirect(next_step(target), 303)


def _page(template: str, known: Known, **more: Any) -> str:
    return render_template(template, provider=_provider(), known=known, here=url_for("sign_on.go_on"), **more)


def _set_out(target: str) -> str:
    """The address at the provider to which this browser goes now, with an errand that its cookie keeps. Raises `SignOnFailed`."""
    check_limit(f"sign-on {request.remote_addr}", TRIES, 5 * MINUTES)
    errand = Errand(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
    address = _provider().address_to_ask(errand, _return_address())
    cookie[SENT] = {
        "state": errand.state,
        "nonce": errand.nonce,
        "verifier": errand.verifier,
        "next": target if len(target) <= LONGEST_TARGET else "/",
        "home": request.script_root,  # with the language of the pages
        "at": _seconds(),
    }
    return address


@area.errorhandler(SignOnFailed)
def give_up(problem: SignOnFailed, home: str | None = None) -> Any:
    """Say why, where somebody may try again or come in another way; `home` is the path before those of one language."""
    flash(say(problem.sentence), "warn")
    return redirect((request.script_root if home is None else home) + _way_out(), 303)


def _errand(sent: dict[str, Any]) -> Errand:
    return Errand(sent["state"], sent["nonce"], sent["verifier"])


def _is_ours(state: str) -> bool:
    return bool(secrets.compare_digest(request.args.get("state", "").encode(), state.encode()))


def _after() -> str:
    """Where this browser was going; what the provider said is used up."""
    return local_target(cookie.pop(BACK, {}).get("next", ""))


def _way_out() -> str:
    """Where somebody goes who did not come back with an answer."""
    return "/profile/sign-on" if actor() else "/sign-in"


def _return_address() -> str:
    return absolute("/sign-in/provider/return")


def _target() -> str:
    return local_target(request.args.get("next", ""))


def _provider() -> SignOn:
    provider: SignOn | None = current_app.extensions["sign_on"]
    if provider is None:
        raise Missing
    return provider


def _me() -> Person:
    return db.session.get_one(Person, actor().person_id or 0)


def _seconds() -> int:
    return int(now().timestamp())


def _is_young(kept: dict[str, Any]) -> bool:
    return 0 <= _seconds() - int(kept["at"]) < SECONDS
