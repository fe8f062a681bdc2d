"""How often somebody may try something: counted over all processes of this machine, kept even when the request fails.

The counts live in a small SQLite file of their own, never in the database: a search must not wait for the disk or for a
writer, reading a page writes nothing to the database, and a count that a power cut takes away is no loss. A clock
that is set back begins every count anew. The file holds hashes of keys, no addresses, and forgets them when their time is over.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import structlog

from forum.core.clock import now
from forum.core.errors import Invalid, TooMany
from forum.core.side_files import SideFile
from forum.core.text import Message
from forum.core.text import message as _

PATIENCE = 2.0
TABLE = """
CREATE TABLE IF NOT EXISTS limit_counts (
    key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_limit_counts_ends_at ON limit_counts (ends_at);
"""
COUNT = """
INSERT INTO limit_counts (key, count, ends_at) VALUES (:key, 1, :ends_at)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN limit_counts.ends_at <= :now OR limit_counts.ends_at > :ends_at THEN 1 ELSE limit_counts.count + 1 END,
    ends_at = CASE WHEN limit_counts.ends_at <= :now OR limit_counts.ends_at > :ends_at THEN :ends_at ELSE limit_counts.ends_at END
RETURNING count, ends_at
"""

log = structlog.get_logger()
_file = SideFile("limits.sqlite3", TABLE, PATIENCE)


def keep_counts_in(folder: Path) -> None:
    """Tell this process where the counts of the site are; `create_app` does."""
    _file.keep_in(folder)


def check_limit(key: str, limit: int, seconds: int, sentence: Message | None = None) -> None:
    """Count one try under a key; raise `TooMany` when it is more than `limit` within `seconds`.

    A count that cannot be written stops nobody: a full disk must not close the site.
    """
    try:
        tries, ends_at = _count(_hashed(key), seconds)
    except sqlite.Error as problem:
        log.warning("limits cannot count", error=str(problem))
        return
    if tries > limit:
        wait = max(1, round(ends_at - now().timestamp()))
        raise TooMany(sentence or _("You did this too often. Wait a little, then try again."), retry_after=wait)


@contextmanager
def limited(key: str, limit: int, seconds: int, sentence: Message | None = None) -> Iterator[None]:
    """Count what happens in the block as one try, unless it raises `Invalid`: who is asked to mend a form has not sent it yet."""
    check_limit(key, limit, seconds, sentence)
    try:
        yield
    except Invalid:
        give_back(key)
        raise


def give_back(key: str) -> None:
    """Take back one try, for a key that does not count all of them."""
    try:
        with _file.opened() as connection:
            connection.execute("UPDATE limit_counts SET count = count - 1 WHERE key = ? AND count > 0", (_hashed(key),))
    except sqlite.Error as problem:
        log.warning("limits cannot count", error=str(problem))


def forget_counts() -> None:
    """Begin anew: every limit is free again."""
    with _file.opened() as connection:
        connection.execute("DELETE FROM limit_counts")


def _count(key: str, seconds: int) -> tuple[int, float]:
    moment = now().timestamp()
    with _file.opened() as connection:
        found = connection.execute(COUNT, {"key": key, "now": moment, "ends_at": moment + seconds}).fetchone()
        if found[0] == 1:
            connection.execute("DELETE FROM limit_counts WHERE ends_at <= ?", (moment,))
    return int(found[0]), float(found[1])


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
