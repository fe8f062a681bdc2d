"""A form that makes something, sent twice by the same person, makes it once: the second gets the answer of the first.

Posts, comments and reports have a key of their own in their rows, organisations their name; these forms have this instead.
"""

import json
from typing import Any

from flask import Flask, Response, g, redirect, request

from forum.core.once import earlier_answer, settle
from forum.web.sessions import actor

MAKING = frozenset(
    {
        *("collections.new_collection", "help.show_accessibility", "notices.send_notice"),
        *("sanctions.add_note", "sanctions.decide", "suggesting.suggest", "improving.show_request"),
    }
)


def init_once(app: Flask) -> None:
    """Look whether a form was sent before, once it is known who sends it, and keep its answer."""
    app.before_request(answer_again)
    app.after_request(keep_answer)


def answer_again() -> Any:
    """The answer that the same form had; None for a form that is new."""
    if request.method != "POST" or request.endpoint not in MAKING:
        return None
    who = actor().person_id or f"{request.remote_addr} {request.user_agent}"
    form = json.dumps([who, request.full_path, sorted(request.form.items(multi=True))])
    found = earlier_answer(form)
    if found:
        return redirect(found, 303)
    g.form_in_hand = form
    return None


def keep_answer(response: Response) -> Response:
    """Keep where a form led that was taken; one that was refused may be sent again."""
    form = g.pop("form_in_hand", None)
    if form is not None:
        settle(form, response.headers.get("Location", "") if response.status_code in (302, 303) else "")
    return response
