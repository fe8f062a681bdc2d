"""The search engine of this process, as `create_app` chose it, and what other rooms may ask of it."""

from dataclasses import dataclass
from pathlib import Path

from forum.core.text import Message
from forum.core.text import message as _
from forum.search import indexing
from forum.search.engine import Engine
from forum.search.engines.none import NoneEngine
from forum.search.engines.whoosh import WhooshEngine
from forum.search.several import documents_by_several, is_work_for_several, leave_database


@dataclass(slots=True)
class Kept:
    """What this process remembers."""

    engine: Engine


_kept = Kept(NoneEngine())


def engine_for(url: str) -> Engine:
    """The engine at an address: `whoosh:PATH` or `none:`."""
    kind, _colon, place = url.partition(":")
    return WhooshEngine(Path(place)) if kind == "whoosh" else NoneEngine()


def use_engine(engine: Engine) -> Engine:
    """Make this the engine of the process; the former one lets go of its files."""
    _kept.engine.close()
    _kept.engine = engine
    return engine


def current_engine() -> Engine:
    """The engine of the process."""
    return _kept.engine


def rebuild_index(on_progress: indexing.Progress | None = None) -> int:
    """Build the index anew while the old one serves on; give how many posts it knows then. Raises `Conflict`."""
    by_two = is_work_for_several()
    if by_two:
        leave_database()  # none of its connections may be open in the process that helps
    indexing.rebuild(_kept.engine, on_progress, documents_by_several, by_two=by_two)
    return _kept.engine.health().documents


@dataclass(frozen=True, slots=True)
class Report:
    """Whether the index equals the database, and what there is to say about it."""

    is_sound: bool
    sentence: Message

    def __str__(self) -> str:
        """The sentence in English."""
        return str(self.sentence)


def check_index(*, repair: bool = False) -> Report:
    """Compare the index with the database; with `repair`, bring what differs up to date first."""
    engine = _kept.engine
    health = engine.health()
    if not health.is_well and health.is_mendable and (repair or not indexing.count_shown()):
        indexing.rebuild(engine)
        health = engine.health()
    if not health.is_well:
        return Report(False, health.trouble or _("The search index cannot be read."))
    difference = indexing.compare(engine.revisions())
    if difference.every and repair:
        indexing.refresh(engine, difference.every)
        difference = indexing.compare(engine.revisions())
    if difference.every:
        return Report(False, difference.sentence)
    return Report(True, _("The search index equals the database: %(number)s posts.", number=engine.health().documents))
