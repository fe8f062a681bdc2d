"""What mails about freshness tell: the records to confirm with a link for each, and what a reader found out of date."""

from typing import Any

from sqlalchemy import select

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.events import Event
from forum.curation.freshness.answering import is_asked, make_link, records_in_mail
from forum.curation.freshness.asking import those_who_left
from forum.curation.freshness.records import Record, find_record, network_of, owner_of
from forum.curation.models import Flag


def records_told(person: Person, event_id: int) -> list[dict[str, Any]]:
    """The records that a mail asks about, each with a link made now."""
    return [_told(one, make_link(person, one)) for one in records_in_mail(person, event_id)]


def _told(found: Record, secret: str) -> dict[str, Any]:
    return {
        "title": found.title,
        "language": found.language,
        "path": found.path,
        "edit": found.edit_path,
        "answer": f"/still-true/{secret}",
        "checked_on": found.checked_on,
    }


def owners_to_tell(event: Event) -> list[int]:
    """Who answers for a post that a reader found out of date: its owner, or the network's people when nobody is there."""
    flag = _outdated(event)
    found = find_record("post", flag.post_id) if flag else None
    if flag is None or found is None:
        return []
    left = those_who_left(found)
    owner = owner_of(found, left)
    people = [owner] if owner else network_of(found, left)
    return [one.id for one in people if one.id != flag.reporter_id]


def outdated_told(person: Person, event: Event) -> dict[str, Any] | None:
    """What a reader said, without their name, while the report is open and this person answers for the post."""
    flag = _outdated(event)
    found = find_record("post", flag.post_id) if flag else None
    if flag is None or flag.resolved_at or found is None or not is_asked(found, person):
        return None
    told = {name: value for name, value in _told(found, "").items() if name not in ("edit", "answer")}
    return {"record": told, "note": flag.note, "link": f"/still-true/{make_link(person, found)}"}


def _outdated(event: Event) -> Flag | None:
    """The report of this event, if it says that a post is out of date."""
    outdated = select(Flag).where(
        Flag.id == event.data.get("flag"), Flag.reason == "outdated", Flag.comment_id.is_(None)
    )
    return db.session.scalar(outdated.where(Flag.adoption_id.is_(None)))
