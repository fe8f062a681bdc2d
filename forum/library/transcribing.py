"""The words of attached documents, for the search: read by the worker, kept once for each content, forgotten with the last file."""

from collections.abc import Callable, Sequence
from pathlib import Path

import structlog
from sqlalchemy import delete, exists, select

from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import Event, Handler, record
from forum.core.extraction import READABLE, text_of
from forum.core.files import KINDS
from forum.core.storage import Store
from forum.library import events
from forum.library.models import Attachment, AttachmentText, Post
from forum.library.operations.talking import touch_post

CONSUMER = "documents"
WANTED = (events.ATTACHED,)
BATCH = 5
MOST_AT_ONCE = 50
ENDING_OF = {KINDS[ending].mime: ending for ending in READABLE}
Read = Callable[[Path, str], str]

log = structlog.get_logger()


def handler_for(store: Store, read: Read = text_of) -> Handler:
    """What the outbox hands new attachments to."""

    def take_in(happened: Sequence[Event]) -> None:
        transcribe(store, [event.subject_id for event in happened if event.subject_type == "post"], read)

    return take_in


def transcribe(store: Store, post_ids: Sequence[int] | None = None, read: Read = text_of) -> int:
    """Read the documents (of these posts) that nobody has read yet, at most fifty; give how many were read."""
    unread = select(Attachment.sha256, Attachment.mime).distinct()
    unread = unread.where(
        Attachment.mime.in_(ENDING_OF),
        Attachment.removed_at.is_(None),
        ~exists().where(AttachmentText.sha256 == Attachment.sha256),
    )
    if post_ids is not None:
        unread = unread.where(Attachment.post_id.in_(post_ids))
    found = db.session.execute(unread.order_by(Attachment.sha256).limit(MOST_AT_ONCE)).all()
    db.session.rollback()  # reading takes long; nobody should wait for our transaction
    for sha256, mime in found:
        text = read(store.path(sha256), ENDING_OF[mime])
        if not text:
            log.info("a document has no words that can be read", sha256=sha256)
        keep_words(sha256, text)
    return len(found)


@operation
def keep_words(sha256: str, text: str) -> None:
    """Keep the words of a content, and have the posts that have it indexed anew. A second time changes nothing."""
    if db.session.get(AttachmentText, sha256) is not None:
        return
    db.session.add(AttachmentText(sha256=sha256, text=text, read_at=now()))
    having = select(Attachment.post_id).where(Attachment.sha256 == sha256, Attachment.removed_at.is_(None))
    for post in db.session.scalars(select(Post).where(Post.id.in_(having)).order_by(Post.id)).all():
        touch_post(post)
        record(SYSTEM, events.TRANSCRIBED, "post", post.id)


@operation
def forget_words() -> None:
    """Forget the words of contents that no post has any more."""
    db.session.execute(delete(AttachmentText).where(~exists().where(Attachment.sha256 == AttachmentText.sha256)))
