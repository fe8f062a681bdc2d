"""The level of evidence travels with a post: what moderators judged, its source, when and by whom."""

import pytest

from forum.core.db import db
from forum.interop.exporting import export_file
from forum.interop.importing import import_file
from forum.library.models import Post
from forum.library.operations.evidence import Judgement, set_evidence
from tests import factories
from tests.interop.files import person, post, read

JUDGED = {"evidence_level": 3, "evidence_on": "2026-02-03", "evidence_by": "p1"}


def found(title):
    return db.session.scalars(db.select(Post).where(Post.title == title)).one()


def test_judged_posts_move_to_an_empty_site_and_back_without_a_change(cast, tmp_path, empty_again):
    study = factories.make_post(cast.chiara, cast.filo, kind="research", details={}, title="A study")
    for level, url, source in ((0, "", None), (3, "https://example.org/study", None), (3, "", study.id)):
        judged = factories.make_post(cast.an, cast.sluis, details={"stage": "running", "evidence_claimed": 1})
        set_evidence(cast.actor("mia"), judged.id, Judgement(level, url, source))
    export_file(tmp_path / "first.jsonl")
    empty_again()
    assert import_file(tmp_path / "first.jsonl", "moved").refusals == []
    export_file(tmp_path / "second.jsonl")
    assert (tmp_path / "second.jsonl").read_bytes() == (tmp_path / "first.jsonl").read_bytes()
    lines = [line for line in read(tmp_path / "second.jsonl") if "evidence_level" in line]
    assert [line["evidence_level"] for line in lines] == [0, 3, 3]
    assert all(line["evidence_by"] and line["evidence_on"] for line in lines)


def test_a_source_may_stand_further_on_in_the_file(take):
    study = post("x2", kind="research")
    lines = (person(), post("x1", evidence_post="x2", **JUDGED), study)
    assert take(*lines).refusals == []
    assert found("Title x1").evidence_post_id == found("Title x2").id
    assert take(*lines).counts["unchanged"] == 3


def test_what_moderators_judged_here_stays_where_the_source_says_nothing(cast, take):
    mia = cast.actor("mia")
    take(post())
    here = found("Title x1")
    set_evidence(mia, here.id, Judgement(2))
    take(post(title="Another title"))
    assert found("Another title").evidence_level == 2
    take(person(), post(**JUDGED, evidence_source="https://example.org/x"))
    assert found("Title x1").evidence_level == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"evidence_level": 6},
        {"evidence_level": "3"},
        {"evidence_level": True},
        {"evidence_level": 3},
        {"evidence_level": 3, "evidence_source": "no address"},
        {"evidence_level": 1, "evidence_on": "yesterday"},
        {"evidence_level": 1, "evidence_by": "nobody"},
        {"evidence_level": 1, "kind": "question"},
    ],
)
def test_what_is_no_level_is_refused(take, fields):
    assert len(take(post(**fields)).refusals) == 1
