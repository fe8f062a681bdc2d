"""Drafts, posting, editing and versions, by their operations."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.core.db import db
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import Event
from forum.library.content import Content, content_of
from forum.library.history import change_of, changes_of
from forum.library.models import MOST_DRAFTS, Post, PostVersion
from forum.library.operations.writing import (
    discard_draft,
    edit_field,
    edit_post,
    invite_coauthor,
    keep_draft,
    post_now,
    publish_post,
    restore_version,
    save_draft,
    start_draft,
)
from forum.library.queries import drafts_of
from tests import factories
from tests.conftest import Cast

BODY = "We train bicycle mechanics in a workshop, with a coach for every eight people."


def content(**changes: Any) -> Content:
    """A complete practice."""
    whole = Content(
        kind="practice",
        title="A bicycle workshop",
        body=BODY,
        countries=("BE",),
        concept_ids=(factories.concept("reuse-repair").id,),
        details={"stage": "running"},
    )
    return replace(whole, **changes)


def events_of(post_id: int) -> list[str]:
    query = select(Event.name).where(Event.subject_type == "post", Event.subject_id == post_id).order_by(Event.id)
    return list(db.session.scalars(query))


def count_posts() -> int:
    return db.session.scalar(select(func.count()).select_from(Post)) or 0


def test_a_draft_may_be_empty_and_leaves_no_event(cast: Cast) -> None:
    draft = start_draft(cast.actor("an"), Content(kind="news"), cast.sluis.id)
    assert (draft.status, draft.author_id, draft.organisation_id) == ("draft", cast.an.id, cast.sluis.id)
    assert events_of(draft.id) == []


@pytest.mark.parametrize("who", ["visitor", "noor"])
def test_people_without_an_organisation_keep_no_draft(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        start_draft(cast.actor(who), content(), cast.sluis.id)


def test_nobody_posts_on_behalf_of_an_organisation_that_is_not_theirs(cast: Cast) -> None:
    for organisation_id in (cast.filo.id, None, 999):
        with pytest.raises(Invalid) as refusal:
            start_draft(cast.actor("an"), content(), organisation_id)
        assert list(refusal.value.fields) == ["organisation"]


def test_the_same_key_gives_the_same_draft(cast: Cast) -> None:
    first = start_draft(cast.actor("an"), content(), cast.sluis.id, "key")
    assert start_draft(cast.actor("an"), content(), cast.sluis.id, "key").id == first.id
    assert start_draft(cast.actor("bert"), content(), cast.sluis.id, "key").id != first.id
    assert start_draft(cast.actor("an"), content(), cast.sluis.id, "").id != first.id


def test_a_form_is_kept_in_the_draft_it_was_kept_in_before(cast: Cast) -> None:
    an = cast.actor("an")
    first = keep_draft(an, content(title="One"), cast.sluis.id, "key")
    assert keep_draft(an, content(title="Two"), cast.sluis.id, "key").id == first.id
    assert keep_draft(an, content(title="Three"), cast.sluis.id, draft_id=first.id).title == "Three"
    assert keep_draft(an, content(title="Other"), cast.sluis.id, "other").id != first.id


def test_nobody_keeps_more_drafts_than_fit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_DRAFTS >= 100
    monkeypatch.setattr("forum.library.operations.writing.MOST_DRAFTS", 2)
    for _number in range(2):
        start_draft(cast.actor("an"), content(), cast.sluis.id)
    with pytest.raises(Conflict):
        start_draft(cast.actor("an"), content(), cast.sluis.id)


def test_a_draft_is_not_for_colleagues(cast: Cast) -> None:
    draft = start_draft(cast.actor("an"), content(), cast.sluis.id)
    for who in ("bert", "dora", "chiara", "mia"):
        with pytest.raises(Missing):
            save_draft(cast.actor(who), draft.id, content(title="Mine now"))
        with pytest.raises(Missing):
            publish_post(cast.actor(who), draft.id)


def test_posting_renders_the_text_once_and_tells_the_world(cast: Cast) -> None:
    post = post_now(cast.actor("an"), content(body=BODY + "\n\n<script>alert(1)</script> **bold**"), cast.sluis.id)
    assert post.status == "published"
    assert post.published_at is not None
    assert "<strong>bold</strong>" in post.body_html
    assert "<script" not in post.body_html
    assert events_of(post.id) == ["post.published"]


def test_a_form_sent_twice_is_one_post(cast: Cast) -> None:
    an = cast.actor("an")
    first = post_now(an, content(), cast.sluis.id, "key")
    assert post_now(an, content(), cast.sluis.id, "key").id == first.id
    assert count_posts() == 1
    assert events_of(first.id) == ["post.published"]


def test_a_text_changed_after_posting_is_not_swallowed(cast: Cast) -> None:
    post_now(cast.actor("an"), content(), cast.sluis.id, "key")
    with pytest.raises(Conflict):
        post_now(cast.actor("an"), content(title="Another title"), cast.sluis.id, "key")


def test_what_is_posted_is_the_form_and_not_the_draft_that_was_kept_before(cast: Cast) -> None:
    an = cast.actor("an")
    draft = keep_draft(an, content(title="Half a ti"), cast.sluis.id, "key")
    post = post_now(an, content(title="A whole title"), cast.sluis.id, "key")
    assert (post.id, post.title) == (draft.id, "A whole title")


def test_a_draft_of_a_person_who_left_is_not_posted_for_the_organisation(cast: Cast) -> None:
    an = cast.actor("an")
    draft = start_draft(an, content(), cast.sluis.id)
    gone = replace(an, organisation_ids=frozenset({cast.filo.id}))
    with pytest.raises(Invalid) as refusal:
        publish_post(gone, draft.id)
    assert list(refusal.value.fields) == ["organisation"]


def test_posting_says_everything_that_is_missing(cast: Cast) -> None:
    bare = Content(kind="policy", body="Short.")
    with pytest.raises(Invalid) as refusal:
        post_now(cast.actor("an"), bare, cast.sluis.id)
    assert set(refusal.value.fields) == {"title", "body", "themes", "jurisdiction", "policy_status"}
    assert count_posts() == 0


def test_a_concept_that_does_not_exist_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        start_draft(cast.actor("an"), content(concept_ids=(999_999,)), cast.sluis.id)
    assert list(refusal.value.fields) == ["themes"]


def test_research_needs_an_address_or_a_file(cast: Cast) -> None:
    research = content(kind="research", details={})
    with pytest.raises(Invalid) as refusal:
        post_now(cast.actor("an"), research, cast.sluis.id)
    assert list(refusal.value.fields) == ["source_url"]
    assert post_now(cast.actor("an"), replace(research, details={"source_url": "https://example.org"}), cast.sluis.id)


def test_a_posted_draft_is_no_draft_any_more(cast: Cast) -> None:
    an = cast.actor("an")
    post = post_now(an, content(), cast.sluis.id)
    with pytest.raises(Conflict):
        save_draft(an, post.id, content())
    with pytest.raises(Conflict):
        publish_post(an, post.id)
    with pytest.raises(Denied):
        discard_draft(an, post.id)


def test_only_the_author_throws_a_draft_away(cast: Cast) -> None:
    an = cast.actor("an")
    draft = start_draft(an, content(), cast.sluis.id)
    invite_coauthor(an, draft.id, cast.chiara.id)
    with pytest.raises(Denied):
        discard_draft(cast.actor("chiara"), draft.id)
    discard_draft(an, draft.id)
    assert count_posts() == 0


def test_a_coauthor_writes_along_but_does_not_move_the_draft(cast: Cast) -> None:
    an, chiara = cast.actor("an"), cast.actor("chiara")
    draft = start_draft(an, content(), cast.sluis.id)
    invite_coauthor(an, draft.id, cast.chiara.id)
    assert save_draft(chiara, draft.id, content(title="Together"), cast.sluis.id).title == "Together"
    with pytest.raises(Invalid):
        save_draft(an, draft.id, content(), cast.filo.id)
    with pytest.raises(Denied):
        invite_coauthor(chiara, draft.id, cast.bert.id)
    assert [one.id for one in drafts_of(chiara)] == [draft.id]


def test_every_edit_keeps_what_was_said_before(cast: Cast) -> None:
    an = cast.actor("an")
    post = post_now(an, content(), cast.sluis.id)
    edit_post(an, post.id, content(title="A better title"), post.revision, "clearer")
    edit_post(cast.actor("bert"), post.id, content(title="The best title", visibility="public"), post.revision)
    changes = changes_of(an, post)
    assert [(one.number, one.editor_name, one.note) for one in changes] == [(2, "Bert", ""), (1, "An", "clearer")]
    assert changes[1].before.title == "A bicycle workshop"
    assert changes[1].after == changes[0].before
    assert changes[0].after == content_of(post)
    assert events_of(post.id) == ["post.published", "post.edited", "post.edited", "post.visibility_changed"]


def test_an_edit_of_a_changed_post_is_a_conflict(cast: Cast) -> None:
    an = cast.actor("an")
    post = post_now(an, content(), cast.sluis.id)
    seen = post.revision
    edit_post(cast.actor("bert"), post.id, content(title="Bert's title"), seen)
    with pytest.raises(Conflict):
        edit_post(an, post.id, content(title="An's title"), seen)
    assert post.title == "Bert's title"


def test_an_edit_sent_twice_is_one_version(cast: Cast) -> None:
    an = cast.actor("an")
    post = post_now(an, content(), cast.sluis.id)
    seen = post.revision
    edit_post(an, post.id, content(title="Once"), seen)
    edit_post(an, post.id, content(title="Once"), seen)
    assert len(changes_of(an, post)) == 1


def test_strangers_and_moderators_do_not_edit(cast: Cast) -> None:
    post = post_now(cast.actor("an"), content(visibility="public"), cast.sluis.id)
    for who in ("visitor", "noor", "chiara", "mia", "ada"):
        with pytest.raises(Denied):
            edit_post(cast.actor(who), post.id, content(title="Mine"), post.revision)


def test_a_version_is_brought_back_without_its_audience(cast: Cast) -> None:
    an = cast.actor("an")
    post = post_now(an, content(visibility="public"), cast.sluis.id)
    edit_post(an, post.id, content(title="Worse", visibility="members"), post.revision)
    restore_version(an, post.id, 1, post.revision)
    assert (post.title, post.visibility) == ("A bicycle workshop", "members")
    assert changes_of(an, post)[0].note == "restored 1"
    with pytest.raises(Missing):
        restore_version(an, post.id, 9, post.revision)


def test_versions_from_a_closed_time_stay_closed(cast: Cast) -> None:
    an = cast.actor("an")
    post = post_now(an, content(title="Secret name", visibility="organisation"), cast.sluis.id)
    edit_post(an, post.id, content(title="Open title", visibility="organisation"), post.revision)
    edit_post(an, post.id, content(title="Open title", visibility="members"), post.revision)
    edit_post(an, post.id, content(title="Opener title", visibility="public"), post.revision)
    assert [one.number for one in changes_of(an, post)] == [3, 2, 1]
    assert [one.number for one in changes_of(cast.actor("chiara"), post)] == [3]
    assert changes_of(cast.actor("visitor"), post) == []
    with pytest.raises(Missing):
        change_of(cast.actor("chiara"), post, 1)


def test_one_answer_is_added_to_a_post(cast: Cast) -> None:
    an = cast.actor("an")
    post = post_now(an, content(), cast.sluis.id)
    edit_field(an, post.id, "summary", " In  short. ", post.revision)
    edit_field(an, post.id, "staff_fte", "2,5", post.revision)
    edit_field(an, post.id, "staff_fte", "", post.revision)
    edit_field(an, post.id, "problem", "Nobody hired them.", post.revision)
    ids = (*content().concept_ids, factories.concept("young-people").id)
    edit_field(an, post.id, "concept_ids", ids, post.revision)
    after = content_of(post)
    assert after.summary == "In short."
    assert after.details == {"stage": "running", "problem": "Nobody hired them."}
    assert after.concept_ids == ids


@pytest.mark.parametrize("name", ["author_id", "status", "title", "details", "__class__"])
def test_an_answer_to_no_question_is_refused(cast: Cast, name: str) -> None:
    an = cast.actor("an")
    post = post_now(an, content(), cast.sluis.id)
    with pytest.raises(Invalid):
        edit_field(an, post.id, name, "x", post.revision)
    assert db.session.scalar(select(func.count()).select_from(PostVersion)) == 0
