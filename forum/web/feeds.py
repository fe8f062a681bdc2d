"""Feeds (Atom 1.0, RFC 4287): what is new under any search, for feed readers and other programs. Only what everybody may see.

A feed needs no session and knows no reader, so the same address gives the same feed to everybody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask import Response, current_app, render_template, request, url_for

from forum.core.actor import VISITOR
from forum.core.languages import country_name
from forum.core.settings import Settings
from forum.curation.collections_queries import collection_for, public_entries
from forum.library.queries import PostCard, moments_of_change
from forum.search.finding import Wish
from forum.search.service import current_engine
from forum.search.watching import newest_matches
from forum.vocabulary.queries import vocabulary
from forum.web.cards import post_url
from forum.web.facets import Labels
from forum.web.labels import kind_label
from forum.web.languages import bare_path, interface_language
from forum.web.outward import absolute, public_answer
from forum.web.routes import Area, Need
from forum.web.wishes import limit_searching, parameters, read_wish

area = Area("feeds", __name__, url_prefix="/feeds")

SINCE = 2026  # the year in our tag: addresses (RFC 4151), which stay the same when a title, and so an address, changes
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = datetime(SINCE, 1, 1, tzinfo=UTC)
MIMETYPE = "application/atom+xml"
KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as a feed tells it."""

    id: str
    url: str
    title: str
    summary: str
    language: str
    author: str
    published_at: datetime
    updated_at: datetime
    categories: list[tuple[str, str]]


@area.page("/search.atom", needs=Need.ANYONE)
def search_feed() -> Response:
    """The newest posts that meet a wish; the same parameters as the search page."""
    limit_searching()
    wish = replace(read_wish(request.args).wish, reader_language=interface_language())
    found = newest_matches(current_engine(), VISITOR, wish)
    entries = [_entry(card, moment) for card, moment in _with_moments(found.cards)]
    page = render_template(
        "feeds/search.xml",
        words=_clean(name_of(wish)),
        language=interface_language(),
        entries=entries,
        updated=max((one.updated_at for one in entries), default=NEVER),
        feed_id=_tag(bare_path(feed_url(wish))[1:]),
        own_url=absolute(feed_url(wish)),
        search_url=absolute(
            url_for("search.show_search", **parameters(wish, page=1, per_page=None, sort="newest", spelling=None))
        ),
    )
    return _feed(page)


@area.page("/collections/<int:collection_id>.atom", needs=Need.ANYONE)
def collection_feed(collection_id: int) -> Response:
    """The posts of a collection for everybody, the latest added first."""
    collection = collection_for(VISITOR, collection_id)
    added = sorted(public_entries(collection), key=lambda one: one.added_at, reverse=True)
    changed = {card.id: moment for card, moment in _with_moments([one.card for one in added])}
    entries = [_entry(one.card, max(changed[one.card.id], one.added_at)) for one in added]
    address = url_for("collections.show_collection", collection_id=collection_id)
    page = render_template(
        "feeds/collection.xml",
        collection=collection,
        title=_clean(collection.title),
        entries=entries,
        updated=max((one.updated_at for one in entries), default=collection.created_at),
        feed_id=_tag(f"collections/{collection_id}"),
        own_url=absolute(url_for("feeds.collection_feed", collection_id=collection_id)),
        address=absolute(address),
    )
    return _feed(page)


def feed_url(wish: Wish) -> str:
    """The address of the feed of a wish."""
    return url_for("feeds.search_feed", **parameters(wish, page=1, per_page=None, sort=None, spelling=None))


def name_of(wish: Wish) -> str:
    """A search in a few words: what was typed, then the values of its filters."""
    labels = Labels.for_values(wish.filters)
    values = [labels.label(name, value) for name, chosen in wish.filters.items() for value in chosen]
    return ", ".join([*([f"“{wish.text}”"] if wish.text else []), *values])


def _with_moments(cards: list[PostCard]) -> list[tuple[PostCard, datetime]]:
    """Each card with the moment of the post's last change."""
    changed: Mapping[int, datetime] = moments_of_change([card.id for card in cards]) if cards else {}
    return [(card, changed.get(card.id) or card.published_at or NEVER) for card in cards]


def _entry(card: PostCard, updated_at: datetime) -> Entry:
    language = interface_language()
    themes = vocabulary().entries(card.concept_ids, "theme")
    return Entry(
        id=_tag(f"posts/{card.id}"),
        url=absolute(post_url(card.id, card.slug)),
        title=_clean(card.title),
        summary=_clean(card.summary),
        language=card.language,
        author=_clean(card.organisation_name) or _settings().name,
        published_at=card.published_at or updated_at,
        updated_at=updated_at,
        categories=[
            (card.kind, kind_label(card.kind)),
            *((entry.key, vocabulary().heading(entry.id, language)) for entry in themes),
            *((code, country_name(code, language)) for code in card.countries),
        ],
    )


def _feed(page: str) -> Response:
    """A feed, the same for all who ask in one language."""
    answer = public_answer(page, MIMETYPE, KEPT_SECONDS)
    answer.vary.add("Accept-Language")
    return answer


def _tag(name: str) -> str:
    return f"tag:{_settings().host},{SINCE}:{name}"


def _clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return NOT_XML.sub("", text)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
