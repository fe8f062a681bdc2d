"""What stands in a collection: adding posts, saying why to read them, ordering them, taking them out.

An actor orders only the posts that they may read; the others keep their places between them.
"""

from collections.abc import Sequence

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Missing
from forum.core.text import message as _
from forum.curation.collections_models import NOTE_LENGTH, Collection, CollectionEntry
from forum.curation.collections_policy import require_change
from forum.curation.operations.collections import Cover, find_collection, make_collection, require_revision, touched
from forum.library.form_texts import form_text
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import listed, require_read

MOST_ENTRIES = 200


@operation
def add_to_collection(actor: Actor, collection_id: int, post_id: int, note: str = "") -> bool:
    """Put a post at the end of a collection; whether it was not there before. Only what is published can stand in one."""
    collection = require_change(actor, find_collection(collection_id))
    post = require_read(actor, db.session.get(Post, post_id))
    if post.status not in SHOWN_STATUSES:
        raise Missing(_("This post does not exist, or you may not read it."))
    note = clean_note(note)
    entries = entries_of(collection)
    if any(entry.post_id == post_id for entry in entries):
        return False
    if len(entries) >= MOST_ENTRIES:
        raise Conflict(_("A collection holds at most %(number)s posts.", number=MOST_ENTRIES))
    place = entries[-1].position + 1 if entries else 1
    db.session.add(
        CollectionEntry(collection_id=collection.id, post_id=post_id, position=place, note=note, added_at=now())
    )
    touched(actor, collection)
    return True


@operation
def begin_with_post(actor: Actor, cover: Cover, post_id: int, note: str = "") -> Collection:
    """Begin a collection with its first post."""
    collection = make_collection(actor, cover)
    add_to_collection(actor, collection.id, post_id, note)
    return collection


def clean_note(raw: str) -> str:
    """Why to read a post, as it is kept."""
    return form_text("note", raw, NOTE_LENGTH)


def entries_of(collection: Collection) -> list[CollectionEntry]:
    """Everything in a collection, in its order, whoever may read it."""
    query = select(CollectionEntry).where(CollectionEntry.collection_id == collection.id)
    return list(db.session.scalars(query.order_by(CollectionEntry.position, CollectionEntry.post_id)))


def _seen(actor: Actor, collection: Collection, post_id: int) -> CollectionEntry:
    """The entry of a post that the actor may read there. Raises `Missing`."""
    query = select(CollectionEntry).join(Post, Post.id == CollectionEntry.post_id)
    entry = db.session.scalar(
        query.where(
            CollectionEntry.collection_id == collection.id,
            CollectionEntry.post_id == post_id,
            listed(actor, SHOWN_STATUSES),
        )
    )
    if entry is None:
        raise Missing(_("This post is not in the collection."))
    return entry


@operation
def annotate_entry(actor: Actor, collection_id: int, post_id: int, note: str) -> Collection:
    """Say why to read a post."""
    collection = require_change(actor, find_collection(collection_id))
    entry, note = _seen(actor, collection, post_id), clean_note(note)
    if entry.note == note:
        return collection
    entry.note = note
    return touched(actor, collection)


@operation
def take_out(actor: Actor, collection_id: int, post_id: int) -> CollectionEntry:
    """Take a post out of a collection; gives the entry as it was, so that it can be put back."""
    collection = require_change(actor, find_collection(collection_id))
    entry = _seen(actor, collection, post_id)
    db.session.delete(entry)
    touched(actor, collection)
    return entry


@operation
def order_collection(actor: Actor, collection_id: int, post_ids: Sequence[int], revision: int) -> Collection:
    """Put the posts that the actor sees in a collection into this order. Raises `Conflict` when it changed in between."""
    collection = require_change(actor, find_collection(collection_id))
    require_revision(collection, revision)
    entries = entries_of(collection)
    ids = [entry.post_id for entry in entries]
    visible = set(db.session.scalars(select(Post.id).where(listed(actor, SHOWN_STATUSES), Post.id.in_(ids))))
    if set(post_ids) != visible or len(post_ids) != len(visible):
        raise Conflict(_("This collection was changed in the meantime. Look at it again and repeat."))
    wanted = iter(post_ids)
    order = [next(wanted) if number in visible else number for number in ids]
    if order == ids:
        return collection
    places = {number: place for place, number in enumerate(order, start=1)}
    for entry in entries:
        entry.position = places[entry.post_id]
    return touched(actor, collection)
