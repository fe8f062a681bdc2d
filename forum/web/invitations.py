"""Invitations: sending and taking back, and the page behind the link in the mail."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts.models import Person
from forum.accounts.queries import person_by_email
from forum.core.db import db
from forum.core.errors import Invalid, Missing
from forum.organisations.invitations import invitation_by_secret, open_invitation
from forum.organisations.models import Invitation
from forum.organisations.operations import invitations as operations
from forum.organisations.queries import organisation_for_page
from forum.web.accounts import said, secret
from forum.web.languages import interface_language, say
from forum.web.memberships import people_page, to_page, to_people
from forum.web.routes import Area, Need
from forum.web.sessions import actor, start_session

area = Area("invitations", __name__)


@area.page("/organisations/<slug>/invitations", needs=Need.PERSON, methods=("POST",))
def invite(slug: str) -> Any:
    """Send an invitation by mail."""
    organisation = organisation_for_page(slug)
    email, role, language = (request.form.get(name, "").strip() for name in ("email", "role", "language"))
    try:
        operations.invite_person(actor(), organisation.id, email, role, language)
    except Invalid as problem:
        return people_page(organisation, said(problem)), 422
    flash(_("The invitation goes to %(email)s. Its link works for 14 days.", email=email), "ok")
    return to_people(slug)


@area.page("/organisations/<slug>/invitations/<int:invitation_id>/withdraw", needs=Need.PERSON, methods=("POST",))
def withdraw(slug: str, invitation_id: int) -> Any:
    """Take an invitation back."""
    operations.withdraw_invitation(actor(), invitation_id)
    flash(_("The invitation is taken back. Its link no longer works."), "ok")
    return to_people(slug)


@area.page("/invitations/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
def answer_invitation(token: str) -> Any:
    """Who invites to what. Opening the link changes nothing; the button joins, with an account new or old."""
    try:
        invitation = open_invitation(token)
    except Missing as problem:
        return _dead_link(token, problem)
    if request.method == "GET":
        return _invitation_page(token, invitation)
    slug, name = invitation.organisation.slug, invitation.organisation.name
    if actor():
        operations.accept_invitation(actor(), token)
    else:
        try:
            typed = request.form.get("name", "")
            start_session(operations.accept_with_new_account(token, typed, secret("password"), interface_language()).id)
        except Invalid as problem:
            return _invitation_page(token, open_invitation(token), said(problem)), 422
    flash(_("You belong to %(name)s now. Welcome!", name=name), "ok")
    return to_page(slug)


def _invitation_page(token: str, invitation: Invitation, errors: dict[str, str] | None = None) -> str:
    known = person_by_email(invitation.email)
    mine = db.session.get(Person, actor().person_id) if actor() else None
    return render_template(
        "organisations/invitation.html",
        token=token,
        invitation=invitation,
        is_for_me=mine is not None and mine.email == invitation.email,
        has_account=known is not None and known.confirmed_at is not None,
        sign_in_url=url_for("accounts.sign_in", next=url_for("invitations.answer_invitation", token=token)),
        form=request.form,
        errors=errors or {},
    )


def _dead_link(token: str, problem: Missing) -> Any:
    """Why the link no longer works; who joined with it is simply sent on."""
    found = invitation_by_secret(token)
    if found and found.accepted_at and found.organisation_id in actor().organisation_ids:
        return redirect(url_for("organisations.show_organisation", slug=found.organisation.slug), 303)
    return render_template("organisations/dead_invitation.html", sentence=say(problem.sentence)), 404
