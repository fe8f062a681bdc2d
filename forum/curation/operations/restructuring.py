"""Merging, splitting, converting and superseding posts, and letting them belong elsewhere. Each step can be undone: `undoing`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid, Missing
from forum.core.events import EventKind, record
from forum.core.text import message as _
from forum.core.text import single_line
from forum.curation import events
from forum.curation.collections_models import CollectionEntry
from forum.curation.models import Flag
from forum.curation.restructuring_models import Restructuring
from forum.curation.restructuring_policy import may_make_practice, require_act, require_as_wide
from forum.discussion.models import Comment
from forum.discussion.operations.moving import Place, move_comments, places_on, recount, with_replies
from forum.discussion.operations.writing import find_comment
from forum.library.content import Content, content_of
from forum.library.form_texts import form_text
from forum.library.models import TITLE_LENGTH, Post
from forum.library.operations import restructuring as posts
from forum.library.operations.curating import archive_post, transfer_post, withdraw_post
from forum.library.operations.steps import clean_reason
from forum.library.operations.writing import find_post, start_draft
from forum.library.policy import require_moderate

TEXTS = ("version", "appendix")


@dataclass(slots=True)
class Record:
    """What a step is about to change, noted before, so that it can be kept with what came of it."""

    actor: Actor
    step: str
    reason: str
    source: Post
    target: Post | None = None
    comments: list[Place] = field(default_factory=list)
    added: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.before = self.frames()

    def frames(self) -> dict[str, Any]:
        """The frames of the posts as they are now."""
        found = {"source": posts.frame_of(self.source)}
        return found | ({"target": posts.frame_of(self.target)} if self.target else {})

    def keep(self) -> Restructuring:
        """Write the step down, with what undoing it needs."""
        db.session.flush()
        moved = [place.comment_id for place in self.comments]
        now_there = {place.comment_id: place for one in self._posts() for place in places_on(one.id)}
        kept = Restructuring(
            step=self.step,
            source_id=self.source.id,
            target_id=self.target.id if self.target else None,
            actor_id=self.actor.person_id,
            reason=self.reason,
            at=now(),
            before={**self.before, "comments": [list(place) for place in self.comments]},
            after={
                **self.frames(),
                "comments": [list(now_there[number]) for number in moved],
                "page": self.target.version if self.target else 0,
                **self.added,
            },
        )
        db.session.add(kept)
        db.session.flush()
        return kept

    def _posts(self) -> list[Post]:
        return [post for post in (self.source, self.target) if post]


def _two(actor: Actor, post_id: int, other_id: int) -> tuple[Post, Post]:
    if post_id == other_id:
        raise Invalid({"other": _("Choose another post than this one.")})
    return require_act(actor, find_post(post_id)), require_act(actor, find_post(other_id))


@operation
def merge_posts(actor: Actor, source_id: int, target_id: int, text: str, reason: str) -> Restructuring:
    """Let a post take in another, with its comments, links and places in collections; the other's address leads there.

    What the other says is kept as a former version (`version`) or added at the end (`appendix`).
    """
    source, target = _two(actor, source_id, target_id)
    require_as_wide(source, target)
    reason = clean_reason(reason)
    if text not in TEXTS:
        raise Invalid({"text": _("Choose one of the answers offered.")})
    kept = Record(actor, "merge", reason, source, target, places_on(source_id))
    keep = posts.append_text_of if text == "appendix" else posts.keep_text_of
    kept.added["version"] = keep(actor, target, source).id
    kept.added["links"] = _take_over_links(source, target)
    kept.added["entries"] = _take_over_entries(source, target)
    move_with_reports(
        [place._replace(post_id=target.id, number=target.last_comment_number + place.number) for place in kept.comments]
    )
    source.accepted_comment_id = None
    _settle(source, target)
    withdraw_post(actor, source_id, reason)
    done = kept.keep()
    _tell(actor, events.MERGED, target, done, {"other": source.id})
    return done


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


def move_with_reports(places: Sequence[Place]) -> None:
    """Put comments into places, with the reports on them."""
    move_comments(places)
    for place in places:
        about = Flag.comment_id == place.comment_id
        db.session.execute(update(Flag).where(about).values(post_id=place.post_id))
    db.session.expire_all()


def _settle(*those: Post) -> None:
    for post in those:
        recount(post)


def _tell(actor: Actor, kind: EventKind, post: Post, done: Restructuring, more: dict[str, Any]) -> None:
    told = {"restructuring": done.id, "reason": done.reason, **more}
    record(actor, kind, "post", post.id, {name: value for name, value in told.items() if value})


@operation
def split_post(
    actor: Actor, post_id: int, first_id: int, comment_ids: Sequence[int], title: str, reason: str
) -> Restructuring:
    """Let a comment begin a question of its own, with other comments of its thread, and all replies to those, under it.

    The first comment stays where it is too, so that its address and the answers to it still make sense.
    """
    source = require_act(actor, require_moderate(actor, find_post(post_id)))
    reason = clean_reason(reason)
    title = form_text("title", title, TITLE_LENGTH, _("Write a title."), one_line=True)
    places = places_on(post_id)
    chosen = with_replies(places, set(comment_ids) - {first_id})
    if not {first_id, *chosen} <= {place.comment_id for place in places} or first_id in chosen:
        raise Invalid({"comments": _("Choose comments of this post. The first one cannot answer another chosen one.")})
    first = db.session.get_one(Comment, first_id)
    if first.deleted_at or first.hidden_at:
        raise Invalid({"first": _("This comment is no longer here.")})
    kept = Record(actor, "split", reason, source, None, [place for place in places if place.comment_id in chosen])
    new = _grown(source, first, title)
    move_with_reports(
        [
            Place(place.comment_id, new.id, number, place.parent_id if place.parent_id in chosen else None)
            for number, place in enumerate(kept.comments, start=1)
        ]
    )
    if source.accepted_comment_id in chosen:
        source.accepted_comment_id = None
    _settle(source, new)
    kept.target = new
    kept.added["links"] = (
        [[new.id, source.id, "split_from"]] if posts.link_posts(new.id, source.id, "split_from") else []
    )
    done = kept.keep()
    _tell(actor, events.SPLIT, source, done, {"other": new.id})
    _tell(actor, events.GROWN, new, done, {"from": source.id})
    return done


def _grown(source: Post, first: Comment, title: str) -> Post:
    """A question that says what a comment said, for the same readers as the post that it stood on."""
    of_source = content_of(source)
    content = Content(
        kind="question",
        title=title,
        body=first.body,
        language=first.language,
        countries=of_source.countries,
        concept_ids=of_source.concept_ids,
        visibility=source.visibility,
        licence=source.licence,
    )
    own = source.organisation_id if source.visibility == "organisation" else first.organisation_id
    return posts.grow_post(content, first.author_id, own, first.created_at)


@operation
def make_practice(actor: Actor, comment_id: int) -> Restructuring:
    """Begin the draft of a practice with what somebody answered, for the organisation they answered for."""
    comment, source = find_comment(actor, comment_id)
    if not may_make_practice(actor, comment):
        raise Missing(_("Only the people who wrote this answer can turn it into a practice."))
    kept = Record(actor, "practice", "", source)
    content = Content(
        kind="practice",
        title=single_line(source.title),
        body=comment.body,
        language=comment.language,
        countries=tuple(place.country for place in source.countries),
        concept_ids=tuple(link.concept_id for link in source.concepts),
        visibility="organisation" if source.visibility == "organisation" else "members",
    )
    belongs = comment.organisation_id in actor.organisation_ids
    draft = start_draft(actor, content, comment.organisation_id if belongs else min(actor.organisation_ids))
    kept.target = draft
    kept.added["links"] = (
        [[draft.id, source.id, "based_on"]] if posts.link_posts(draft.id, source.id, "based_on") else []
    )
    done = kept.keep()
    _tell(actor, events.GROWN, draft, done, {"from": source.id, "comment": comment.id})
    return done


@operation
def convert_post(actor: Actor, post_id: int, reason: str) -> Restructuring:
    """Make a question news, or news a question."""
    post = require_act(actor, find_post(post_id))
    kept = Record(actor, "convert", clean_reason(reason), post)
    kept.added["version"] = posts.convert_kind(actor, post).id
    done = kept.keep()
    _tell(actor, events.CONVERTED, post, done, {"to": post.kind})
    return done


@operation
def move_post(actor: Actor, post_id: int, organisation_id: int, reason: str) -> Restructuring:
    """Let a post belong to another organisation: by a moderator, or by somebody who belongs to both."""
    post = require_act(actor, find_post(post_id))
    kept = Record(actor, "transfer", clean_reason(reason), post)
    if organisation_id == post.organisation_id:
        raise Invalid({"organisation": _("The post belongs to this organisation already.")})
    transfer_post(actor, post_id, organisation_id, kept.reason)
    return kept.keep()


@operation
def supersede_post(actor: Actor, old_id: int, new_id: int, reason: str) -> Restructuring:
    """Say that a newer post takes the place of an old one, which goes to the archive with a link to it."""
    old, new = _two(actor, old_id, new_id)
    kept = Record(actor, "supersede", clean_reason(reason), old, new)
    if (old.id, new.id, "supersedes") in posts.links_of(old.id):
        raise Invalid({"other": _("That post is the older one of the two already.")})
    added = posts.link_posts(new.id, old.id, "supersedes")
    kept.added["links"] = [[new.id, old.id, "supersedes"]] if added else []
    if old.status == "published":
        archive_post(actor, old.id, kept.reason)
    old.version += 1
    new.version += 1
    done = kept.keep()
    _tell(actor, events.SUPERSEDED, old, done, {"other": new.id})
    return done
