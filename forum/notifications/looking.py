"""Looking for what is new under saved searches, once an hour for each person, and owing them one mail a day at most.

A match is kept when it is found, in the transaction that puts the next look off; so nothing is found twice, and what a
crash interrupts is looked for again. A mail takes the matches that no mail has told of yet, in one transaction too.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, delete, exists, or_, select, update

from forum.accounts.models import Person
from forum.core.actor import SYSTEM, Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import Event, record
from forum.library.models import Post
from forum.notifications import events
from forum.notifications.kinds import SEARCHES
from forum.notifications.models import MailChoice, SavedSearch, SearchMatch
from forum.notifications.saved_searches import wish_of
from forum.organisations.queries import reader_for
from forum.search.engine import Engine
from forum.search.service import current_engine
from forum.search.watching import newest_matches

PEOPLE_AT_ONCE = 5
LOOK_EVERY = timedelta(hours=1)
LOOK_AGAIN = timedelta(minutes=10)
MAIL_EVERY = timedelta(days=1)
NEW_FOR = timedelta(days=30)
WORTH_A_MAIL_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=90)
MOST_PAGES = 5

log = structlog.get_logger()


class IndexAway(Exception):
    """The search index is being mended: what the database finds meanwhile is not all, nor only, what matches."""


def look_for_news() -> None:
    """Look for the people whose searches are due, a few at a time; then owe mails to whom something new was found for."""
    for person_id in _people_due():
        try:
            look_for(person_id)
        except Exception as problem:
            db.session.rollback()
            log.warning("saved searches not looked at", person=person_id, error=str(problem) or type(problem).__name__)
            _put_off(person_id)
    for person_id in _people_to_tell():
        _owe_mail(person_id)


def look_for(person_id: int) -> None:
    """Look at all searches of a person that are not paused, with what the person may see now."""
    reader = reader_for(db.session.get_one(Person, person_id))
    for search in db.session.scalars(select(SavedSearch).where(*_active(person_id)).order_by(SavedSearch.id)).all():
        _keep(search.id, _new_posts(current_engine(), reader, search))


def _new_posts(engine: Engine, reader: Actor, search: SavedSearch) -> list[int]:
    """The posts that match and were published since the search was saved, at most a hundred, of the last month at most."""
    since, found = max(search.since, now() - NEW_FOR), list[int]()
    for page in range(1, MOST_PAGES + 1):
        answer = newest_matches(engine, reader, wish_of(search.wish), page)
        if answer.is_degraded:
            raise IndexAway
        fresh = [card.id for card in answer.cards if card.published_at and card.published_at > since]
        found += fresh
        if len(fresh) < len(answer.cards) or not answer.cards:
            break
    return found


@operation
def _keep(search_id: int, post_ids: Sequence[int]) -> None:
    """Keep what was found that is news: not known yet, and not the person's own."""
    search = db.session.get(SavedSearch, search_id, with_for_update=True)
    if search is None:
        return
    known = select(SearchMatch.post_id).where(SearchMatch.search_id == search_id)
    others = or_(Post.author_id.is_(None), Post.author_id != search.person_id)
    for post_id in db.session.scalars(select(Post.id).where(Post.id.in_(post_ids), others, Post.id.not_in(known))):
        is_owed = search.alert == "mail"
        db.session.add(SearchMatch(search_id=search_id, post_id=post_id, found_at=now(), is_owed=is_owed))
    search.next_look_at = now() + LOOK_EVERY


def _people_due() -> list[int]:
    due = select(SavedSearch.person_id).where(SavedSearch.next_look_at <= now(), SavedSearch.alert != "off")
    return list(db.session.scalars(due.distinct().order_by(SavedSearch.person_id).limit(PEOPLE_AT_ONCE)))


@operation
def _put_off(person_id: int) -> None:
    db.session.execute(update(SavedSearch).where(*_active(person_id)).values(next_look_at=now() + LOOK_AGAIN))


def _active(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return SavedSearch.person_id == person_id, SavedSearch.alert != "off"


def _people_to_tell() -> list[int]:
    """Whoever has something new, got no mail about searches within a day, and wants such mails."""
    person_id = SavedSearch.person_id
    told = exists().where(Event.subject_type == "person", Event.subject_id == person_id, *_told_within(MAIL_EVERY))
    stopped = exists().where(
        MailChoice.person_id == person_id, MailChoice.kind == SEARCHES.name, MailChoice.is_wanted.is_(False)
    )
    owed = select(person_id).join(SearchMatch, SearchMatch.search_id == SavedSearch.id)
    return list(db.session.scalars(owed.where(SavedSearch.alert == "mail", *_untold(), ~told, ~stopped).distinct()))


@operation
def _owe_mail(person_id: int) -> None:
    """Let the outbox bring a mail on its way, and note which matches it tells of."""
    happened = record(SYSTEM, events.SEARCH_MATCHED, "person", person_id)
    db.session.flush()
    own = select(SavedSearch.id).where(SavedSearch.person_id == person_id, SavedSearch.alert == "mail")
    matches = update(SearchMatch).where(SearchMatch.search_id.in_(own), *_untold())
    db.session.execute(matches.values(event_id=happened.id))


def _told_within(time: timedelta) -> tuple[ColumnElement[bool], ...]:
    return Event.name == events.SEARCH_MATCHED.name, Event.at > now() - time


def _untold() -> tuple[ColumnElement[bool], ...]:
    worth_it = SearchMatch.found_at > now() - WORTH_A_MAIL_FOR
    return SearchMatch.is_owed.is_(True), SearchMatch.event_id.is_(None), worth_it


@operation
def forget_matches() -> None:
    """Delete what was found three months ago: by then no look takes it for new any more."""
    db.session.execute(delete(SearchMatch).where(SearchMatch.found_at < now() - KEPT_FOR))
