"""The read API, version 1: search, whole posts, suggestions. It shows what the reader may see, and nothing else.

Its shapes are a promise (docs/api.md): fields may be added, none changes or goes away.
"""

import time
from dataclasses import replace
from typing import Any

from flask import current_app, jsonify, request, url_for

from forum.adoption.queries import tally_of
from forum.core.origins import origins_of
from forum.library.evidence import evidence_of
from forum.library.models import Post, slug_of
from forum.library.queries import PostCard, cards_by_id
from forum.library.reading import WholePost, post_for_page
from forum.search.engine import FACETS
from forum.search.finding import Found, Wish, find_posts
from forum.search.passages import Snippet
from forum.search.service import current_engine
from forum.search.suggestions import Suggestion, suggestions
from forum.vocabulary.queries import vocabulary
from forum.web.facets import Labels
from forum.web.labels import SCHEMES
from forum.web.languages import bare_path, interface_language, say
from forum.web.openapi import description
from forum.web.routes import Area, Need
from forum.web.sessions import actor
from forum.web.templating import iso
from forum.web.wishes import limit_searching, read_wish

PER_PAGE = 20
area = Area("api", __name__, url_prefix="/api/v1")

KEYSTROKES = 2  # for each search


@area.page("/search", needs=Need.ANYONE)
def search() -> Any:
    """Posts that meet a wish, with facets; the same parameters as the search page."""
    started = time.perf_counter()
    limit_searching()
    asked = read_wish(request.args, PER_PAGE)
    wish = replace(asked.demanded(), reader_language=interface_language(), as_matched=True)
    found = find_posts(current_engine(), actor(), wish)
    answer = found_posts(wish, found)
    if asked.ignored:
        answer["ignored"] = asked.ignored
    if found.notes:
        answer["notes"] = [say(note) for note in found.notes]
    answer["took_ms"] = round((time.perf_counter() - started) * 1000, 1)
    return jsonify(answer)


@area.page("/posts/<int:post_id>", needs=Need.ANYONE)
def show_post(post_id: int) -> Any:
    """A whole post, its comments left out."""
    return jsonify(whole_post(post_for_page(actor(), post_id)))


@area.page("/suggest", needs=Need.ANYONE)
def suggest() -> Any:
    """Completions of what somebody types."""
    limit_searching("suggest", times=KEYSTROKES)
    found = suggestions(current_engine(), actor(), request.args.get("q", ""), interface_language())
    return jsonify(items=[{"text": one.text, "type": one.type, "url": suggestion_url(one)} for one in found])


@area.page("/openapi.json", needs=Need.ANYONE)
def describe() -> Any:
    """What this API takes and gives, for programs that write programs."""
    return jsonify(description(current_app.config["SETTINGS"]))


def found_posts(wish: Wish, found: Found) -> dict[str, Any]:
    """The answer to a search."""
    refs = origins_of("post", [card.id for card in found.cards]) if found.cards else {}
    language = interface_language()
    return {
        "query": found.text,
        "total": found.total,
        "page": wish.page,
        "per_page": wish.per_page,
        "took_ms": 0,
        "corrected": found.corrected or None,
        "concepts": [
            {"id": entry.key, "label": vocabulary().label(entry.id, language)}
            for entry in vocabulary().entries(found.concept_ids)
        ],
        "translations": [{"text": one.text, "languages": list(one.languages)} for one in found.wordings],
        "items": [found_post(card, found, refs.get(card.id)) for card in found.cards],
        "facets": facets_of(found),
    }


def found_post(card: PostCard, found: Found, ref: str | None) -> dict[str, Any]:
    """One hit."""
    snippet = found.snippets.get(card.id) or Snippet(((card.summary, False),))
    others = found.translations.get(card.id, [])
    return {
        "id": card.id,
        "kind": card.kind,
        "title": card.title,
        "summary": card.summary,
        "snippet": snippet.__html__(),
        "language": card.language,
        "organisation": {"id": card.organisation_id, "name": card.organisation_name} if card.organisation_id else None,
        "countries": card.countries,
        "themes": keys_of(card.concept_ids, "theme"),
        "published_at": iso(card.published_at) or None,
        "url": post_path(card.id, card.slug),
        "ref": ref,
        "score": found.scores.get(card.id, 0.0),
        "languages": [card.language, *(one.language for one in others)],
        "translations": [
            {"id": one.id, "language": one.language, "title": one.title, "url": post_path(one.id, slug_of(one.title))}
            for one in others
        ],
    }


def facets_of(found: Found) -> dict[str, list[dict[str, Any]]]:
    """Every facet with the values that the hits have; all empty while the index is being mended."""
    labels = Labels.for_values(found.facets)
    return {
        name: [
            {"value": one.value, "label": one.label, "count": one.count}
            for one in labels.options(name, found.facets.get(name, {}))
        ]
        for name in FACETS
    }


def whole_post(whole: WholePost) -> dict[str, Any]:
    """A post as the interchange format has it, with its HTML."""
    post = whole.post
    owner, author = post.organisation, post.author
    original = cards_by_id(actor(), [post.translation_of_id]) if post.translation_of_id else []
    return {
        "type": "post",
        "id": post.id,
        "ref": origins_of("post", [post.id]).get(post.id),
        "kind": post.kind,
        "title": post.title,
        "summary": post.summary,
        "body": post.body,
        "html": post.body_html,
        "language": post.language,
        "organisation": {"id": owner.id, "name": owner.name} if owner else None,
        "author": {"id": author.id, "name": author.name} if author else None,
        "countries": list(whole.countries),
        **{name: keys_of(whole.concept_ids, scheme) for name, scheme in SCHEMES.items()},
        "details": post.details,
        "evidence": evidence_in(post),
        "status": post.status,
        "review": post.review,
        "visibility": post.visibility,
        "licence": post.licence,
        "published_at": iso(post.published_at) or None,
        "updated_at": iso(post.updated_at),
        "translation_of": original[0].id if original else None,
        "comment_count": post.comment_count,
        **({"adoption": adoption_counts(post.id)} if post.kind == "practice" else {}),
        "url": post_path(post.id, post.slug),
    }


def evidence_in(post: Post) -> dict[str, Any] | None:
    """The level of evidence, with its date and source when moderators set it; None when nobody said anything."""
    found = evidence_of(post)
    if found is None:
        return None
    source = cards_by_id(actor(), [post.evidence_post_id]) if post.evidence_post_id else []
    return {
        "level": found.level,
        "claimed": found.is_claimed,
        "set_on": found.set_on.isoformat() if found.set_on else None,
        "source_url": (post.evidence_url or None) if found.set_on else None,
        "source_post": source[0].id if source else None,
    }


def adoption_counts(post_id: int) -> dict[str, Any]:
    """Who tried a practice and how it went, as far as the reader may know."""
    found = tally_of(actor(), post_id)
    return {
        "organisations": found.tried,
        "countries": sorted(found.countries),
        "planning": found.planning,
        "stopped": found.stopped,
        "outcomes": {name: found.results[name] for name in sorted(found.results)},
    }


def keys_of(concept_ids: Any, scheme: str) -> list[str]:
    """The keys of those of these concepts that belong to a scheme."""
    return [entry.key for entry in vocabulary().entries(concept_ids, scheme)]


def post_path(post_id: int, slug: str) -> str:
    """The address of a post's page, the same in every language."""
    return bare_path(url_for("posts.show_post", post_id=post_id, slug=slug))


def suggestion_url(one: Suggestion) -> str:
    """Where a completion leads, the same in every language."""
    if one.type == "post":
        return post_path(one.post_id, one.key)
    if one.type == "theme":
        return bare_path(url_for("themes.show_theme", slug=one.key))
    if one.type == "organisation":
        return bare_path(url_for("organisations.show_organisation", slug=one.key))
    return bare_path(url_for("search.show_search", q=one.text))
