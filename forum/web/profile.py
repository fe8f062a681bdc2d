"""My profile and settings: what others read about me, my password, where I am signed in, closing my account."""

import re
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts import operations, profiles
from forum.accounts.models import Person
from forum.accounts.queries import live_sessions_of
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.languages import INTERFACE_LANGUAGES, language_name, native_name
from forum.core.text import fold
from forum.personal.erased import keep_erased_list
from forum.personal.erasing import close_account
from forum.vocabulary.queries import vocabulary
from forum.web.accounts import area as area
from forum.web.accounts import said, secret
from forum.web.languages import bare_path, interface_language, site_languages
from forum.web.proof import require_proof
from forum.web.routes import Need
from forum.web.sessions import actor, current_session, end_session, start_session

OTHER_LANGUAGES = (
    "ar bg ca cs cy da el et eu fi ga gl hr hu is lb lt lv mt no pl pt ro ru sk sl sq sr sv tr uk".split()  # noqa: SIM905  # thirty codes in quotes say less
)
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
BROWSER_NAMES = {"Edg": "Edge", "OPR": "Opera"}
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "CrOS", "Linux")
SYSTEM_NAMES = {"Macintosh": "Mac", "CrOS": "Chromebook"}


@area.page("/profile", needs=Need.PERSON, methods=("GET", "POST"))
def edit_profile() -> Any:
    """What others read about me, my languages and my themes."""
    person = _me()
    form = _profile_form() if request.method == "POST" else _profile_of(person)
    errors = {}
    if request.method == "POST":
        try:
            profiles.change_profile(actor(), **form)
            flash(_("Your profile is saved."), "ok")
            return redirect(f"/{form['language']}{bare_path(url_for('accounts.edit_profile'))}", 303)
        except Invalid as problem:
            errors = said(problem)
    page = render_template(
        "accounts/profile.html",
        person=person,
        form=form,
        errors=errors,
        interface_choices=[(code, native_name(code)) for code in site_languages()],
        reading_choices=reading_choices(form["reads"]),
        theme_choices=theme_choices(form["interests"]),
    )
    return page, 422 if errors else 200


@area.page("/profile/password", needs=Need.PERSON, methods=("GET", "POST"))
def change_password() -> Any:
    """A new password, knowing the present one; every other browser is signed out."""
    errors = {}
    if request.method == "POST":
        try:
            operations.change_password(actor(), secret("present_password"), secret("password"))
            start_session(_my_id(), proven=True)
            flash(_("Your new password is set. You are signed out everywhere else."), "ok")
            return redirect(url_for("accounts.change_password"), 303)
        except Invalid as problem:
            errors = said(problem)
    return render_template("accounts/change_password.html", person=_me(), errors=errors), 422 if errors else 200


@area.page("/profile/sessions", needs=Need.PERSON)
def list_sessions() -> str:
    """Where I am signed in."""
    here = current_session()
    rows = [(one, describe_browser(one.browser), here is not None and one.id == here.id) for one in _my_sessions()]
    return render_template("accounts/sessions.html", rows=rows)


@area.page("/profile/sessions/<int:session_id>/end", needs=Need.PERSON, methods=("POST",))
def end_one_session(session_id: int) -> Any:
    """Sign out on one device."""
    profiles.end_session(actor(), session_id)
    flash(_("That device is signed out."), "ok")
    return redirect(url_for("accounts.list_sessions"), 303)


@area.page("/profile/sessions/end", needs=Need.PERSON, methods=("POST",), fresh=True)
def end_all_sessions() -> Any:
    """Sign out on every device, this one too."""
    profiles.sign_out_everywhere(actor())
    end_session()
    flash(_("You are signed out everywhere."), "ok")
    return redirect(url_for("home.show_home"), 303)


@area.page("/profile/close", needs=Need.PERSON, methods=("GET", "POST"), endpoint="close_account")
def leave() -> Any:
    """Say what closing the account means; then do it, knowing the password, or shown another way who it is."""
    errors = {}
    if request.method == "POST":
        if _me().password_hash is None:
            require_proof()
        try:
            close_account(actor(), secret("present_password"))
            keep_erased_list(current_app.config["SETTINGS"].data_dir)
            end_session()
            flash(_("Your account is closed. Thank you for what you shared."), "ok")
            return redirect(url_for("home.show_home"), 303)
        except Invalid as problem:
            errors = said(problem)
    return render_template("accounts/close.html", person=_me(), errors=errors), 422 if errors else 200


def reading_choices(chosen: Any = ()) -> list[tuple[str, str]]:
    """The languages a person may say they read, by name in the language of the page, those of the site first."""
    here = interface_language()
    others = set(OTHER_LANGUAGES) | set(chosen) - set(INTERFACE_LANGUAGES)
    by_name = sorted(((code, language_name(code, here)) for code in others), key=lambda pair: fold(pair[1]))
    return [(code, language_name(code, here)) for code in INTERFACE_LANGUAGES] + by_name


def theme_choices(chosen: Any = ()) -> list[tuple[str, str]]:
    """The themes a person may say they care about: the top ones by name, then narrower ones that they chose before."""
    known, here = vocabulary(), interface_language()
    tops = known.sorted(known.top("theme"), here)
    others = [entry for key in chosen if (entry := known.by_key(key)) and entry not in tops]
    return [(entry.key, known.heading(entry.id, here)) for entry in (*tops, *others)]


def describe_browser(user_agent: str) -> str:
    """The browser and device in words ("Firefox, Windows"), as far as its user agent says."""
    browser = next((name for name in BROWSERS if name in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    words = (BROWSER_NAMES.get(browser, browser), SYSTEM_NAMES.get(system, system))
    return ", ".join(word for word in words if word) or re.split(r"[/ ]", user_agent)[0]


def _profile_form() -> dict[str, Any]:
    """The fields of the profile form; anything else that was sent is ignored."""
    typed = {name: request.form.get(name, "").strip() for name in ("name", "job_title", "about", "language")}
    return typed | {name: tuple(dict.fromkeys(request.form.getlist(name))) for name in ("reads", "interests")}


def _profile_of(person: Person) -> dict[str, Any]:
    fields = {name: getattr(person, name) for name in ("name", "job_title", "about", "language")}
    themes = [entry.key for key in person.interests or () if (entry := vocabulary().by_key(key))]
    return fields | {"reads": tuple(person.reads or ()), "interests": tuple(dict.fromkeys(themes))}


def _my_id() -> int:
    return actor().person_id or 0


def _me() -> Person:
    return db.session.get_one(Person, _my_id())


def _my_sessions() -> Any:
    return live_sessions_of(actor())
