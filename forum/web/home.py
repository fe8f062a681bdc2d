"""The home page, the light or dark choice, and whether the site is well."""

from typing import Any

from flask import make_response, redirect, render_template, request

from forum.core.db import db
from forum.discussion.queries.recent import latest_comments
from forum.discussion.queries.unread import new_since_last_visit
from forum.library.queries import featured_cards, latest_cards, open_questions
from forum.vocabulary.queries import vocabulary
from forum.web.cards import show_cards
from forum.web.languages import YEAR, interface_language
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.security import csrf
from forum.web.sessions import actor

area = Area("home", __name__)

SCHEMES = ("auto", "light", "dark")
LATEST, FEATURED, QUESTIONS, COMMENTS = 8, 3, 4, 4


@area.page("/", needs=Need.ANYONE)
def show_home() -> str:
    """What is new, what is asked, what is said, and where to begin."""
    who, here, known = actor(), interface_language(), vocabulary()
    return render_template(
        "home/home.html",
        news=new_since_last_visit(who),
        latest=show_cards(latest_cards(who, limit=LATEST)),
        featured=show_cards(featured_cards(who, limit=FEATURED)),
        questions=show_cards(open_questions(who, limit=QUESTIONS)),
        comments=latest_comments(who, limit=COMMENTS),
        themes=[(entry.key, known.heading(entry.id, here)) for entry in known.sorted(known.top("theme"), here)],
    )


@csrf.exempt  # type: ignore[untyped-decorator]  # no types; a token would set a cookie for readers, the origin check covers this form
@area.page("/scheme", needs=Need.ANYONE, methods=("POST",))
def choose_scheme() -> Any:
    """Remember light, dark or as the device says."""
    scheme = request.form.get("scheme", "auto")
    answer = make_response(redirect(local_target(request.form.get("next", ""))))
    if scheme in ("light", "dark"):
        answer.set_cookie("scheme", scheme, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    else:
        answer.delete_cookie("scheme")
    return answer


@area.page("/healthz", needs=Need.ANYONE)
def show_health() -> Any:
    """The process answers."""
    return {"status": "ok"}


@area.page("/readyz", needs=Need.ANYONE)
def show_readiness() -> Any:
    """The database answers too."""
    db.session.execute(db.text("SELECT 1"))
    return {"status": "ok"}
