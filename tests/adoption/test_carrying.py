"""A merge takes the reports of who tried a practice along; nothing that somebody told is lost, and undoing brings all back."""

from typing import Any

import pytest

from forum.adoption.models import Adoption, AdoptionVersion
from forum.adoption.queries import tally_of
from forum.core.db import db
from forum.curation.models import Decision, Flag
from forum.curation.operations.decisions import Statement, decide_on_adoption
from forum.curation.operations.flags import raise_flag
from forum.curation.operations.merging import merge_posts
from forum.curation.operations.restructuring_undo import undo_restructuring
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import make_adoption, make_organisation, make_post


@pytest.fixture
def pair(cast: Cast) -> tuple[Post, Post]:
    """Two practices about the same thing: the one that goes, and the one that stays."""
    return make_post(cast.bert, cast.sluis, title="Sorting"), make_post(cast.an, cast.sluis, title="A sorting table")


def rows() -> list[tuple[Any, ...]]:
    """Every report and every earlier text of one, and how many each practice has."""
    db.session.rollback()
    tables = (Adoption.__table__, AdoptionVersion.__table__)
    found = [tuple(row) for table in tables for row in db.session.execute(db.select(table).order_by(table.c.id))]
    return [*found, *map(tuple, db.session.execute(db.select(Post.id, Post.adoption_count).order_by(Post.id)))]


def test_reports_go_along_and_count_for_the_kept_practice(cast: Cast, pair: tuple[Post, Post]) -> None:
    gone, kept = pair
    first = make_adoption(gone, cast.filo, cast.chiara)
    second = make_adoption(gone, make_organisation("Third", country="ES"), taken_from_id=first.id)
    before = rows()
    done = merge_posts(cast.actor("mia"), gone.id, kept.id, "version", "The same.")
    db.session.rollback()
    assert set(db.session.scalars(db.select(Adoption.post_id))) == {kept.id}
    assert db.session.get_one(Adoption, second.id).taken_from_id == first.id
    assert tally_of(cast.actor("an"), kept.id).total == 2
    assert db.session.get_one(Post, kept.id).adoption_count == 2
    undo_restructuring(cast.actor("mia"), done.id)
    assert rows() == before


def test_what_one_organisation_told_of_both_becomes_earlier_words(cast: Cast, pair: tuple[Post, Post]) -> None:
    gone, kept = pair
    told = {"what_we_changed": "Four tables instead of five."}
    make_adoption(gone, cast.filo, cast.chiara, details=told)
    stays = make_adoption(kept, cast.filo, cast.chiara, details={"what_helped": "The photos."})
    before = rows()
    done = merge_posts(cast.actor("mia"), gone.id, kept.id, "version", "The same.")
    db.session.rollback()
    assert tally_of(cast.actor("an"), kept.id).total == 1
    former = db.session.scalars(db.select(AdoptionVersion).where(AdoptionVersion.adoption_id == stays.id)).one()
    assert former.content["details"] == told
    undo_restructuring(cast.actor("mia"), done.id)
    assert rows() == before


def test_what_owners_told_of_the_other_practice_stays_behind(cast: Cast, pair: tuple[Post, Post]) -> None:
    gone = make_post(cast.chiara, cast.filo)
    own = make_adoption(gone, cast.sluis, cast.an)
    merge_posts(cast.actor("mia"), gone.id, pair[1].id, "version", "The same.")
    db.session.rollback()
    assert db.session.get_one(Adoption, own.id).post_id == gone.id


def test_flags_and_decisions_follow_a_report_there_and_back(cast: Cast, pair: tuple[Post, Post]) -> None:
    gone, kept = pair
    told = make_adoption(gone, cast.filo, cast.chiara)
    raise_flag(cast.actor("an"), gone.id, None, "unkind", adoption_id=told.id)
    done = merge_posts(cast.actor("mia"), gone.id, kept.id, "version", "The same.")
    decide_on_adoption(cast.actor("mia"), told.id, "none", Statement(reason="It is kind."))
    flag, decision = (db.session.scalars(db.select(model)).all()[-1] for model in (Flag, Decision))
    assert (flag.post_id, flag.decision_id, decision.post_id) == (kept.id, decision.id, kept.id)
    undo_restructuring(cast.actor("mia"), done.id)
    db.session.rollback()
    assert db.session.scalars(db.select(Flag)).one().post_id == gone.id


def test_a_post_of_another_kind_takes_no_reports(cast: Cast, pair: tuple[Post, Post]) -> None:
    question = make_post(cast.an, cast.sluis, kind="question")
    told = make_adoption(pair[0], cast.filo, cast.chiara)
    merge_posts(cast.actor("mia"), pair[0].id, question.id, "version", "The same.")
    db.session.rollback()
    assert db.session.get_one(Adoption, told.id).post_id == pair[0].id
