"""Posts as cards: what `post_card` in templates/components/cards.html shows, the same on every page that lists posts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from flask import url_for

from forum.core.languages import country_name
from forum.library.models import Post, slug_of
from forum.library.queries import PostCard
from forum.search.finding import Found
from forum.search.passages import Snippet
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.schemes import SCHEMES
from forum.vocabulary.tree import Entry, Vocabulary
from forum.web.languages import interface_language


class ConceptLink(NamedTuple):
    """A concept as pages link to it; `pattern` is the top concept above it, whose weave it wears."""

    label: str
    url: str
    pattern: str


class TextLink(NamedTuple):
    """The same post in another language."""

    language: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One post in a list. `snippet` shows the words found; `summary` is empty where the snippet is from it."""

    id: int
    url: str
    kind: str
    title: str
    language: str
    summary: str
    snippet: Snippet | None
    organisation_name: str
    country_names: list[str]
    published_at: datetime | None
    review: str
    reviewed_at: datetime | None
    visibility: str
    status: str
    comment_count: int
    themes: list[ConceptLink]
    is_new: bool
    translations: list[TextLink] = field(default_factory=list)


def show_results(found: Found) -> list[Card]:
    """The cards of what a search found, with the words found and the other languages of each."""
    return [
        replace(
            card,
            translations=[TextLink(one.language, one.title, post_url(one.id, slug_of(one.title))) for one in others],
        )
        if (others := found.translations.get(card.id))
        else card
        for card in show_cards(found.cards, snippets=found.snippets)
    ]


def show_cards(
    posts: Iterable[PostCard], *, snippets: Mapping[int, Snippet] | None = None, since: datetime | None = None
) -> list[Card]:
    """The cards of these posts in the reader's language.

    `snippets` has words found in a post by its id; what was published after `since` (the last visit) is marked as new.
    """
    language = interface_language()
    return [_card(post, language, (snippets or {}).get(post.id), since) for post in posts]


def post_url(post_id: int, slug: str) -> str:
    """The address of a post's page."""
    return url_for("posts.show_post", post_id=post_id, slug=slug)


def place_of(post: Post, adoption_id: int | None) -> str:
    """Where a post is read, or the report on trying it."""
    if adoption_id:
        return url_for("adoption.show_report", adoption_id=adoption_id)
    return post_url(post.id, post.slug)


def concept_links(concept_ids: Iterable[int], scheme: str, language: str) -> list[ConceptLink]:
    """Links to those of these concepts that belong to a scheme."""
    known = vocabulary()
    return [
        ConceptLink(known.heading(entry.id, language), concept_url(entry), top_key(known, entry))
        for entry in known.entries(concept_ids, scheme)
    ]


def top_key(known: Vocabulary, entry: Entry) -> str:
    """The key of the concept at the top of the tree above this one, or its own."""
    above = known.ancestors(entry.id)
    return above[-1].key if above else entry.key


def concept_url(entry: Entry) -> str:
    """The page of what is about a concept; a search for it when posts carry none of its scheme."""
    if SCHEMES[entry.scheme].is_chosen:
        return url_for("themes.show_theme", slug=entry.key)
    return url_for("search.show_search", q=vocabulary().label(entry.id, interface_language()))


def _card(post: PostCard, language: str, snippet: Snippet | None, since: datetime | None) -> Card:
    countries = post.countries or ([post.organisation_country] if post.organisation_country else [])
    return Card(
        id=post.id,
        url=post_url(post.id, post.slug),
        kind=post.kind,
        title=post.title,
        language=post.language,
        summary="" if _is_from(post.summary, snippet) else post.summary,
        snippet=snippet,
        organisation_name=post.organisation_name,
        country_names=[country_name(code, language) for code in countries],
        published_at=post.published_at,
        review=post.review,
        reviewed_at=post.reviewed_at,
        visibility=post.visibility,
        status=post.status,
        comment_count=post.comment_count,
        themes=concept_links(post.concept_ids, "theme", language),
        is_new=bool(since and post.published_at and post.published_at > since),
    )


def _is_from(summary: str, snippet: Snippet | None) -> bool:
    """Whether the words were found in the summary, which then need not be shown twice."""
    if snippet is None:
        return False
    passage = "".join(text for text, _found in snippet.pieces)
    return passage.strip("\N{HORIZONTAL ELLIPSIS} ") in " ".join(summary.split())
