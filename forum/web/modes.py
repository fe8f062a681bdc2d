"""Read-only and maintenance as people see them: a sentence on every page, and every form given back with its text."""

from typing import Any

import structlog
from flask import Flask, Response, request
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import SecurityError

from forum.core import modes
from forum.core.db import db
from forum.core.modes import Cause, Mode, Standing
from forum.core.troubles import Trouble, trouble_of
from forum.web.errors import problem, sentence_for, show_crash
from forum.web.security import SAFE_METHODS
from forum.web.sessions import actor, ask_nobody

SOON, LATER, MUCH_LATER = 5, 60, 300
ALWAYS = frozenset({"static", "home.show_health"})
KEEP_NOTHING = frozenset(
    {
        *("home.choose_scheme", "accounts.sign_out", "accounts.take_my_data", "editor.preview", "posts.suggest"),
        "learning.note_click",
    }
)
SIGN_IN = frozenset(
    {
        *("accounts.sign_in", "second_step.ask_second_step", "second_step.sign_in_with_passkey"),
        *("mailed_links.ask_link", "mailed_links.use_link", "sign_on.go_on"),
    }
)
log = structlog.get_logger()


def init_modes(app: Flask) -> None:
    """Turn away what cannot be served now, before anything else looks at the request; say so on every page."""
    app.before_request(turn_away)
    app.context_processor(lambda: {"site_notice": notice_now})
    for family in (DBAPIError, NoConnection, OSError):
        app.register_error_handler(family, show_trouble)


def turn_away() -> Response | None:
    """The answer to whom maintenance keeps out, or whose form cannot be saved; None for everybody else."""
    now = modes.standing()
    if now.takes_writes or isinstance(request.routing_exception, SecurityError):
        return None
    if now.mode is Mode.MAINTENANCE:
        ask_nobody()
        return None if request.endpoint in ALWAYS else refusal(sentence_for(503), MUCH_LATER)
    if request.method in SAFE_METHODS or request.endpoint is None or request.endpoint in KEEP_NOTHING:
        return None
    return refuse_to_save(now)


def refuse_to_save(now: Standing) -> Response:
    """The page that gives a form back which cannot be saved now."""
    wait = SOON if now.cause is Cause.FAILURE else LATER
    if request.endpoint in SIGN_IN:
        return refusal(_("Nobody can sign in at the moment, because nothing can be saved. Reading goes on."), wait)
    return refusal(nothing_can_be_saved(), wait)


def nothing_can_be_saved() -> str:
    """What people are told whose form cannot be saved."""
    sentence: str = _("Nothing can be saved at the moment. Reading goes on. Please try again later.")
    return sentence


def refusal(sentence: str, wait: int) -> Response:
    """503 (RFC 9110, 15.6.4) with one sentence, with what was typed, and with how many seconds to wait."""
    answer = problem(503, sentence)
    answer.headers["Retry-After"] = str(wait)
    return answer


def show_trouble(error: Exception) -> Any:
    """A full disk, a locked database or one that is away is no crash: nothing was saved, and the form comes back."""
    trouble = trouble_of(error)
    if trouble is None:
        return show_crash(error)
    db.session.rollback()
    log.warning(
        "nothing can be saved", trouble=trouble.value, path=request.path, error=str(getattr(error, "orig", error))
    )
    modes.note_failure()
    ask_nobody()
    if trouble is Trouble.FULL:
        return refusal(nothing_can_be_saved(), LATER)
    return refusal(sentence_for(503), SOON)


def notice_now() -> str:
    """One sentence for every page while nothing can be saved; moderators read why. Empty on other days."""
    now = modes.standing()
    if now.takes_writes:
        return ""
    told: str = _("You can read everything, but nothing can be saved at the moment.")
    return f"{told} {why(now)}" if actor().is_moderator or actor().is_admin else told


def why(now: Standing) -> str:
    """What moderators and administrators need to know of the reason."""
    sentences = {
        Cause.SPACE: _("The disk of the site is nearly full."),
        Cause.FAILURE: _("The last attempt to save something failed. The site tries again by itself."),
        Cause.OPERATOR: _("An administrator decided so."),
    }
    return " ".join(filter(None, (sentences.get(now.cause, ""), now.reason)))
