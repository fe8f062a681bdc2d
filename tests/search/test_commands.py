"""`forum reindex` and `forum check-index`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from forum.cli import main, searching
from forum.search.engines.whoosh import WhooshEngine
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post

Forum = Callable[..., Result]


@pytest.fixture
def forum(app: Flask, search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> Forum:
    """A function that runs a command on the site of this test."""
    monkeypatch.setattr(searching, "ready_app", lambda _context: app)
    return lambda *words: CliRunner().invoke(main.forum, words)


def test_reindex_says_how_many_posts_it_found(forum: Forum, cast: Cast) -> None:
    make_post(cast.an, cast.sluis)
    result = forum("reindex")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "The search index holds 1 posts.")


def test_check_index_exits_with_0_exactly_when_all_is_equal(forum: Forum, cast: Cast) -> None:
    assert forum("check-index").exit_code == 0
    make_post(cast.an, cast.sluis)
    different = forum("check-index")
    assert different.exit_code == 1
    assert "missing from the search index: 1" in different.stderr
    repaired = forum("check-index", "--repair")
    assert (repaired.exit_code, repaired.stdout) == (0, "The search index equals the database: 1 posts.\n")
    assert forum("check-index").exit_code == 0


def test_a_second_reindex_is_refused_with_a_sentence(forum: Forum, tmp_path: Path) -> None:
    with WhooshEngine(tmp_path / "index").folder.building():
        result = forum("reindex")
    assert result.exit_code == 1
    assert (
        result.stderr.strip() == "Another process is writing the search index. Wait until it is done, then try again."
    )
