"""Mails of the request conversation: who hears of suggestions, answers and messages, and what each mail tells."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.events import Event
from forum.curation.improving.models import RequestMessage, Suggestion
from forum.curation.improving.policy import may_answer, may_take_part
from forum.curation.improving.queries import count_open
from forum.library.models import Post
from forum.organisations.models import Membership
from forum.organisations.queries import reader_for

Owed = tuple[str, str]
Told = dict[str, Any]


def to_authors(template: str) -> Callable[[Event], Iterable[Owed]]:
    """A mail to those who wrote the post; to the editors of its organisation when they have left."""

    def owed(event: Event) -> Iterable[Owed]:
        post = db.session.get(Post, event.subject_id)
        return [] if post is None else [(f"person:{number}", template) for number in sorted(_authors(post))]

    return owed


def to_moderators(template: str) -> Callable[[Event], Iterable[Owed]]:
    """A mail to the moderators who suggested something or wrote about the post."""

    def owed(event: Event) -> Iterable[Owed]:
        post = db.session.get(Post, event.subject_id)
        return [] if post is None else [(f"person:{number}", template) for number in sorted(_others(post))]

    return owed


def to_other_side(event: Event) -> Iterable[Owed]:
    """A message goes to everybody who takes part in the conversation, but not to who wrote it."""
    post = db.session.get(Post, event.subject_id)
    people = set() if post is None else (_authors(post) | _others(post)) - {event.actor_id}
    return [(f"person:{number}", "request_written") for number in sorted(people)]


def _authors(post: Post) -> set[int]:
    wrote = {post.author_id, *(one.person_id for one in post.coauthors)}
    here = select(Person.id).where(Person.id.in_(wrote), Person.erased_at.is_(None))
    return set(db.session.scalars(here)) or _editors(post)


def _editors(post: Post) -> set[int]:
    editors = Membership.organisation_id == post.organisation_id, Membership.state == "active"
    return set(db.session.scalars(select(Membership.person_id).where(*editors, Membership.role == "editor")))


def _others(post: Post) -> set[int]:
    """Who suggested or wrote something about a post, its authors left out."""
    suggested = select(Suggestion.suggested_by_id).where(Suggestion.post_id == post.id, Suggestion.sent_at.is_not(None))
    wrote = select(RequestMessage.author_id).where(RequestMessage.post_id == post.id)
    people = {*db.session.scalars(suggested), *db.session.scalars(wrote)}
    return {number for number in people if number is not None} - _authors(post)


def _suggestions(person: Person, event: Event) -> Told | None:
    """To somebody who may answer, while something waits for an answer."""
    post = db.session.get(Post, event.subject_id)
    if post is None or not may_answer(reader_for(person), post):
        return None
    number = count_open([post.id]).get(post.id, 0)
    return {**_about(post), "number": number} if number else None


def _news(person: Person, event: Event) -> Told | None:
    """To somebody who still takes part in the conversation. Its words stay on the site."""
    post = db.session.get(Post, event.subject_id)
    if post is None or not may_take_part(reader_for(person), post):
        return None
    writer = db.session.get(Person, event.actor_id) if event.actor_id else None
    return {**_about(post), "person": "" if writer is None or writer.erased_at else writer.name}


def _about(post: Post) -> Told:
    return {"title": post.title, "link": f"/posts/{post.id}/request"}


TELLERS = {
    "suggestions_sent": _suggestions,
    "suggestions_waiting": _suggestions,
    "suggestions_answered": _news,
    "request_written": _news,
}
