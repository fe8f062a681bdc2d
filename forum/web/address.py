"""Another address for my account: asked for on the profile, confirmed or refused by links in two mails."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts import addresses, tokens
from forum.accounts.models import AddressChange, Person
from forum.core.db import db
from forum.core.errors import Invalid, Missing
from forum.web.accounts import dead_link, keep_out_of_caches, said
from forum.web.routes import Area, Need
from forum.web.sessions import actor, start_session

area = Area("address", __name__)
area.after_request(keep_out_of_caches)

SIDES = {"old": tokens.OLD_ADDRESS, "new": tokens.NEW_ADDRESS}


@area.page("/profile/address", needs=Need.PERSON)
def show_address() -> str:
    """My address, and the new one that waits."""
    return _page()


@area.page("/profile/address/change", needs=Need.PERSON, methods=("POST",), fresh=True)
def change_address() -> Any:
    """Ask for another address, having shown anew who I am; mails go to both."""
    try:
        addresses.ask_address_change(actor(), request.form.get("email", ""))
    except Invalid as problem:
        return _page(said(problem)), 422
    flash(_("We sent a mail to both addresses. Open the link in each of them."), "ok")
    return redirect(url_for("address.show_address"), 303)


@area.page("/profile/address/keep", needs=Need.PERSON, methods=("POST",))
def keep_address() -> Any:
    """Change nothing after all."""
    addresses.cancel_address_change(actor())
    flash(_("You keep your present address."), "ok")
    return redirect(url_for("address.show_address"), 303)


@area.page("/address/<any(old, new):side>/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
def answer(side: str, token: str) -> Any:
    """The link from either mail: a page with yes and no. Opening it changes nothing, because mail scanners open links."""
    try:
        if request.method != "POST":
            change = addresses.change_of_link(token, SIDES[side])
            return render_template("accounts/answer_address.html", change=change, side=side)
        if request.form.get("answer") == "no":
            return _refused(token, side)
        return _confirmed(addresses.confirm_address_change(token, SIDES[side]))
    except Missing as problem:
        return dead_link(problem, url_for("address.show_address")), 404


def _refused(token: str, side: str) -> Any:
    addresses.refuse_address(token, SIDES[side])
    flash(_("The address stays as it was."), "ok")
    ask_password = side == "old" and not actor()
    return redirect(url_for("accounts.ask_new_password" if ask_password else "home.show_home"), 303)


def _confirmed(change: AddressChange) -> Any:
    """Whoever is signed in here as this person stays so, though all other sessions ended."""
    is_mine = actor().person_id == change.person_id
    if change.done_at is None:
        flash(_("Confirmed. Now open the link in the mail to the other address."), "ok")
        return redirect(url_for("address.show_address" if is_mine else "home.show_home"), 303)
    if is_mine:
        start_session(change.person_id, proven=True)
    flash(_("The new address is set. All other devices are signed out."), "ok")
    return redirect(url_for("address.show_address" if is_mine else "accounts.sign_in"), 303)


def _page(errors: dict[str, str] | None = None) -> str:
    person_id = actor().person_id or 0
    return render_template(
        "accounts/address.html",
        person=db.session.get_one(Person, person_id),
        change=addresses.pending_change(person_id),
        form=request.form,
        errors=errors or {},
    )
