"""The moderators' desk, what they do to a post, and reports by readers."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from forum.core.actor import Actor
from forum.core.errors import Invalid, Missing
from forum.core.languages import COUNTRIES, country_name, is_language, language_name
from forum.core.text import sorting_key
from forum.curation import queries
from forum.curation.models import FLAG_REASONS
from forum.curation.operations import flags as reports
from forum.curation.queries import DeskFilter
from forum.library.evidence import has_evidence
from forum.library.models import Post
from forum.library.operations import curating
from forum.library.policy import can_moderate, can_review, listed
from forum.library.queries import PostCard, bare_cards, card_query
from forum.library.reading import post_for_page
from forum.organisations.memberships import requests_waiting
from forum.vocabulary.queries import vocabulary
from forum.web.cards import post_url, show_cards
from forum.web.comment_forms import number_from
from forum.web.languages import interface_language, say
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.sessions import actor

area = Area("review", __name__)

FLAG_LABELS = {
    "spam": lazy_gettext("It is advertising"),
    "unkind": lazy_gettext("It is unkind to somebody"),
    "personal_data": lazy_gettext("It shows private facts about somebody"),
    "wrong": lazy_gettext("It is wrong"),
    "outdated": lazy_gettext("It is out of date"),
    "illegal": lazy_gettext("It is against the law"),
    "other": lazy_gettext("Something else"),
}
FILTER_LABELS = {
    "theme": lazy_gettext("Theme"),
    "language": lazy_gettext("Language"),
    "country": lazy_gettext("Country"),
}
SIMPLE_ACTIONS: dict[str, Callable[[Actor, int], Post]] = {
    "reviewed": lambda who, post_id: curating.mark_review(who, post_id, "reviewed"),
    "new": lambda who, post_id: curating.mark_review(who, post_id, "new"),
    "needs_recheck": lambda who, post_id: curating.mark_review(who, post_id, "needs_recheck"),
    "restore": curating.restore_post,
    "lock": lambda who, post_id: curating.lock_post(who, post_id, locked=True),
    "unlock": lambda who, post_id: curating.lock_post(who, post_id, locked=False),
    "feature": lambda who, post_id: curating.feature_post(who, post_id, featured=True),
    "unfeature": lambda who, post_id: curating.feature_post(who, post_id, featured=False),
}
REASONED_ACTIONS: dict[str, Callable[[Actor, int, str], Post]] = {
    "hide": curating.hide_post,
    "decline": curating.decline_post,
    "archive": curating.archive_post,
    "withdraw": curating.withdraw_post,
}


@area.page("/review", needs=Need.MODERATOR)
def show_desk() -> str:
    """What waits for a moderator: posts, reports, requests to join."""
    who, wanted, page = actor(), desk_filter(), page_number()
    waiting = queries.count_waiting(who, wanted)
    posts = queries.posts_waiting(who, wanted, page)
    flags = queries.open_flags(who)
    return render_template(
        "curation/desk.html",
        marked=just_marked(who),
        here=desk_url(page=page),
        page_url=lambda number: desk_url(page=number),
        posts=list(zip(show_cards(posts), [queries.clock(post.published_at) for post in posts], strict=True)),
        waiting=waiting,
        page=page,
        pages=max(1, -(-waiting // queries.DESK_PAGE)),
        flags=flags,
        flag_count=queries.count_open_flags(who) if len(flags) == queries.DESK_PAGE else len(flags),
        requests=requests_waiting(who),
        choices=filter_choices(),
        flag_labels=FLAG_LABELS,
        chosen=chosen(),
        chosen_values=chosen_values(),
    )


def chosen() -> dict[str, str]:
    """The filters of the address, as they are written there."""
    return {name: request.args.get(name, "") for name in FILTER_LABELS}


def chosen_values() -> list[tuple[str, str, str]]:
    """(filter, value in words, address without it) of every filter in force."""
    offered = filter_choices()
    return [
        (str(FILTER_LABELS[name]), words, desk_url(without=name))
        for name, value in chosen().items()
        for code, words in offered[name]
        if code == value
    ]


def desk_url(page: int = 1, without: str = "") -> str:
    """The address of the desk with the filters of this request, perhaps without one of them."""
    kept: dict[str, Any] = {name: value for name, value in chosen().items() if value and name != without}
    return url_for("review.show_desk", page=page if page > 1 else None, **kept)


def just_marked(who: Actor) -> PostCard | None:
    """The post that the moderator has just marked as reviewed, so that it can be taken back."""
    number = number_from(request.args.get("marked"))
    found = bare_cards(card_query(listed(who), Post.id == number, Post.review == "reviewed")) if number else []
    return found[0] if found else None


def desk_filter() -> DeskFilter:
    """The filter of the address; what it names but does not exist is left out."""
    theme = vocabulary().by_key(request.args.get("theme", ""))
    country, language = request.args.get("country", ""), request.args.get("language", "")
    return DeskFilter(
        concept_ids=tuple(vocabulary().covering(theme.id)) if theme else (),
        language=language if is_language(language) else "",
        country=country if country in COUNTRIES else "",
    )


def filter_choices() -> dict[str, list[tuple[str, str]]]:
    """(value, label) of what the desk can be filtered by."""
    here, known = interface_language(), vocabulary()
    languages = sorted(
        {"en", "nl", "fr", "de", "es", "it"}, key=lambda code: sorting_key(language_name(code, here), here)
    )
    countries = sorted(
        ((code, country_name(code, here)) for code in COUNTRIES[:53]), key=lambda pair: sorting_key(pair[1], here)
    )
    return {
        "theme": [(entry.key, known.heading(entry.id, here)) for entry in known.sorted(known.top("theme"), here)],
        "language": [(code, language_name(code, here)) for code in languages],
        "country": countries,
    }


def page_number() -> int:
    """The page of the address, 1 when there is none."""
    return number_from(request.args.get("page")) or 1


@area.page("/posts/<int:post_id>/moderate/<action>", needs=Need.MODERATOR, methods=("GET", "POST"))
def moderate_post(post_id: int, action: str) -> Any:
    """Do one thing to a post. What needs a reason, or cannot be seen at once, has a page that says what will happen."""
    who = actor()
    if request.method == "POST" and action in SIMPLE_ACTIONS:
        post = SIMPLE_ACTIONS[action](who, post_id)
        if action == "reviewed" and request.form.get("next"):
            return redirect(with_undo(back_to(post), post), 303)
        flash(_("It is done, and stands in the log."), "ok")
        return redirect(back_to(post), 303)
    if action not in REASONED_ACTIONS:
        raise Missing
    if request.method == "POST":
        return carry_out(who, post_id, action)
    return show_reason_form(post_for_page(who, post_id).post, action)


def carry_out(who: Actor, post_id: int, action: str) -> Any:
    """Do what was asked, with its reason; or show the form again with what is wrong."""
    try:
        post = REASONED_ACTIONS[action](who, post_id, request.form.get("reason", ""))
    except Invalid as problem:
        errors = {name: say(sentence) for name, sentence in problem.fields.items()}
        return show_reason_form(post_for_page(who, post_id).post, action, errors), 422
    flash(_("It is done, and stands in the log."), "ok")
    return redirect(back_to(post), 303)


def show_reason_form(post: Post, action: str, errors: dict[str, str] | None = None) -> str:
    """The page that says what will happen and asks why."""
    if not can_moderate(actor(), post):
        raise Missing
    return render_template(
        "curation/reason.html", post=post, action=action, errors=errors or {}, reason=request.form.get("reason", "")
    )


@area.page("/posts/<int:post_id>/moderate/themes", needs=Need.MODERATOR, methods=("GET", "POST"))
def move_themes(post_id: int) -> Any:
    """Put a post under other themes."""
    who = actor()
    post = post_for_page(who, post_id).post
    if not can_moderate(who, post):
        raise Missing
    chosen = [number for value in dict.fromkeys(request.form.getlist("themes")) if (number := number_from(value))]
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect(back_to(curating.move_themes(who, post_id, chosen)), 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    else:
        chosen = [entry.id for entry in vocabulary().entries([link.concept_id for link in post.concepts], "theme")]
    options = vocabulary().options("theme", interface_language())
    page = render_template("curation/themes.html", post=post, options=options, chosen=chosen, errors=errors)
    return (page, 422) if errors else page


@area.page("/posts/<int:post_id>/flag", needs=Need.PERSON, methods=("GET", "POST"))
def flag_post(post_id: int) -> Any:
    """Report a post, or the comment that `comment` names."""
    post = post_for_page(actor(), post_id).post
    comment_id = number_from(request.values.get("comment"))
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            reports.raise_flag(
                actor(), post_id, comment_id, request.form.get("reason", ""), request.form.get("note", "")
            )
            flash(_("Thank you. A moderator will look at it."), "ok")
            return redirect(post_url(post.id, post.slug), 303)
        except Invalid as problem:
            errors = {name: say(sentence) for name, sentence in problem.fields.items()}
    reasons = [(reason, FLAG_LABELS[reason]) for reason in FLAG_REASONS]
    page = render_template(
        "curation/flag.html", post=post, comment_id=comment_id, reasons=reasons, errors=errors, form=request.form
    )
    return (page, 422) if errors else page


@area.page("/flags/<int:flag_id>/resolve", needs=Need.MODERATOR, methods=("POST",))
def resolve_flag(flag_id: int) -> Any:
    """Close a report."""
    reports.resolve_flag(actor(), flag_id, request.form.get("outcome", ""))
    flash(_("The report is closed."), "ok")
    return redirect(url_for("review.show_desk"), 303)


def with_undo(desk: str, post: Post) -> str:
    """The address of the desk that offers to take back what was done to a post."""
    return f"{desk}{'&' if '?' in desk else '?'}{urlencode({'marked': post.id})}"


def back_to(post: Post) -> str:
    """Where the moderator came from: the desk, or the post."""
    target = request.form.get("next", "")
    return local_target(target) if target else post_url(post.id, post.slug)


def moderator_panel(who: Actor, post: Post) -> dict[str, Any] | None:
    """What the post's page offers a moderator; None to everybody else."""
    if not who.is_moderator or not can_moderate(who, post):
        return None
    may_review = can_review(who, post) and post.status in ("published", "archived")
    return {"may_review": may_review, "may_judge": may_review and has_evidence(post.kind)}
