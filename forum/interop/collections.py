"""Collections as lines of the interchange format: checked, taken in, and told."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.text import message as _
from forum.curation.collections_models import (
    AUDIENCES,
    INTRODUCTION_LENGTH,
    NAME_LENGTH,
    NOTE_LENGTH,
    Collection,
    CollectionEntry,
)
from forum.curation.operations.collection_importing import take_collection
from forum.interop.known import Names
from forum.interop.lines import Rejected, about
from forum.interop.reader import Reader
from forum.interop.refs import Refs
from forum.library.fields import Refused, clean_text

Record = dict[str, Any]


def check_collection(reader: Reader) -> Record:
    """Title, words and audience of a collection, its posts in their order, and why to read them."""
    posts = reader.refs("posts")
    return {
        "title": reader.text("title", NAME_LENGTH, required=True),
        "introduction": reader.text("introduction", INTRODUCTION_LENGTH, one_line=False),
        "language": reader.language(),
        "audience": reader.choice("audience", AUDIENCES, AUDIENCES[0]),
        "owner": reader.ref("owner"),
        "posts": posts,
        "notes": check_notes(reader, posts),
        "created_at": reader.moment("created_at"),
        "featured": reader.flag("featured"),
    }


def check_notes(reader: Reader, posts: list[str]) -> dict[str, str]:
    """The notes by the refs of their posts; those of no post of the collection are left out."""
    notes = reader.value("notes") or {}
    if not isinstance(notes, dict):
        raise Rejected(_("%(name)s must be texts by the names of posts.", name="notes"))
    try:
        return {ref: clean_text(notes[ref], NOTE_LENGTH) for ref in posts if notes.get(ref)}
    except Refused as refusal:
        raise Rejected(about("notes", refusal.sentence)) from None


def take_collection_line(actor: Actor, values: Record, names: Names, subject_id: int | None) -> tuple[int, bool]:
    """Add a collection, or change one that came before. Its owner and its posts must be there."""
    posts = [(ref, names.need("post", ref, "posts")) for ref in values["posts"]]
    present = db.session.get(Collection, subject_id) if subject_id else None
    resolved = {
        "owner_id": names.need("person", values["owner"], "owner"),
        "entries": [(number, values["notes"].get(ref, "")) for ref, number in posts],
        "created_at": values["created_at"] or (present.created_at if present else now()),
        "featured": values["featured"] and values["audience"] == "public",
    }
    return take_collection(actor, {**values, **resolved}, subject_id)


def export_collections(refs: dict[str, Refs], told: Any) -> Iterator[Record]:
    """The lines of all collections that are not deleted. `told` writes a moment."""
    ids = list(db.session.scalars(select(Collection.id).where(Collection.deleted_at.is_(None)).order_by(Collection.id)))
    for number in ids:
        yield collection_record(db.session.get_one(Collection, number), refs, told)
        db.session.expunge_all()


def collection_record(one: Collection, refs: dict[str, Refs], told: Any) -> Record:
    """The line of a collection. The link that shares it is never exported."""
    kept = select(CollectionEntry).where(CollectionEntry.collection_id == one.id)
    entries = list(db.session.scalars(kept.order_by(CollectionEntry.position, CollectionEntry.post_id)))
    line = {
        "type": "collection",
        "ref": refs["collection"].of(one.id),
        "title": one.title,
        "introduction": one.introduction,
        "language": one.language,
        "audience": one.audience,
        "owner": refs["person"].of(one.owner_id),
        "posts": [refs["post"].of(entry.post_id) for entry in entries],
        "created_at": told(one.created_at),
    }
    notes = {refs["post"].of(entry.post_id): entry.note for entry in entries if entry.note}
    return line | ({"notes": notes} if notes else {}) | ({"featured": True} if one.featured_at else {})
