"""Making collections, and saying who sees them. What stands in them: `collection_entries`."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import record
from forum.core.languages import is_language
from forum.core.markdown import render
from forum.core.text import Message
from forum.core.text import message as _
from forum.curation import events
from forum.curation.collections_models import AUDIENCES, INTRODUCTION_LENGTH, NAME_LENGTH, Collection
from forum.curation.collections_policy import can_change, is_owner, mine, require_change, require_see
from forum.library.form_texts import noted_text

KEY_BYTES = 16
MOST_COLLECTIONS = 200
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Cover:
    """What a collection says of itself, and to whom."""

    title: str
    introduction: str = ""
    language: str = "en"
    audience: str = "private"


def find_collection(collection_id: int) -> Collection | None:
    """The collection as it is now, for a change inside an operation."""
    return db.session.get(Collection, collection_id, with_for_update=True)


@operation
def make_collection(actor: Actor, cover: Cover) -> Collection:
    """Begin an empty collection. Raises `Invalid` with every problem, `Denied` to visitors."""
    if not actor:
        raise Denied(_("Sign in to make a collection."))
    number = db.session.scalar(select(func.count()).select_from(Collection).where(mine(actor))) or 0
    if number >= MOST_COLLECTIONS:
        raise Conflict(_("You have %(number)s collections. Delete some first.", number=MOST_COLLECTIONS))
    moment = now()
    collection = Collection(owner_id=actor.person_id, created_at=moment, updated_at=moment, revision=1)
    _write(actor, collection, clean_cover(cover))
    db.session.add(collection)
    db.session.flush()
    record(actor, events.COLLECTION_MADE, "collection", collection.id)
    return collection


def clean_cover(cover: Cover) -> Cover:
    """The words of a cover as they are kept. Raises `Invalid` with every problem."""
    problems: dict[str, Message] = {}
    title = noted_text(problems, "title", cover.title, NAME_LENGTH, _("Write a title."), one_line=True)
    introduction = noted_text(problems, "introduction", cover.introduction, INTRODUCTION_LENGTH)
    if not is_language(cover.language):
        problems["language"] = _("Choose a language from the list.")
    if cover.audience not in AUDIENCES:
        problems["audience"] = _("Choose one of the answers offered.")
    if problems:
        raise Invalid(problems)
    return Cover(title, introduction, cover.language, cover.audience)


def _write(actor: Actor, collection: Collection, cover: Cover) -> None:
    _choose_audience(actor, collection, cover.audience)
    collection.title, collection.language = cover.title, cover.language
    collection.introduction, collection.introduction_html = cover.introduction, render(cover.introduction).html


def _choose_audience(actor: Actor, collection: Collection, audience: str) -> None:
    if audience != collection.audience:
        if audience == "public" and not actor.is_moderator:
            raise Denied(_("Only moderators make a collection that everybody can see."))
        if collection.audience == "public" and not is_owner(actor, collection):
            raise Denied(_("Only the person who made this collection can take it back from everybody."))
    collection.audience = audience
    if audience != "public":
        collection.featured_at = None
    collection.key = (collection.key or new_key()) if audience == "link" else None


def new_key() -> str:
    """The secret part of an address that shares a collection: 128 random bits."""
    return secrets.token_urlsafe(KEY_BYTES)


@operation
def change_collection(actor: Actor, collection_id: int, cover: Cover, revision: int) -> Collection:
    """Give a collection other words, or another audience. Raises `Conflict` when somebody changed it in between."""
    collection = require_change(actor, find_collection(collection_id))
    require_revision(collection, revision)
    _write(actor, collection, clean_cover(cover))
    return touched(actor, collection)


def require_revision(collection: Collection, revision: int) -> None:
    """Raise `Conflict` unless this is the collection that the actor has before them."""
    if collection.revision != revision:
        raise Conflict(_("This collection was changed in the meantime. Look at it again and repeat."))


def touched(actor: Actor, collection: Collection) -> Collection:
    """Note that a collection changed."""
    collection.revision += 1
    collection.updated_at = now()
    record(actor, events.COLLECTION_CHANGED, "collection", collection.id)
    return collection


@operation
def renew_link(actor: Actor, collection_id: int) -> Collection:
    """Give a shared collection a new link; who has only the old one sees it no longer."""
    collection = require_change(actor, find_collection(collection_id))
    if collection.audience != "link":
        raise Conflict(_("This collection is not shared by a link."))
    collection.key = new_key()
    return touched(actor, collection)


@operation
def feature_collection(actor: Actor, collection_id: int, *, featured: bool) -> Collection:
    """Put a public collection on the home page, or take it off; the latest choice stands there."""
    collection = require_see(actor, find_collection(collection_id))
    if not actor.is_moderator or collection.audience != "public":
        raise Denied(_("Only a moderator may do this."))
    collection.featured_at = now() if featured else None
    return touched(actor, collection)


@operation
def delete_collection(actor: Actor, collection_id: int) -> Collection:
    """Take a collection away; it can be brought back for 30 days. The posts stay."""
    collection = require_change(actor, find_collection(collection_id))
    collection.deleted_at = now()
    record(actor, events.COLLECTION_DELETED, "collection", collection.id)
    return collection


@operation
def bring_back_collection(actor: Actor, collection_id: int) -> Collection:
    """Undo `delete_collection`."""
    collection = find_collection(collection_id)
    if collection is None or not can_change(actor, collection):
        raise Missing(_("This collection does not exist, or you may not see it."))
    if collection.deleted_at is not None:
        collection.deleted_at = None
        record(actor, events.COLLECTION_RESTORED, "collection", collection.id)
    return collection


@operation
def forget_collections() -> None:
    """Delete for good what was deleted 30 days ago."""
    db.session.execute(delete(Collection).where(Collection.deleted_at < now() - KEPT_FOR))
