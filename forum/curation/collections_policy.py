"""Who may see and change a collection. What stands in it is decided post by post: `library.policy`."""

from sqlalchemy import ColumnElement, and_, false, or_

from forum.core.actor import Actor
from forum.core.errors import Denied, Missing
from forum.core.text import message as _
from forum.curation.collections_models import Collection


def is_owner(actor: Actor, collection: Collection) -> bool:
    """Whether the actor made a collection."""
    return bool(actor) and collection.owner_id == actor.person_id


def can_change(actor: Actor, collection: Collection) -> bool:
    """Whether an actor may change a collection: a public one any moderator may, another only who made it."""
    if collection.audience == "public":
        return actor.is_moderator
    return is_owner(actor, collection)


def can_see(actor: Actor, collection: Collection, key: str = "") -> bool:
    """Whether an actor may open a collection; `key` is what the address they came by holds."""
    if collection.deleted_at is not None:
        return False
    by_link = collection.audience == "link" and bool(key) and collection.key == key
    return collection.audience == "public" or by_link or can_change(actor, collection)


def mine(actor: Actor) -> ColumnElement[bool]:
    """The collections that an actor made, which are not deleted."""
    if not actor:
        return false()
    return and_(Collection.owner_id == actor.person_id, Collection.deleted_at.is_(None))


def published() -> ColumnElement[bool]:
    """The collections for everybody."""
    return and_(Collection.audience == "public", Collection.deleted_at.is_(None))


def changeable(actor: Actor) -> ColumnElement[bool]:
    """The same as `can_change`, as a condition on `Collection`; deleted ones are left out."""
    own = and_(mine(actor), Collection.audience != "public")
    return or_(own, published()) if actor.is_moderator else own


def require_see(actor: Actor, collection: Collection | None, key: str = "") -> Collection:
    """The collection, or `Missing` when there is none that the actor may know of."""
    if collection is None or not can_see(actor, collection, key):
        raise Missing(_("This collection does not exist, or you may not see it."))
    return collection


def require_change(actor: Actor, collection: Collection | None) -> Collection:
    """The collection, or `Missing` / `Denied` when the actor may not change it."""
    found = require_see(actor, collection)
    if not can_change(actor, found):
        raise Denied(_("Only moderators change a collection that everybody can see."))
    return found
