"""Collections that come with a file of the interchange format."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from forum.core.actor import Actor
from forum.core.db import db, operation
from forum.core.events import record
from forum.core.markdown import render
from forum.curation import events
from forum.curation.collections_models import Collection, CollectionEntry
from forum.curation.operations.collections import find_collection, new_key

WORDS = ("title", "introduction", "language", "audience", "owner_id", "created_at")


@operation
def take_collection(actor: Actor, values: Mapping[str, Any], subject_id: int | None) -> tuple[int, bool]:
    """Add a collection, or bring one up to date: its id, and whether anything changed. One deleted here stays so."""
    collection = find_collection(subject_id) if subject_id else None
    if collection is not None and collection.deleted_at is not None:
        return collection.id, False
    entries: Sequence[tuple[int, str]] = values["entries"]
    if collection is not None and _said(collection) == {**{name: values[name] for name in WORDS}, "entries": entries}:
        return collection.id, False
    is_new = collection is None
    collection = collection or Collection(revision=0)
    for name in WORDS:
        setattr(collection, name, values[name])
    collection.introduction_html = render(collection.introduction).html
    collection.key = (collection.key or new_key()) if collection.audience == "link" else None
    collection.updated_at = max(collection.updated_at or collection.created_at, collection.created_at)
    collection.featured_at = collection.created_at if values["featured"] else None
    collection.revision += 1
    db.session.add(collection)
    db.session.flush()
    _fill(collection, entries, values["created_at"])
    record(actor, events.COLLECTION_MADE if is_new else events.COLLECTION_CHANGED, "collection", collection.id)
    return collection.id, True


def _said(collection: Collection) -> dict[str, Any]:
    """What a collection says, as a line of a file would."""
    query = db.select(CollectionEntry.post_id, CollectionEntry.note)
    kept = query.where(CollectionEntry.collection_id == collection.id)
    ordered = db.session.execute(kept.order_by(CollectionEntry.position, CollectionEntry.post_id))
    return {name: getattr(collection, name) for name in WORDS} | {"entries": [tuple(row) for row in ordered]}


def _fill(collection: Collection, entries: Sequence[tuple[int, str]], moment: datetime) -> None:
    db.session.execute(delete(CollectionEntry).where(CollectionEntry.collection_id == collection.id))
    for place, (post_id, note) in enumerate(entries, start=1):
        entry = {"post_id": post_id, "position": place, "note": note, "added_at": moment}
        db.session.add(CollectionEntry(collection_id=collection.id, **entry))
    db.session.flush()
