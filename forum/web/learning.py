"""What moderators learn from searches: words that find nothing, and how far down people look. See `search.learning`."""

from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from forum.core.errors import ForumError, TooMany
from forum.core.languages import is_language
from forum.search.finding import ANY_WORDS, Found, Wish
from forum.search.learning import (
    LAST_RANK,
    clicks_by_rank,
    keep_learned,
    near_concepts,
    normalised,
    notes,
    without_result,
)
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.schemes import SCHEMES
from forum.web.languages import interface_language, say
from forum.web.later import Later
from forum.web.routes import Area, Need
from forum.web.security import csrf
from forum.web.sessions import actor
from forum.web.wishes import limit_searching

area = Area("learning", __name__)

PAUSE = 10.0
CLICKS = "click"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Vain:
    """A query that found nothing, with the concepts whose words are like it."""

    text: str
    language: str
    searches: int
    empty: int
    near: list[tuple[str, str]]
    choose_url: str


def note_search(wish: Wish, found: Found) -> None:
    """Note a search for words alone, once: not for the next page, nor for a choice among what was found."""
    if found.is_degraded or wish.filters or wish.page > 1 or not wish.text:
        return
    who = actor()
    reader = f"person {who.person_id}" if who else f"address {request.remote_addr}"
    is_empty = not found.total or bool(found.corrected) or ANY_WORDS in found.notes
    notes.add_search(wish.text, interface_language(), reader, is_empty=is_empty)
    writing.plan(current_app._get_current_object())  # type: ignore[attr-defined]  # Flask's own recipe for threads


@csrf.exempt  # type: ignore[untyped-decorator]  # no types; a token would set a cookie for readers, the origin check covers this
@area.page("/search/clicks", needs=Need.ANYONE, methods=("POST",))
def note_click() -> Any:
    """Count that a result was opened, by its rank. Browsers with script tell it (static/js/clicks.js); others are not counted."""
    rank = request.form.get("rank", "")
    if rank.isascii() and rank.isdecimal() and int(rank[:6]) > 0:
        try:
            limit_searching(CLICKS)
        except TooMany:
            return "", 204  # nobody reads this answer
        notes.add_click(int(rank[:6]))
        writing.plan(current_app._get_current_object())  # type: ignore[attr-defined]  # Flask's own recipe for threads
    return "", 204


@area.page("/review/searches", needs=Need.MODERATOR)
def show_searches() -> str:
    """Words that find nothing, and how often each rank is opened."""
    clicks = clicks_by_rank()
    total = sum(clicks.values())
    return render_template(
        "curation/searches.html",
        vain=[_vain(*row) for row in without_result()],
        clicks=[
            (rank, clicks.get(rank, 0), round(100 * clicks.get(rank, 0) / total)) for rank in range(1, LAST_RANK + 1)
        ]
        if total
        else [],
        last_rank=LAST_RANK,
    )


@area.page("/review/searches/word", needs=Need.MODERATOR)
def choose_concept() -> Any:
    """Choose the concept that a word belongs to; the vocabulary editor opens with the word filled in."""
    word, language = normalised(request.args.get("word", "")), request.args.get("language", "")
    entry = vocabulary().by_key(request.args.get("key", ""))
    language = language if is_language(language) else interface_language()
    if entry and word:
        return redirect(url_for("vocabulary.edit_concept", key=entry.key, word=word, language=language), 303)
    choices = [
        (say(scheme.name), [(one.value, one.label) for one in vocabulary().options(code, interface_language())])
        for code, scheme in SCHEMES.items()
    ]
    errors = {"key": _("Choose a concept.")} if "key" in request.args and word else {}
    page = render_template("curation/word.html", word=word, language=language, choices=choices, errors=errors)
    return page, 422 if errors else 200


def _vain(text: str, language: str, searches: int, empty: int) -> Vain:
    near = [
        (
            vocabulary().heading(one.id, interface_language()),
            url_for("vocabulary.edit_concept", key=one.key, word=text, language=language),
        )
        for one in near_concepts(text)
    ]
    choose_url = url_for("learning.choose_concept", word=text, language=language)
    return Vain(text, language, searches, empty, near, choose_url)


def write_learned() -> None:
    """Write down what may be known. What cannot be written now is let go: a few numbers less matter to nobody."""
    learned = notes.take()
    if not learned.searches and not learned.clicks:
        return
    try:
        keep_learned(learned)
    except (SQLAlchemyError, ForumError) as problem:
        log.warning("searches cannot be counted", error=type(problem).__name__)


writing = Later(PAUSE, write_learned)
