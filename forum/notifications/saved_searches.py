"""Saved searches: a person keeps a search, and chooses how to be told of what is new. Everybody sees their own, and no others."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from sqlalchemy import Select, delete, func, select, update

from forum.accounts.policy import require_signed_in
from forum.core.actor import VISITOR, Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid, Missing
from forum.core.events import record
from forum.core.text import CONTROL_CHARACTERS, single_line
from forum.core.text import message as _
from forum.library.queries import PostCard, cards_by_id
from forum.notifications import events
from forum.notifications.choices import wants
from forum.notifications.kinds import SEARCHES
from forum.notifications.models import ALERTS, SEARCH_NAME_LENGTH, SavedSearch, SearchMatch
from forum.search.engine import FILTERS
from forum.search.finding import Wish
from forum.search.grammar import MOST_CHARACTERS

MOST_SEARCHES = 50
MOST_UNSEEN = 1000
WORDS_ONLY = ("concepts", "off")

Pairs = list[list[str]]


def pairs_of(wish: Wish) -> Pairs:
    """A wish as the pairs of its address, in a fixed order: its words and filters, without order and page."""
    text = single_line(CONTROL_CHARACTERS.sub(" ", wish.text))[:MOST_CHARACTERS]
    pairs = [["q", text]] if text else []
    pairs += [[name, value] for name in FILTERS for value in sorted(set(wish.filters.get(name, ())))]
    return pairs if wish.across_languages else [*pairs, list(WORDS_ONLY)]


def wish_of(pairs: Sequence[Sequence[str]]) -> Wish:
    """The wish that these pairs stand for."""
    filters: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for name, value in pairs:
        if name in FILTERS:
            filters[name] += (value,)
    words = next((value for name, value in pairs if name == "q"), "")
    return Wish(text=words, filters=dict(filters), across_languages=list(WORDS_ONLY) not in pairs)


def path_of(search: SavedSearch) -> str:
    """Where a search is found again on the site, the newest posts first."""
    return f"/search?{urlencode([*((name, value) for name, value in search.wish), ('sort', 'newest')])}"


def searches_of(actor: Actor, limit: int = MOST_SEARCHES, offset: int = 0) -> list[SavedSearch]:
    """What the actor saved, the latest first."""
    own = select(SavedSearch).where(SavedSearch.person_id == require_signed_in(actor))
    return list(db.session.scalars(own.order_by(SavedSearch.id.desc()).limit(limit).offset(offset)))


def count_searches(actor: Actor) -> int:
    """How many searches the actor saved."""
    own = select(func.count()).where(SavedSearch.person_id == require_signed_in(actor))
    return db.session.scalar(own) or 0


def saved_as(actor: Actor, wish: Wish) -> Select[int, str]:
    """(id, alert) of the saved search that asks the same, as a SELECT to be asked with others; no row for who did not save it."""
    mine = SavedSearch.person_id == (actor.person_id or 0)
    return select(SavedSearch.id, SavedSearch.alert).where(mine, SavedSearch.key == _key(pairs_of(wish)))


def own_search(actor: Actor, search_id: int) -> SavedSearch:
    """A search that the actor saved. Raises `Missing` for everybody else's."""
    search = db.session.get(SavedSearch, search_id)
    if search is None or search.person_id != require_signed_in(actor):
        raise Missing
    return search


def unseen_posts(actor: Actor, searches: Sequence[SavedSearch]) -> Mapping[int, list[PostCard]]:
    """What is new by search, the latest find first, as far as the actor may see it now."""
    matches = select(SearchMatch.search_id, SearchMatch.post_id).where(
        SearchMatch.search_id.in_([one.id for one in searches]), SearchMatch.seen_at.is_(None)
    )
    latest = matches.order_by(SearchMatch.found_at.desc(), SearchMatch.post_id.desc()).limit(MOST_UNSEEN)
    rows = db.session.execute(latest).all()
    cards = {card.id: card for card in cards_by_id(actor, list(dict.fromkeys(row.post_id for row in rows)))}
    found: dict[int, list[PostCard]] = defaultdict(list)
    for search_id, post_id in rows:
        if post_id in cards:
            found[search_id].append(cards[post_id])
    return found


@operation
def save_search(actor: Actor, wish: Wish, name: str) -> SavedSearch:
    """Keep a search, and tell of what is new from now on: by mail, unless the actor wants no such mails.

    Saving it again starts it again. Raises `Invalid` when it asks for nothing, or the actor has too many.
    """
    person_id, pairs = require_signed_in(actor), pairs_of(wish)
    same = select(SavedSearch).where(SavedSearch.person_id == person_id, SavedSearch.key == _key(pairs))
    known = db.session.scalar(same)
    if known:
        if known.alert == "off":
            _set_alert(actor, known, "mail")
        return known
    if not [pair for pair in pairs if pair != list(WORDS_ONLY)]:
        raise Invalid({"q": _("Write some words or choose a filter first.")})
    if count_searches(actor) >= MOST_SEARCHES:
        raise Invalid({"q": _("You have %(number)s saved searches. Delete one first.", number=MOST_SEARCHES)})
    search = SavedSearch(
        person_id=person_id,
        key=_key(pairs),
        name=single_line(CONTROL_CHARACTERS.sub(" ", name))[:SEARCH_NAME_LENGTH],
        wish=pairs,
        alert="mail" if wants(person_id, SEARCHES) else "site",
        since=now(),
        created_at=now(),
        next_look_at=now(),
    )
    db.session.add(search)
    db.session.flush()
    record(actor, events.SEARCH_SAVED, "saved_search", search.id)
    return search


@operation
def choose_alert(actor: Actor, search_id: int, alert: str) -> SavedSearch:
    """Be told by mail, on the page of searches only, or not for now. What comes while a search is paused is not new later."""
    search = own_search(actor, search_id)
    if alert not in ALERTS:
        raise Invalid({"alert": _("Choose how we tell you.")})
    _set_alert(actor, search, alert)
    return search


@operation
def choose_alert_by_link(search_id: int, alert: str) -> None:
    """The same from the link in a mail; its signature is proof enough, whoever is signed in."""
    search = db.session.get(SavedSearch, search_id)
    if search is None:
        raise Missing
    _set_alert(VISITOR, search, alert)


def _set_alert(actor: Actor, search: SavedSearch, alert: str) -> None:
    if search.alert == alert:
        return
    if search.alert == "off":
        search.since = search.next_look_at = now()
    search.alert = alert
    record(actor, events.SEARCH_CHANGED, "saved_search", search.id, {"alert": alert})


@operation
def mark_seen(actor: Actor, search_id: int) -> None:
    """Take what a search has found so far as seen."""
    unseen = (SearchMatch.search_id == own_search(actor, search_id).id, SearchMatch.seen_at.is_(None))
    db.session.execute(update(SearchMatch).where(*unseen).values(seen_at=now()))


@operation
def delete_search(actor: Actor, search_id: int) -> None:
    """Delete a saved search with what it found."""
    search = own_search(actor, search_id)
    _delete([search.id])
    record(actor, events.SEARCH_DELETED, "saved_search", search.id)


@operation
def forget_searches(actor: Actor) -> None:
    """Delete the searches of somebody who leaves."""
    _delete([one.id for one in searches_of(actor)])


def _delete(ids: Sequence[int]) -> None:
    db.session.execute(delete(SearchMatch).where(SearchMatch.search_id.in_(ids)))
    db.session.execute(delete(SavedSearch).where(SavedSearch.id.in_(ids)))


def _key(pairs: Pairs) -> str:
    return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()
