"""The mode that an operator chose, kept in a file that outlives every process."""

from pathlib import Path

import pytest

from forum.core.modes import FILE, Cause, Mode, Watch, choose_mode, chosen_mode


def test_a_site_is_open_until_somebody_says_otherwise(tmp_path: Path) -> None:
    assert chosen_mode(tmp_path).takes_writes
    choose_mode(tmp_path, Mode.READ_ONLY, " Moving\nhouse ")
    found = chosen_mode(tmp_path)
    assert (found.mode, found.cause, found.reason) == (Mode.READ_ONLY, Cause.OPERATOR, "Moving house")
    choose_mode(tmp_path, Mode.OPEN)
    choose_mode(tmp_path, Mode.OPEN)
    assert chosen_mode(tmp_path).takes_writes
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"what?\n", b"\xff\xfe", b"read-only"])
def test_a_file_that_cannot_be_understood_stops_writing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert chosen_mode(tmp_path).mode is Mode.READ_ONLY


def test_a_choice_that_cannot_be_kept_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        choose_mode(tmp_path, Mode.MAINTENANCE)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_gone_has_no_room(tmp_path: Path) -> None:
    watch = Watch(tmp_path, (tmp_path, tmp_path / "gone"), 1)
    assert (watch.standing().mode, watch.standing().cause) == (Mode.READ_ONLY, Cause.SPACE)
