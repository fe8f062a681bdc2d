"""The request conversation: who reads it, what suggestions do to a post, and what happens when nobody answers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import Event
from forum.curation.experts.models import ExpertInvitation
from forum.curation.improving import operations
from forum.curation.improving.models import Suggestion
from forum.curation.improving.policy import may_take_part
from forum.curation.improving.queries import conversation_of, count_open
from forum.curation.improving.waiting import look_after_suggestions
from forum.library.models import Post, PostVersion
from forum.library.operations.texts import edit_text, texts_of
from forum.notifications.mailing import MAILS
from tests.conftest import Cast
from tests.factories import make_membership, make_post, make_role, make_suggestion, saved

RUNNING = {"stage": "running"}


def events_named(name: str) -> list[Event]:
    """The events of a name, the latest first."""
    return list(db.session.scalars(select(Event).where(Event.name == name).order_by(Event.id.desc())))


def test_the_two_sides_read_the_conversation_and_nobody_else(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    make_role(cast.noor, "moderator", "language:fr")
    taking_part = {name for name in ("an", "bert", "dora", "chiara", "noor", "mia", "ada", "visitor")
                   if may_take_part(cast.actor(name), post)}  # fmt: skip
    assert taking_part == {"an", "dora", "mia", "ada"}
    with pytest.raises(Missing):
        conversation_of(cast.actor("bert"), post.id)
    with pytest.raises(Missing):
        operations.write_message(cast.actor("chiara"), post.id, "Let me in.", "en")


def test_an_expert_takes_part_while_experts_are_asked(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, review="in_expert_review")
    assert not may_take_part(cast.actor("chiara"), post)
    asked = {"post_id": post.id, "email": "chiara@example.org", "person_id": cast.chiara.id}
    saved(ExpertInvitation(**asked, created_at=now(), ends_at=now()))
    assert may_take_part(cast.actor("chiara"), post)
    with transaction():
        db.session.get_one(Post, post.id).review = "reviewed"
    assert not may_take_part(cast.actor("chiara"), db.session.get_one(Post, post.id))


def test_suggestions_are_seen_by_the_author_once_they_are_sent_and_mark_a_new_post(cast: Cast) -> None:
    post, mia = make_post(cast.an, cast.sluis, title="Laundry"), cast.actor("mia")
    operations.suggest(mia, post.id, "title", "A laundry that sings", "Names what is special.", "en")
    assert conversation_of(cast.actor("an"), post.id).open == []
    assert len(conversation_of(mia, post.id).unsent) == 1
    operations.send_suggestions(mia, post.id)
    (proposal,) = conversation_of(cast.actor("an"), post.id).open
    assert proposal.suggestion.proposed == "A laundry that sings"
    assert db.session.get_one(Post, post.id).review == "changes_suggested"
    assert count_open([post.id]) == {post.id: 1}
    with pytest.raises(Conflict):
        operations.send_suggestions(mia, post.id)


def test_suggestions_to_a_reviewed_post_leave_it_its_badge(cast: Cast) -> None:
    post, mia = make_post(cast.an, cast.sluis, review="recommended"), cast.actor("mia")
    operations.suggest(mia, post.id, "summary", "", "Say it in two sentences.", "en")
    operations.send_suggestions(mia, post.id)
    assert db.session.get_one(Post, post.id).review == "recommended"


def test_nobody_suggests_changes_to_a_record_of_their_own_organisation(cast: Cast) -> None:
    make_role(cast.dora, "moderator")
    post = make_post(cast.an, cast.sluis)
    with pytest.raises(Denied, match="own organisation"):
        operations.suggest(cast.actor("dora"), post.id, "title", "Better", "Because.", "en")
    with pytest.raises(Denied):
        operations.suggest(cast.actor("an"), post.id, "title", "Better", "Because.", "en")


def test_accepting_writes_the_field_and_keeps_what_it_said(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, title="Laundry", details=RUNNING)
    suggestion = make_suggestion(post, cast.mia, proposed="A laundry that sings")
    operations.accept_suggestion(cast.actor("an"), suggestion.id)
    found = db.session.get_one(Post, post.id)
    version = db.session.scalars(select(PostVersion)).one()
    assert (found.title, found.improvements) == ("A laundry that sings", 1)
    assert (version.content["title"], version.note, version.editor_id) == (
        "Laundry",
        f"suggestion {suggestion.id}",
        cast.an.id,
    )
    with pytest.raises(Conflict):
        operations.accept_suggestion(cast.actor("an"), suggestion.id)


def test_a_text_that_changed_meanwhile_is_never_overwritten_unseen(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, title="Laundry", details=RUNNING)
    suggestion, an = make_suggestion(post, cast.mia), cast.actor("an")
    edited = edit_text(an, post.id, "title", "The laundry", post.revision)
    with pytest.raises(Conflict, match="changed since"):
        operations.accept_suggestion(an, suggestion.id)
    with pytest.raises(Conflict, match="Somebody else"):
        operations.accept_suggestion(an, suggestion.id, "The laundry that sings", edited.revision - 1)
    operations.accept_suggestion(an, suggestion.id, "The laundry that sings", edited.revision)
    assert db.session.get_one(Suggestion, suggestion.id).state == "changed"


def test_no_thanks_needs_a_reason_and_changes_nothing(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, title="Laundry")
    suggestion, an = make_suggestion(post, cast.mia), cast.actor("an")
    with pytest.raises(Invalid):
        operations.decline_suggestion(an, suggestion.id, " ")
    operations.decline_suggestion(an, suggestion.id, "Our title is our name.")
    assert db.session.get_one(Post, post.id).title == "Laundry"
    assert db.session.get_one(Suggestion, suggestion.id).answer == "Our title is our name."


def test_only_those_who_may_edit_answer(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, details=RUNNING)
    suggestion = make_suggestion(post, cast.mia)
    for name in ("chiara", "bert"):
        with pytest.raises(Missing):
            operations.accept_suggestion(cast.actor(name), suggestion.id)
    with pytest.raises(Denied):
        operations.accept_suggestion(cast.actor("mia"), suggestion.id)
    operations.accept_suggestion(cast.actor("dora"), suggestion.id)


def test_a_suggestion_that_was_not_sent_is_unknown_to_the_author(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    suggestion = make_suggestion(post, cast.mia, sent_at=None)
    with pytest.raises(Missing):
        operations.accept_suggestion(cast.actor("an"), suggestion.id)
    operations.remove_suggestion(cast.actor("mia"), suggestion.id)
    assert db.session.get(Suggestion, suggestion.id) is None


def test_the_author_asks_for_another_look_and_the_desk_has_it_as_new(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, review="changes_suggested")
    make_suggestion(post, cast.mia)
    found = operations.ask_for_another_look(cast.actor("an"), post.id)
    assert found.review == "new"
    (event,) = events_named("post.resubmitted")
    assert list(MAILS[event.name](event)) == [(f"person:{cast.mia.id}", "suggestions_answered")]


def test_without_an_answer_one_reminder_goes_out_and_then_the_post_waits_as_before(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, review="changes_suggested", review_since=now() - timedelta(days=13))
    look_after_suggestions()
    assert events_named("request.reminded") == []
    move(post, timedelta(days=15))
    look_after_suggestions()
    look_after_suggestions()
    (event,) = events_named("request.reminded")
    assert list(MAILS[event.name](event)) == [(f"person:{cast.an.id}", "suggestions_waiting")]
    assert db.session.get_one(Post, post.id).review == "changes_suggested"
    with transaction():
        db.session.get_one(Event, event.id).at = now() - timedelta(days=14)
    move(post, timedelta(days=29))
    look_after_suggestions()
    assert db.session.get_one(Post, post.id).review == "new"
    assert events_named("post.returned")[0].data["from"]["review"] == "changes_suggested"


def move(post: Post, ago: timedelta) -> None:
    """Let the review mark of a post stand for this long."""
    with transaction():
        db.session.get_one(Post, post.id).review_since = now() - ago


def test_a_message_goes_by_mail_to_everybody_but_its_writer(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    make_suggestion(post, cast.mia)
    operations.write_message(cast.actor("mia"), post.id, "Thank you for **this**.", "en")
    (event,) = events_named("request.written")
    assert list(MAILS[event.name](event)) == [(f"person:{cast.an.id}", "request_written")]
    (entry,) = [one for one in conversation_of(cast.actor("an"), post.id).entries if one.message]
    assert entry.message is not None
    assert "<strong>this</strong>" in entry.message.body_html


def test_when_the_author_has_left_the_editors_of_the_organisation_hear_of_suggestions(cast: Cast) -> None:
    post = make_post(cast.noor, cast.sluis)
    make_membership(cast.chiara, cast.sluis, "editor")
    with transaction():
        cast.noor.erased_at = now()
    make_suggestion(post, cast.mia, sent_at=None)
    operations.send_suggestions(cast.actor("mia"), post.id)
    (event,) = events_named("request.suggestions_sent")
    assert {one for one, _template in MAILS[event.name](event)} == {
        f"person:{cast.dora.id}",
        f"person:{cast.chiara.id}",
    }


@pytest.mark.parametrize("kind", ["practice", "research", "policy", "question", "news"])
def test_every_text_of_a_kind_can_be_suggested(cast: Cast, kind: str) -> None:
    names = texts_of(kind)
    assert names[:3] == ["title", "summary", "body"]
    assert len(set(names)) == len(names)
    post = make_post(cast.an, cast.sluis, kind=kind)
    suggestion = operations.suggest(cast.actor("mia"), post.id, names[-1], "", "Say more.", "en")
    assert suggestion.proposed == ""
