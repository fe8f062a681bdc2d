"""What a post's page says of collections, of merging, splitting and superseding, and what it offers to undo."""

from dataclasses import dataclass, field

from flask import request, url_for

from forum.core.actor import Actor
from forum.curation.beside import Neighbour, beside
from forum.curation.restructuring_policy import may_act
from forum.curation.restructuring_queries import Undoable, merged_into, merged_title, undoable
from forum.library.models import SHOWN_STATUSES, Post
from forum.web.comment_forms import number_from
from forum.web.restructuring import STEP_LABELS


@dataclass(frozen=True, slots=True)
class Restructured:
    """`merged` is (title, language) of the post that the reader asked for, when this one took it in."""

    collections: list[Neighbour]
    relations: list[Neighbour]
    merged: tuple[str, str] | None
    may_act: bool
    undoable: list[Undoable]
    labels: dict[str, str] = field(default_factory=lambda: {name: str(label) for name, label in STEP_LABELS.items()})


def restructured(who: Actor, post: Post) -> Restructured:
    """What there is to say of a post to this reader: one statement, and two more where something can be undone."""
    acts = bool(who) and may_act(who, post)
    found = beside(who, post.id)
    merged = number_from(request.args.get("merged"))
    return Restructured(
        collections=found.collections,
        relations=found.relations,
        merged=merged_title(who, merged, post.id) if merged else None,
        may_act=acts and post.status in SHOWN_STATUSES,
        undoable=undoable(who, post.id) if acts and found.has_steps else [],
    )


def new_address(who: Actor, post_id: int) -> str:
    """The address of the post that took this one in, if the reader may know of both; else empty."""
    target = merged_into(who, post_id)
    return url_for("posts.show_post", post_id=target.id, slug=target.slug, merged=post_id) if target else ""
