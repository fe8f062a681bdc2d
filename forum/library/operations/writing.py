"""Writing posts: drafts from the first key stroke, posting, editing with versions, restoring an earlier version."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import record
from forum.core.markdown import render
from forum.core.text import message as _
from forum.library import events
from forum.library.content import Content, clean_answer, content_from, content_of, require_complete, write_content
from forum.library.freshness import is_near
from forum.library.kinds import KINDS
from forum.library.models import MOST_DRAFTS, SHOWN_STATUSES, Attachment, Post, PostCoauthor, PostVersion
from forum.library.operations.steps import note_weighty_edit, take_step
from forum.library.operations.versions import changed_fields, keep_version
from forum.library.policy import can_edit, can_write, require_edit
from forum.library.privacy import require_nobody_named
from forum.vocabulary.models import Concept

UNPOSTED = ("draft", "declined")
REPEATED_WITHIN = timedelta(minutes=10)


def find_post(post_id: int) -> Post | None:
    """The post as it is now, for a change inside an operation; PostgreSQL keeps it for us until the commit."""
    return db.session.get(Post, post_id, with_for_update=True)


@operation
def start_draft(actor: Actor, content: Content, organisation_id: int | None, request_key: str | None = None) -> Post:
    """Keep a new draft, which only its author sees. The same request key gives the same draft again.

    Raises `Denied` to people without an organisation, and `Invalid` for an organisation that is not theirs.
    """
    if not can_write(actor):
        raise Denied(_("Join your organisation first: then you can post on its behalf."))
    require_own_organisation(actor, organisation_id)
    existing = _by_request_key(actor, request_key)
    if existing:
        return existing
    _require_room(actor)
    moment = now()
    post = Post(
        author_id=actor.person_id,
        organisation_id=organisation_id,
        status="draft",
        created_at=moment,
        updated_at=moment,
        request_key=request_key or None,
    )
    fill(post, content)
    try:
        with db.session.begin_nested():
            db.session.add(post)
    except IntegrityError:
        existing = _by_request_key(actor, request_key)  # the same form, sent twice at the same moment
        if existing is None:
            raise
        return existing
    return post


def _require_room(actor: Actor) -> None:
    drafts = select(func.count()).select_from(Post).where(Post.author_id == actor.person_id, Post.status == "draft")
    if actor and (db.session.scalar(drafts) or 0) >= MOST_DRAFTS:
        raise Conflict(_("You have %(number)s drafts. Throw some away first.", number=MOST_DRAFTS))


def require_own_organisation(actor: Actor, organisation_id: int | None) -> None:
    """Raise `Invalid` unless the actor belongs to the organisation."""
    if not actor.is_system and organisation_id not in actor.organisation_ids:
        raise Invalid({"organisation": _("Choose an organisation that you belong to.")})


def _by_request_key(actor: Actor, request_key: str | None) -> Post | None:
    if not request_key or not actor:
        return None
    mine = select(Post).where(Post.author_id == actor.person_id, Post.request_key == request_key)
    return db.session.scalar(mine.with_for_update())


def _posted_lately(actor: Actor, content: Content, organisation_id: int | None) -> Post | None:
    """What the actor posted with the same content for the same organisation a moment ago."""
    mine = select(Post).where(Post.author_id == actor.person_id, Post.kind == content.kind, Post.title == content.title)
    theirs = mine.where(Post.organisation_id == organisation_id, Post.status.in_(SHOWN_STATUSES))
    lately = theirs.where(Post.published_at > now() - REPEATED_WITHIN)
    return next((post for post in db.session.scalars(lately) if content_of(post) == content), None)


@operation
def keep_draft(
    actor: Actor,
    content: Content,
    organisation_id: int | None,
    request_key: str | None = None,
    draft_id: int | None = None,
    seen: int | None = None,
) -> Post:
    """Keep what a form holds: in the draft it was kept in before (by id or request key), or in a new one."""
    existing = _by_request_key(actor, request_key)
    if draft_id is None and existing is not None:
        draft_id = existing.id
    if draft_id is not None:
        return save_draft(actor, draft_id, content, organisation_id, seen)
    return start_draft(actor, content, organisation_id, request_key)


def fill(post: Post, content: Content) -> None:
    """Put content into a post, its HTML rendered once, here. Raises `Invalid` for a concept that does not exist."""
    known = select(func.count()).select_from(Concept).where(Concept.id.in_(content.concept_ids))
    if content.concept_ids and db.session.scalar(known) != len(content.concept_ids):
        raise Invalid({"themes": _("Choose themes and groups from the lists.")})
    write_content(post, content)
    post.body_html = render(content.body).html


@operation
def save_draft(
    actor: Actor, post_id: int, content: Content, organisation_id: int | None = None, seen: int | None = None
) -> Post:
    """Keep a draft's present state.

    Raises `Conflict` when `seen`, the revision that the writer has before them, is no longer the present one: the same draft
    is open in another window and was changed there. Without `seen` the last one to save wins.
    """
    post = require_edit(actor, find_post(post_id))
    if post.status not in UNPOSTED:
        raise Conflict(_("This is posted already. Open it again to edit it."))
    if seen is not None and seen != post.revision and content_of(post) != content:
        raise Conflict(
            _("This text was changed in another window in the meantime. Compare both texts, then save again.")
        )
    if organisation_id not in (None, post.organisation_id):
        require_own_organisation(actor, organisation_id)
        post.organisation_id = organisation_id
    fill(post, content)
    post.updated_at = now()
    post.revision += 1
    post.version += 1
    return post


@operation
def discard_draft(actor: Actor, post_id: int) -> None:
    """Throw a draft away for good. Raises `Denied` for anything that was posted, and for co-authors."""
    post = require_edit(actor, find_post(post_id))
    if post.status != "draft" or post.author_id != actor.person_id:
        raise Denied(_("Only a draft of your own can be thrown away."))
    db.session.delete(post)


@operation
def publish_post(actor: Actor, post_id: int, *, privacy_checked: bool = False) -> Post:
    """Post a draft (or a declined post that was mended). Raises `Invalid` with what is still missing.

    Without `privacy_checked` it raises `Invalid` for words that may show who somebody is, too.
    """
    post = require_edit(actor, find_post(post_id))
    if post.status not in UNPOSTED:
        raise Conflict(_("This is posted already."))
    require_own_organisation(actor, post.organisation_id)
    content = content_of(post)
    require_complete(content, count_themes(content.concept_ids))
    require_source(post, content)
    looked = require_nobody_named(content, is_checked=privacy_checked or actor.is_system)
    moment = now()
    post.published_at = post.published_at or moment
    post.updated_at = post.last_activity_at = moment
    post.revision += 1
    return take_step(actor, post, "post", data=looked)


@operation
def post_now(
    actor: Actor,
    content: Content,
    organisation_id: int | None,
    request_key: str | None = None,
    draft_id: int | None = None,
    seen: int | None = None,
    *,
    privacy_checked: bool = False,
) -> Post:
    """Post at once what a form holds: in the draft it was kept in, or anew. The same form sent twice gives one post.

    So does the same content within ten minutes: who goes back in the browser gets the form with its text, and another key.
    """
    sent_before = _by_request_key(actor, request_key) or (find_post(draft_id) if draft_id else None)
    if request_key and sent_before is None and (same := _posted_lately(actor, content, organisation_id)):
        return same
    if sent_before and sent_before.status not in UNPOSTED and can_edit(actor, sent_before):
        if content_of(sent_before) != content:
            raise Conflict(_("This is posted already. Open it again to edit it."))
        return sent_before
    draft = keep_draft(actor, content, organisation_id, request_key, draft_id, seen)
    return publish_post(actor, draft.id, privacy_checked=privacy_checked)


def count_themes(concept_ids: Iterable[int]) -> int:
    """How many of these concepts are themes."""
    themes = (
        select(func.count()).select_from(Concept).where(Concept.id.in_(list(concept_ids)), Concept.scheme == "theme")
    )
    return db.session.scalar(themes) or 0


def require_source(post: Post, content: Content) -> None:
    """Raise `Invalid` for a research result that has neither an address nor a file."""
    if content.kind != "research" or content.details.get("source_url"):
        return
    files = (
        select(func.count())
        .select_from(Attachment)
        .where(Attachment.post_id == post.id, Attachment.removed_at.is_(None))
    )
    if not db.session.scalar(files):
        raise Invalid({"source_url": _("Give the address of the study, or save a draft and attach its file.")})


@operation
def edit_post(actor: Actor, post_id: int, content: Content, revision: int, note: str = "") -> Post:
    """Give a posted post a new version; the former is kept. Nothing happens when nothing changed (a form sent twice).

    Raises `Conflict` when `revision` is no longer the present one: somebody edited in between.
    """
    post = require_edit(actor, find_post(post_id))
    before = content_of(post)
    if content == before:
        return post
    if post.revision != revision:
        raise Conflict(_("Somebody else changed this in the meantime. Compare both texts, then save again."))
    require_complete(content, count_themes(content.concept_ids))
    version = keep_version(actor, post, note)
    fill(post, content)
    post.updated_at = now()
    post.revision += 1
    post.version += 1
    record(actor, events.EDITED, "post", post.id, {"version": post.version, "fields": changed_fields(before, content)})
    note_weighty_edit(actor, post, version, before, content)
    if before.visibility != content.visibility:
        record(actor, events.VISIBILITY_CHANGED, "post", post.id, {"from": before.visibility, "to": content.visibility})
    if post.review == "needs_recheck" or is_near(post):
        take_step(actor, post, "confirm")  # who mends a record has looked at it
    return post


@operation
def edit_field(actor: Actor, post_id: int, name: str, value: Any, revision: int) -> Post:
    """Answer one question of "what would help others next": the summary, a field of the kind, or `concept_ids`.

    Raises `Invalid` under the field's name for an answer it cannot take.
    """
    post = require_edit(actor, find_post(post_id))
    content = content_of(post)
    if name == "concept_ids":
        return edit_post(actor, post_id, replace(content, concept_ids=tuple(value)), revision)
    answer = clean_answer(KINDS[post.kind], name, value)
    if name == "summary":
        return edit_post(actor, post_id, replace(content, summary=answer), revision)
    details = {key: kept for key, kept in content.details.items() if key != name}
    if answer is not None:
        details[name] = answer
    return edit_post(actor, post_id, replace(content, details=details), revision)


@operation
def restore_version(actor: Actor, post_id: int, number: int, revision: int) -> Post:
    """Make an earlier version the present one again; what it replaces is kept as a version too."""
    post = require_edit(actor, find_post(post_id))
    version = db.session.scalar(select(PostVersion).where(PostVersion.post_id == post.id, PostVersion.number == number))
    if version is None:
        raise Missing(_("There is no such version."))
    content = replace(content_from(version.content), visibility=post.visibility)
    return edit_post(actor, post_id, content, revision, note=f"restored {number}")


@operation
def invite_coauthor(actor: Actor, post_id: int, person_id: int) -> None:
    """Let another person read and edit a draft, and be named as an author."""
    post = require_edit(actor, find_post(post_id))
    if post.author_id != actor.person_id:
        raise Denied(_("Only the author invites co-authors."))
    if person_id != actor.person_id and all(one.person_id != person_id for one in post.coauthors):
        post.coauthors.append(PostCoauthor(person_id=person_id))
        post.version += 1
        record(actor, events.EDITED, "post", post.id, {"version": post.version, "fields": ["coauthors"]})
