"""What a site holds when everybody stopped writing: python -m bench.drill.afterwards < a line when they did

Prints `ready`, waits for the line, then as JSON: the seconds until the index equalled the database with nothing waiting, what is in
the ledger's terms, and what is wrong with files and mails.
"""

import hashlib
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from forum.app import create_app
from forum.core.db import db
from forum.core.events import backlog, newest_delivery
from forum.core.storage import Store
from forum.discussion.models import Comment
from forum.library.models import Attachment, Post
from forum.notifications.models import OutgoingMail
from forum.search.indexing import CONSUMER
from forum.search.service import check_index

WORD = re.compile(r"zebra\d+of\w+")
PATIENCE = 180.0
MESSAGE_ID = re.compile(r"^Message-ID:\s*(\S+)", re.MULTILINE)


def until_sound() -> tuple[float, str]:
    """Seconds until nothing waits and the index equals the database, and what was said last."""
    started = time.monotonic()
    while True:
        waiting, report = backlog(CONSUMER, newest_delivery()), check_index()
        db.session.rollback()
        seconds = time.monotonic() - started
        if (report.is_sound and not waiting) or seconds > PATIENCE:
            return seconds if report.is_sound and not waiting else float("inf"), f"{report}"
        time.sleep(0.1)


def words(*columns: Any) -> list[str]:
    """The words of the ledger in these columns."""
    return [word for column in columns for text in db.session.scalars(select(column)) for word in WORD.findall(text)]


def bad_files(store: Store) -> list[str]:
    """Files that the database speaks of and that are not there whole, and files whose name lies."""
    wanted = dict(db.session.execute(select(Attachment.sha256, Attachment.size)).all())
    lost = [sha256 for sha256, size in wanted.items() if not is_whole(store.path(sha256), sha256, size)]
    return lost + [sha256 for sha256 in store.all() if not is_whole(store.path(sha256), sha256)]


def is_whole(place: Path, sha256: str, size: int | None = None) -> bool:
    """Whether a file is there and holds what its name says."""
    content = place.read_bytes() if place.is_file() else None
    return content is not None and hashlib.sha256(content).hexdigest() == sha256 and size in (None, len(content))


def mails(folder: Path) -> tuple[int, int]:
    """How many mails lie in the folder, and how many of them more than once, or are owed more than once."""
    texts = (path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())
    sent = Counter(found[1] for text in texts if (found := MESSAGE_ID.search(text)))
    twice = db.session.execute(
        select(OutgoingMail.event_id).group_by(OutgoingMail.event_id, OutgoingMail.recipient).having(func.count() > 1)
    ).all()
    return sent.total(), sum(number - 1 for number in sent.values()) + len(twice)


def main() -> None:
    """Wait, look, print."""
    app = create_app()
    with app.app_context():
        data_dir = app.config["SETTINGS"].data_dir
        print("ready", flush=True)
        sys.stdin.readline()
        seconds, said = until_sound()
        number, doubled = mails(data_dir / "mail")
        found = {
            "index_seconds": seconds,
            "index": said,
            "comment": words(Comment.body),
            "post": words(Post.title),
            "upload": words(Attachment.filename),
            "bad_files": bad_files(Store(data_dir / "uploads")),
            "mails": number,
            "mails_doubled": doubled,
        }
        db.session.remove()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
