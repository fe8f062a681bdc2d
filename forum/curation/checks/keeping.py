"""Running the checks: at once for a text that is being written, and by the worker for posts, which keeps what they find."""

import time
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, exists, func, select

from forum.core.actor import SYSTEM, Actor
from forum.core.db import db, operation
from forum.core.events import Event
from forum.curation.checks.models import TextPrint
from forum.curation.checks.prints import keep_print, posts_like, print_of
from forum.curation.checks.registry import WEIGHT_OF, Subject, findings_in
from forum.curation.links.collecting import dead_links_in, keep_links, leave_links
from forum.library import events
from forum.library.content import Content, content_of
from forum.library.models import SHOWN_STATUSES, Attachment, AttachmentText, Post
from forum.library.policy import listed
from forum.vocabulary.models import Concept

CONSUMER = "checks"
WANTED = (events.PUBLISHED, events.EDITED, events.ATTACHED, events.TRANSCRIBED, events.DETACHED, events.RESTORED)
BATCH = 20
AT_ONCE = 500
AT_ONCE_SECONDS = 0.5


def check_content(actor: Actor, content: Content, post_id: int | None = None) -> dict[str, int]:
    """What the checks find in a text as it is being written: only posts that its writer may read count as alike."""
    return findings_in(_subject(actor, content, post_id))


def _subject(actor: Actor, content: Content, post_id: int | None) -> Subject:
    original = db.session.scalar(select(Post.translation_of_id).where(Post.id == post_id)) if post_id else None
    return Subject(
        content=content,
        themes=_themes_in(content),
        files_without_words=_files_without_words(post_id) if post_id else 0,
        dead_links=dead_links_in(post_id) if post_id else 0,
        alike=tuple(posts_like(actor, print_of(content.body), post_id, original)),
        same_title=tuple(_same_title(actor, content, post_id)),
    )


def _themes_in(content: Content) -> int:
    if not content.concept_ids:
        return 0
    themes = select(func.count()).select_from(Concept)
    return db.session.scalar(themes.where(Concept.id.in_(content.concept_ids), Concept.scheme == "theme")) or 0


def _files_without_words(post_id: int) -> int:
    read = select(func.count()).select_from(Attachment).join(AttachmentText, AttachmentText.sha256 == Attachment.sha256)
    nothing = (Attachment.post_id == post_id, Attachment.removed_at.is_(None), AttachmentText.text == "")
    return db.session.scalar(read.where(*nothing)) or 0


def _same_title(actor: Actor, content: Content, post_id: int | None) -> list[int]:
    if not content.title:
        return []
    same = select(Post.id).where(Post.title == content.title, Post.kind == content.kind, Post.id != (post_id or 0))
    return list(db.session.scalars(same.where(listed(actor, SHOWN_STATUSES)).order_by(Post.id).limit(3)))


def consume(happened: Sequence[Event]) -> None:
    """Check the posts of these events again; a second time changes nothing."""
    for post_id in sorted({event.subject_id for event in happened if event.subject_type == "post"}):
        check_post(post_id)


@operation
def check_post(post_id: int) -> None:
    """Keep what the checks find in a post as it is now, and the print of its text; nothing of a post that is not shown."""
    post = db.session.get(Post, post_id)
    if post is None:
        return
    if post.status in SHOWN_STATUSES:
        keep_print(post_id, post.body)
        keep_links(post)
        post.findings = check_content(SYSTEM, content_of(post), post_id)
    else:
        db.session.execute(delete(TextPrint).where(TextPrint.post_id == post_id))
        leave_links(post_id)
        post.findings = {}


def findings_of(post_ids: Iterable[int]) -> Mapping[int, dict[str, int]]:
    """What was found in these posts, the weightiest first; posts without findings are left out. One statement."""
    rows = db.session.execute(select(Post.id, Post.findings).where(Post.id.in_(list(post_ids))))
    return {post_id: known(found) for post_id, found in rows if found}


def known(found: Mapping[str, int]) -> dict[str, int]:
    """Findings in the order of the checks, those of checks that are no more left out."""
    return {name: found[name] for name in WEIGHT_OF if name in found}


def check_unchecked() -> bool:
    """Check shown posts that nobody has checked yet, those from before there were checks, for half a second.

    Give whether some are left. New posts must not wait for them: the worker that does this also feeds the search.
    """
    unchecked = select(Post.id).where(Post.status.in_(SHOWN_STATUSES), ~exists().where(TextPrint.post_id == Post.id))
    end = time.monotonic() + AT_ONCE_SECONDS
    ids = db.session.scalars(unchecked.order_by(Post.id.desc()).limit(AT_ONCE)).all()
    for post_id in ids:
        check_post(post_id)
        if time.monotonic() >= end:
            return True
    return len(ids) == AT_ONCE
