"""The table, as processes share it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from forum.search.dictionaries import table as room
from forum.search.dictionaries.table import (
    Table,
    as_line,
    current_table,
    forget_table,
    place_of_table,
    use_table,
    write_table,
)


@pytest.fixture
def path(app: Flask, tmp_path: Path) -> Iterator[Path]:
    before = place_of_table()
    use_table(tmp_path / "dictionaries")
    yield tmp_path / "dictionaries"
    use_table(before)


def fill(path: Path, word: str = "fiets", translation: str = "bike") -> None:
    write_table(path, [as_line("nl", word, {"en": (translation,)})], {("nl", "en"): 1})


def test_every_line_is_found_by_its_key_and_nothing_else(path: Path) -> None:
    words = [f"w{number:03}x" for number in range(300)]
    write_table(path, (as_line("nl", word, {"en": (word[::-1],)}) for word in reversed(words)), {("nl", "en"): 300})
    table = Table(path)
    assert [[line.translations["en"] for line in table.lines(word)] for word in words] == [
        [(word[::-1],)] for word in words
    ]
    for word in ("", "a", "w", "w0", "w000", "w000xx", "zzz", "é", "\n", "\x00"):
        assert list(table.lines(word)) == []


def test_one_key_may_have_lines_of_several_languages(path: Path) -> None:
    lines = [as_line("nl", "pan", {"en": ("saucepan",)}), as_line("en", "pan", {"nl": ("podium", "etappe")})]
    write_table(path, lines, {("nl", "en"): 1, ("en", "nl"): 1})
    assert {line.source: dict(line.translations) for line in Table(path).lines("pan")} == {
        "nl": {"en": ("saucepan",)}, "en": {"nl": ("podium", "etappe")},
    }  # fmt: skip


def test_a_process_picks_up_what_another_loaded_or_forgot(path: Path) -> None:
    assert current_table() is None
    fill(path)
    first = current_table()
    assert first is not None
    assert current_table() is first
    fill(path, translation="bicycle")
    second = current_table()
    assert second is not None
    assert [line.translations["en"] for line in second.lines("fiet")] == [("bicycle",)]
    assert [line.translations["en"] for line in first.lines("fiet")] == [("bike",)]
    assert forget_table()
    assert current_table() is None
    assert not forget_table()


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"[]\n", b"null\n", b'{"version": 1}\n', b"\x00\xff" * 50])
def test_search_does_without_a_table_that_is_none(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert current_table() is None


def test_search_does_without_a_table_that_was_changed(path: Path) -> None:
    fill(path)
    path.write_bytes(path.read_bytes().replace(b"bike", b"bake"))
    assert current_table() is None


def test_search_does_without_a_table_of_another_version(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(room, "VERSION", 0)
        fill(path)
    assert current_table() is None


def test_a_table_that_cannot_be_written_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(path)
    before = path.read_bytes()

    def fails(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="No space left"):
        fill(path, translation="bicycle")
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]
