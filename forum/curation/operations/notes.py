"""Notes of moderators about people, for one another only."""

from forum.accounts.queries import require_person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Denied, Missing
from forum.core.text import message as _
from forum.curation.models import NOTE_LENGTH, ModeratorNote
from forum.curation.policy import require_moderator
from forum.library.form_texts import form_text

EMPTY = _("Write the note first.")


@operation
def write_note(actor: Actor, person_id: int, body: str) -> ModeratorNote:
    """Keep a note about a person; never about oneself."""
    require_moderator(actor)
    person = require_person(person_id)
    if person.id == actor.person_id:
        raise Denied(_("Other moderators write notes about you, not you."))
    note = ModeratorNote(
        person_id=person.id,
        author_id=actor.person_id,
        body=form_text("body", body, NOTE_LENGTH, EMPTY),
        created_at=now(),
    )
    db.session.add(note)
    db.session.flush()
    return note


@operation
def change_note(actor: Actor, note_id: int, body: str) -> ModeratorNote:
    """Change a note of one's own."""
    note = own_note(actor, note_id)
    note.body, note.edited_at = form_text("body", body, NOTE_LENGTH, EMPTY), now()
    return note


def own_note(actor: Actor, note_id: int) -> ModeratorNote:
    """A note that the actor wrote. Raises `Missing`, or `Denied` for one by another moderator."""
    require_moderator(actor)
    note = db.session.get(ModeratorNote, note_id)
    if note is None or note.person_id == actor.person_id:
        raise Missing
    if note.author_id != actor.person_id:
        raise Denied(_("Only the moderator who wrote a note may change it."))
    return note
