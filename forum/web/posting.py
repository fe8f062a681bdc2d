"""Posting: choose a kind, write a few sentences, look at them, post them."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts.policy import require_voice
from forum.core.errors import Invalid, Missing
from forum.core.languages import language_name
from forum.core.text import CONTROL_CHARACTERS, message, single_line
from forum.library.content import content_of
from forum.library.kinds import KINDS, Kind
from forum.library.models import TITLE_LENGTH, Post
from forum.library.operations.writing import keep_draft, post_now
from forum.library.privacy import FIELD as PRIVACY
from forum.organisations.models import Organisation
from forum.organisations.queries import organisations_of
from forum.web import labels
from forum.web.advice import hints_for
from forum.web.checks import checks_in
from forum.web.form_fields import FieldMaker
from forum.web.languages import interface_language
from forum.web.post_area import area
from forum.web.post_form import (
    Values,
    content_in,
    errors_of,
    number_in,
    request_key_in,
    starting_content,
    text_in,
    values_in,
    values_of,
    with_suggested_themes,
)
from forum.web.routes import Need
from forum.web.sessions import actor
from forum.web.wording.headings import headings_of, with_headings


@area.page("/posts/new", needs=Need.ANYONE)
def choose_kind() -> str:
    """The five kinds of post, in plain words."""
    kinds = [(name, labels.kind_invitation(name), labels.kind_hint(name)) for name in KINDS]
    return render_template("library/choose_kind.html", kinds=kinds)


@area.page("/posts/new/<kind>", needs=Need.MEMBER, methods=("GET", "POST"))
def new_post(kind: str) -> Any:
    """The tiny form of a kind; it posts, saves a draft or shows what it will look like."""
    chosen = find_kind(kind)
    if request.method == "GET":
        require_voice(actor())
        values = values_of(starting_content(chosen, actor(), own_country())) | {"title": [title_in_address()]}
        return show_new(chosen, values | {"language": [""], "request_key": [secrets.token_urlsafe(16)]})
    values = {"language": [""]} | values_in(request.form)
    if "add" in request.form:
        return show_new(chosen, values, add=request.form["add"])
    try:
        return take_new(chosen, values, request.form.get("action", "post"))
    except Invalid as problem:
        return show_new(chosen, values, errors_of(problem)), 422


def title_in_address() -> str:
    """A title to begin with, as links such as "Ask the network" give one: a search that found nothing becomes a question."""
    return single_line(CONTROL_CHARACTERS.sub(" ", request.args.get("title", "")))[:TITLE_LENGTH].strip()


def find_kind(name: str) -> Kind:
    """A kind by its name in addresses. Raises `Missing`."""
    if name not in KINDS:
        raise Missing(message("There is no such kind of post. Choose one under “Ask or share”."))
    return KINDS[name]


def take_new(kind: Kind, values: dict[str, list[str]], action: str) -> Any:
    """Do what the button says with a new post. Raises `Invalid`."""
    content = content_in(values, starting_content(kind, actor(), own_country()), actor())
    seen = number_in(values, "revision")
    kept = (organisation_in(values), request_key_in(values), number_in(values, "draft_id"), seen)
    if action == "post":
        post = post_now(actor(), content, *kept, privacy_checked=PRIVACY in values)
        flash(thanks_for(post), "ok")
        return redirect(url_for("posts.ask_next", post_id=post.id), 303)
    draft = keep_draft(actor(), content, *kept)
    if action == "preview":
        now = {"draft_id": [str(draft.id)], "revision": [str(draft.revision)], "language": [draft.language]}
        return show_new(kind, values | now, preview=draft)
    flash(_("The draft is saved. Only you can see it."), "ok")
    return redirect(url_for("posts.edit_post", post_id=draft.id), 303)


def thanks_for(post: Post) -> str:
    """The message after posting: it says who can see it and in which language it is, so that a slip is seen at once."""
    organisation = post.organisation.name if post.organisation else ""
    sentence: str = _(
        "Thank you, it is posted. %(audience)s The language of the text: %(language)s.",
        audience=labels.visibility_consequence(post.visibility, organisation),
        language=language_name(post.language, interface_language()),
    )
    return sentence


def show_new(
    kind: Kind,
    values: dict[str, list[str]],
    errors: dict[str, str] | None = None,
    *,
    preview: Post | None = None,
    add: str = "",
) -> str:
    """The tiny form with what was typed; themes that the text suggests are ticked when none is."""
    suggested: list[str] = []
    if preview is not None or (errors and "themes" in errors):
        values, suggested = with_suggested_themes(values)
    organisations = own_organisations()
    name = next((one.name for one in organisations), "")
    if add == "headings":
        values = values | {"body": [with_headings(text_in(values, "body"), kind.name)]}
    maker = FieldMaker(kind, values, errors or {}, name, tuple(suggested), add)
    return render_template(
        "library/new.html",
        kind=kind.name,
        heading=labels.kind_invitation(kind.name),
        hint=labels.kind_hint(kind.name),
        fields=maker.tiny(),
        headings=headings_of(kind.name),
        maker=maker,
        values=values,
        text_in=text_in,
        organisations=organisations,
        errors=errors or {},
        preview=preview,
        hints=hints_for(preview.body) if preview else [],
        checks=checks_in(actor(), content_of(preview), preview.id) if preview else [],
    )


def own_organisations() -> list[Organisation]:
    """The organisations that the actor may post on behalf of, by name."""
    return organisations_of(actor().person_id or 0)


def own_country() -> str:
    """The country of the actor's first organisation, to begin with."""
    return next((one.country for one in own_organisations()), "")


def organisation_in(values: Values, before: int | None = None) -> int | None:
    """The organisation that was chosen, else the one before; the only one of a person who belongs to one."""
    chosen = number_in(values, "organisation") or before
    mine = actor().organisation_ids
    return next(iter(mine)) if chosen is None and len(mine) == 1 else chosen
