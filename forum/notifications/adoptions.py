"""Mails about practices that others try: to those who shared them, to those who tell, and the question after half a year."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Person
from forum.adoption import events
from forum.adoption.asking import next_question
from forum.adoption.models import Adoption
from forum.adoption.policy import can_answer, is_own, is_shown
from forum.core.db import db
from forum.core.events import Event
from forum.library.models import Post
from forum.library.policy import can_read
from forum.organisations.models import Membership
from forum.organisations.queries import reader_for

Owed = tuple[str, str]
Told = dict[str, Any]


def to_owner(event: Event) -> Iterable[Owed]:
    """A new report, or one that went a step further, goes to whoever looks after the practice; imported ones to nobody."""
    if event.data.get("imported") or not event.data.get("moved", True):
        return []
    post = db.session.get(Post, event.subject_id)
    if post is None or post.organisation_id is None:
        return []
    members = _members(post.organisation_id)
    first = next((one for one in (post.contact_id, post.author_id) if one in members), None)
    wanted = [first] if first else [number for number, role in members.items() if role == "editor"]
    return [(f"person:{number}", "adoption_reported") for number in wanted if number != event.actor_id]


def to_reporter(template: str) -> Any:
    """A mail to who told it, or to the editors of their organisation when they have left it."""

    def owed(event: Event) -> Iterable[Owed]:
        adoption = db.session.get(Adoption, event.data["adoption"])
        if adoption is None:
            return []
        members = _members(adoption.organisation_id)
        editors = [number for number, role in members.items() if role == "editor"]
        wanted = [adoption.reporter_id] if adoption.reporter_id in members else editors
        return [(f"person:{number}", template) for number in wanted if number != event.actor_id]

    return owed


def _members(organisation_id: int) -> dict[int, str]:
    """The roles of the people who belong to an organisation now."""
    query = select(Membership.person_id, Membership.role)
    rows = db.session.execute(
        query.where(Membership.organisation_id == organisation_id, Membership.state == "active").order_by(Membership.id)
    )
    return {row[0]: row[1] for row in rows}


def tell_owner(person: Person, event: Event) -> Told | None:
    """To somebody who still looks after the practice, while the report is there to be read."""
    found = _found(person, event)
    if found is None or not is_shown(reader_for(person), found[0]) or not can_answer(reader_for(person), found[1]):
        return None
    return _told(*found, changed=found[0].revision > 1) | {"link": f"/adoptions/{found[0].id}"}


def tell_of_answer(person: Person, event: Event) -> Told | None:
    """To somebody who still speaks for the organisation that reports."""
    found = _found(person, event)
    if found is None or found[0].withdrawn_at or not found[0].answer or not is_own(reader_for(person), found[0]):
        return None
    owner = found[1].organisation
    return _told(*found) | {"link": f"/adoptions/{found[0].id}#answer", "owner": owner.name if owner else ""}


def ask_reporter(person: Person, event: Event) -> Told | None:
    """To somebody who can still tell, unless it was told meanwhile."""
    found = _found(person, event)
    if found is None or not is_own(reader_for(person), found[0]) or not is_shown(reader_for(person), found[0]):
        return None
    if next_question(found[0], event.at) is None or found[0].updated_at > event.at:
        return None
    return _told(*found) | {"link": f"/adoptions/{found[0].id}/edit"}


def _found(person: Person, event: Event) -> tuple[Adoption, Post] | None:
    """The report that an event is about and its practice, which the person may read."""
    adoption = db.session.get(Adoption, event.data["adoption"])
    if adoption is None or not can_read(reader_for(person), adoption.post):
        return None
    return adoption, adoption.post


def _told(adoption: Adoption, post: Post, *, changed: bool = False) -> Told:
    return {
        "practice": {
            "title": post.title,
            "language": post.language,
            "path": f"/posts/{post.id}/{post.slug}",
            "place": post.organisation.name if post.organisation else "",
            "summary": "",
        },
        "organisation": adoption.organisation.name,
        "changed": changed,
        "intent": adoption.intent,
        "outcome": adoption.outcome,
    }


MAILS = {
    events.REPORTED.name: to_owner,
    events.CHANGED.name: to_owner,
    events.ANSWERED.name: to_reporter("adoption_answered"),
    events.ASKED.name: to_reporter("adoption_asked"),
}
TELLERS = {"adoption_reported": tell_owner, "adoption_answered": tell_of_answer, "adoption_asked": ask_reporter}
