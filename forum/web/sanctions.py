"""What moderators know of a person and decide about them, and their notes for one another."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts.models import Person
from forum.accounts.queries import require_person
from forum.core.clock import now
from forum.core.errors import Invalid
from forum.curation.operations.notes import change_note, own_note, write_note
from forum.curation.operations.sanctions import LONGEST_DAYS, SANCTIONS, sanction_person
from forum.curation.policy import sanction_refusal
from forum.curation.records import history_of_person
from forum.web.comment_forms import number_from
from forum.web.decision_words import DONE, GROUNDS, OUTCOMES, REASONS
from forum.web.decisions import action_choices, statement_from_form
from forum.web.languages import say
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("sanctions", __name__)


@area.page("/people/<int:person_id>/moderation", needs=Need.MODERATOR)
def show_person(person_id: int) -> Any:
    """Reports on what a person wrote, decisions, appeals and notes; for moderators only."""
    return _history(require_person(person_id))


def _history(person: Person, errors: dict[str, str] | None = None) -> Any:
    page = render_template(
        "decisions/person.html",
        person=person,
        history=history_of_person(actor(), person),
        may_sanction=sanction_refusal(actor(), person) is None and not person.erased_at,
        now=now(),
        reasons=REASONS,
        done=DONE,
        outcomes=OUTCOMES,
        form=request.form,
        errors=errors or {},
    )
    return (page, 422) if errors else page


@area.page("/people/<int:person_id>/notes", needs=Need.MODERATOR, methods=("POST",))
def add_note(person_id: int) -> Any:
    """Keep a note about a person."""
    try:
        write_note(actor(), person_id, request.form.get("body", ""))
    except Invalid as problem:
        return _history(require_person(person_id), {name: say(one) for name, one in problem.fields.items()})
    flash(_("The note is kept. Only moderators can read it."), "ok")
    return redirect(url_for("sanctions.show_person", person_id=person_id), 303)


@area.page("/notes/<int:note_id>", needs=Need.MODERATOR, methods=("GET", "POST"))
def edit_note(note_id: int) -> Any:
    """Change a note of one's own."""
    note = own_note(actor(), note_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            change_note(actor(), note_id, request.form.get("body", ""))
            flash(_("The note is kept. Only moderators can read it."), "ok")
            return redirect(url_for("sanctions.show_person", person_id=note.person_id), 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    page = render_template(
        "decisions/note.html",
        note=note,
        person=require_person(note.person_id),
        body=request.form.get("body", note.body),
        errors=errors,
    )
    return (page, 422) if errors else page


@area.page("/people/<int:person_id>/decide", needs=Need.MODERATOR, methods=("GET", "POST"))
def decide(person_id: int) -> Any:
    """Warn, silence or suspend a person, with reasons and an end."""
    person = require_person(person_id)
    refused = sanction_refusal(actor(), person)
    if refused:
        raise refused
    errors: dict[str, str] = {}
    if request.method == "POST":
        days = number_from(request.form.get("days"))
        try:
            sanction_person(actor(), person_id, request.form.get("action", ""), days, statement_from_form())
            flash(_("It is done. %(name)s gets your reasons by mail.", name=person.name), "ok")
            return redirect(url_for("sanctions.show_person", person_id=person_id), 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    page = render_template(
        "decisions/sanction.html",
        person=person,
        actions=action_choices(SANCTIONS),
        grounds=list(GROUNDS.items()),
        most=LONGEST_DAYS,
        form=request.form,
        errors=errors,
    )
    return (page, 422) if errors else page
