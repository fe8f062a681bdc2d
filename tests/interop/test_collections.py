"""Collections in the interchange format: in and out again the same, in their order, and only once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forum.core.db import db
from forum.curation.collections_models import Collection, CollectionEntry
from forum.curation.operations.collections import delete_collection
from forum.interop.exporting import export_file
from forum.interop.importing import Report
from tests.conftest import Cast
from tests.interop.files import Found, organisation, person, post, read

Take = Callable[..., Report]
GROUND = (organisation(), person(), post("x1"), post("x2"))


def collection(**fields: object) -> Found:
    """A collection of two posts for everybody."""
    given = {"title": "To begin with", "introduction": "For **you**.", "language": "en", "audience": "public"}
    more = {"owner": "p1", "posts": ["x2", "x1"], "created_at": "2026-03-01T09:00:00Z", "notes": {"x1": "Why."}}
    return {"type": "collection", "ref": "l1", **given, **more, **fields}


def test_a_collection_goes_in_and_comes_out_the_same(app: object, take: Take, tmp_path: Path) -> None:
    line = collection(featured=True)
    assert take(*GROUND, line).counts["rejected"] == 0
    export_file(tmp_path / "file.jsonl")
    assert [one for one in read(tmp_path / "file.jsonl") if one["type"] == "collection"] == [line]


def test_a_collection_comes_once_and_changes_with_its_line(take: Take, client: FlaskClient) -> None:
    take(*GROUND, collection())
    assert take(collection()).counts == {"unchanged": 1, "rejected": 0}
    assert take(collection(posts=["x1"])).counts == {"updated": 1, "rejected": 0}
    assert db.session.scalar(db.select(db.func.count()).select_from(CollectionEntry)) == 1
    assert client.get("/collections").status_code == 200


@pytest.mark.parametrize("wrong", [{"title": ""}, {"audience": "all"}, {"posts": ["x9"]}, {"notes": {"x1": "x" * 601}}])
def test_a_collection_that_cannot_be_taken_in_says_why(take: Take, wrong: dict[str, object]) -> None:
    (refusal,) = take(*GROUND, collection(**wrong)).refusals
    assert str(refusal.reason).startswith(next(iter(wrong)))


def test_a_collection_deleted_here_stays_deleted(take: Take, cast: Cast) -> None:
    moderator = cast.actor("mia")
    take(*GROUND, collection())
    number = db.session.scalar(db.select(Collection.id))
    delete_collection(moderator, number or 0)
    take(collection(title="Another"))
    assert db.session.get_one(Collection, number).deleted_at is not None
