"""Damage, power cuts, other versions: the index is set aside, readers are answered, and it comes back."""

import multiprocessing
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from forum.search.engine import IndexUnusable, Query
from forum.search.engines import folder as folders
from forum.search.engines.whoosh import WhooshEngine
from forum.search.finding import Wish, find_posts
from forum.search.indexing import Caretaker
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post
from tests.search.damage import DAMAGE, build_of
from tests.search.documents import PUBLIC, ask, document


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    made = WhooshEngine(tmp_path / "index")
    made.rebuild(
        [document(number, f"Bakery {number}", "bread " * 40) for number in range(1, 30)], lambda _indexed: ((), ())
    )
    yield made
    made.close()


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_index_is_told_from_a_sound_one(
    search_index: SearchIndex, cast: Cast, tmp_path: Path, kind: str
) -> None:
    make_post(cast.an, cast.sluis, title="Bakkerij", language="nl")
    search_index.build()
    DAMAGE[kind](tmp_path / "index")
    fresh = WhooshEngine(tmp_path / "index")
    with pytest.raises(IndexUnusable):
        fresh.search(Query(PUBLIC))
    assert not fresh.health().is_well
    found = find_posts(fresh, cast.actor("visitor"), Wish("bakkerij"))
    assert (found.total, found.is_degraded) == (1, True)
    Caretaker(fresh)()
    found = find_posts(fresh, cast.actor("visitor"), Wish("bakkerij"))
    assert (found.total, found.is_degraded) == (1, False)


@pytest.mark.one_database
def test_what_a_reader_holds_stays_whole_while_files_go(engine: WhooshEngine, tmp_path: Path) -> None:
    snapshot = engine.snapshot()
    other = WhooshEngine(tmp_path / "index")
    for number in range(20):
        other.index([document(number, "Bakery", revision=number + 2)])
    assert snapshot.count == 29
    assert len(snapshot.leaves[0].segment.postings("title", "bakeri").places) == 29


@pytest.mark.one_database
def test_a_commit_is_on_disk_before_it_counts(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, os.rename
    monkeypatch.setattr(
        os, "fsync", lambda number: steps.append(os.readlink(f"/proc/self/fd/{number}")) or fsync(number)
    )
    monkeypatch.setattr(os, "rename", lambda old, new: steps.append(f"rename {new}") or rename(old, new))
    engine.index([document(100, "Bakery")])
    renamed = next(place for place, step in enumerate(steps) if step.startswith("rename") and step.endswith(".toc"))
    assert any(step.endswith(".seg") for step in steps[:renamed])
    assert any(".toc." in step for step in steps[:renamed])
    assert str(build_of(engine.folder.root)) in steps[renamed:]


@pytest.mark.one_database
def test_only_the_owner_may_look_into_the_index(engine: WhooshEngine) -> None:
    for one in (engine.folder.root, build_of(engine.folder.root)):
        assert stat.S_IMODE(one.stat().st_mode) == 0o700


@pytest.mark.one_database
def test_a_full_disk_is_no_damage(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_paths: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("forum.search.engines.whoosh_storage.sync", full)
    with pytest.raises(OSError, match="No space left"):
        engine.index([document(100, "Bakery")])
    assert engine.health().is_well
    assert ask(engine, "bakery").total == 29
    monkeypatch.undo()
    engine.index([document(100, "Bakery")])
    assert ask(engine, "bakery").total == 30


@pytest.mark.one_database
def test_trouble_that_cannot_be_written_down_is_no_more_trouble(engine: WhooshEngine, tmp_path: Path) -> None:
    (tmp_path / "index" / folders.TROUBLE).mkdir()
    engine.report("a page fault")
    assert engine.health().is_well


@pytest.mark.one_database
@pytest.mark.slow
def test_a_writer_that_is_killed_leaves_an_index_that_opens(engine: WhooshEngine, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    for pause in (0.3, 0.5, 0.7):
        acknowledged = context.Value("i", 0)
        writer = context.Process(target=keep_writing, args=(tmp_path / "index", acknowledged))
        writer.start()
        while not acknowledged.value:
            writer.join(0.05)
        writer.join(pause)
        writer.kill()
        writer.join()
        fresh = WhooshEngine(tmp_path / "index")
        assert fresh.revisions()[1] >= acknowledged.value
        fresh.index([document(1, "Bakery", revision=0)])


def keep_writing(root: Path, acknowledged: "multiprocessing.sharedctypes.Synchronized[int]") -> None:
    engine = WhooshEngine(root)
    for revision in range(1, 100_000):
        engine.index([document(1, "Bakery", revision=revision)])
        acknowledged.value = revision
