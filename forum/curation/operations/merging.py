"""Two posts become one, or a newer one takes the place of an old one. Each step can be undone: `restructuring_undo`."""

from typing import Any

from sqlalchemy import select

from forum.adoption.carrying import carry_reports
from forum.core.actor import Actor
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.text import message as _
from forum.curation import events
from forum.curation.collections_models import CollectionEntry
from forum.curation.operations.decisions import Statement, archive_for_a_reason, keep_decision
from forum.curation.operations.restructuring_record import Record, move_flags, move_with_reports, settle, tell, two
from forum.curation.restructuring_models import Restructuring
from forum.curation.restructuring_policy import require_as_wide
from forum.discussion.operations.moving import places_on
from forum.library.models import Post
from forum.library.operations import restructuring as posts
from forum.library.operations.curating import withdraw_post
from forum.library.operations.steps import clean_reason
from forum.library.roles import is_own

TEXTS = ("version", "appendix")


@operation
def merge_posts(actor: Actor, source_id: int, target_id: int, text: str, reason: str) -> Restructuring:
    """Let a post take in another, with its comments, links, collections and who tried it; the other's address leads there.

    What the other says is kept as a former version (`version`) or added at the end (`appendix`).
    """
    source, target = two(actor, source_id, target_id)
    require_as_wide(source, target)
    reason = clean_reason(reason)
    if text not in TEXTS:
        raise Invalid({"text": _("Choose one of the answers offered.")})
    kept = Record(actor, "merge", reason, source, target, places_on(source_id))
    keep = posts.append_text_of if text == "appendix" else posts.keep_text_of
    kept.added["version"] = keep(actor, target, source).id
    kept.added["links"] = _take_over_links(source, target)
    kept.added["entries"] = _take_over_entries(source, target)
    kept.added["adoptions"] = list(carry_reports(source, target))
    move_flags(kept.added["adoptions"][0], target.id)
    move_with_reports(
        [place._replace(post_id=target.id, number=target.last_comment_number + place.number) for place in kept.comments]
    )
    source.accepted_comment_id = None
    settle(source, target)
    withdraw_post(actor, source_id, reason)
    _give_reasons(actor, source, reason)
    done = kept.keep()
    tell(actor, events.MERGED, target, done, {"other": source.id})
    return done


def _give_reasons(actor: Actor, source: Post, reason: str) -> None:
    """A statement of reasons for the author of the post that is gone, unless the actor or a colleague shared it."""
    if not actor.is_system and not is_own(actor, source):
        said = Statement(reason=reason, language=actor.language)
        keep_decision(actor, ("post", source.id), source.author_id, "merge", said, post_id=source.id)


def _take_over_links(source: Post, target: Post) -> list[list[Any]]:
    """Give the target what links the source has; those that were new."""
    added = []
    for post_id, other_id, kind in posts.links_of(source.id):
        new = (target.id if post_id == source.id else post_id, target.id if other_id == source.id else other_id, kind)
        if posts.link_posts(*new):
            added.append(list(new))
    return added


def _take_over_entries(source: Post, target: Post) -> list[int]:
    """Put the target beside the source into the collections that hold only the source; gives those collections."""
    holding = select(CollectionEntry.collection_id).where(CollectionEntry.post_id == target.id)
    query = select(CollectionEntry).where(CollectionEntry.post_id == source.id)
    found = list(db.session.scalars(query.where(CollectionEntry.collection_id.not_in(holding))))
    for one in found:
        values = {"position": one.position, "note": one.note, "added_at": one.added_at}
        db.session.add(CollectionEntry(collection_id=one.collection_id, post_id=target.id, **values))
    db.session.flush()
    return [one.collection_id for one in found]


@operation
def supersede_post(actor: Actor, old_id: int, new_id: int, reason: str) -> Restructuring:
    """Say that a newer post takes the place of an old one, which goes to the archive with a link to it."""
    old, new = two(actor, old_id, new_id)
    kept = Record(actor, "supersede", clean_reason(reason), old, new)
    if (old.id, new.id, "supersedes") in posts.links_of(old.id):
        raise Invalid({"other": _("That post is the older one of the two already.")})
    added = posts.link_posts(new.id, old.id, "supersedes")
    kept.added["links"] = [[new.id, old.id, "supersedes"]] if added else []
    if old.status == "published":
        archive_for_a_reason(actor, old.id, kept.reason)
    old.version += 1
    new.version += 1
    done = kept.keep()
    tell(actor, events.SUPERSEDED, old, done, {"other": new.id})
    return done
