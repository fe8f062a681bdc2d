"""The page behind the link in an expert's mail: one record and a form. It needs no account and shows nothing else."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from forum.core.actor import SYSTEM, VISITOR
from forum.core.errors import Conflict, Denied, ForumError, Invalid, Missing
from forum.curation.experts import agreeing, answering
from forum.curation.experts.answering import Written
from forum.curation.experts.inviting import name_of
from forum.curation.experts.models import (
    AFFILIATION_LENGTH,
    CONFLICT_LENGTH,
    MOST_WORDS,
    SCORES,
    ExpertInvitation,
    ExpertOpinion,
)
from forum.curation.experts.queries import invitation_by_secret
from forum.curation.improving.queries import Entry, conversation_of
from forum.library.reading import attachments_of, post_for_page
from forum.organisations.queries import organisations_of
from forum.web.attachments import BY_LINK
from forum.web.languages import say
from forum.web.post_form import errors_of
from forum.web.post_view import PostView, view_of
from forum.web.routes import Area, Need
from forum.web.wording import opinions as words

area = Area("opinions", __name__)

MINUTES = 20
OWN_FILE = re.compile(r'(?<=")/attachments/\d{1,9}/[^"]*')
GONE = {Missing: 404, Denied: 403, Conflict: 409}
Answer = Callable[[str], str]


@area.page("/opinions/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
def answer_expert(token: str) -> Any:
    """The record and the form. Opening the link changes nothing; each button does one thing."""
    try:
        if request.method == "GET":
            return opinion_page(token, invitation_by_secret(token))
        action = request.form.get("action", "")
        done = ANSWERS.get(action, _send)(token)
    except Invalid as problem:
        return opinion_page(token, invitation_by_secret(token), errors_of(problem)), 422
    except Conflict as problem:
        return already_given(token, problem)
    except (Missing, Denied) as problem:
        return dead_link(problem)
    flash(done, "ok")
    return redirect(url_for("opinions.thank_expert") if action == "decline" else here(token), 303)


@area.page("/opinion/thanks", needs=Need.ANYONE)
def thank_expert() -> str:
    """Thanks to somebody who declined: their link leads nowhere from now on."""
    return render_template("opinions/thanks.html")


@area.page("/opinions/<token>/withdraw", needs=Need.ANYONE, methods=("GET", "POST"))
def withdraw_opinion(token: str) -> Any:
    """Say what will happen, then withdraw an opinion."""
    try:
        invitation = invitation_by_secret(token)
        if not (invitation.opinion and invitation.opinion.stands):
            return redirect(here(token), 303)
        if request.method == "GET":
            return render_template("opinions/withdraw.html", token=token, invitation=invitation, post=invitation.post)
        answering.withdraw_opinion(token)
    except (Missing, Denied, Conflict) as problem:
        return dead_link(problem)
    flash(_("Your opinion is withdrawn and deleted."), "ok")
    return redirect(url_for("opinions.thank_expert"), 303)


def _accept(token: str) -> str:
    answering.accept(token)
    return str(_("Thank you. Write your opinion below the record; you can save it and come back."))


def _decline(token: str) -> str:
    answering.decline(token, request.form.get("refusal", ""))
    return str(_("Thank you for telling us. We ask somebody else, and your address is deleted."))


def _save(token: str) -> str:
    answering.save_opinion(token, written_in(request.form))
    return str(_("Your opinion is saved. Come back with the same link to finish it."))


def _send(token: str) -> str:
    answering.give_opinion(token, written_in(request.form))
    return str(_("Thank you. Your opinion has arrived."))


def _show(token: str) -> str:
    agreeing.choose_readers(token, agrees=True)
    return str(_("Readers may see your opinion."))


def _hide(token: str) -> str:
    agreeing.choose_readers(token, agrees=False)
    return str(_("Readers do not see your opinion any more."))


ANSWERS: dict[str, Answer] = {
    "accept": _accept,
    "decline": _decline,
    "save": _save,
    "send": _send,
    "show": _show,
    "hide": _hide,
}


def here(token: str) -> str:
    """The address of the page."""
    return url_for("opinions.answer_expert", token=token)


def written_in(form: MultiDict[str, str]) -> Written:
    """The opinion in a form; what is no score is none."""
    conflict = form.get("has_conflict", "")
    return Written(
        name=form.get("name", ""),
        affiliation=form.get("affiliation", ""),
        text=form.get("text", ""),
        scores={name: int(form[name]) if form.get(name, "") in ("1", "2", "3") else None for name in SCORES},
        has_conflict={"yes": True, "no": False}.get(conflict),
        conflict=form.get("conflict", ""),
        may_be_shown="may_be_shown" in form,
    )


def opinion_page(
    token: str, invitation: ExpertInvitation, errors: dict[str, str] | None = None, unsent: str = ""
) -> str:
    """The whole page; what was typed comes back after an error, and `unsent` is a text that came too late."""
    return render_template(
        "opinions/opinion.html",
        token=token,
        here=here(token),
        invitation=invitation,
        inviter=name_of(invitation.invited_by),
        page=record_of(invitation, token),
        files=attachments_of(invitation.post_id),
        by_link={BY_LINK: token},
        said=said_about(invitation),
        minutes=MINUTES,
        scores=words.SCORES,
        scale=words.SCALE,
        refusals=words.REFUSALS,
        typed=typed_in(invitation),
        longest={"affiliation": AFFILIATION_LENGTH, "conflict": CONFLICT_LENGTH},
        most_words=MOST_WORDS,
        agreement=say(agreeing.WORDS[agreeing.VERSION]),
        agreed_words=words_agreed_to(invitation.opinion),
        errors=errors or {},
        unsent=unsent,
    )


def words_agreed_to(opinion: ExpertOpinion | None) -> str:
    """What an expert agreed to, in the words of then."""
    return say(agreeing.WORDS[opinion.agreed_words]) if opinion and opinion.agreed_words else ""


def record_of(invitation: ExpertInvitation, token: str) -> PostView:
    """The record as everybody would see it, were it public: no other languages, versions or related posts that are not."""
    whole = post_for_page(SYSTEM, invitation.post_id)
    page = view_of(VISITOR, replace(whole, translations=(), version_count=0))
    return replace(page, html=with_link(page.html, token))


def with_link(html: str, token: str) -> str:
    """The text with its files by way of the link, which opens them for somebody without an account too."""
    return OWN_FILE.sub(lambda found: f"{found[0]}{'&amp;' if '?' in found[0] else '?'}{BY_LINK}={token}", html)


def said_about(invitation: ExpertInvitation) -> list[Entry]:
    """What authors and moderators said to each other about the record."""
    return [one for one in conversation_of(SYSTEM, invitation.post_id).entries if one.message]


def typed_in(invitation: ExpertInvitation) -> dict[str, str]:
    """What the form holds: what was sent just now, else what was saved, else who the expert is as we know it."""
    if request.method == "POST":
        return dict(request.form.items())
    if invitation.opinion:
        return _saved(invitation.opinion)
    person = invitation.person
    if person is None or person.erased_at:
        return {}
    names = [one.name for one in organisations_of(person.id)]
    return {"name": person.name, "affiliation": ", ".join(names)}


def _saved(opinion: ExpertOpinion) -> dict[str, str]:
    told = {
        "name": opinion.name,
        "affiliation": opinion.affiliation,
        "text": opinion.text,
        "conflict": opinion.conflict,
    }
    told |= {name: str(score) for name, score in opinion.scores.items()}
    if opinion.may_be_shown:
        told["may_be_shown"] = "1"
    if opinion.has_conflict is not None:
        told["has_conflict"] = "yes" if opinion.has_conflict else "no"
    return told


def already_given(token: str, problem: Conflict) -> tuple[str, int]:
    """An older window sends its form though the opinion has been given: the page as it is now, with what that window held."""
    try:
        invitation = invitation_by_secret(token)
    except (Missing, Denied) as gone:
        return dead_link(gone)
    flash(say(problem.sentence), "warn")
    unsent = request.form.get("text", "")
    has_more = bool(invitation.opinion and unsent.split() != invitation.opinion.text.split())
    return opinion_page(token, invitation, unsent=unsent if has_more else ""), GONE[Conflict]


def dead_link(problem: ForumError) -> tuple[str, int]:
    """Why a link leads nowhere."""
    return render_template("opinions/dead_link.html", sentence=say(problem.sentence)), GONE[type(problem)]
