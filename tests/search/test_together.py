"""An index written by two processes is the index that one writes, whatever becomes of the second process."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from forum.search.engine import Document
from forum.search.engines import together
from forum.search.engines.whoosh import WhooshEngine
from tests.search.documents import ask, document

pytestmark = pytest.mark.one_database

WANTED = [document(number, f"Bakery {number}") for number in range(1, 21)]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "BATCH", 3)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    made = WhooshEngine(tmp_path / "index")
    yield made
    made.close()


def build(engine: WhooshEngine, documents: Iterable[Document] = WANTED, **how: Any) -> set[int]:
    """Build an index of these documents; give those that it held just before the change-over."""
    held: set[int] = set()

    def catch_up(indexed: dict[int, int]) -> tuple[list[Document], list[int]]:
        held.update(indexed)
        return [one for one in WANTED if one.id not in indexed], []

    engine.rebuild(documents, catch_up, **how)
    return held


def finds_all(engine: WhooshEngine) -> bool:
    """Whether every document is there, once."""
    hits = ask(engine, "bakery", limit=50)
    return sorted(hits.ids) == [one.id for one in WANTED] and engine.health().documents == len(WANTED)


@pytest.mark.parametrize("number", [0, 1, 3, 4, 20])
def test_both_processes_write_one_index(engine: WhooshEngine, number: int) -> None:
    assert build(engine, WANTED[:number], by_two=True) == {one.id for one in WANTED[:number]}
    assert finds_all(engine)
    assert [path.name for path in engine.folder.current().iterdir() if path.is_dir()] == []
    engine.index([document(3, "Bakery 3", revision=2)], gone=[20])
    assert ask(engine, "bakery", limit=50).total == len(WANTED) - 1


def test_a_search_finds_the_same_in_the_same_order_whoever_wrote_the_index(
    engine: WhooshEngine, tmp_path: Path
) -> None:
    alone = WhooshEngine(tmp_path / "alone")
    build(alone)
    build(engine, by_two=True)
    for words in ("bakery", "bakery 7", "1*", '"bakery 12"'):
        assert ask(engine, words, limit=50).ids == ask(alone, words, limit=50).ids
    alone.close()


def test_a_second_process_that_is_killed_costs_time_and_no_document(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(pipe: Any) -> Iterator[Document]:
        yield from pipe.recv()
        os._exit(9)

    monkeypatch.setattr(together, "received", die)
    assert len(build(engine, by_two=True)) < len(WANTED)
    assert finds_all(engine)


def test_a_second_process_that_fails_says_why_and_costs_no_document(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_pipe: Any) -> Iterator[Document]:
        raise OSError("no room")
        yield

    monkeypatch.setattr(together, "received", fail)
    build(engine, by_two=True)
    assert finds_all(engine)
    said = capfd.readouterr()
    assert "no room" in said.out + said.err


def test_documents_that_cannot_be_made_leave_no_process_and_no_rubbish(engine: WhooshEngine) -> None:
    def broken() -> Iterator[Document]:
        yield from WANTED[:10]
        raise ValueError("the database went away")

    with pytest.raises(ValueError, match="went away"):
        build(engine, broken(), by_two=True)
    assert multiprocessing.active_children() == []
    assert list(engine.folder.root.glob("build-*")) == []
