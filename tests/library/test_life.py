"""The life of a post: steps lead where the table says, for those it names, and what moderators saw stays marked."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied, Invalid
from forum.core.events import Event
from forum.library.content import content_of
from forum.library.kinds import KINDS
from forum.library.life import ANY_REVIEW, CHECKLIST, STEPS, Standing, Who, replayed, steps_open_to
from forum.library.models import REVIEWS, STATUSES, Post
from forum.library.operations import curating
from forum.library.operations.writing import edit_field, edit_post
from forum.library.weighty import RESULTS_AND_METHOD
from tests.conftest import Cast
from tests.factories import make_post, make_role


def last_event() -> Event:
    """What happened last."""
    return db.session.scalars(select(Event).order_by(Event.id.desc())).first() or Event()


def test_every_step_leads_to_a_standing_that_exists_and_names_who_may_take_it() -> None:
    for step in STEPS.values():
        assert step.by, step.name
        for status in step.statuses:
            for review in step.reviews:
                led_to = step.leads_to(Standing(status, review), "published", "reviewed")
                assert led_to.status in STATUSES, step.name
                assert led_to.review in REVIEWS, step.name


def test_nobody_is_left_without_a_way_on() -> None:
    for status in STATUSES:
        for review in REVIEWS:
            assert steps_open_to(frozenset(Who), Standing(status, review)), (status, review)


def test_a_step_leaves_an_event_that_says_from_where_to_where_and_why(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    curating.hide_post(cast.actor("mia"), post.id, "It names a client.")
    assert last_event().data == {
        "step": "hide",
        "from": {"status": "published", "review": "new"},
        "to": {"status": "hidden", "review": "new"},
        "reason": "It names a client.",
    }


def test_the_checklist_is_kept_with_the_review(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    curating.mark_review(cast.actor("mia"), post.id, "reviewed", ["privacy", "title", "nonsense"])
    assert last_event().data["checked"] == ["title", "privacy"]
    assert len(CHECKLIST) == 7


@pytest.mark.parametrize(
    "step", ["suggest_changes", "review", "recommend", "ask_recheck", "take_back", "start_expert_review"]
)
def test_nobody_marks_a_record_of_their_own_organisation(cast: Cast, step: str) -> None:
    post = make_post(cast.an, cast.sluis, review="reviewed" if step != "suggest_changes" else "new")
    make_role(cast.dora, "moderator")
    make_role(cast.an, "admin")
    for name in ("dora", "an"):
        with pytest.raises(Denied, match="own organisation"):
            curating.step(cast.actor(name), post.id, step)


def test_a_coauthor_from_elsewhere_marks_nothing_either(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    with transaction():
        db.session.get_one(Post, post.id).author_id = cast.mia.id
    with pytest.raises(Denied):
        curating.mark_review(cast.actor("mia"), post.id, "reviewed")


def test_a_step_that_does_not_lead_on_from_here_is_a_conflict(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    with pytest.raises(Conflict):
        curating.start_expert_review(cast.actor("mia"), post.id)
    with pytest.raises(Invalid):
        curating.step(cast.actor("mia"), post.id, "archive")


def test_from_posting_to_recommended_and_the_log_tells_it_again(cast: Cast) -> None:
    post, mia, an = make_post(cast.an, cast.sluis), cast.actor("mia"), cast.actor("an")
    curating.suggest_changes(mia, post.id)
    curating.resubmit(an, post.id)
    curating.mark_review(mia, post.id, "reviewed")
    curating.start_expert_review(mia, post.id)
    curating.recommend(mia, post.id)
    curating.ask_recheck(SYSTEM, post.id)
    curating.confirm(an, post.id)
    found = db.session.get_one(Post, post.id)
    logged = [event.data for event in db.session.scalars(select(Event).order_by(Event.id))]
    assert replayed(logged, Standing("published", "new")) == Standing("published", "recommended")
    assert found.review == "recommended"
    with pytest.raises(ValueError, match="the log goes on from"):
        replayed(logged)


def test_marking_a_recommended_post_as_reviewed_keeps_the_badge(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, review="recommended")
    curating.mark_review(cast.actor("mia"), post.id, "reviewed")
    assert db.session.get_one(Post, post.id).review == "recommended"
    assert last_event().name == "post.looked_again"


def test_results_edited_after_the_review_wait_for_another_look_and_keep_the_badge(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, review="reviewed", details={"stage": "running", "results": "Ten."})
    edited = edit_field(cast.actor("an"), post.id, "results", "Forty found work.", post.revision)
    assert (edited.review, edited.changed_version) == ("reviewed", 1)
    assert last_event().data == {"version": 1, "fields": ["results"]}
    looked = curating.mark_review(cast.actor("mia"), post.id, "reviewed")
    assert (looked.review, looked.changed_version, looked.changed_at) == ("reviewed", None, None)


def test_a_small_edit_keeps_the_badge_and_calls_nobody(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, review="reviewed", details={"stage": "running"})
    content = content_of(db.session.get_one(Post, post.id))
    typo = replace(content, body=content.body.replace("step by step", "step for step"))
    edited = edit_post(cast.actor("an"), post.id, typo, post.revision)
    assert (edited.review, edited.changed_version) == ("reviewed", None)


def test_who_mends_a_record_that_waits_for_a_check_has_confirmed_it(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, review="reviewed", details={"stage": "running"})
    curating.ask_recheck(cast.actor("mia"), post.id)
    edited = edit_field(cast.actor("an"), post.id, "summary", "We help, step by step.", post.revision)
    assert edited.review == "reviewed"
    assert edited.checked_on is not None


def test_an_appeal_is_granted_by_a_second_moderator_only(cast: Cast) -> None:
    post, mia = make_post(cast.an, cast.sluis), cast.actor("mia")
    make_role(cast.chiara, "moderator")
    curating.decline_post(mia, post.id, "It is advertising.")
    with pytest.raises(Denied, match="Another moderator decides"):
        curating.grant_appeal(mia, post.id, "I was wrong.")
    curating.grant_appeal(cast.actor("chiara"), post.id, "It describes a practice.")
    assert db.session.get_one(Post, post.id).status == "published"


def test_a_post_becomes_public_with_its_review_if_its_author_agreed(cast: Cast) -> None:
    agreed = make_post(cast.an, cast.sluis, visibility="members", public_when_reviewed=True)
    internal = make_post(cast.an, cast.sluis, visibility="members")
    for post in (agreed, internal):
        curating.mark_review(cast.actor("mia"), post.id, "reviewed")
    assert db.session.get_one(Post, agreed.id).visibility == "public"
    assert db.session.get_one(Post, internal.id).visibility == "members"


def steps_as_a_table() -> list[str]:
    """The table of docs/curation.md, line by line."""
    lines = ["| step | from status | from review | to | who | reason | event |", "|---|---|---|---|---|---|---|"]
    for step in STEPS.values():
        begins = ", ".join(step.statuses), "any" if step.reviews == ANY_REVIEW else ", ".join(step.reviews)
        leads = " + ".join(part for part in (step.to_status, step.to_review) if part) or "stays"
        who = ", ".join(one.value for one in Who if one in step.by)
        cells = (f"`{step.name}`", *begins, leads, who, "needed" if step.needs_reason else "–", f"`{step.event.name}`")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def weighty_as_a_table() -> list[str]:
    """The table of fields whose edits ask for another look."""
    named = {kind: ", ".join(f"`{name}`" for name in sorted(names)) for kind, names in RESULTS_AND_METHOD.items()}
    return ["| kind | fields |", "|---|---|", *(f"| {kind} | {names or '–'} |" for kind, names in named.items())]


def test_the_document_tells_the_life_as_it_is() -> None:
    document = (Path(__file__).resolve().parents[2] / "docs" / "curation.md").read_text(encoding="utf-8")
    for table in ("\n".join(steps_as_a_table()), "\n".join(weighty_as_a_table())):
        assert table in document, f"docs/curation.md wants this table:\n{table}"


def test_the_fields_of_results_and_method_exist_and_every_kind_names_its_own() -> None:
    assert set(RESULTS_AND_METHOD) == set(KINDS)
    for kind, names in RESULTS_AND_METHOD.items():
        assert names <= set(KINDS[kind].by_name), kind
