"""Pages about practices that others try: telling how it went, reading all reports, answering, and looking after them."""

from dataclasses import replace
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts.policy import require_voice
from forum.adoption import operations
from forum.adoption.content import clean_report
from forum.adoption.content import report_of as words_of
from forum.adoption.models import ANSWER_LENGTH, Adoption
from forum.adoption.policy import can_answer, may_download, reporting_organisations, require_own, require_report
from forum.adoption.queries import adoption_for_page, every_report, own_reports
from forum.core.errors import Conflict, Denied, Invalid
from forum.core.limits import limited
from forum.core.text import message
from forum.curation.operations.decisions import Statement, decide_on_adoption, restore_decided_adoption
from forum.curation.policy import require_decider
from forum.library.models import Post
from forum.library.operations.form_drafts import form_draft_of, mark_of, save_form_draft
from forum.library.reading import post_for_page
from forum.organisations.models import Organisation
from forum.organisations.queries import organisations_of
from forum.web.adoption_file import table_of
from forum.web.adoption_forms import AdoptionForm, form_of, raw_in, source_in, source_options, typed_in
from forum.web.adoption_view import all_reports, former_texts, report_view
from forum.web.adoption_words import report_differences
from forum.web.languages import interface_language, say
from forum.web.post_form import Values, errors_of, number_in, request_key_in, text_in, values_in
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("adoption", __name__)

MOST_REPORTS, MINUTES = 20, 10
TOO_MANY = message("You write very much at once. Wait a few minutes, then try again.")


def practice(post_id: int) -> Post:
    """The post, if the reader may read it. Raises `Missing`."""
    return post_for_page(actor(), post_id).post


@area.page("/posts/<int:post_id>/adoptions", needs=Need.ANYONE)
def list_reports(post_id: int) -> str:
    """Who tried a practice: counts, map, tree and all reports."""
    post = practice(post_id)
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0
    found = all_reports(actor(), post, number, request.args.get("country", ""))
    return render_template("adoption/list.html", post=post, found=found)


@area.page("/posts/<int:post_id>/adoptions/table.csv", needs=Need.MEMBER)
def download_reports(post_id: int) -> Response:
    """All reports as a table, for the practice's owners and the moderators."""
    post = practice(post_id)
    if not may_download(actor(), post):
        raise Denied(_("This file is for those who shared the practice, and for moderators."))
    answer = Response(table_of(every_report(actor(), post)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="reports-{post.id}.csv"'
    return answer


@area.page("/adoptions/<int:adoption_id>", needs=Need.ANYONE)
def show_report(adoption_id: int) -> str:
    """One report with the owner's answer, and what it said before."""
    adoption, post = adoption_for_page(actor(), adoption_id)
    view = report_view(actor(), post, adoption)
    return render_template("adoption/report.html", post=post, view=view, former=list(former_texts(adoption)))


@area.page("/posts/<int:post_id>/adoptions/new", needs=Need.PERSON, methods=("GET", "POST"))
def new_report(post_id: int) -> Any:
    """The form behind "We tried this"; who has told already is led to what they told."""
    post = require_report(actor(), practice(post_id))
    free = _free_organisations(post)
    if not free:
        told = own_reports(actor(), post)
        if not told:
            raise Denied(_("Your organisation is closed: it reports no more."))
        return redirect(url_for("adoption.change_report", adoption_id=told[0].id))
    if request.method == "GET":
        require_voice(actor())
        return _form_page(_new_form(post, free))
    values = values_in(request.form)
    form = replace(_new_form(post, free), values=values, request_key=request_key_in(values))
    try:
        with limited(f"adoption:{actor().person_id}", MOST_REPORTS, MINUTES * 60, TOO_MANY):
            adoption = operations.report_adoption(
                actor(),
                post_id,
                number_in(values, "organisation") or free[0].id,
                raw_in(values),
                taken_from_id=source_in(values),
                request_key=form.request_key,
            )
    except Invalid as problem:
        return _form_page(replace(form, errors=errors_of(problem))), 422
    flash(_thanks(adoption), "ok")
    return redirect(url_for("adoption.show_report", adoption_id=adoption.id), 303)


def _free_organisations(post: Post) -> list[Organisation]:
    """The reader's organisations that have not told of a practice yet."""
    mine = reporting_organisations(actor(), post) - {one.organisation_id for one in own_reports(actor(), post)}
    return [one for one in organisations_of(actor().person_id or 0) if one.id in mine]


def _new_form(post: Post, free: list[Organisation]) -> AdoptionForm:
    draft = form_draft_of(actor(), operations.new_place(post.id))
    begun = {"permission": ["members"], "country": [free[0].country or ""], "organisation": [str(free[0].id)]}
    options = [(str(one.id), one.name) for one in free]
    return AdoptionForm(
        draft.content if draft else begun, post, options, source_options(actor(), post), kept=mark_of(draft)
    )


def _form_page(form: AdoptionForm, adoption: Adoption | None = None, **more: Any) -> str:
    values = {"conflict": "", "differences": []} | more
    return render_template(
        "adoption/form.html", form=form, post=form.post, adoption=adoption, errors=form.errors, **values
    )


def _thanks(adoption: Adoption) -> str:
    if adoption.outcome == "did_not_work":
        return str(_("Thank you. Telling what did not work saves others time and money. It counts as a contribution."))
    if adoption.intent in ("planning", "trying") and not adoption.outcome:
        return str(_("Thank you. Your report is posted. We ask you once, in half a year, how it went."))
    return str(_("Thank you. Your report is posted, and helps others to judge."))


@area.page("/posts/<int:post_id>/adoptions/draft", needs=Need.PERSON, methods=("POST",))
def keep_new(post_id: int) -> Any:
    """Keep a report that is being typed; `draft.js` asks for it."""
    post = require_report(actor(), practice(post_id))
    return _kept(post.id, operations.new_place(post.id), url_for("adoption.keep_new", post_id=post.id))


@area.page("/adoptions/<int:adoption_id>/draft", needs=Need.PERSON, methods=("POST",))
def keep_change(adoption_id: int) -> Any:
    """Keep a change to a report that is being typed."""
    adoption, _post = _own(adoption_id)
    address = url_for("adoption.keep_change", adoption_id=adoption.id)
    return _kept(adoption.id, operations.edit_place(adoption.id), address)


def _kept(number: int, place: str, address: str) -> Any:
    values = values_in(request.form)
    seen = text_in(values, "kept") if "kept" in values else None
    try:
        draft = save_form_draft(actor(), place, typed_in(values), number_in(values, "revision") or 1, seen)
        return {"id": number, "save_url": address, "kept": mark_of(draft)}
    except Conflict as problem:
        draft_now = form_draft_of(actor(), place)
        texts = {name: found[-1] for name, found in draft_now.content.items() if found} if draft_now else {}
        return {"title": say(problem.sentence), "now": texts, "kept": mark_of(draft_now)}, 409


def _own(adoption_id: int) -> tuple[Adoption, Post]:
    adoption, post = adoption_for_page(actor(), adoption_id)
    require_own(actor(), adoption)
    return adoption, post


@area.page("/adoptions/<int:adoption_id>/edit", needs=Need.PERSON, methods=("GET", "POST"))
def change_report(adoption_id: int) -> Any:
    """Bring one's report up to date; when it changed in the meantime, both texts are shown."""
    adoption, post = _own(adoption_id)
    form = form_of(actor(), adoption, post)
    if request.method == "GET":
        return _form_page(form, adoption)
    values = values_in(request.form)
    form = replace(form, values=values, revision=number_in(values, "revision") or 0)
    try:
        operations.change_adoption(actor(), adoption_id, raw_in(values), form.revision, taken_from_id=source_in(values))
    except Invalid as problem:
        return _form_page(replace(form, errors=errors_of(problem)), adoption), 422
    except Conflict as problem:
        return _conflict_page(form, adoption, values, say(problem.sentence)), 409
    flash(_thanks(operations.find_adoption(actor(), adoption_id)[0]), "ok")
    return redirect(url_for("adoption.show_report", adoption_id=adoption_id), 303)


def _conflict_page(form: AdoptionForm, adoption: Adoption, values: Values, sentence: str) -> str:
    """Both texts: what is saved now against what was typed."""
    form = replace(form, revision=adoption.revision)
    try:
        differences = report_differences(words_of(adoption), clean_report(raw_in(values), adoption.language))
    except Invalid as problem:
        return _form_page(replace(form, errors=errors_of(problem)), adoption, conflict=sentence)
    return _form_page(form, adoption, conflict=sentence, differences=differences)


@area.page("/adoptions/<int:adoption_id>/withdraw", needs=Need.PERSON, methods=("GET", "POST"))
def withdraw_report(adoption_id: int) -> Any:
    """Say what withdrawing does, then do it."""
    adoption, post = _own(adoption_id)
    if request.method == "GET":
        return render_template("adoption/withdraw.html", adoption=adoption, post=post)
    operations.withdraw_adoption(actor(), adoption_id)
    flash(_("Your report is withdrawn. You can bring it back at any time."), "ok")
    return redirect(url_for("adoption.show_report", adoption_id=adoption_id), 303)


@area.page("/adoptions/<int:adoption_id>/bring-back", needs=Need.PERSON, methods=("POST",))
def bring_back_report(adoption_id: int) -> Any:
    """Undo a withdrawal."""
    operations.bring_back_adoption(actor(), adoption_id)
    flash(_("Your report is back."), "ok")
    return redirect(url_for("adoption.show_report", adoption_id=adoption_id), 303)


@area.page("/adoptions/<int:adoption_id>/answer", needs=Need.PERSON, methods=("GET", "POST"))
def answer_report(adoption_id: int) -> Any:
    """Answer a report for those who shared the practice."""
    adoption, post = adoption_for_page(actor(), adoption_id)
    if not can_answer(actor(), post):
        raise Denied(_("Only the organisation that shared the practice may answer."))
    text, revision = adoption.answer, adoption.answer_revision
    errors: dict[str, str] = {}
    conflict = ""
    if request.method == "POST":
        values = values_in(request.form)
        text = text_in(values, "answer")
        try:
            operations.answer_adoption(actor(), adoption_id, text, number_in(values, "revision") or 0)
            flash(_("Your answer is posted."), "ok")
            return redirect(url_for("adoption.show_report", adoption_id=adoption_id, _anchor="answer"), 303)
        except Invalid as problem:
            errors = errors_of(problem)
        except Conflict as problem:
            conflict = say(problem.sentence)
    page = render_template(
        "adoption/answer.html",
        post=post,
        view=report_view(actor(), post, adoption, frozenset()),
        text=text,
        revision=revision,
        errors=errors,
        conflict=conflict,
        maxlength=ANSWER_LENGTH,
    )
    return page, 422 if errors else 409 if conflict else 200


@area.page("/adoptions/<int:adoption_id>/hide", needs=Need.MODERATOR, methods=("GET", "POST"))
def hide_report(adoption_id: int) -> Any:
    """Say what hiding does, ask for the reason, then do it."""
    adoption, post = adoption_for_page(actor(), adoption_id)
    require_decider(actor(), post, adoption.reporter_id, adoption.organisation_id)
    errors: dict[str, str] = {}
    reason = request.form.get("reason", "")
    if request.method == "POST":
        try:
            decide_on_adoption(actor(), adoption_id, "hide", Statement(reason=reason, language=interface_language()))
            flash(_("The report is hidden. Its writers can read your reason."), "ok")
            return redirect(url_for("adoption.show_report", adoption_id=adoption_id), 303)
        except Invalid as problem:
            errors = errors_of(problem)
    view = report_view(actor(), post, adoption, frozenset())
    page = render_template("adoption/hide.html", view=view, post=post, errors=errors, reason=reason)
    return page, 422 if errors else 200


@area.page("/adoptions/<int:adoption_id>/restore", needs=Need.MODERATOR, methods=("POST",))
def restore_report(adoption_id: int) -> Any:
    """Show a hidden report again."""
    restore_decided_adoption(actor(), adoption_id)
    flash(_("Readers see this report again."), "ok")
    return redirect(url_for("adoption.show_report", adoption_id=adoption_id), 303)
