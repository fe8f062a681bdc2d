"""Documents made by other processes are those that this one would make, and none is missing when one of them is killed."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from forum.search import several
from forum.search.documents import every_document
from tests.conftest import Cast
from tests.factories import make_post


@pytest.fixture
def large(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A site that counts as large: a few posts, one to a span, one of them a draft."""
    monkeypatch.setattr(several, "LARGE", 1)
    monkeypatch.setattr(several, "SPAN", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2})
    for number in range(7):
        make_post(cast.an, cast.sluis, title=f"Bakery {number}", body="Bread for everybody.")
    make_post(cast.an, cast.sluis, status="draft")
    return


@pytest.mark.usefixtures("large")
def test_several_processes_make_what_one_makes_in_the_same_order() -> None:
    alone = list(every_document())
    together = list(several.documents_by_several())
    assert len(alone) == 7
    assert together == alone


@pytest.mark.usefixtures("large")
def test_killed_processes_cost_time_and_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = list(every_document())
    monkeypatch.setattr(several, "begin_anew", lambda: os._exit(9))
    assert list(several.documents_by_several()) == alone


def test_a_small_site_is_not_worth_other_processes(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "ProcessPoolExecutor", None)
    post = make_post(cast.an, cast.sluis)
    assert [one.id for one in several.documents_by_several()] == [post.id]
