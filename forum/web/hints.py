"""Hints that a page gives once, to people who are signed in: until they press "Got it", on whichever device.

Visitors get none: without a memory a hint would come back on every page, and a cookie to remember it would be one that
reading does not need. Which hints somebody closed travels with the session's row, so asking costs no statement.
"""

from typing import Any

from flask import redirect, request

from forum.accounts.hints import close_hint
from forum.core.errors import Missing
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.sessions import actor, current_session
from forum.web.wording.hints import HINTS, Hint

area = Area("hints", __name__)


@area.app_template_global("open_hint")
def open_hint(key: str) -> Hint | None:
    """The hint with this key, if the reader has yet to close it; none beside a form that came back with its text."""
    session = current_session()
    is_wanted = session and request.method == "GET" and key not in session.person.hints_closed
    return HINTS[key] if is_wanted else None


@area.page("/hints/<key>/close", needs=Need.PERSON, methods=("POST",))
def close(key: str) -> Any:
    """Show a hint no more, and go back to where it stood."""
    if key not in HINTS:
        raise Missing
    close_hint(actor(), key)
    return redirect(local_target(request.form.get("next", "")), 303)
