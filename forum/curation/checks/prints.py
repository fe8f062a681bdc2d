"""Texts that are nearly the same: a print is the smallest hashes of all runs of five words (a bottom-k sketch, Broder 1997).

The share of numbers that two prints have in common tells how many runs of words the texts share, so one look-up by number
finds near-duplicates among any number of posts.
"""

import re
import zlib
from collections.abc import Sequence

from sqlalchemy import delete, func, select

from forum.core.actor import Actor
from forum.core.db import db
from forum.core.text import fold
from forum.curation.checks.models import TextPrint
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import listed

RUN = 5
SIZE = 8
ALIKE = 5
SHORTEST = 40
MOST_ALIKE = 50
MOST_TOLD = 3
NONE = -1  # of a text that is too short to compare: it says that the post was looked at
WORD = re.compile(r"\w+")


def print_of(text: str) -> tuple[int, ...]:
    """The print of a text: up to eight numbers, the smallest first; none for a text of fewer than forty words."""
    words = WORD.findall(fold(text))
    if len(words) < SHORTEST:
        return ()
    runs = {zlib.crc32(" ".join(words[at : at + RUN]).encode()) for at in range(len(words) - RUN + 1)}
    return tuple(sorted(runs)[:SIZE])


def keep_print(post_id: int, text: str) -> None:
    """Write down the print of a post's text, inside an operation."""
    db.session.execute(delete(TextPrint).where(TextPrint.post_id == post_id))
    db.session.add_all(TextPrint(value=value, post_id=post_id) for value in print_of(text) or (NONE,))


def posts_like(actor: Actor, values: Sequence[int], but: int | None, translation_of: int | None = None) -> list[int]:
    """The posts that the actor may read whose text is nearly this one's, the likest first."""
    if len(values) < ALIKE:
        return []
    alike = (
        select(TextPrint.post_id)
        .where(
            TextPrint.value.in_(values),
            TextPrint.post_id.not_in([number for number in (but, translation_of) if number]),
        )
        .group_by(TextPrint.post_id)
        .having(func.count() >= ALIKE)
        .order_by(func.count().desc(), TextPrint.post_id)
    )
    # Two statements: in one, the database would begin with all the posts that somebody may read.
    likest = list(db.session.scalars(alike.limit(MOST_ALIKE)))
    seen = (
        set(db.session.scalars(select(Post.id).where(Post.id.in_(likest), listed(actor, SHOWN_STATUSES))))
        if likest
        else set()
    )
    return [number for number in likest if number in seen][:MOST_TOLD]
