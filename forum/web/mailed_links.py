"""Signing in by a link from a mail. Opening it changes nothing, because mail scanners open links; its button signs in."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask import session as cookie

from forum.accounts import tokens
from forum.accounts.mailed_links import request_sign_in_link, sign_in_by_link
from forum.core.errors import Invalid, Missing
from forum.web.accounts import dead_link, keep_out_of_caches, next_step, said
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.sessions import actor, start_session

area = Area("mailed_links", __name__)
area.after_request(keep_out_of_caches)

AFTER = "after_link"  # in the cookie, where this browser was going when it asked for the link
LONGEST_TARGET = 500  # a cookie holds 4 kB


@area.page("/sign-in/link", needs=Need.ANYONE, methods=("GET", "POST"))
def ask_link() -> Any:
    """Ask for a mail with a link to sign in; the answer is the same for every address."""
    target, errors = request.values.get("next", ""), {}
    if request.method == "POST":
        try:
            request_sign_in_link(actor(), request.form.get("email", "").strip())
            if 0 < len(target) <= LONGEST_TARGET:
                cookie[AFTER] = local_target(target)
            return redirect(url_for("accounts.show_mail_sent", purpose=tokens.SIGN_IN), 303)
        except Invalid as problem:
            errors = said(problem)
    page = render_template("accounts/ask_link.html", form=request.form, target=target, errors=errors)
    return page, 422 if errors else 200


@area.page("/sign-in/link/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
def use_link(token: str) -> Any:
    """The link from the mail: a page with one button. A second step follows where there is one."""
    try:
        if request.method != "POST":
            return render_template("accounts/use_link.html", email=tokens.owner_of(token, tokens.SIGN_IN).email)
        person = sign_in_by_link(token)
    except Missing as problem:
        return dead_link(problem, url_for("mailed_links.ask_link")), 404
    start_session(person.id)
    return redirect(next_step(local_target(cookie.pop(AFTER, ""))), 303)
