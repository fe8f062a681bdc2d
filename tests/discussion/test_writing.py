"""Posting, editing and deleting comments."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import Event
from forum.discussion.models import BODY_LENGTH, CommentVersion, Mention
from forum.discussion.operations.writing import bring_back_comment, delete_comment, edit_comment, post_comment
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_membership, make_post


def of(thing: Any) -> Any:
    """The same row as the database holds it now."""
    return db.session.get_one(type(thing), thing.id, populate_existing=True)


@pytest.fixture
def post(cast: Cast) -> Post:
    return make_post(cast.an, cast.sluis, visibility="members")


def test_a_member_comments_on_a_post_of_another_organisation(cast: Cast, post: Post) -> None:
    comment = post_comment(cast.actor("chiara"), post.id, "How much did the **machines** cost you?")
    assert (comment.number, comment.author_id, comment.organisation_id) == (1, cast.chiara.id, cast.filo.id)
    assert "<strong>machines</strong>" in comment.body_html
    owner = of(post)
    assert (owner.comment_count, owner.last_comment_number, owner.version) == (1, 1, 2)
    assert owner.last_activity_at == comment.created_at
    event = db.session.scalars(db.select(Event).where(Event.name == "comment.posted")).one()
    assert (event.subject_type, event.subject_id, event.data["post"]) == ("comment", comment.id, post.id)


@pytest.mark.parametrize("name", ["visitor", "noor"])
def test_only_members_comment(cast: Cast, name: str) -> None:
    public = make_post(cast.an, cast.sluis, visibility="public")
    with pytest.raises(Denied):
        post_comment(cast.actor(name), public.id, "Let me say something.")


def test_a_stranger_cannot_comment_on_an_organisations_own_post(cast: Cast) -> None:
    own = make_post(cast.an, cast.sluis, visibility="organisation")
    with pytest.raises(Missing):
        post_comment(cast.actor("chiara"), own.id, "I should not be here.")
    assert post_comment(cast.actor("bert"), own.id, "I may be here.").number == 1


def test_a_draft_takes_no_comments(cast: Cast) -> None:
    draft = make_post(cast.an, cast.sluis, status="draft", published_at=None)
    with pytest.raises(Denied):
        post_comment(cast.actor("an"), draft.id, "A note to myself.")


def test_a_locked_post_takes_comments_of_moderators_only(cast: Cast) -> None:
    locked = make_post(cast.an, cast.sluis, locked_at=LONG_AGO)
    with pytest.raises(Denied, match="closed this conversation"):
        post_comment(cast.actor("bert"), locked.id, "One more thing.")
    assert post_comment(cast.actor("mia"), locked.id, "This is closed because it was settled.").number == 1


@pytest.mark.parametrize("body", ["", "  \n\t ", "\u00a0\u200b", "***", "> "])
def test_a_comment_without_words_is_refused(cast: Cast, post: Post, body: str) -> None:
    with pytest.raises(Invalid) as problem:
        post_comment(cast.actor("bert"), post.id, body)
    assert str(problem.value.fields["body"]) == "Write your comment first."


def test_a_comment_that_is_too_long_is_refused(cast: Cast, post: Post) -> None:
    with pytest.raises(Invalid) as problem:
        post_comment(cast.actor("bert"), post.id, "a" * (BODY_LENGTH + 1))
    assert "20001 characters" in str(problem.value.fields["body"])


def test_a_scripts_tags_stay_text(cast: Cast, post: Post) -> None:
    comment = post_comment(cast.actor("bert"), post.id, "<script>alert(1)</script> hello")
    assert "<script" not in comment.body_html


def test_numbers_have_no_gap_and_no_double_when_many_post_at_once(app: Flask, cast: Cast, post: Post) -> None:
    actor, post_id = cast.actor("bert"), post.id
    db.session.rollback()

    def write(place: int) -> int:
        with app.app_context():
            return post_comment(actor, post_id, f"Comment from window {place}.").number

    with ThreadPoolExecutor(6) as windows:
        numbers = list(windows.map(lambda place: Context().run(write, place), range(12)))
    assert sorted(numbers) == list(range(1, 13))
    assert (of(post).comment_count, of(post).last_comment_number) == (12, 12)


def test_the_same_form_sent_twice_gives_one_comment(cast: Cast, post: Post) -> None:
    first = post_comment(cast.actor("bert"), post.id, "Sent twice.", request_key="k1")
    assert post_comment(cast.actor("bert"), post.id, "Sent twice.", request_key="k1").id == first.id
    assert of(post).comment_count == 1


def test_going_back_and_writing_something_else_loses_nothing(cast: Cast, post: Post) -> None:
    post_comment(cast.actor("bert"), post.id, "First thought.", request_key="k1")
    assert post_comment(cast.actor("bert"), post.id, "Second thought.", request_key="k1").number == 2


def test_replies_go_two_levels_deep(cast: Cast, post: Post) -> None:
    top = post_comment(cast.actor("bert"), post.id, "A question.")
    reply = post_comment(cast.actor("an"), post.id, "An answer.", parent_id=top.id)
    deeper = post_comment(cast.actor("chiara"), post.id, "A doubt.", parent_id=reply.id)
    deepest = post_comment(cast.actor("bert"), post.id, "Yes, but why?", parent_id=deeper.id)
    assert [one.parent_id for one in (reply, deeper, deepest)] == [top.id, reply.id, reply.id]
    assert deepest.body == f"@[Chiara](person:{cast.chiara.id}) Yes, but why?"
    assert db.session.scalars(db.select(Mention.person_id)).all() == [cast.chiara.id]


def test_a_reply_to_a_comment_of_another_post_is_refused(cast: Cast, post: Post) -> None:
    elsewhere = post_comment(cast.actor("bert"), make_post(cast.an, cast.sluis).id, "Elsewhere.")
    with pytest.raises(Missing):
        post_comment(cast.actor("bert"), post.id, "Lost.", parent_id=elsewhere.id)


def test_the_organisation_is_the_first_that_the_author_edits(cast: Cast, post: Post) -> None:
    make_membership(cast.dora, cast.secretariat)
    assert post_comment(cast.actor("dora"), post.id, "For De Sluis.").organisation_id == cast.sluis.id


def test_the_language_is_guessed_and_can_be_said(cast: Cast, post: Post) -> None:
    bert = cast.actor("bert")
    dutch = "Wij hebben dit vorig jaar ook geprobeerd in onze werkplaats, en het was een succes."
    assert post_comment(bert, post.id, dutch).language == "nl"
    assert post_comment(bert, post.id, f"> {dutch}\n\nThank you for that, we will try it as well.").language == "en"
    assert post_comment(bert, post.id, "Ja.").language == "en"
    assert post_comment(bert, post.id, "Ja.", language="nl").language == "nl"
    with pytest.raises(Invalid):
        post_comment(bert, post.id, "Ja.", language="xx1")


def test_an_edit_keeps_what_was_said_before(cast: Cast, post: Post) -> None:
    bert = cast.actor("bert")
    comment = post_comment(bert, post.id, "We paid 300 euro.")
    edited = edit_comment(bert, comment.id, "We paid 3000 euro.", revision=1)
    assert (edited.body, edited.revision) == ("We paid 3000 euro.", 2)
    assert edited.edited_at is not None
    assert "3000" in edited.body_html
    assert [version.body for version in db.session.scalars(db.select(CommentVersion))] == ["We paid 300 euro."]
    assert of(post).version == 3


def test_an_edit_that_changes_nothing_leaves_nothing(cast: Cast, post: Post) -> None:
    comment = post_comment(cast.actor("bert"), post.id, "We paid 300 euro.")
    assert edit_comment(cast.actor("bert"), comment.id, "We paid 300 euro. ", revision=1).revision == 1
    assert of(comment).edited_at is None


def test_an_edit_of_an_older_state_is_a_conflict(cast: Cast, post: Post) -> None:
    comment = post_comment(cast.actor("bert"), post.id, "First.")
    edit_comment(cast.actor("bert"), comment.id, "Second.", revision=1)
    with pytest.raises(Conflict):
        edit_comment(cast.actor("bert"), comment.id, "Third.", revision=1)
    assert of(comment).body == "Second."


@pytest.mark.parametrize("name", ["an", "dora", "mia", "visitor"])
def test_nobody_else_edits_or_deletes_a_comment(cast: Cast, name: str) -> None:
    comment = post_comment(cast.actor("bert"), make_post(cast.an, cast.sluis).id, "Mine.")
    with pytest.raises(Denied):
        edit_comment(cast.actor(name), comment.id, "Yours.", revision=1)
    with pytest.raises(Denied):
        delete_comment(cast.actor(name), comment.id)


def test_a_deleted_comment_leaves_its_number(cast: Cast, post: Post) -> None:
    bert = cast.actor("bert")
    comment = post_comment(bert, post.id, f"Ask @[An](person:{cast.an.id}).")
    post_comment(bert, post.id, "Another one.")
    delete_comment(bert, comment.id)
    owner = of(post)
    assert (owner.comment_count, owner.last_comment_number) == (1, 2)
    assert of(comment).deleted_at is not None
    assert db.session.scalars(db.select(Mention)).all() == []
    with pytest.raises(Missing):
        edit_comment(bert, comment.id, "Too late.", revision=1)
    with pytest.raises(Missing):
        post_comment(cast.actor("an"), post.id, "To whom?", parent_id=comment.id)


def test_the_last_activity_goes_back_when_the_last_comment_goes(cast: Cast, post: Post) -> None:
    comment = post_comment(cast.actor("bert"), post.id, "Said too soon.")
    delete_comment(cast.actor("bert"), comment.id)
    assert of(post).last_activity_at == LONG_AGO


def test_a_deleted_comment_can_be_brought_back_by_its_author(cast: Cast, post: Post) -> None:
    bert = cast.actor("bert")
    comment = post_comment(bert, post.id, f"Ask @[An](person:{cast.an.id}).")
    delete_comment(bert, comment.id)
    with pytest.raises(Denied):
        bring_back_comment(cast.actor("an"), comment.id)
    bring_back_comment(bert, comment.id)
    assert of(comment).deleted_at is None
    assert of(post).comment_count == 1
    assert db.session.scalars(db.select(Mention.person_id)).all() == [cast.an.id]


def test_deleting_or_bringing_back_twice_changes_nothing(cast: Cast, post: Post) -> None:
    bert = cast.actor("bert")
    comment = post_comment(bert, post.id, "Once.")
    bring_back_comment(bert, comment.id)
    for _time in range(2):
        delete_comment(bert, comment.id)
    names = db.session.scalars(db.select(Event.name).order_by(Event.id)).all()
    assert names == ["comment.posted", "comment.deleted"]


def test_a_change_of_the_language_alone_is_no_new_version(cast: Cast, post: Post) -> None:
    comment = post_comment(cast.actor("bert"), post.id, "Ja.", language="en")
    edited = edit_comment(cast.actor("bert"), comment.id, "Ja.", revision=1, language="nl")
    assert (edited.language, edited.edited_at, edited.revision) == ("nl", None, 2)
    assert db.session.scalars(db.select(CommentVersion)).all() == []


def test_a_reply_that_begins_with_a_quotation_keeps_it_whole(cast: Cast, post: Post) -> None:
    first = post_comment(cast.actor("bert"), post.id, "One.")
    second = post_comment(cast.actor("an"), post.id, "Two.", parent_id=first.id)
    third = post_comment(cast.actor("chiara"), post.id, "Three.", parent_id=second.id)
    own = post_comment(cast.actor("chiara"), post.id, "And four.", parent_id=third.id)
    assert own.body == "And four."
    quoting = post_comment(cast.actor("bert"), post.id, "> Three.\n\nRight.", parent_id=third.id)
    assert quoting.body == f"@[Chiara](person:{cast.chiara.id})\n\n> Three.\n\nRight."


def test_a_comment_on_a_post_one_may_not_read_is_unknown(cast: Cast) -> None:
    own = make_post(cast.an, cast.sluis, visibility="organisation")
    comment = post_comment(cast.actor("bert"), own.id, "Between us.")
    with pytest.raises(Missing):
        edit_comment(cast.actor("chiara"), comment.id, "Hello.", revision=1)
    with pytest.raises(Missing):
        delete_comment(cast.actor("chiara"), 999_999)


def test_the_same_words_again_within_minutes_are_the_same_comment(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    bert, again = cast.actor("bert"), "Went back, and sent it again."
    first = post_comment(bert, post.id, again, request_key="k1")
    assert post_comment(bert, post.id, again, request_key="k2").id == first.id
    assert post_comment(bert, post.id, again, parent_id=first.id, request_key="k3").id != first.id
    assert post_comment(cast.actor("dora"), post.id, again, request_key="k4").id != first.id
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert post_comment(bert, post.id, again, request_key="k5").id != first.id
