"""What a mail about saved searches tells: the posts that were found, as far as their reader may see them now."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.languages import country_name
from forum.library.queries import PostCard, cards_by_id
from forum.notifications.models import SavedSearch, SearchMatch
from forum.notifications.saved_searches import path_of
from forum.organisations.queries import reader_for

MOST_POSTS = 5


def news_of(person: Person, event_id: int) -> list[dict[str, Any]]:
    """Each search that the mail of this event tells of, with its newest posts; none that is paused, deleted or out of sight."""
    rows = db.session.execute(
        select(SavedSearch, SearchMatch.post_id)
        .join(SearchMatch, SearchMatch.search_id == SavedSearch.id)
        .where(SearchMatch.event_id == event_id, SavedSearch.person_id == person.id, SavedSearch.alert == "mail")
        .order_by(SavedSearch.id, SearchMatch.post_id.desc())
    ).all()
    cards = {card.id: card for card in cards_by_id(reader_for(person), list({post_id for _search, post_id in rows}))}
    found: dict[SavedSearch, list[PostCard]] = defaultdict(list)
    for search, post_id in rows:
        if post_id in cards:
            found[search].append(cards[post_id])
    return [_told(search, posts, person.language) for search, posts in found.items()]


def _told(search: SavedSearch, posts: list[PostCard], language: str) -> dict[str, Any]:
    return {
        "id": search.id,
        "name": search.name,
        "path": path_of(search),
        "more": max(0, len(posts) - MOST_POSTS),
        "posts": [_post(card, language) for card in posts[:MOST_POSTS]],
    }


def _post(card: PostCard, language: str) -> dict[str, str]:
    countries = card.countries or [card.organisation_country]
    places = [card.organisation_name, *(country_name(code, language) for code in countries)]
    return {
        "title": card.title,
        "language": card.language,
        "path": f"/posts/{card.id}/{card.slug}",
        "place": ", ".join(place for place in places if place),
        "summary": card.summary,
    }
