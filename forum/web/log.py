"""The log of what moderators did."""

from flask import render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Missing
from forum.core.text import Message
from forum.curation import queries
from forum.curation.queries import LogEntry
from forum.vocabulary.queries import vocabulary
from forum.web.cards import concept_url
from forum.web.languages import interface_language, say
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("log", __name__)

MARK = "\N{OBJECT REPLACEMENT CHARACTER}"


@area.page("/log", needs=Need.ANYONE)
def show_log() -> str:
    """Who did what to which post, and why."""
    page = max(1, request.args.get("page", 1, type=int) or 1)
    total = queries.count_log(actor())
    pages = max(1, -(-total // queries.PAGE))
    if page > pages:
        raise Missing
    known, here = vocabulary(), interface_language()
    return render_template(
        "curation/log.html",
        entries=queries.log_page(actor(), page),
        page=page,
        pages=pages,
        total=total,
        concept_label=lambda number: known.label(number, here),
        concept_url=concept_address,
        around_subject=around_subject,
    )


def concept_address(number: int) -> str:
    """The page of a concept; all themes for one that is gone."""
    entry = vocabulary().by_id(number)
    return concept_url(entry) if entry else url_for("themes.list_themes")


def around_subject(entry: LogEntry) -> tuple[str, str]:
    """What happened, in the reader's language: the words before and after the subject, which the template links."""
    values = {"actor": entry.actor_name or _("Somebody"), "subject": MARK}
    before, _mark, after = say(Message(entry.sentence.sentence, values)).partition(MARK)
    return before, after
