"""What people are typing into forms: kept on the server from the first key stroke, until it is sent or thrown away."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid
from forum.core.text import message as _
from forum.library.models import PLACE_LENGTH, FormDraft

MOST_FORM_DRAFTS = 100
MOST_CHARACTERS = 500_000


@operation
def save_form_draft(
    actor: Actor, place: str, content: Mapping[str, Any], revision: int = 1, seen: str | None = None
) -> FormDraft:
    """Keep what somebody is typing at a place (like `posts/7/edit`), over what was kept there before.

    `revision` is that of the thing being edited when the typing began. Beyond 100 places, the oldest are forgotten.
    Raises `Invalid` for more than 500,000 characters, and `Conflict` when `seen` is not `mark_of` what is kept: somebody's
    other window has kept something since. Without `seen` the last one to save wins.
    """
    if not actor:
        raise Denied(_("Sign in first."))
    if len(json.dumps(content)) > MOST_CHARACTERS:
        raise Invalid({"body": _("This text is too long to be kept.")})
    draft = form_draft_of(actor, place)
    if seen is not None and seen != mark_of(draft) and (draft is None or draft.content != dict(content)):
        raise Conflict(
            _("This text was changed in another window in the meantime. Compare both texts, then save again.")
        )
    if draft is None:
        _make_room(actor)
        draft = FormDraft(person_id=actor.person_id, place=place[:PLACE_LENGTH])
        db.session.add(draft)
    draft.content, draft.revision, draft.updated_at = dict(content), revision, now()
    return draft


def mark_of(draft: FormDraft | None) -> str:
    """What tells one state of a kept text from the next; empty when nothing is kept."""
    return draft.updated_at.strftime("%Y%m%d%H%M%S%f") if draft else ""


def form_draft_of(actor: Actor, place: str) -> FormDraft | None:
    """What somebody was typing at a place, if anything is kept."""
    if not actor:
        return None
    return db.session.scalar(select(FormDraft).where(FormDraft.person_id == actor.person_id, FormDraft.place == place))


@operation
def discard(actor: Actor, place: str) -> None:
    """Forget what somebody was typing at a place: it was sent, or is not wanted any more."""
    db.session.execute(delete(FormDraft).where(FormDraft.person_id == actor.person_id, FormDraft.place == place))


@operation
def discard_all(actor: Actor) -> None:
    """Forget everything somebody was typing anywhere, before they close their account."""
    db.session.execute(delete(FormDraft).where(FormDraft.person_id == actor.person_id))


def _make_room(actor: Actor) -> None:
    mine = select(FormDraft.id).where(FormDraft.person_id == actor.person_id)
    surplus = mine.order_by(FormDraft.updated_at.desc(), FormDraft.id.desc()).offset(MOST_FORM_DRAFTS - 1)
    db.session.execute(delete(FormDraft).where(FormDraft.id.in_(list(db.session.scalars(surplus)))))
