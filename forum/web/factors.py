"""My second step: an app that shows codes, passkeys, recovery codes; each change is asked for anew (`fresh`)."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import segno
from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts.factors import code_app, passkeys, recovery
from forum.accounts.factors.standing import factors_of
from forum.accounts.models import Person
from forum.core.db import db
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.text import message as sentence
from forum.web.accounts import keep_out_of_caches, said
from forum.web.proof import came_by_the_proof, can_hold_passkeys, passkey_place
from forum.web.routes import Area, Need
from forum.web.second_step import as_json
from forum.web.sessions import actor, look_again, needs_factors

area = Area("factors", __name__)
area.after_request(keep_out_of_caches)

GROUP = 4


@area.page("/profile/second-step", needs=Need.PERSON)
def show_factors() -> str:
    """What I have: app, passkeys, recovery codes; and what my role asks for."""
    person = _me()
    app, keys = factors_of(person.id)
    return render_template(
        "accounts/factors.html",
        person=person,
        app=app,
        passkeys=keys,
        codes_left=recovery.codes_left(person.id),
        passkeys_possible=can_hold_passkeys(current_app.config["SETTINGS"].host),
        obliged=_obliged(person),
    )


@area.page("/profile/second-step/app", needs=Need.PERSON, methods=("GET", "POST"), fresh=True)
def set_up_app() -> Any:
    """Begin with an app (sending makes the secret); reading shows it as a picture and as text."""
    if request.method == "POST":
        code_app.begin_code_app(actor())
        return redirect(url_for("factors.set_up_app"), 303)
    try:
        return _set_up_page()
    except Missing:
        return redirect(url_for("factors.show_factors"), 303)


@area.page("/profile/second-step/app/picture.svg", needs=Need.PERSON, fresh=True)
def show_picture() -> Response:
    """The secret of the app that is being set up, as a QR code. A file of its own, so that the page needs no inline style."""
    secret = code_app.secret_to_set_up(actor())
    address = code_app.address_of_secret(secret, _me(), current_app.config["SETTINGS"].name)
    picture = BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", scale=5, border=4, light="#fff", svgclass=None, lineclass=None
    )
    return Response(picture.getvalue(), mimetype="image/svg+xml")


@area.page("/profile/second-step/app/confirm", needs=Need.PERSON, methods=("POST",), fresh=True)
def confirm_app() -> Any:
    """One code proves that the app is set up."""
    try:
        codes = code_app.confirm_code_app(actor(), request.form.get("code", ""))
    except Invalid as problem:
        return _set_up_page(said(problem)), 422
    return _added(codes, _("Your app is set up. We ask for its code when you sign in."))


@area.page("/profile/second-step/app/remove", needs=Need.PERSON, methods=("GET", "POST"), fresh=True)
def remove_app() -> Any:
    """What removing the app means; then do it."""
    if request.method == "GET":
        return _removal(_("Remove the code app"), "")
    return _remove(lambda: code_app.remove_code_app(actor(), obliged=needs_factors()), _("The code app is removed."))


@area.page("/profile/second-step/codes", needs=Need.PERSON, methods=("POST",), fresh=True)
def renew_codes() -> Any:
    """Ten new recovery codes, shown this once."""
    if not _me().second_factor_since:
        raise Conflict(sentence("Set up a code app or a passkey first."))
    return _codes_page(recovery.renew_my_codes(actor()))


@area.page("/profile/second-step/codes.txt", needs=Need.PERSON, methods=("POST",), fresh=True)
def save_codes() -> Any:
    """The codes that the page shows, as a file. They are kept nowhere, so the page sends them along."""
    codes = request.form.getlist("codes")
    if not recovery.are_codes_of(actor().person_id or 0, codes):
        raise Missing(sentence("These codes do not work any more. Make new ones."))
    if came_by_the_proof():
        return _codes_page(codes)
    lines = [_("Recovery codes for %(site)s", site=current_app.config["SETTINGS"].name), "", *codes, ""]
    answer = Response("\n".join(lines), mimetype="text/plain")
    answer.headers.set("Content-Disposition", "attachment", filename="recovery-codes.txt")
    return answer


@area.page("/profile/passkeys/new", needs=Need.PERSON, methods=("GET", "POST"), fresh=True)
def add_passkey() -> Any:
    """Make a passkey on this device, and give it a name."""
    errors = {}
    if request.method == "POST":
        sent = {name: request.form.get(name, "") for name in ("passkey", "name")}
        try:
            codes = passkeys.register_passkey(actor(), sent["passkey"], sent["name"], passkey_place())
            return _added(codes, _("Your passkey is added. You can sign in with it from now on."))
        except Invalid as problem:
            errors = said(problem)
    page = render_template("accounts/new_passkey.html", form=request.form, errors=errors)
    return page, 422 if errors else 200


@area.page("/profile/passkeys/question", needs=Need.PERSON, methods=("POST",), fresh=True)
def question_to_register() -> Response:
    """What a browser needs to make a passkey for me."""
    return as_json(passkeys.options_to_register(actor(), passkey_place()))


@area.page("/profile/passkeys/<int:passkey_id>", needs=Need.PERSON, methods=("GET", "POST"), fresh=True)
def rename_passkey(passkey_id: int) -> Any:
    """Call a passkey something else."""
    key, errors = passkeys.my_passkey(actor(), passkey_id), {}
    if request.method == "POST":
        try:
            passkeys.rename_passkey(actor(), passkey_id, request.form.get("name", ""))
            flash(_("The passkey has a new name."), "ok")
            return redirect(url_for("factors.show_factors"), 303)
        except Invalid as problem:
            errors = said(problem)
    name = request.form.get("name", key.name)
    return render_template("accounts/rename_passkey.html", key=key, name=name, errors=errors), 422 if errors else 200


@area.page("/profile/passkeys/<int:passkey_id>/remove", needs=Need.PERSON, methods=("GET", "POST"), fresh=True)
def remove_passkey(passkey_id: int) -> Any:
    """What removing a passkey means; then do it."""
    key = passkeys.my_passkey(actor(), passkey_id)
    if request.method == "GET":
        return _removal(_("Remove this passkey"), key.name)
    return _remove(
        lambda: passkeys.remove_passkey(actor(), passkey_id, obliged=needs_factors()), _("The passkey is removed.")
    )


def _set_up_page(errors: dict[str, str] | None = None) -> str:
    secret = code_app.secret_to_set_up(actor())
    groups = " ".join(secret[place : place + GROUP] for place in range(0, len(secret), GROUP))
    return render_template("accounts/set_up_app.html", groups=groups, errors=errors or {})


def _added(codes: list[str], words: str) -> Any:
    """After a factor came: the recovery codes, when it is the first; else back to the list."""
    look_again()  # the powers of a role begin with this page
    flash(words, "ok")
    return _codes_page(codes) if codes else redirect(url_for("factors.show_factors"), 303)


def _codes_page(codes: list[str]) -> str:
    return render_template("accounts/recovery_codes.html", codes=codes)


def _removal(title: str, name: str) -> str:
    app, keys = factors_of(actor().person_id or 0)
    is_last = int(app is not None) + len(keys) == 1
    return render_template(
        "accounts/remove_factor.html", title=title, name=name, is_last=is_last, obliged=_obliged(_me())
    )


def _remove(change: Callable[[], None], words: str) -> Any:
    change()
    flash(words, "ok")
    return redirect(url_for("factors.show_factors"), 303)


def _obliged(person: Person) -> bool:
    return needs_factors() and bool(person.roles)


def _me() -> Person:
    return db.session.get_one(Person, actor().person_id or 0)
