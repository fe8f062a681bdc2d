"""What moderators, and owners of a post, do with its status and marks. Each leaves an event in the log."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.events import EventKind, record
from forum.core.text import message as _
from forum.library import events
from forum.library.content import MOST_THEMES, content_of, write_content
from forum.library.life import CHECKED, CHECKLIST
from forum.library.models import Post
from forum.library.operations.steps import take_step
from forum.library.operations.versions import keep_version
from forum.library.operations.writing import find_post
from forum.library.policy import require_edit, require_moderate, require_restore
from forum.organisations.models import Organisation
from forum.vocabulary.models import Concept

REVIEW_MARKS = {"new": "take_back", "reviewed": "review", "needs_recheck": "ask_recheck"}


@operation
def step(actor: Actor, post_id: int, name: str, reason: str = "", data: Mapping[str, Any] | None = None) -> Post:
    """Take any step of `life.STEPS` by its name; `data` (references and numbers) is kept with the event."""
    return take_step(actor, find_post(post_id), name, reason, data)


def hide_post(actor: Actor, post_id: int, reason: str) -> Post:
    """Hide a post from everybody but its author and the moderators, with a reason."""
    return step(actor, post_id, "hide", reason)


def decline_post(actor: Actor, post_id: int, reason: str) -> Post:
    """Give a post back to its author with a reason; it can be mended and posted again."""
    return step(actor, post_id, "decline", reason)


def archive_post(actor: Actor, post_id: int, reason: str) -> Post:
    """Take a post out of the default search; it stays readable and citable."""
    return step(actor, post_id, "archive", reason)


def withdraw_post(actor: Actor, post_id: int, reason: str) -> Post:
    """Leave only title and reason of a post for others to see."""
    return step(actor, post_id, "withdraw", reason)


@operation
def restore_post(actor: Actor, post_id: int) -> Post:
    """Bring a hidden, declined, withdrawn or archived post back to how it was shown before."""
    post = require_restore(actor, find_post(post_id))
    return take_step(actor, post, "bring_back" if post.status == "archived" else "restore")


def grant_appeal(actor: Actor, post_id: int, reason: str) -> Post:
    """Bring back what another moderator hid, declined or withdrew; never one's own decision or organisation."""
    return step(actor, post_id, "grant_appeal", reason)


@operation
def mark_review(actor: Actor, post_id: int, mark: str, checked: Sequence[str] = ()) -> Post:
    """Mark a post as reviewed, as new, or as in need of a check, by the step that leads there from where it stands.

    A post that is reviewed or recommended already keeps its mark: it was looked at again. `checked` names what was ticked
    of `life.CHECKLIST`.
    """
    if mark not in REVIEW_MARKS:
        raise Invalid({"mark": _("Choose one of the answers offered.")})
    post = require_moderate(actor, find_post(post_id))
    name = "look_again" if mark == "reviewed" and post.review in CHECKED else REVIEW_MARKS[mark]
    ticked = [item for item in CHECKLIST if item in checked]
    return take_step(actor, post, name, data={"checked": ticked} if ticked else None)


def suggest_changes(actor: Actor, post_id: int, data: Mapping[str, Any] | None = None) -> Post:
    """Say that a post would gain from changes; the conversation about it is in `curation`."""
    return step(actor, post_id, "suggest_changes", data=data)


def resubmit(actor: Actor, post_id: int) -> Post:
    """Ask the moderators to look again, after the suggestions were answered."""
    return step(actor, post_id, "resubmit")


def start_expert_review(actor: Actor, post_id: int, data: Mapping[str, Any] | None = None) -> Post:
    """Show that experts are asked about a reviewed post."""
    return step(actor, post_id, "start_expert_review", data=data)


def end_expert_review(actor: Actor, post_id: int, reason: str = "") -> Post:
    """Stop asking experts; the post stays reviewed."""
    return step(actor, post_id, "end_expert_review", reason)


def recommend(actor: Actor, post_id: int, reason: str = "", data: Mapping[str, Any] | None = None) -> Post:
    """Recommend a reviewed post. Experts advise, a moderator decides."""
    return step(actor, post_id, "recommend", reason, data)


def ask_recheck(actor: Actor, post_id: int, reason: str = "", data: Mapping[str, Any] | None = None) -> Post:
    """Ask for a new check; the present mark comes back when it is confirmed."""
    return step(actor, post_id, "ask_recheck", reason, data)


def confirm(actor: Actor, post_id: int, data: Mapping[str, Any] | None = None) -> Post:
    """Say that what a post tells is still true; a mark that asked for a check gives way to the former one."""
    return step(actor, post_id, "confirm", data=data)


@operation
def agree_to_public(actor: Actor, post_id: int, *, agreed: bool) -> Post:
    """Say whether a post may become public when a moderator has reviewed it."""
    post = require_edit(actor, find_post(post_id))
    post.public_when_reviewed = agreed
    return _touched(actor, post, events.PUBLIC_AGREED, {"agreed": agreed})


@operation
def move_themes(actor: Actor, post_id: int, theme_ids: Sequence[int]) -> Post:
    """Put a post under other themes (1 to 3); its other concepts stay. The former state is kept as a version."""
    post = require_moderate(actor, find_post(post_id))
    themes = set(db.session.scalars(select(Concept.id).where(Concept.id.in_(theme_ids), Concept.scheme == "theme")))
    if not 1 <= len(themes) <= MOST_THEMES or len(themes) != len(set(theme_ids)):
        raise Invalid({"themes": _("Choose one to three themes.")})
    before = [link.concept_id for link in post.concepts if link.concept.scheme == "theme"]
    others = [link.concept_id for link in post.concepts if link.concept.scheme != "theme"]
    keep_version(actor, post)
    content = content_of(post)
    write_content(post, replace(content, concept_ids=(*theme_ids, *others)))
    post.revision += 1
    return _touched(actor, post, events.THEMES_MOVED, {"from": before, "to": list(theme_ids)})


@operation
def lock_post(actor: Actor, post_id: int, *, locked: bool) -> Post:
    """Close a post for new comments, or open it again."""
    post = require_moderate(actor, find_post(post_id))
    post.locked_at = now() if locked else None
    return _touched(actor, post, events.LOCKED if locked else events.UNLOCKED)


@operation
def feature_post(actor: Actor, post_id: int, *, featured: bool) -> Post:
    """Put a post on the home page, or take it off."""
    post = require_moderate(actor, find_post(post_id))
    post.featured_at = now() if featured else None
    return _touched(actor, post, events.FEATURED if featured else events.UNFEATURED)


@operation
def transfer_post(actor: Actor, post_id: int, organisation_id: int, reason: str = "") -> Post:
    """Let a post belong to another organisation that agrees; whoever calls has made sure of that, and of who may.

    That is a moderator, somebody who edits the post and the organisation, or an editor of the organisation it was offered to.
    """
    post = find_post(post_id)
    receiving = db.session.get(Organisation, organisation_id)
    if post is None or receiving is None or receiving.closed_at is not None:
        raise Invalid({"organisation": _("Choose an organisation from the list.")})
    before, post.organisation_id = post.organisation_id, organisation_id
    told: dict[str, object] = {"from": before, "to": organisation_id}
    return _touched(actor, post, events.MOVED, told | ({"reason": reason} if reason else {}))


def _touched(actor: Actor, post: Post, kind: EventKind, data: dict[str, object] | None = None) -> Post:
    post.version += 1
    record(actor, kind, "post", post.id, data)
    return post
