"""A form that makes something, sent twice by the same person, makes it once: the second gets the answer of the first.

Posts, comments and reports have a key of their own in their rows, organisations their name; these forms have this instead.
Steps that one may want to take again later (after an undo) are known for some seconds only, as a finger slips; without
that, the second press would say that somebody was faster. Browsers with script send no second press: `page.js`.
"""

import json
from typing import Any

from flask import Flask, Response, g, redirect, request

from forum.core.once import KEPT_SECONDS, earlier_answer, settle
from forum.web.sessions import actor

MAKING = frozenset(
    {
        *("collections.new_collection", "help.show_accessibility", "notices.send_notice"),
        *("sanctions.add_note", "sanctions.decide", "suggesting.suggest", "improving.show_request"),
    }
)
STEPS = frozenset(
    {
        *("adoption.answer_report", "decisions.answer_appeal", "decisions.decide", "opinions.answer_expert"),
        *("posts.practice_from", "posts.split", "posts.transfer", "posts.undo"),
    }
)
STEP_SECONDS = 10


def init_once(app: Flask) -> None:
    """Look whether a form was sent before, once it is known who sends it, and keep its answer."""
    app.before_request(answer_again)
    app.after_request(keep_answer)


def answer_again() -> Any:
    """The answer that the same form had; None for a form that is new."""
    if request.method != "POST" or request.endpoint not in MAKING | STEPS:
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
        answer = response.headers.get("Location", "") if response.status_code in (302, 303) else ""
        settle(form, answer, STEP_SECONDS if request.endpoint in STEPS else KEPT_SECONDS)
    return response
