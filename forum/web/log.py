"""The log of what moderators did."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from forum.core.errors import Missing
from forum.core.text import Message
from forum.curation import logbook
from forum.curation.logbook import LogEntry, LogFilter
from forum.curation.transparency import summary_of, years_with_reports
from forum.vocabulary.queries import vocabulary
from forum.web.cards import concept_url
from forum.web.comment_forms import number_from
from forum.web.decision_words import DONE, GROUNDS, OUTCOMES, REASONS
from forum.web.languages import interface_language, say
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("log", __name__)

ABOUTS = {
    "decisions": lazy_gettext("Decisions after reports"),
    "posts": lazy_gettext("Posts"),
    "themes": lazy_gettext("Themes"),
    "organisations": lazy_gettext("Organisations"),
}
MARK = "\N{OBJECT REPLACEMENT CHARACTER}"


@area.page("/log", needs=Need.ANYONE)
def show_log() -> str:
    """Who did what to which post, and why; perhaps of some sort and time only."""
    page, wanted = page_number(), log_filter()
    total = logbook.count_log(actor(), wanted)
    pages = max(1, -(-total // logbook.PAGE))
    if page > pages:
        raise Missing
    known, here = vocabulary(), interface_language()
    chosen: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in ("about", "since", "until") and value
    }
    return render_template(
        "curation/log.html",
        entries=logbook.log_page(actor(), page, wanted),
        page=page,
        pages=pages,
        total=total,
        chosen=chosen,
        abouts=list(ABOUTS.items()),
        page_url=lambda number: url_for("log.show_log", **chosen, page=number if number > 1 else None),
        grounds=GROUNDS,
        concept_label=lambda number: known.label(number, here),
        concept_url=concept_address,
        around_subject=around_subject,
    )


def page_number() -> int:
    """The page that was asked for; anything odd is the first."""
    return number_from(request.args.get("page")) or 1


def log_filter() -> LogFilter:
    """The filter of the address; what cannot be read is left out."""
    about = request.args.get("about", "")
    since, until = (day_from(request.args.get(name, "")) for name in ("since", "until"))
    return LogFilter(about if about in ABOUTS else "", since, until)


def day_from(written: str) -> date | None:
    """A day as a date field sends it; None for anything else, and for years that nobody means."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None


@area.page("/log/summary", needs=Need.ANYONE)
def show_summary() -> str:
    """What was reported and decided in a year, in numbers."""
    years = years_with_reports()
    asked = number_from(request.args.get("year")) or years[0]
    year = asked if asked in years else years[0]
    return render_template(
        "curation/summary.html",
        years=years,
        summary=summary_of(year),
        reasons=REASONS,
        done=DONE,
        grounds=GROUNDS,
        outcomes=OUTCOMES,
    )


def concept_address(number: int) -> str:
    """The page of a concept; all themes for one that is gone."""
    entry = vocabulary().by_id(number)
    return concept_url(entry) if entry else url_for("themes.list_themes")


def around_subject(entry: LogEntry) -> tuple[str, str, bool]:
    """What happened, in the reader's language: the words before and after the subject, which the template links if there is one."""
    values = {"actor": entry.actor_name or _("Somebody"), "subject": MARK}
    before, mark, after = say(Message(entry.sentence.sentence, values)).partition(MARK)
    return before, after, bool(mark)
