"""The level of evidence of a post: as its page shows it, and the page where a moderator sets it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.adoption.queries import Replication, replication
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.errors import Denied, Invalid, Missing
from forum.core.text import message
from forum.curation.operations.evidence import judge_evidence
from forum.library.evidence import REPEATED_FROM, Evidence, evidence_of, good_until, has_evidence
from forum.library.models import Post
from forum.library.operations.evidence import Judgement
from forum.library.policy import can_moderate, can_review
from forum.library.queries import cards_by_id
from forum.library.reading import post_for_page
from forum.web.cards import post_url
from forum.web.languages import interface_language
from forum.web.outward import absolute
from forum.web.post_area import area
from forum.web.post_form import errors_of
from forum.web.routes import Need
from forum.web.sessions import actor
from forum.web.wording.evidence import LEVELS

UNKNOWN = -1
OWN_POST = re.compile(r"(?:/[a-z]{2,3})?/posts/(\d{1,9})(?:/(?!adoptions$).*)?")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the evidence can be read: a page elsewhere, or by its title a post of the library or the reports of others."""

    url: str
    title: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """A level of evidence in words; `good_until` is the day after which it should be looked at again."""

    level: int
    name: str
    meaning: str
    is_claimed: bool
    is_old: bool
    set_on: date | None
    good_until: date | None
    source: Source | None


def evidence_shown(who: Actor, post: Post) -> EvidenceShown | None:
    """The level of a post for its page; one statement only where another post is the source."""
    found = evidence_of(post)
    return None if found is None else _shown(found, None if found.is_claimed else _source(who, post))


def _shown(found: Evidence, source: Source | None) -> EvidenceShown:
    words = LEVELS[found.level]
    return EvidenceShown(
        level=found.level,
        name=str(words.label),
        meaning=str(words.hint),
        is_claimed=found.is_claimed,
        is_old=found.is_old(now().date()),
        set_on=found.set_on,
        good_until=good_until(found.set_on) if found.set_on else None,
        source=source,
    )


def _source(who: Actor, post: Post) -> Source | None:
    """The source that this reader may know of: a post only if they can read it."""
    if post.evidence_post_id:
        cards = cards_by_id(who, [post.evidence_post_id])
        return next((Source(post_url(one.id, one.slug), one.title, one.language) for one in cards), None)
    if post.evidence_url == reports_address(post):
        reports = url_for("adoption.list_reports", post_id=post.id)
        return Source(reports, str(_("Read the reports")), interface_language())
    return Source(post.evidence_url) if post.evidence_url else None


def reports_address(post: Post) -> str:
    """The address of all reports on a practice, in no language: the source of a level that they prove."""
    return absolute(f"/posts/{post.id}/adoptions")


@area.page("/posts/<int:post_id>/evidence", needs=Need.MODERATOR, methods=("GET", "POST"))
def set_evidence(post_id: int) -> Any:
    """Set how sure one can be that a practice works, with the source from level 3 on."""
    post = post_to_judge(actor(), post_id)
    repetition = replication(post_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            judged = judgement_in_form()
            judge_evidence(actor(), post_id, judged, confirmed="confirmed" in request.form)
            flash(_saved(judged), "ok")
            return redirect(post_url(post.id, post.slug), 303)
        except Invalid as problem:
            errors = errors_of(problem)
    page = render_template(
        "curation/evidence.html",
        post=post,
        address=post_url(post.id, post.slug),
        shown=evidence_shown(actor(), post),
        levels=LEVELS,
        reports_url=url_for("adoption.list_reports", post_id=post_id),
        repetition=repetition_words(repetition),
        typed=request.form if request.method == "POST" else proposed(post, repetition),
        errors=errors,
    )
    return page, 422 if errors else 200


def _saved(judged: Judgement) -> str:
    if judged.level is None:
        return str(_("Saved: no moderator judges the evidence of this post now."))
    return str(_("The level of evidence is saved, with today’s date."))


def post_to_judge(who: Actor, post_id: int) -> Post:
    """The post, for a moderator who may judge it. Raises `Missing` and `Denied`."""
    post = post_for_page(who, post_id).post
    if not can_moderate(who, post) or not has_evidence(post.kind):
        raise Missing
    if not can_review(who, post):
        raise Denied(message("You cannot judge a post of your own organisation. Another moderator will."))
    return post


def proposed(post: Post, repetition: Replication) -> dict[str, str]:
    """What the form holds at first: level 4 once reports prove it, to be confirmed; otherwise what was set before."""
    if repetition.is_reached and (post.evidence_level or 0) < REPEATED_FROM:
        return {"level": str(REPEATED_FROM), "source": reports_address(post)}
    source = f"/posts/{post.evidence_post_id}" if post.evidence_post_id else post.evidence_url
    return {"level": "" if post.evidence_level is None else str(post.evidence_level), "source": source}


def judgement_in_form() -> Judgement:
    """The level and source that were typed; the address of a post here is that post."""
    level, source = request.form.get("level", ""), request.form.get("source", "").strip()
    post_id = own_post(source)
    number = int(level) if len(level) == 1 and level in "0123456789" else UNKNOWN
    return Judgement(number if level else None, "" if post_id else source, post_id)


def own_post(source: str) -> int | None:
    """The number of the post of this library that an address leads to; None for any other."""
    try:
        parts = urlsplit(source)
    except ValueError:
        return None
    own = ("", urlsplit(current_app.config["SETTINGS"].base_url).netloc)
    found = OWN_POST.fullmatch(parts.path) if parts.netloc in own else None
    return int(found[1]) if found else None


def repetition_words(found: Replication) -> str:
    """What adoption reports say of a practice, and whether that makes it a repeated one; nothing where there are none."""
    if not found.organisations:
        return ""
    organisations = ngettext("%(num)s other organisation", "%(num)s other organisations", found.organisations)
    places = ngettext("%(num)s country", "%(num)s countries", found.countries)
    told = _(
        "Reports say that it worked in %(organisations)s, in %(places)s.", organisations=organisations, places=places
    )
    return f"{told} {_('That is enough for level 4.')}" if found.is_reached else str(told)
