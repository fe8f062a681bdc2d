"""Limits count over processes, end by themselves, and stop nobody when they cannot count."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from forum.core import limits
from forum.core.errors import TooMany
from forum.core.limits import check_limit, forget_counts, give_back, keep_counts_in

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(limits._file, "path", tmp_path)
    keep_counts_in(tmp_path)
    return tmp_path


def test_as_many_tries_as_allowed_pass_and_the_next_does_not(folder: Path) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(3):
            check_limit("search 1", 3, 60)
        with pytest.raises(TooMany) as refused:
            check_limit("search 1", 3, 60)
    assert refused.value.retry_after == 60


def test_keys_are_counted_apart(folder: Path) -> None:
    check_limit("one", 1, 60)
    check_limit("other", 1, 60)


def test_a_limit_is_free_again_when_its_time_is_over(folder: Path) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        check_limit("one", 1, 60)
        clock.shift(61)
        check_limit("one", 1, 60)


def test_a_try_that_succeeded_can_be_given_back(folder: Path) -> None:
    for _ in range(5):
        check_limit("one", 1, 60)
        give_back("one")


def test_giving_back_never_makes_room_for_more(folder: Path) -> None:
    give_back("one")
    check_limit("one", 1, 60)
    with pytest.raises(TooMany):
        check_limit("one", 1, 60)


def test_other_processes_count_with_us(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from forum.core.limits import check_limit, keep_counts_in;"
        "keep_counts_in(Path(sys.argv[1])); [check_limit('shared', 100, 3600) for _ in range(50)]"
    )
    both = [subprocess.Popen([sys.executable, "-c", program, str(folder)]) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    with pytest.raises(TooMany):
        check_limit("shared", 100, 3600)


def test_counts_that_are_over_are_forgotten_and_hold_no_address(folder: Path) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        check_limit("sign-in person an@example.org", 1, 60)
        assert b"example.org" not in (folder / "limits.sqlite3").read_bytes()
        clock.shift(61)
        check_limit("another", 1, 60)
    with limits._file.opened() as connection:
        assert connection.execute("SELECT count(*) FROM limit_counts").fetchone() == (1,)


def test_a_count_that_cannot_be_written_stops_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits._file, "path", folder / "missing" / "limits.sqlite3")
    check_limit("one", 0, 60)
    give_back("one")


def test_forgetting_makes_every_limit_free(folder: Path) -> None:
    check_limit("one", 1, 60)
    forget_counts()
    check_limit("one", 1, 60)


def test_a_site_has_its_counts_in_its_data_directory(app: Flask) -> None:
    assert (app.config["SETTINGS"].data_dir / "limits.sqlite3").exists()
