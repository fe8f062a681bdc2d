"""Who belongs to an organisation: joining, asking to join, answering, roles, leaving."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Invalid, Missing
from forum.core.languages import INTERFACE_LANGUAGES, native_name
from forum.curation.offers.queries import offers_to
from forum.organisations.invitations import invitations_of
from forum.organisations.memberships import (
    Standing,
    is_last_editor,
    membership_between,
    people_of,
    requests_for,
    require_membership,
    standing_of,
)
from forum.organisations.models import Membership, Organisation
from forum.organisations.operations import memberships as operations
from forum.organisations.operations.organisations import set_contact
from forum.organisations.policy import can_set_domains, require_manage_people
from forum.organisations.queries import organisation_for_page
from forum.web.accounts import said
from forum.web.languages import interface_language
from forum.web.organisations import number
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.sessions import actor

area = Area("memberships", __name__)


@area.page("/organisations/<slug>/people", needs=Need.PERSON)
def manage_people(slug: str) -> str:
    """Requests, people, invitations and the contact, for those who decide."""
    return people_page(organisation_for_page(slug))


def people_page(organisation: Organisation, errors: dict[str, str] | None = None) -> str:
    """The page for those who decide; `errors` are of the form that invites."""
    require_manage_people(actor(), organisation)
    people = people_of(actor(), organisation)
    return render_template(
        "organisations/people.html",
        organisation=organisation,
        requests=requests_for(actor(), organisation),
        offers=offers_to(actor(), organisation),
        people=people,
        contact_options=[(one.person_id, one.person.name) for one in people],
        invitations=invitations_of(actor(), organisation),
        may_set_domains=can_set_domains(actor(), organisation),
        form=request.form,
        languages=[(code, native_name(code)) for code in INTERFACE_LANGUAGES],
        mail_language=organisation.language if organisation.language in INTERFACE_LANGUAGES else interface_language(),
        errors=errors or {},
    )


@area.page("/organisations/<slug>/join", needs=Need.PERSON, methods=("POST",))
def join(slug: str) -> Any:
    """Join at once, by the domain of one's e-mail address."""
    organisation = organisation_for_page(slug)
    operations.join_by_domain(actor(), organisation.id)
    flash(_("You belong to %(name)s now.", name=organisation.name), "ok")
    return to_page(slug)


@area.page("/organisations/<slug>/request", needs=Need.PERSON, methods=("GET", "POST"))
def ask_to_join(slug: str) -> Any:
    """Ask the editors to join, with a few words about oneself."""
    organisation = organisation_for_page(slug)
    if standing_of(actor(), organisation) in (Standing.MEMBER, Standing.CLOSED):
        return to_page(slug)
    errors = {}
    if request.method == "POST":
        try:
            operations.request_membership(actor(), organisation.id, request.form.get("note", ""))
            flash(_("Your request is sent. We write to you as soon as it is answered."), "ok")
            return to_page(slug)
        except Invalid as problem:
            errors = said(problem)
    known = membership_between(actor().person_id or 0, organisation.id)
    note = request.form.get("note", known.note if known else "")
    page = render_template("organisations/request.html", organisation=organisation, note=note, errors=errors)
    return page, 422 if errors else 200


@area.page("/organisations/<slug>/requests/<int:membership_id>", needs=Need.PERSON, methods=("POST",))
def answer_request(slug: str, membership_id: int) -> Any:
    """Accept or decline (`answer`) a request; then back to `next`, or to the people of the organisation."""
    membership = membership_of(organisation_for_page(slug), membership_id)
    name = membership.person.name
    if request.form.get("answer") == "accept":
        operations.accept_request(actor(), membership.id)
        flash(_("%(name)s belongs to the organisation now. We tell them by e-mail.", name=name), "ok")
    else:
        operations.decline_request(actor(), membership.id)
        flash(_("The request of %(name)s is declined. We tell them by e-mail.", name=name), "ok")
    target = request.form.get("next", "")
    return redirect(local_target(target), 303) if target else to_people(slug)


@area.page("/organisations/<slug>/people/<int:membership_id>/role", needs=Need.PERSON, methods=("POST",))
def change_role(slug: str, membership_id: int) -> Any:
    """Make a member an editor, or the other way round."""
    membership = membership_of(organisation_for_page(slug), membership_id)
    role = request.form.get("role", "")
    operations.change_membership_role(actor(), membership.id, role)
    words = _("%(name)s is an editor now.") if role == "editor" else _("%(name)s is a member now, no longer an editor.")
    flash(words % {"name": membership.person.name}, "ok")
    return to_people(slug) if membership.person_id != actor().person_id else to_page(slug)


@area.page("/organisations/<slug>/people/<int:membership_id>/end", needs=Need.PERSON, methods=("GET", "POST"))
def end_membership(slug: str, membership_id: int) -> Any:
    """Say what taking somebody out means; then do it."""
    organisation = organisation_for_page(slug)
    require_manage_people(actor(), organisation)
    membership = membership_of(organisation, membership_id)
    if request.method == "GET":
        return _ending_page(organisation, membership)
    name = membership.person.name
    operations.end_membership(actor(), membership.id)
    flash(_("%(name)s no longer belongs to the organisation.", name=name), "ok")
    return to_people(slug)


@area.page("/organisations/<slug>/leave", needs=Need.PERSON, methods=("GET", "POST"))
def leave(slug: str) -> Any:
    """Say what leaving means (or taking a request back); then do it."""
    organisation = organisation_for_page(slug)
    membership = membership_between(actor().person_id or 0, organisation.id)
    if membership is None or membership.state == "ended":
        return to_page(slug)
    if request.method == "GET":
        return _ending_page(organisation, membership)
    was_request = membership.state == "requested"
    operations.end_membership(actor(), membership.id)
    flash(_("Your request is taken back.") if was_request else _("You left %(name)s.", name=organisation.name), "ok")
    return to_page(slug)


@area.page("/organisations/<slug>/contact", needs=Need.PERSON, methods=("POST",))
def choose_contact(slug: str) -> Any:
    """Say who answers for the organisation."""
    organisation = organisation_for_page(slug)
    require_manage_people(actor(), organisation)
    try:
        set_contact(actor(), organisation.id, number(request.form.get("contact", "")))
    except Invalid as problem:
        return people_page(organisation, said(problem)), 422
    flash(_("The contact is saved."), "ok")
    return to_people(slug)


def membership_of(organisation: Organisation, membership_id: int) -> Membership:
    """The membership with this number, when it is of this organisation. Raises `Missing`."""
    found = require_membership(membership_id)
    if found.organisation_id != organisation.id:
        raise Missing
    return found


def to_page(slug: str) -> Any:
    """On to the organisation's page."""
    return redirect(url_for("organisations.show_organisation", slug=slug), 303)


def to_people(slug: str) -> Any:
    """On to the page for those who decide."""
    return redirect(url_for("memberships.manage_people", slug=slug), 303)


def _ending_page(organisation: Organisation, membership: Membership) -> str:
    return render_template(
        "organisations/end_membership.html",
        organisation=organisation,
        membership=membership,
        is_mine=membership.person_id == actor().person_id,
        is_last_editor=is_last_editor(membership),
    )
