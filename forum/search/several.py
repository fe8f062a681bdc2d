"""Documents made by other processes while this one writes the index: cutting the texts of a large site takes as long as writing.

For the commands that index a whole site while somebody waits (`forum reindex`, `forum restore`). A process that is killed costs
nothing but time: what it had in hand is made here.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import structlog
from sqlalchemy import func, select

from forum.core.db import db
from forum.core.processes import end_with
from forum.library.models import Post
from forum.search.documents import documents_between, every_document
from forum.search.engine import Document
from forum.search.lexicon import forget_lexicon

LARGE = 5000
SPAN = 500
MOST_HELPERS = 2
AHEAD = 3
Span = tuple[int, int]

log = structlog.get_logger()


def documents_by_several() -> Iterator[Document]:
    """A document for every post that is shown, in bounded memory; objects of this session are not to be used afterwards."""
    if not is_work_for_several():
        yield from every_document()
        return
    last = last_post()
    helpers = min(MOST_HELPERS, processors() - 1)
    forget_lexicon()
    leave_database()
    spans = ((first, first + SPAN) for first in range(0, last + 1, SPAN))
    with ProcessPoolExecutor(helpers, get_context("fork"), begin_anew) as pool:
        yield from made_ahead(pool, spans, AHEAD * helpers)


def is_work_for_several() -> bool:
    """Whether the site is large, and there are processors to share the work."""
    return last_post() >= LARGE and processors() > 1


def last_post() -> int:
    """The highest number of a post."""
    return db.session.scalar(select(func.max(Post.id))) or 0


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def leave_database() -> None:
    """Close every connection: none may be open in two processes."""
    db.session.remove()
    db.engine.dispose()


def made_ahead(pool: ProcessPoolExecutor, spans: Iterable[Span], number: int) -> Iterator[Document]:
    """The documents of every span in order, while at most so many spans are made ahead."""
    waiting = deque[tuple[Span, Future[list[Document]] | None]]()
    for span in spans:
        waiting.append((span, asked_for(pool, span)))
        if len(waiting) > number:
            yield from made(*waiting.popleft())
    while waiting:
        yield from made(*waiting.popleft())


def asked_for(pool: ProcessPoolExecutor, span: Span) -> Future[list[Document]] | None:
    """Ask for the documents of a span; None when nobody is there to make them any more."""
    try:
        return pool.submit(made_there, span)
    except BrokenProcessPool:
        return None


def made(span: Span, future: Future[list[Document]] | None) -> list[Document]:
    """The documents of a span, made here when the process that was to make them is gone."""
    if future is not None:
        try:
            return future.result()
        except BrokenProcessPool:
            log.warning("a process that made documents was killed", posts=span)
    return made_there(span)


def made_there(span: Span) -> list[Document]:
    """The documents of a span, from what the database holds now."""
    try:
        return documents_between(*span)
    finally:
        db.session.rollback()


def begin_anew() -> None:
    """Leave the connections of the process that this one was forked from alone, and do not outlive it."""
    end_with(os.getppid())
    db.engine.dispose(close=False)
