"""Telling how a practice went: who may, what is kept, and when a practice counts as repeated."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.adoption import operations
from forum.adoption.asking import HALF_A_YEAR, ask_how_it_went
from forum.adoption.models import Adoption
from forum.adoption.queries import (
    Node,
    every_report,
    history_of,
    own_reports,
    repeated_practices,
    replication,
    reports_on,
    tally_of,
    tree_of,
    tried_by,
)
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied, ForumError, Invalid, Missing
from forum.core.events import Event
from forum.library.models import Post
from tests import factories
from tests.conftest import Cast

RUNS = {"intent": "running", "outcome": "worked", "permission": "public"}


@pytest.fixture
def post(cast: Cast) -> Post:
    return factories.make_post(cast.an, cast.sluis)


def tell(cast: Cast, post: Post, **more: object) -> Adoption:
    return operations.report_adoption(cast.actor("chiara"), post.id, cast.filo.id, RUNS | more)


def happened(name: str) -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.name == name).order_by(Event.id)))


def test_a_member_of_another_organisation_tells_how_it_went_in_three_answers(cast: Cast, post: Post) -> None:
    adoption = tell(cast, post)
    assert (adoption.organisation_id, adoption.country, adoption.outcome) == (cast.filo.id, "IT", "worked")
    assert [event.data for event in happened("adoption.reported")] == [{"adoption": adoption.id}]


@pytest.mark.parametrize(("who", "problem"), [("an", Denied), ("bert", Denied), ("noor", Denied), ("visitor", Denied)])
def test_owners_and_people_without_an_organisation_do_not_report(
    cast: Cast, post: Post, who: str, problem: type[ForumError]
) -> None:
    with pytest.raises(problem):
        operations.report_adoption(cast.actor(who), post.id, cast.sluis.id, RUNS)


def test_nobody_reports_in_the_name_of_others(cast: Cast, post: Post) -> None:
    with pytest.raises(Denied):
        operations.report_adoption(cast.actor("chiara"), post.id, cast.secretariat.id, RUNS)


def test_only_published_practices_can_be_tried(cast: Cast) -> None:
    question = factories.make_post(cast.an, cast.sluis, kind="question")
    draft = factories.make_post(cast.an, cast.sluis, status="draft")
    with pytest.raises(Denied):
        tell(cast, question)
    with pytest.raises(Missing):
        tell(cast, draft)


@pytest.mark.parametrize("intent", ["running", "stopped"])
def test_the_outcome_is_needed_once_trying_is_over(cast: Cast, post: Post, intent: str) -> None:
    with pytest.raises(Invalid) as problem:
        tell(cast, post, intent=intent, outcome="")
    assert set(problem.value.fields) == {"outcome"}


def test_every_wrong_answer_is_named(cast: Cast, post: Post) -> None:
    wrong = {"intent": "often", "outcome": "great", "permission": "some", "details": {"satisfied_percent": "101"}}
    with pytest.raises(Invalid) as problem:
        operations.report_adoption(cast.actor("chiara"), post.id, cast.filo.id, wrong)
    assert set(problem.value.fields) == {"intent", "outcome", "permission", "satisfied_percent"}


def test_a_form_sent_twice_is_one_report_and_another_one_is_refused(cast: Cast, post: Post) -> None:
    chiara = cast.actor("chiara")
    first = operations.report_adoption(chiara, post.id, cast.filo.id, RUNS, request_key="k")
    assert operations.report_adoption(chiara, post.id, cast.filo.id, RUNS, request_key="k").id == first.id
    with pytest.raises(Conflict):
        operations.report_adoption(chiara, post.id, cast.filo.id, RUNS, request_key="other")
    assert len(happened("adoption.reported")) == 1


def test_from_plan_to_outcome_every_former_text_is_kept(cast: Cast, post: Post) -> None:
    chiara = cast.actor("chiara")
    adoption = tell(cast, post, intent="planning", outcome="", details={"what_we_changed": "Smaller tables."})
    operations.change_adoption(chiara, adoption.id, RUNS | {"intent": "trying", "outcome": ""}, 1)
    operations.change_adoption(chiara, adoption.id, RUNS | {"outcome": "did_not_work"}, 2)
    operations.change_adoption(chiara, adoption.id, RUNS | {"outcome": "did_not_work"}, 3)
    told = [(one.content["intent"], one.content["details"]) for one in history_of(adoption)]
    assert told == [("trying", {}), ("planning", {"what_we_changed": "Smaller tables."})]
    assert adoption.revision == 3


def test_a_change_made_meanwhile_is_not_lost(cast: Cast, post: Post) -> None:
    adoption = tell(cast, post)
    with pytest.raises(Conflict):
        operations.change_adoption(cast.actor("chiara"), adoption.id, RUNS | {"outcome": "mixed"}, 7)


@pytest.mark.parametrize("who", ["an", "mia", "ada"])
def test_owners_and_moderators_neither_change_nor_withdraw_it(cast: Cast, post: Post, who: str) -> None:
    adoption = tell(cast, post)
    with pytest.raises(Denied):
        operations.change_adoption(cast.actor(who), adoption.id, RUNS | {"outcome": "mixed"}, 1)
    with pytest.raises(Denied):
        operations.withdraw_adoption(cast.actor(who), adoption.id)


def test_the_owner_answers_once_and_may_change_the_answer(cast: Cast, post: Post) -> None:
    adoption = tell(cast, post)
    operations.answer_adoption(cast.actor("an"), adoption.id, "Thank you!", 0)
    with pytest.raises(Conflict):
        operations.answer_adoption(cast.actor("bert"), adoption.id, "Well done!", 0)
    operations.answer_adoption(cast.actor("bert"), adoption.id, "Well done!", 1)
    assert (adoption.answer, adoption.answered_by_id) == ("Well done!", cast.bert.id)
    with pytest.raises(Denied):
        operations.answer_adoption(cast.actor("chiara"), adoption.id, "Thanks", 2)


def test_what_is_withdrawn_counts_for_nobody_until_it_is_back(cast: Cast, post: Post) -> None:
    chiara = cast.actor("chiara")
    adoption = tell(cast, post)
    operations.withdraw_adoption(chiara, adoption.id)
    assert tally_of(cast.actor("an"), post.id).total == 0
    assert [one.id for one in own_reports(chiara, post)] == [adoption.id]
    with pytest.raises(Missing):
        operations.find_adoption(cast.actor("mia"), adoption.id)
    operations.bring_back_adoption(chiara, adoption.id)
    assert tally_of(cast.actor("an"), post.id).total == 1


def test_moderators_hide_abuse_with_a_reason(cast: Cast, post: Post) -> None:
    adoption = tell(cast, post)
    with pytest.raises(Denied):
        operations.hide_adoption(cast.actor("an"), adoption.id, "I do not like it")
    with pytest.raises(Invalid):
        operations.hide_adoption(cast.actor("mia"), adoption.id, " ")
    operations.hide_adoption(cast.actor("mia"), adoption.id, "Names of people")
    assert reports_on(cast.actor("an"), post) == []
    assert operations.find_adoption(cast.actor("chiara"), adoption.id)[0].hidden_reason == "Names of people"
    with pytest.raises(Missing):
        operations.find_adoption(cast.actor("an"), adoption.id)
    operations.restore_adoption(cast.actor("mia"), adoption.id)
    assert [one.id for one in reports_on(cast.actor("an"), post)] == [adoption.id]


def test_counts_are_the_readers_own(cast: Cast, post: Post) -> None:
    tell(cast, post, permission="members")
    operations.report_adoption(cast.actor("mia"), post.id, cast.secretariat.id, RUNS | {"outcome": "mixed"})
    assert tally_of(cast.actor("an"), post.id).results == {"worked": 1, "mixed": 1}
    assert tally_of(cast.actor("visitor"), post.id).results == {"mixed": 1}
    assert tally_of(cast.actor("noor"), post.id).results == {"mixed": 1}
    assert [one.outcome for one in every_report(cast.actor("visitor"), post)] == ["mixed"]


def test_plans_are_counted_apart_from_trials(cast: Cast, post: Post) -> None:
    tell(cast, post, intent="planning", outcome="worked")
    found = tally_of(cast.actor("an"), post.id)
    assert (found.tried, found.planning) == (0, 1)


def shape(nodes: list[Node]) -> list[object]:
    return [[node.organisation, *shape(node.children)] for node in nodes]


def test_the_tree_tells_who_has_it_from_whom(cast: Cast, post: Post) -> None:
    first = tell(cast, post)
    mia = cast.actor("mia")
    second = operations.report_adoption(mia, post.id, cast.secretariat.id, RUNS, taken_from_id=first.id)
    assert shape(tree_of(mia, post.id)) == [["Il Filo", ["Threshold Europe"]]]
    with pytest.raises(Invalid):
        operations.change_adoption(cast.actor("chiara"), first.id, RUNS, 1, taken_from_id=second.id)
    operations.withdraw_adoption(cast.actor("chiara"), first.id)
    assert shape(tree_of(mia, post.id)) == [["Threshold Europe"]]


def test_nothing_is_taken_over_from_a_report_on_something_else(cast: Cast, post: Post) -> None:
    other = factories.make_post(cast.an, cast.sluis)
    elsewhere = tell(cast, other)
    with pytest.raises(Invalid):
        operations.report_adoption(cast.actor("mia"), post.id, cast.secretariat.id, RUNS, taken_from_id=elsewhere.id)


def test_a_practice_that_worked_in_two_countries_is_repeated_once(cast: Cast, post: Post) -> None:
    tell(cast, post, outcome="worked_with_changes")
    assert not replication(post.id).is_reached
    adoption = operations.report_adoption(cast.actor("mia"), post.id, cast.secretariat.id, RUNS | {"country": "IT"})
    assert (replication(post.id).organisations, replication(post.id).countries) == (2, 1)
    operations.change_adoption(cast.actor("mia"), adoption.id, RUNS | {"country": "BE"}, 1)
    operations.change_adoption(cast.actor("mia"), adoption.id, RUNS | {"country": "FR"}, 2)
    assert [event.data["adoption"] for event in happened("adoption.replicated")] == [adoption.id]
    assert list(db.session.scalars(repeated_practices())) == [post.id]


def test_what_did_not_work_takes_nothing_from_a_practice(cast: Cast, post: Post) -> None:
    before = (post.review, post.status, post.published_at)
    tell(cast, post, intent="stopped", outcome="did_not_work")
    assert (post.review, post.status, post.published_at) == before
    assert happened("adoption.replicated") == []


def test_after_half_a_year_one_question_is_asked_once(cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(cast, post, intent="trying", outcome="")
    assert ask_how_it_went() == 0
    later = now() + HALF_A_YEAR + timedelta(days=1)
    monkeypatch.setattr("forum.adoption.asking.now", lambda: later)
    assert (ask_how_it_went(), ask_how_it_went()) == (1, 0)
    assert [event.subject_id for event in happened("adoption.asked")] == [post.id]


def test_who_knows_the_outcome_is_not_asked(cast: Cast, post: Post) -> None:
    assert tell(cast, post).ask_at is None


def test_an_organisations_trials_are_listed_as_far_as_their_readers_may_know(cast: Cast, post: Post) -> None:
    tell(cast, post, permission="members")
    assert [one.title for one in tried_by(cast.actor("an"), cast.filo.id)] == [post.title]
    assert tried_by(cast.actor("visitor"), cast.filo.id) == []
    with transaction():
        db.session.get_one(Post, post.id).visibility = "organisation"
    assert tried_by(cast.actor("mia"), cast.filo.id) == []


def test_counting_costs_one_statement_and_a_page_of_reports_another(
    cast: Cast, post: Post, count_sql: Callable[[], Any]
) -> None:
    an = cast.actor("an")
    for country in ("FR", "DE", "ES"):
        home = factories.make_organisation(country=country)
        factories.make_adoption(post, home)
    db.session.expire_all()
    loaded = db.session.get_one(Post, post.id)
    with count_sql() as statements:
        tally_of(an, post.id)
        reports_on(an, loaded)
        tree_of(an, post.id)
    assert len(statements) == 3
