"""A new index written by two processes: every other batch of documents goes to a segment that a process beside this one writes.

For building the index of a whole site while somebody waits: Whoosh writes on one core. The other process may be killed at any
moment: then its documents are missing, which whoever rebuilds finds before the change-over, and makes up for.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from forum.core.processes import end_with
from forum.search.engine import Document
from forum.search.engines.whoosh_files import commit, create, take_over

BATCH = 250

log = structlog.get_logger()


def commit_together(build: Path, documents: Iterable[Document]) -> None:
    """Write documents into an empty build, half of them beside this process."""
    beside = build / "beside"
    beside.mkdir(mode=0o700)
    create(beside)
    try:
        with writer_at(beside) as pipe:
            commit(build, shared_out(documents, pipe), [])
    except WriterGone:
        log.warning("a process that wrote half of the search index ended early; what it had is made up for")
    else:
        take_over(build, beside)
    shutil.rmtree(beside)


class WriterGone(Exception):
    """The process beside this one came to no good end."""


@contextmanager
def writer_at(folder: Path) -> Iterator[Connection]:
    """A process that writes what is sent to it, until the block ends. Raises `WriterGone` at the end when it failed."""
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=write_there, args=(folder, receiving, sending), daemon=True)
    process.start()
    receiving.close()
    try:
        yield sending
        process.join()
    finally:
        process.kill()
        process.join()
    if process.exitcode:
        raise WriterGone


def write_there(folder: Path, receiving: Connection, sending: Connection) -> None:
    """The whole life of the other process."""
    end_with(os.getppid())
    sending.close()
    try:
        commit(folder, received(receiving), [])
    except Exception:
        log.exception("half of the search index could not be written")
        os._exit(1)


def received(pipe: Connection) -> Iterator[Document]:
    """What comes through a pipe until its other end closes."""
    with suppress(EOFError):
        while True:
            yield from pipe.recv()


def shared_out(documents: Iterable[Document], pipe: Connection) -> Iterator[Document]:
    """Every other batch; the rest goes into the pipe, as long as anybody reads it. It is closed at the end."""
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        yield from batch
        theirs = list(islice(rest, BATCH))
        try:
            pipe.send(theirs)
        except BrokenPipeError:
            yield from theirs
    pipe.close()
