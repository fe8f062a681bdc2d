"""Organisations for their editors and for moderators: adding, editing, e-mail domains, closing."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Conflict, Invalid
from forum.core.languages import COUNTRIES, EUROPE, country_name
from forum.core.text import fold
from forum.organisations.details import Details
from forum.organisations.models import Organisation
from forum.organisations.operations import organisations as operations
from forum.organisations.policy import (
    can_add_under,
    can_place,
    can_set_domains,
    require_add,
    require_edit,
    require_place,
    require_set_domains,
)
from forum.organisations.queries import all_networks, member_counts, organisation_for_page
from forum.web.accounts import said
from forum.web.languages import interface_language, say
from forum.web.organisations import area as area
from forum.web.organisations import number
from forum.web.profile import reading_choices
from forum.web.routes import Need
from forum.web.sessions import actor


@area.page("/organisations/new", needs=Need.PERSON, methods=("GET", "POST"))
def add_organisation() -> Any:
    """A form for an organisation that comes in; then on to inviting its people."""
    networks = [one for one in all_networks() if can_add_under(actor(), one)]
    require_add(actor(), (one.id for one in networks))
    if request.method == "GET":
        asked = number(request.args.get("network", "")) or (networks[0].id if len(networks) == 1 else None)
        return _form_page(None, Details(name="", parent_id=asked, language=interface_language()), networks)
    try:
        added = operations.add_organisation(actor(), typed_details())
    except Invalid as problem:
        return _form_page(None, typed_details(), networks, errors=said(problem)), 422
    flash(_("%(name)s is added. Now invite its people.", name=added.name), "ok")
    return redirect(url_for("memberships.manage_people", slug=added.slug), 303)


@area.page("/organisations/<slug>/edit", needs=Need.PERSON, methods=("GET", "POST"))
def edit_organisation(slug: str) -> Any:
    """What is said of an organisation. When somebody else saved in between, both texts."""
    organisation = organisation_for_page(slug)
    require_edit(actor(), organisation)
    if request.method == "GET":
        return _form_page(organisation, details_of(organisation), all_networks())
    try:
        revision = number(request.form.get("revision", "")) or 0
        operations.change_organisation(actor(), organisation.id, typed_details(), revision)
    except Invalid as problem:
        return _form_page(organisation, typed_details(), all_networks(), errors=said(problem)), 422
    except Conflict as problem:
        present = details_of(organisation)
        return _form_page(organisation, typed_details(), all_networks(), present, say(problem.sentence)), 409
    flash(_("The page of %(name)s is saved.", name=organisation.name), "ok")
    return redirect(url_for("organisations.show_organisation", slug=slug), 303)


@area.page("/organisations/<slug>/domains", needs=Need.PERSON, methods=("GET", "POST"))
def edit_domains(slug: str) -> Any:
    """The e-mail domains whose people join at once; for moderators and editors of the network."""
    organisation = organisation_for_page(slug)
    require_set_domains(actor(), organisation)
    typed = request.form.get("domains", "")
    errors = {}
    if request.method == "POST":
        try:
            operations.set_domains(actor(), organisation.id, typed.split())
            flash(_("The e-mail domains of %(name)s are saved.", name=organisation.name), "ok")
            return redirect(url_for("memberships.manage_people", slug=slug), 303)
        except Invalid as problem:
            errors = said(problem)
    else:
        typed = "\n".join(one.domain for one in organisation.domains)
    page = render_template(
        "organisations/domains.html", organisation=organisation, may_set_domains=True, typed=typed, errors=errors
    )
    return page, 422 if errors else 200


@area.page("/organisations/<slug>/close", needs=Need.MODERATOR, methods=("GET", "POST"))
def close_organisation(slug: str) -> Any:
    """Say what closing (or opening again) means; then do it."""
    organisation = organisation_for_page(slug)
    require_place(actor())
    if request.method == "GET":
        people = member_counts([organisation.id]).get(organisation.id, 0)
        return render_template("organisations/close.html", organisation=organisation, people=people)
    if organisation.closed_at:
        operations.reopen_organisation(actor(), organisation.id)
        flash(_("%(name)s is open again.", name=organisation.name), "ok")
    else:
        operations.close_organisation(actor(), organisation.id)
        flash(_("%(name)s is closed.", name=organisation.name), "ok")
    return redirect(url_for("organisations.show_organisation", slug=slug), 303)


def typed_details() -> Details:
    """The fields of the form; anything else that was sent is ignored."""
    names = ("name", "kind", "country", "language", "website", "description")
    typed = {name: request.form.get(name, "") for name in names}
    return Details(**typed | {"kind": typed["kind"] or "member"}, parent_id=number(request.form.get("parent", "")))


def details_of(organisation: Organisation) -> Details:
    """What an organisation says now."""
    return Details(**{name: getattr(organisation, name) for name in operations.FIELDS})


def country_choices() -> list[Any]:
    """The countries by name in the reader's language, those of Europe first, as groups of a select."""
    language = interface_language()
    named = sorted(((code, country_name(code, language)) for code in COUNTRIES), key=lambda pair: fold(pair[1]))
    europe = [pair for pair in named if pair[0] in EUROPE]
    return [(_("Europe"), europe), (_("Other countries"), [pair for pair in named if pair not in europe])]


def _form_page(
    organisation: Organisation | None,
    details: Details,
    networks: list[Organisation],
    present: Details | None = None,
    conflict: str = "",
    errors: dict[str, str] | None = None,
) -> str:
    return render_template(
        "organisations/form.html",
        organisation=organisation,
        form=details,
        present=present,
        conflict=conflict,
        errors=errors or {},
        networks=[(one.id, one.name) for one in networks if one is not organisation],
        may_place=can_place(actor()),
        may_set_domains=organisation is not None and can_set_domains(actor(), organisation),
        countries=country_choices(),
        languages=reading_choices((details.language,) if details.language else ()),
    )
