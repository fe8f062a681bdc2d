"""Answers to forms that make something, kept for ten minutes, so that the same form sent twice makes it once.

They live in a small SQLite file of their own beside that of the limits: shared by the processes of this machine, asked before
a form is taken, and let go with everything in it when it is lost. Keys are hashed and answers sealed, for both can be secret.
"""

import time
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import structlog

from forum.core.clock import now
from forum.core.sealing import Unreadable, keyed_hash, seal, unseal
from forum.core.side_files import SideFile

KEPT_SECONDS = 600
IN_HAND_SECONDS = 30
PATIENCE = 10.0
TABLE = """
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL, ends_at REAL NOT NULL) WITHOUT ROWID;
"""
TAKE = """
INSERT INTO answers (key, answer, ends_at) VALUES (:key, '', :now + :in_hand)
ON CONFLICT (key) DO UPDATE SET answer = '', ends_at = :now + :in_hand
WHERE answers.ends_at <= :now OR answers.ends_at > :now + :kept
RETURNING key
"""
log = structlog.get_logger()
_file = SideFile("once.sqlite3", TABLE, patience=2.0)


def keep_answers_in(folder: Path) -> None:
    """Tell this process where the answers are; `create_app` does."""
    _file.keep_in(folder)


def earlier_answer(form: str) -> str | None:
    """The answer to the same form, waited for when it is in hand; None when it is for the asker to take, who then calls `settle`.

    A file that cannot be used keeps nobody from sending a form.
    """
    end = time.monotonic() + PATIENCE
    try:
        while not _taken(key := keyed_hash("once", form)):
            with _file.opened() as connection:
                found = connection.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
            if found and found[0]:
                return unseal(found[0])
            if time.monotonic() >= end:
                return None
            time.sleep(0.05)
    except (sqlite.Error, Unreadable) as problem:
        log.warning("forms cannot be known again", error=str(problem))
    return None


def settle(form: str, answer: str, seconds: int = KEPT_SECONDS) -> None:
    """Keep the answer to a form for some seconds, or, for an empty one, let the form be sent again: it made nothing."""
    key = keyed_hash("once", form)
    try:
        with _file.opened() as connection:
            if answer:
                values = (seal(answer), now().timestamp() + seconds, key)
                connection.execute("UPDATE answers SET answer = ?, ends_at = ? WHERE key = ?", values)
            else:
                connection.execute("DELETE FROM answers WHERE key = ?", (key,))
    except sqlite.Error as problem:
        log.warning("forms cannot be known again", error=str(problem))


def forget_answers() -> None:
    """Let every form be sent again."""
    with _file.opened() as connection:
        connection.execute("DELETE FROM answers")


def _taken(key: str) -> bool:
    moment = now().timestamp()
    values = {"key": key, "now": moment, "in_hand": IN_HAND_SECONDS, "kept": KEPT_SECONDS}
    with _file.opened() as connection:
        taken = connection.execute(TAKE, values).fetchone() is not None
        if taken:
            connection.execute("DELETE FROM answers WHERE ends_at <= ?", (moment,))
    return taken
