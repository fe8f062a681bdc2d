"""The scale of evidence: who sets which level, what it takes, and when it should be looked at again."""

from datetime import date

import pytest

from forum.core.db import db, transaction
from forum.core.errors import Denied, ForumError, Invalid, Missing
from forum.core.events import Event
from forum.library.evidence import LEVEL, evidence_of, good_until
from forum.library.models import Post
from forum.library.operations.evidence import Judgement, set_evidence
from tests import factories
from tests.conftest import Cast

STUDY = "https://example.org/study"


def practice(cast: Cast, claimed: int | None = None, **fields: object) -> Post:
    """A practice of De Sluis, with what its author claims."""
    return factories.make_post(
        cast.an, cast.sluis, details={} if claimed is None else {"evidence_claimed": claimed}, **fields
    )


def test_what_an_author_claims_counts_until_a_moderator_judges(cast: Cast) -> None:
    post = practice(cast, 2)
    claimed = evidence_of(post)
    assert claimed
    assert (claimed.level, claimed.is_claimed) == (2, True)
    set_evidence(cast.actor("mia"), post.id, Judgement(1))
    judged = evidence_of(post)
    assert judged
    assert (judged.level, judged.is_claimed) == (1, False)
    set_evidence(cast.actor("mia"), post.id, Judgement(None))
    assert evidence_of(post) == claimed


def test_a_practice_that_says_nothing_has_no_level_and_a_question_never_has_one(cast: Cast) -> None:
    assert evidence_of(practice(cast)) is None
    question = factories.make_post(cast.an, cast.sluis, kind="question")
    assert evidence_of(question) is None
    with pytest.raises(Invalid, match="Only good practices"):
        set_evidence(cast.actor("mia"), question.id, Judgement(1))


@pytest.mark.parametrize("level", [3, 4, 5])
def test_from_level_3_on_a_source_is_needed(cast: Cast, level: int) -> None:
    post = practice(cast)
    with pytest.raises(Invalid, match="name a source"):
        set_evidence(cast.actor("mia"), post.id, Judgement(level))
    set_evidence(cast.actor("mia"), post.id, Judgement(level, STUDY))
    assert (post.evidence_level, post.evidence_url) == (level, STUDY)


def test_a_source_may_be_another_post_that_the_moderator_reads(cast: Cast) -> None:
    post, study = practice(cast), factories.make_post(cast.chiara, cast.filo, kind="research")
    secret = factories.make_post(cast.chiara, cast.filo, visibility="organisation")
    set_evidence(cast.actor("mia"), post.id, Judgement(3, source_id=study.id))
    assert post.evidence_post_id == study.id
    for unfit in (post.id, secret.id, 2_000_000):
        with pytest.raises(Invalid, match="no other post"):
            set_evidence(cast.actor("mia"), post.id, Judgement(3, source_id=unfit))


@pytest.mark.parametrize(("level", "url"), [(6, STUDY), (-1, ""), (3, "no address"), (3, "javascript:alert(1)")])
def test_what_is_no_level_or_no_address_is_refused(cast: Cast, level: int, url: str) -> None:
    with pytest.raises(Invalid):
        set_evidence(cast.actor("mia"), practice(cast).id, Judgement(level, url))


@pytest.mark.parametrize(
    ("name", "refusal"), [("visitor", Denied), ("an", Denied), ("chiara", Denied), ("mia", Denied), ("noor", Denied)]
)
def test_only_moderators_judge_and_never_their_own_organisation(
    cast: Cast, name: str, refusal: type[ForumError]
) -> None:
    post = factories.make_post(cast.ada, cast.secretariat)
    with pytest.raises(refusal):
        set_evidence(cast.actor(name), post.id, Judgement(1))


def test_what_a_moderator_may_not_read_they_cannot_judge(cast: Cast) -> None:
    with pytest.raises(Missing):
        set_evidence(cast.actor("mia"), practice(cast, visibility="organisation").id, Judgement(1))


def test_a_judgement_stands_in_the_log_and_changes_the_page(cast: Cast) -> None:
    post = practice(cast)
    before = post.version
    set_evidence(cast.actor("mia"), post.id, Judgement(2))
    told = db.session.scalars(db.select(Event).where(Event.name == "post.evidence_set")).one()
    assert (told.actor_id, told.subject_id, told.data) == (cast.mia.id, post.id, {"from": None, "to": 2})
    assert post.version == before + 1


def test_a_level_needs_a_new_look_after_five_years(cast: Cast) -> None:
    post = practice(cast)
    set_evidence(cast.actor("mia"), post.id, Judgement(2))
    with transaction():
        post.evidence_set_on = date(2024, 2, 29)
    found = evidence_of(post)
    assert found
    assert good_until(date(2024, 2, 29)) == date(2029, 2, 28)
    assert not found.is_old(date(2029, 2, 28))
    assert found.is_old(date(2029, 3, 1))


def test_the_database_knows_the_same_level(cast: Cast) -> None:
    claimed, judged, silent = practice(cast, 1), practice(cast, 2), practice(cast)
    set_evidence(cast.actor("mia"), judged.id, Judgement(3, STUDY))
    rows = dict(db.session.execute(db.select(Post.id, LEVEL)).all())
    assert rows == {claimed.id: 1, judged.id: 3, silent.id: None}
