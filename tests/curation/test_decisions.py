"""Decisions with reasons, second looks, and what they do to people: who may, who may not, and what comes of it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from forum.accounts.models import LoginSession, Person
from forum.accounts.sessions import live_session, open_session
from forum.core.actor import SYSTEM, Actor
from forum.core.db import db
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import Event
from forum.curation.models import Appeal, Decision, Flag
from forum.curation.operations.appeals import decide_appeal, make_appeal
from forum.curation.operations.decisions import Statement, decide_on_comment, decide_on_post
from forum.curation.operations.flags import forget_notifiers, raise_flag, raise_notice, resolve_flag
from forum.curation.operations.notes import change_note, write_note
from forum.curation.operations.sanctions import sanction_person
from forum.discussion.operations.writing import post_comment
from forum.library.models import Post
from forum.library.operations.writing import edit_field
from forum.organisations.queries import actor_for
from tests.conftest import Cast
from tests.factories import make_comment, make_membership, make_organisation, make_person, make_post, make_role

WHY = Statement(reason="It names a client.")


@pytest.fixture
def second(cast: Cast) -> Actor:
    """A second moderator of the network, from an organisation of her own."""
    person = make_person("Sara")
    make_membership(person, make_organisation("Second"))
    make_role(person, "moderator")
    return actor_for(person)


def status_of(post: Post) -> str:
    db.session.rollback()
    return db.session.get_one(Post, post.id).status


@pytest.mark.parametrize("action", ["hide", "decline", "withdraw"])
def test_a_decision_keeps_who_what_why_and_acts(cast: Cast, action: str) -> None:
    post = make_post(cast.an, cast.sluis)
    law = Statement("law", "GDPR, art. 6", "Her full name is in the text.", "No consent.", "nl")
    decision = decide_on_post(cast.actor("mia"), post.id, action, law)
    assert status_of(post) == {"hide": "hidden", "decline": "declined", "withdraw": "withdrawn"}[action]
    kept = db.session.get_one(Decision, decision.id)
    assert (kept.person_id, kept.decided_by_id, kept.ground, kept.basis) == (cast.an.id, cast.mia.id, "law", law.basis)
    assert db.session.get_one(Event, kept.act_event_id).name.startswith("post.")


def test_a_decision_needs_an_action_a_ground_and_a_reason(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    with pytest.raises(Invalid) as problem:
        decide_on_post(cast.actor("mia"), post.id, "burn", Statement(ground="law"))
    assert set(problem.value.fields) == {"action", "basis", "reason"}
    with pytest.raises(Invalid):
        decide_on_post(cast.actor("mia"), post.id, "none", WHY)
    assert status_of(post) == "published"


@pytest.mark.parametrize("name", ["visitor", "noor", "an", "bert", "dora", "chiara"])
def test_only_moderators_decide(cast: Cast, name: str) -> None:
    post = make_post(cast.an, cast.sluis)
    comment = make_comment(post, cast.chiara)
    for decide in (
        lambda: decide_on_post(cast.actor(name), post.id, "hide", WHY),
        lambda: decide_on_comment(cast.actor(name), comment.id, "hide", WHY),
        lambda: sanction_person(cast.actor(name), cast.bert.id, "warn", None, WHY),
    ):
        with pytest.raises(Denied):
            decide()


def test_nobody_decides_about_their_own_organisation_or_themselves(cast: Cast) -> None:
    make_role(cast.bert, "moderator")
    own, other = make_post(cast.an, cast.sluis), make_post(cast.chiara, cast.filo)
    comment = make_comment(other, cast.bert)
    with pytest.raises(Denied, match="own organisation"):
        decide_on_post(cast.actor("bert"), own.id, "hide", WHY)
    with pytest.raises(Denied, match="own organisation"):
        decide_on_comment(cast.actor("bert"), comment.id, "hide", WHY)
    for person in (cast.an, cast.bert):
        with pytest.raises(Denied, match="yourself or a colleague"):
            sanction_person(cast.actor("bert"), person.id, "warn", None, WHY)


def test_who_has_no_account_reports_by_notice_only(cast: Cast) -> None:
    with pytest.raises(Denied, match="Sign in"):
        raise_flag(cast.actor("visitor"), make_post(cast.an, cast.sluis).id, None, "spam")


def test_the_site_itself_decides_in_nobodys_name(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    assert decide_on_post(SYSTEM, post.id, "hide", WHY).decided_by_id is None
    assert status_of(post) == "hidden"


def test_a_moderator_of_another_scope_neither_decides_on_a_post_nor_on_people(cast: Cast) -> None:
    make_role(cast.chiara, "moderator", "language:it")
    post = make_post(cast.an, cast.sluis, language="nl")
    with pytest.raises(Denied):
        decide_on_post(cast.actor("chiara"), post.id, "hide", WHY)
    with pytest.raises(Denied, match="whole network"):
        sanction_person(cast.actor("chiara"), cast.an.id, "warn", None, WHY)


def test_a_decision_answers_all_open_reports_on_the_same_thing(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    comment = make_comment(post, cast.bert)
    for name in ("chiara", "noor"):
        raise_flag(cast.actor(name), post.id, None, "spam")
    about_comment = raise_flag(cast.actor("chiara"), post.id, comment.id, "unkind")
    decision = decide_on_post(cast.actor("mia"), post.id, "none", Statement(reason="It is no advertising."))
    flags = {flag.id: flag for flag in db.session.scalars(db.select(Flag))}
    assert flags.pop(about_comment.id).resolved_at is None
    assert {(flag.outcome, flag.decision_id) for flag in flags.values()} == {("dismissed", decision.id)}


def test_the_author_asks_for_a_second_look_and_only_another_moderator_answers(cast: Cast, second: Actor) -> None:
    post = make_post(cast.an, cast.sluis)
    decision = decide_on_post(cast.actor("mia"), post.id, "decline", WHY)
    appeal = make_appeal(cast.actor("an"), decision.id, "She agreed.", language="nl")
    with pytest.raises(Denied, match="Another moderator"):
        decide_appeal(cast.actor("mia"), appeal.id, "upheld", "It stays.")
    make_role(cast.bert, "moderator")
    with pytest.raises(Denied):
        decide_appeal(cast.actor("bert"), appeal.id, "reversed", "It is fine.")
    with pytest.raises(Missing):
        decide_appeal(cast.actor("chiara"), appeal.id, "reversed", "It is fine.")
    assert status_of(post) == "declined"
    decide_appeal(second, appeal.id, "reversed", "She did agree.")
    assert status_of(post) == "published"
    assert db.session.get_one(Decision, decision.id).reversed_at is not None
    with pytest.raises(Conflict):
        decide_appeal(second, appeal.id, "upheld", "Or not.")


def test_a_decision_that_is_upheld_stays(cast: Cast, second: Actor) -> None:
    post = make_post(cast.an, cast.sluis)
    comment = make_comment(post, cast.chiara)
    decision = decide_on_comment(cast.actor("mia"), comment.id, "hide", WHY)
    appeal = make_appeal(cast.actor("chiara"), decision.id, "It is kind.", language="it")
    decide_appeal(second, appeal.id, "upheld", "It is not.")
    db.session.refresh(comment)
    assert comment.hidden_at is not None
    assert db.session.get_one(Decision, decision.id).reversed_at is None


def test_who_reported_asks_for_a_second_look_too(cast: Cast, second: Actor) -> None:
    post = make_post(cast.an, cast.sluis)
    flag = raise_flag(cast.actor("chiara"), post.id, None, "personal_data")
    decision = decide_on_post(cast.actor("mia"), post.id, "none", Statement(reason="The name is made up."))
    appeal = make_appeal(cast.actor("chiara"), decision.id, "I know her.", flag_id=flag.id, language="it")
    with pytest.raises(Invalid) as problem:
        decide_appeal(second, appeal.id, "reversed", "It is her.")
    assert set(problem.value.fields) == {"action"}
    decide_appeal(second, appeal.id, "reversed", "It is her.", "hide")
    assert status_of(post) == "hidden"
    assert db.session.get_one(Appeal, appeal.id).outcome == "reversed"
    assert db.session.query(Decision).filter_by(action="hide", decided_by_id=second.person_id).count() == 1


def test_a_second_look_can_be_asked_for_once_and_for_six_months(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False) as clock:
        first, later = make_post(cast.an, cast.sluis), make_post(cast.an, cast.sluis)
        one, two = (decide_on_post(cast.actor("mia"), post.id, "hide", WHY) for post in (first, later))
        clock.move_to(datetime(2026, 8, 31, tzinfo=UTC))
        make_appeal(cast.actor("an"), one.id, "No.", language="en")
        with pytest.raises(Conflict, match="already"):
            make_appeal(cast.actor("an"), one.id, "No!", language="en")
        clock.move_to(datetime(2026, 9, 2, tzinfo=UTC))
        with pytest.raises(Conflict, match="Six months"):
            make_appeal(cast.actor("an"), two.id, "No.", language="en")


def test_a_silenced_person_reads_but_does_not_write_until_it_ends_by_itself(cast: Cast) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        post = make_post(cast.an, cast.sluis)
        sanction_person(cast.actor("mia"), cast.an.id, "silence", 7, WHY)
        an = cast.actor("an")
        assert an.is_silenced
        with pytest.raises(Denied, match="not to write until 2026-03-08"):
            post_comment(an, post.id, "Hello")
        with pytest.raises(Denied, match="not to write"):
            edit_field(an, post.id, "summary", "New", post.revision)
        clock.move_to(start + timedelta(days=7, minutes=1))
        post_comment(cast.actor("an"), post.id, "Hello")


def test_a_suspended_person_is_out_at_once_and_comes_back_by_themselves(cast: Cast) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        token = open_session(cast.an.id)
        sanction_person(cast.actor("mia"), cast.an.id, "suspend", 3, WHY)
        assert live_session(token) is None
        assert db.session.query(LoginSession).filter_by(person_id=cast.an.id).count() == 0
        assert live_session(open_session(cast.an.id)) is None
        clock.move_to(start + timedelta(days=3, minutes=1))
        assert live_session(open_session(cast.an.id)) is not None


def test_a_reversed_sanction_leaves_what_other_decisions_ask_for(cast: Cast, second: Actor) -> None:
    first = sanction_person(cast.actor("mia"), cast.an.id, "silence", 30, WHY)
    shorter = sanction_person(cast.actor("mia"), cast.an.id, "silence", 3, WHY)
    appeal = make_appeal(cast.actor("an"), first.id, "Too long.", language="nl")
    decide_appeal(second, appeal.id, "reversed", "Three days are enough.")
    assert db.session.get_one(Person, cast.an.id).silenced_until == shorter.until


def test_a_colleague_does_not_look_at_a_sanction_again(cast: Cast) -> None:
    first = sanction_person(cast.actor("mia"), cast.an.id, "silence", 30, WHY)
    appeal = make_appeal(cast.actor("an"), first.id, "Too long.", language="nl")
    make_role(cast.bert, "moderator")
    with pytest.raises(Denied, match="yourself or a colleague"):
        decide_appeal(cast.actor("bert"), appeal.id, "reversed", "He is right.")
    assert db.session.get_one(Decision, first.id).reversed_at is None


def test_administrators_are_judged_by_administrators_and_the_last_one_stays(cast: Cast, second: Actor) -> None:
    with pytest.raises(Denied, match="Only administrators"):
        sanction_person(second, cast.ada.id, "suspend", 3, WHY)
    admin = make_person("Olga")
    make_role(admin, "admin")
    sanction_person(actor_for(admin), cast.ada.id, "suspend", 3, WHY)
    third = make_person("Piet")
    make_role(third, "admin")
    sanction_person(actor_for(third), admin.id, "suspend", 3, WHY)
    make_role(cast.chiara, "moderator")
    with pytest.raises(Conflict, match="last administrator"):
        sanction_person(Actor(is_system=True), third.id, "suspend", 3, WHY)


def test_visitors_send_notices_with_name_and_address_unless_children_are_abused(cast: Cast) -> None:
    post, visitor = make_post(cast.an, cast.sluis), cast.actor("visitor")
    with pytest.raises(Invalid) as problem:
        raise_notice(visitor, post.id, why="", email="x")
    assert set(problem.value.fields) == {"why", "name", "email", "good_faith"}
    anonymous = raise_notice(visitor, post.id, why="A child.", in_good_faith=True, is_child_abuse=True)
    assert (anonymous.notifier_name, anonymous.reporter_id) == ("", None)
    signed = {"why": "It is stolen.", "name": "Rosa", "email": "Rosa@Example.org", "in_good_faith": True}
    first, again = (raise_notice(visitor, post.id, **signed) for _time in range(2))
    assert first.id == again.id
    assert first.notifier_email == "rosa@example.org"
    with pytest.raises(Missing):
        raise_notice(visitor, make_post(cast.an, cast.sluis, visibility="members").id, **signed)


def test_a_notice_is_answered_by_a_decision_only(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    flag = raise_notice(cast.actor("chiara"), post.id, why="It is stolen.", in_good_faith=True)
    with pytest.raises(Conflict, match="give your reasons"):
        resolve_flag(cast.actor("mia"), flag.id, "dismissed")


def test_senders_of_notices_are_forgotten_a_year_after_the_answer(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False) as clock:
        post = make_post(cast.an, cast.sluis)
        signed = {"why": "It is stolen.", "name": "Rosa", "email": "rosa@example.org", "in_good_faith": True}
        flag = raise_notice(cast.actor("visitor"), post.id, **signed)
        decide_on_post(cast.actor("mia"), post.id, "none", WHY)
        for moment, name in ((datetime(2027, 2, 1, tzinfo=UTC), "Rosa"), (datetime(2027, 3, 2, tzinfo=UTC), "")):
            clock.move_to(moment)
            forget_notifiers()
            assert db.session.get_one(Flag, flag.id).notifier_name == name


def test_moderators_change_only_notes_of_their_own(cast: Cast, second: Actor) -> None:
    note = write_note(cast.actor("mia"), cast.an.id, "We talked on the phone.")
    assert change_note(cast.actor("mia"), note.id, "We talked.").body == "We talked."
    with pytest.raises(Denied):
        change_note(second, note.id, "Who says?")
    with pytest.raises(Denied):
        write_note(cast.actor("mia"), cast.mia.id, "I am nice.")
    with pytest.raises(Denied):
        write_note(cast.actor("chiara"), cast.an.id, "Hm.")
    with pytest.raises(Invalid):
        write_note(second, cast.an.id, "  ")
