"""Which mails a person gets: the settings page, and the page behind the link at the foot of a mail."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts.models import Person
from forum.core.db import db
from forum.notifications.choices import choose_by_link, choose_mails, wanted_kinds, wants
from forum.notifications.kinds import KINDS, MailKind, stoppable_kinds
from forum.notifications.stopping import read_stop_token
from forum.web.languages import say
from forum.web.routes import Area, Need
from forum.web.security import from_anywhere
from forum.web.sessions import actor

area = Area("mail_choices", __name__)

ONE_CLICK = ("List-Unsubscribe", "One-Click")


@area.page("/profile/mail", needs=Need.PERSON, methods=("GET", "POST"))
def choose() -> Any:
    """Say which mails I want."""
    if request.method == "POST":
        choose_mails(actor(), request.form.getlist("wanted"))
        flash(_("Your choice of mails is saved."), "ok")
        return redirect(url_for("mail_choices.choose"), 303)
    return render_template(
        "mail_choices/choose.html",
        person=db.session.get_one(Person, actor().person_id),
        choices=[(kind.name, say(kind.label), say(kind.hint)) for kind in stoppable_kinds()],
        wanted=wanted_kinds(actor()),
        always=[kind for kind in KINDS.values() if not kind.can_be_stopped],
        say=say,
    )


@area.page("/mail/stop/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
@from_anywhere
def stop(token: str) -> Any:
    """Ask whether to stop a kind of mail, and stop it; once it is stopped, say so and offer it again.

    Mail programs stop mails by themselves (RFC 8058): without cookie, token or visit, and they follow no redirect.
    """
    person_id, kind = _read(token)
    if request.method != "POST":
        return _show_stop(token, kind, wants(person_id, kind))
    choose_by_link(person_id, kind, is_wanted=False)
    if request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        return _("These mails are stopped"), {"Content-Type": "text/plain; charset=utf-8"}
    return _back(token)


@area.page("/mail/start/<token>", needs=Need.ANYONE, methods=("POST",))
@from_anywhere
def start(token: str) -> Any:
    """Get a kind of mail again that was stopped."""
    person_id, kind = _read(token)
    choose_by_link(person_id, kind, is_wanted=True)
    return _back(token)


def _show_stop(token: str, kind: MailKind, wanted: bool) -> Any:
    page = render_template(
        "mail_choices/stop.html", token=token, kind=say(kind.label), hint=say(kind.hint), wanted=wanted
    )
    return page, {"X-Robots-Tag": "noindex", "Cache-Control": "no-store"}


def _read(token: str) -> tuple[int, MailKind]:
    return read_stop_token(current_app.config["SETTINGS"], token)


def _back(token: str) -> Any:
    return redirect(url_for("mail_choices.stop", token=token), 303)
