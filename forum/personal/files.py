"""Uploads that nothing speaks of any more: of drafts thrown away, of people who left, taken off posts a month ago."""

import time
from datetime import timedelta

from sqlalchemy import delete, select

from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.storage import Store
from forum.library.models import Attachment

REMOVED_FOR = timedelta(days=30)
YOUNGEST = 86_400  # seconds; what is just arriving has no row yet


def forget_files(store: Store) -> None:
    """Delete attachments taken off 30 days ago, then every file without an attachment."""
    _forget_removed()
    used = _used()
    for sha256 in list(store.all()):
        if sha256 not in used and store.path(sha256).stat().st_mtime < time.time() - YOUNGEST:
            store.delete(sha256)
    store.sweep()


@operation
def _forget_removed() -> None:
    db.session.execute(delete(Attachment).where(Attachment.removed_at < now() - REMOVED_FOR))


def _used() -> set[str]:
    rows = db.session.execute(select(Attachment.sha256, Attachment.thumbnail_sha256))
    return {sha256 for row in rows for sha256 in row}
