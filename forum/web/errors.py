"""Errors of the house as pages, or as problem details (RFC 9457) under /api/."""

import re
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from flask import Flask, Response, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from forum.core.db import db
from forum.core.errors import Conflict, Denied, ForumError, Invalid, Missing, TooMany
from forum.web.languages import say
from forum.web.safety import is_local, place_of
from forum.web.sessions import FactorNeeded, SignInNeeded

LONGEST_WORDS = 80
# Fields that nobody types into.
OURS = frozenset({"action", "draft_id", "kept", "kind", "next", "request_key", "revision"})
SECRET = re.compile(r"password|passkey|^proof_|^codes?$|^csrf_token$")  # what is never shown, by the name of its field
STATUS = {Denied: 403, Missing: 404, Invalid: 422, Conflict: 409, TooMany: 429}
log = structlog.get_logger()


def init_errors(app: Flask) -> None:
    """Register one handler per family of errors."""
    app.register_error_handler(ForumError, show_forum_error)
    app.register_error_handler(SignInNeeded, ask_to_sign_in)
    app.register_error_handler(FactorNeeded, ask_for_factor)
    app.register_error_handler(CSRFError, show_expired_form)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(Exception, show_crash)


def wants_json() -> bool:
    """Whether the request is for a program."""
    return request.path.startswith("/api/")


def show_forum_error(error: ForumError) -> Any:
    """An error of a domain: its own sentence under its own status."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    wait = error.retry_after if isinstance(error, TooMany) else 0
    answer = problem(status, say(error.sentence), error.fields if isinstance(error, Invalid) else None, wait=wait)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def problem(status: int, sentence: str, fields: Any = None, *, wait: int = 0) -> Response:
    """A page, or problem details, that says one sentence; `wait` is how many seconds to let pass."""
    if wants_json():
        body = {"type": "about:blank", "title": sentence, "status": status, "instance": request.path}
        if fields:
            body["errors"] = {name: say(reason) for name, reason in fields.items()}
        answer = jsonify(body)
        answer.mimetype = "application/problem+json"
    else:
        answer = Response(problem_page(status, sentence, wait))
    answer.status_code = status
    return answer


def problem_page(status: int, sentence: str, wait: int = 0) -> str:
    """What happened, what to do next, and everything that was typed."""
    return render_template(
        "errors/problem.html",
        status=status,
        sentence=sentence,
        kept=typed(),
        words=words_of_path() if status == 404 else "",
        wait=wait,
        back=page_in_hand(),
        request_id=g.get("request_id", ""),
        site_notice=None,  # this page says its one sentence, and may be made long before it is shown
    )


def words_of_path() -> str:
    """What an address that leads nowhere seems to be about: the words at its end."""
    last = request.path.rstrip("/").rpartition("/")[2]
    words = " ".join(re.findall(r"[^\W\d_]{2,}", last))
    return words[:LONGEST_WORDS]


def page_in_hand() -> str:
    """The page that was asked for, or the one whose form was sent; empty when the browser does not say."""
    if request.method in ("GET", "HEAD"):
        return request.full_path if request.query_string else request.path
    if place_of(request.referrer or "") != place_of(current_app.config["SETTINGS"].base_url):
        return ""
    came_from = urlsplit(request.referrer or "")
    path = came_from.path.removeprefix(request.script_root) + (f"?{came_from.query}" if came_from.query else "")
    return path if is_local(path) else ""


def typed() -> list[tuple[str, str]]:
    """What somebody typed, to be given back; nothing of a body that cannot be read (too large, or no room to lay it down)."""
    try:
        sent = list(request.form.items(multi=True))
    except (HTTPException, OSError):
        return []
    return [(name, value) for name, value in sent if not SECRET.search(name) and name not in OURS and value.strip()]


def ask_to_sign_in(_error: SignInNeeded) -> Any:
    """Reading: sign in, then come back. Writing: the sentence, with everything that was typed."""
    if wants_json():
        return problem(401, _("Sign in first."))
    if request.method in ("GET", "HEAD"):
        flash(_("Sign in to see this page."), "info")
        target = request.full_path if request.query_string else request.path
        return redirect(url_for("accounts.sign_in") + f"?next={quote(target)}")
    return problem(401, _("You are no longer signed in. Your text is below: copy it, sign in, and send it again."))


def ask_for_factor(_error: FactorNeeded) -> Any:
    """Somebody whose role needs a second factor has none yet: reading leads to where it is set up."""
    sentence = _("Your role needs a second step when you sign in. Set it up first.")
    if wants_json() or request.method not in ("GET", "HEAD"):
        return problem(403, sentence)
    flash(sentence, "info")
    return redirect(url_for("factors.show_factors"), 303)


def show_expired_form(_error: CSRFError) -> Any:
    """The form is older than the session: everything typed is given back."""
    return problem(
        400,
        _(
            "This form is too old, or your browser refuses cookies. Your text is below. Open the page again and send it once more."
        ),
    )


def sentence_for(status: int) -> str:
    """What happened, where nobody knows more than the status."""
    sentences: dict[int, str] = {
        400: _("Your browser sent something that we cannot read."),
        403: _("You may not do this."),
        404: _("This page does not exist, or no longer does."),
        405: _("This address cannot be used in this way."),
        408: _("This took too long to arrive."),
        413: _("This is too large. Files may have 10 MB each, texts 100 kB."),
        429: _("Too many requests. Wait a minute, then try again."),
        503: _("The site is very busy, or is being mended. Go back and try again in a minute."),
    }
    return sentences.get(status) or str(_("Something is not right with this request."))


def show_http_error(error: HTTPException) -> Any:
    """An error of the web itself, in plain words."""
    if error.response is not None or (error.code or 500) < 400:
        return error
    if isinstance(error, SecurityError):  # a host that is not ours: no page of ours, no link, may carry its name
        return Response("This site does not answer to that name.\n", status=400, mimetype="text/plain")
    answer = problem(error.code or 500, sentence_for(error.code or 500))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def show_crash(error: Exception) -> Any:
    """An error nobody foresaw: rolled back, logged with the request's id, and a plain page."""
    db.session.rollback()
    log.exception("unhandled error", endpoint=request.endpoint or "none", error=type(error).__name__)
    sentence = _("Something went wrong on our side. Nothing was changed. The code below helps us find it.")
    try:
        return problem(500, sentence)
    except Exception:  # the page itself may be what is broken
        return Response(f"{sentence}\n{g.get('request_id', '')}\n", status=500, mimetype="text/plain")
