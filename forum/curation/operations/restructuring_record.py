"""What every step that restructures posts shares: noting what it is about to change, moving comments, telling of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import EventKind, record
from forum.core.text import message as _
from forum.curation.models import Decision, Flag
from forum.curation.restructuring_models import Restructuring
from forum.curation.restructuring_policy import require_act
from forum.discussion.operations.moving import Place, move_comments, places_on, recount
from forum.library.models import Post
from forum.library.operations import restructuring as posts
from forum.library.operations.writing import find_post


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


def two(actor: Actor, post_id: int, other_id: int) -> tuple[Post, Post]:
    """Two posts that the actor may restructure. Raises `Invalid` when they are one."""
    if post_id == other_id:
        raise Invalid({"other": _("Choose another post than this one.")})
    return require_act(actor, find_post(post_id)), require_act(actor, find_post(other_id))


def move_with_reports(places: Sequence[Place]) -> None:
    """Put comments into places, with the reports on them."""
    move_comments(places)
    for place in places:
        about = Flag.comment_id == place.comment_id
        db.session.execute(update(Flag).where(about).values(post_id=place.post_id))
    db.session.expire_all()


def move_flags(adoption_ids: Sequence[int], post_id: int) -> None:
    """Let what was flagged and decided on these reports of who tried a practice follow them to another post."""
    flags = update(Flag).where(Flag.adoption_id.in_(adoption_ids))
    decisions = update(Decision).where(Decision.subject_type == "adoption", Decision.subject_id.in_(adoption_ids))
    for statement in (flags, decisions):
        db.session.execute(statement.values(post_id=post_id))


def settle(*those: Post) -> None:
    """Count the comments of these posts anew."""
    for post in those:
        recount(post)


def tell(actor: Actor, kind: EventKind, post: Post, done: Restructuring, more: dict[str, Any]) -> None:
    """Record what was done to a post, with the step and its reason."""
    told = {"restructuring": done.id, "reason": done.reason, **more}
    record(actor, kind, "post", post.id, {name: value for name, value in told.items() if value})
