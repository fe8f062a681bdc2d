"""The home page, the light or dark choice, and whether the site is well."""

from collections.abc import Iterable
from typing import Any

from flask import make_response, redirect, render_template, request

from forum.curation.collections_queries import featured_collection
from forum.discussion.queries.recent import latest_comments
from forum.discussion.queries.unread import new_since_last_visit
from forum.library.interests import interests_of, new_for, questions_for
from forum.library.queries import counts_by_country, featured_cards, latest_cards
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.tree import Entry
from forum.web import cookies
from forum.web.cards import ConceptLink, concept_url, show_cards, top_key
from forum.web.insights_maps import map_of_posts
from forum.web.languages import interface_language
from forum.web.readiness import SENTENCES, what_is_wrong
from forum.web.routes import Area, Need
from forum.web.safety import local_target
from forum.web.security import csrf
from forum.web.sessions import actor

area = Area("home", __name__)

SCHEMES = ("auto", "light", "dark")
LATEST, FEATURED, QUESTIONS, COMMENTS = 6, 3, 4, 3


@area.page("/", needs=Need.ANYONE)
def show_home() -> str:
    """What is new for the reader, what is asked, what is said, and where to begin."""
    who, known = actor(), vocabulary()
    news, interests = new_since_last_visit(who), interests_of(who)
    for_me = new_for(who, interests, LATEST) if interests.themes else []
    return render_template(
        "home/home.html",
        news=news,
        interests=interests,
        my_themes=as_links(interests.themes),
        is_mine=bool(for_me),
        latest=show_cards(for_me or latest_cards(who, limit=LATEST), since=news.since),
        featured=show_cards(featured_cards(who, limit=FEATURED)),
        collection=featured_collection(),
        questions=show_cards(questions_for(who, limit=QUESTIONS), since=news.since),
        comments=latest_comments(who, limit=COMMENTS),
        themes=as_links(known.sorted(known.top("theme"), interface_language())),
        countries=map_of_posts(counts_by_country(who)),
    )


def as_links(themes: Iterable[Entry]) -> list[ConceptLink]:
    """Themes as the page links to them, each with the weave of the theme at the top."""
    here, known = interface_language(), vocabulary()
    return [ConceptLink(known.heading(one.id, here), concept_url(one), top_key(known, one)) for one in themes]


@csrf.exempt  # type: ignore[untyped-decorator]  # no types; a token would set a cookie for readers, the origin check covers this form
@area.page("/scheme", needs=Need.ANYONE, methods=("POST",))
def choose_scheme() -> Any:
    """Remember light, dark or as the device says."""
    scheme = request.form.get("scheme", "auto")
    answer = make_response(redirect(local_target(request.form.get("next", ""))))
    if scheme in ("light", "dark"):
        cookies.keep(answer, "scheme", scheme)
    else:
        cookies.forget(answer, "scheme")
    return answer


@area.page("/healthz", needs=Need.ANYONE)
def show_health() -> Any:
    """The process answers."""
    return {"status": "ok"}


@area.page("/readyz", needs=Need.ANYONE)
def show_readiness() -> Any:
    """Database, index, outbox and disk are well too; else 503, and which of them are not."""
    found = what_is_wrong()
    if not found:
        return {"status": "ok"}
    return {"status": "not ready", "reasons": found, "sentences": [SENTENCES[name] for name in found]}, 503
