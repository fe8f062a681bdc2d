"""Comments where people meet them: their pages and forms."""

import html
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from forum.core.db import db, transaction
from forum.discussion.models import Comment, Mention, ReadMark, UsefulMark
from forum.discussion.operations.marking import accept_answer
from forum.discussion.operations.moderating import hide_comment
from forum.discussion.operations.writing import delete_comment, draft_place, edit_comment, post_comment
from forum.discussion.reading import Reading, keep_readings, notes
from forum.library.models import FormDraft, Post
from forum.library.operations.form_drafts import save_form_draft
from forum.web import conversation
from forum.web.conversation import write_readings
from tests.conftest import Cast
from tests.discussion.test_conversation import many_comments
from tests.factories import make_comment, make_post

Browsers = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def no_notes_of_other_tests() -> Iterator[None]:
    notes.take()
    yield
    notes.take()


@pytest.fixture
def post(cast: Cast) -> Post:
    return make_post(cast.an, cast.sluis, visibility="members", title="Sewing for beginners")


def address(post: Post) -> str:
    return f"/posts/{post.id}/{post.slug}"


def of(thing: Any) -> Any:
    """The same row as the database holds it now."""
    return db.session.get_one(type(thing), thing.id, populate_existing=True)


def number_of_comments() -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(Comment)) or 0


def without_tags(page: str) -> str:
    """The words of a page, with their entities."""
    return re.sub(r"<[^>]*>", "", page)


class TestReading:
    """The conversation on a post's page."""

    def test_each_comment_is_a_heading_with_its_author_and_organisation(
        self, cast: Cast, post: Post, browser_of: Browsers
    ) -> None:
        comment = post_comment(cast.actor("chiara"), post.id, "Quanto costa?", language="it")
        reply = post_comment(cast.actor("an"), post.id, "Not much.", parent_id=comment.id, language="en")
        page = browser_of(cast.bert).get(address(post)).text
        assert '<h3 class="comment-title">Comment 1 by <a href="/people/' in page
        assert "Comment 1 by Chiara, Il Filo" in without_tags(page)
        assert f'<article class="comment comment-indent-1" id="comment-{reply.number}">' in page
        assert '<a href="#comment-1">' in page
        assert "In reply to comment 1 by Chiara" in page
        assert 'lang="it" dir="auto"' in page
        assert "2 comments</h2>" in page

    def test_a_visitor_reads_and_is_asked_to_sign_in_to_comment(self, cast: Cast, client: FlaskClient) -> None:
        open_post = make_post(cast.an, cast.sluis)
        make_comment(open_post, cast.bert)
        answer = client.get(address(open_post))
        assert "Comment 1 by Bert" in without_tags(answer.text)
        assert "Sign in to comment." in answer.text
        assert "<textarea" not in answer.text
        assert "Set-Cookie" not in answer.headers

    def test_somebody_without_an_organisation_is_told_what_to_do(self, cast: Cast, browser_of: Browsers) -> None:
        page = browser_of(cast.noor).get(address(make_post(cast.an, cast.sluis))).text
        assert "Join your organisation first: then you can comment." in page

    def test_a_member_is_told_who_will_read_the_comment(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        page = browser_of(cast.chiara).get(address(post)).text
        assert "Everyone who can read this post can read your comment." in page
        assert "Only members can see this" in page

    def test_a_closed_conversation_says_so(self, cast: Cast, browser_of: Browsers) -> None:
        closed = make_post(cast.an, cast.sluis, locked_at=post_time())
        assert "A moderator closed this conversation." in browser_of(cast.bert).get(address(closed)).text
        assert "<textarea" in browser_of(cast.mia).get(address(closed)).text

    def test_a_stranger_sees_nothing_of_an_organisations_own_post(self, cast: Cast, browser_of: Browsers) -> None:
        own = make_post(cast.an, cast.sluis, visibility="organisation")
        comment = make_comment(own, cast.bert)
        for person in (None, cast.noor, cast.chiara, cast.mia):
            browser = browser_of(person)
            assert browser.get(address(own)).status_code == 404
            assert browser.get(f"/comments/{comment.id}").status_code == 404
            assert browser.get(f"/comments/{comment.id}/history").status_code == 404
        assert browser_of(cast.dora).get(f"/comments/{comment.id}").status_code == 302

    def test_of_gone_comments_a_trace_remains(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        deleted, hidden = (make_comment(post, cast.bert, body=f"Secret words {place}.") for place in (1, 2))
        delete_comment(cast.actor("bert"), deleted.id)
        hide_comment(cast.actor("mia"), hidden.id, "Private facts.")
        page = browser_of(cast.chiara).get(address(post)).text
        assert "Deleted by its author on" in page
        assert "Hidden by a moderator on" in page
        assert "Secret words" not in page
        assert "Private facts." not in page
        own = browser_of(cast.bert).get(address(post)).text
        assert ("Secret words 1" in own, "Secret words 2" in own, "Private facts." in own) == (False, True, True)
        assert "Bring back" in own
        assert "Show again" in browser_of(cast.mia).get(address(post)).text

    def test_names_and_reasons_are_text_and_never_markup(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        with transaction():
            of(cast.bert).name = "<b>Bert</b>"
            of(cast.sluis).name = '"><script>alert(1)</script>'
        comment = make_comment(post, cast.bert, organisation_id=cast.sluis.id)
        make_comment(post, cast.an, parent_id=comment.id)
        hide_comment(cast.actor("mia"), comment.id, "<i>rude</i>")
        page = browser_of(cast.bert).get(address(post)).text
        assert "Comment 1 by &lt;b&gt;Bert&lt;/b&gt;, " in without_tags(page)
        assert ("<b>Bert" in page, "<script>alert" in page, "<i>rude" in page) == (False, False, False)

    def test_long_conversations_come_in_pages(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        many_comments(post, cast.bert, 120)
        browser = browser_of(cast.an)
        assert "Page 2 of 3" in browser.get(f"{address(post)}?page=2").text
        assert 'id="comment-101"' in browser.get(f"{address(post)}?page=3").text
        assert browser.get(f"{address(post)}?page=4").status_code == 404
        late = db.session.scalars(db.select(Comment).where(Comment.number == 101)).one()
        assert browser.get(f"/comments/{late.id}").location == f"{address(post)}?page=3#comment-101"

    def test_the_conversation_costs_four_statements_however_long_it_is(
        self, app: Flask, cast: Cast, count_sql: Callable[[], Any]
    ) -> None:
        costs = []
        for number in (10, 1000):
            post = make_post(cast.an, cast.sluis)
            many_comments(post, cast.bert, number)
            actor, owner = cast.actor("chiara"), of(post)
            with app.test_request_context(address(post)), count_sql() as statements:
                assert conversation.conversation(actor, owner).form is not None
            costs.append(len(statements))
        assert costs == [4, 4]

    def test_the_whole_page_costs_the_same_with_ten_comments_as_with_a_thousand(
        self, cast: Cast, browser_of: Browsers, count_sql: Callable[[], Any]
    ) -> None:
        browser, costs = browser_of(cast.chiara), []
        for number in (10, 1000):
            post = make_post(cast.an, cast.sluis)
            many_comments(post, cast.bert, number)
            where = address(post)
            browser.get(where)
            with count_sql() as statements:
                assert browser.get(where).status_code == 200
            costs.append(len(statements))
        assert costs[0] == costs[1] <= 16


def post_time() -> Any:
    """A moment in the past."""
    return make_post().created_at


class TestUnread:
    """New since the last visit."""

    def test_reading_is_noted_a_moment_later_and_never_by_the_request(
        self, cast: Cast, post: Post, browser_of: Browsers, count_sql: Callable[[], Any]
    ) -> None:
        make_comment(post, cast.bert)
        browser, where = browser_of(cast.an), address(post)
        with count_sql() as statements:
            browser.get(where)
        assert not [one for one in statements if not one.startswith(("SELECT", "WITH"))]
        write_readings()
        mark = db.session.scalars(db.select(ReadMark)).one()
        assert (mark.person_id, mark.post_id, mark.comment_number, mark.version) == (cast.an.id, post.id, 1, 1)

    def test_a_page_that_the_browser_fetches_ahead_is_not_read(
        self, cast: Cast, post: Post, browser_of: Browsers, client: FlaskClient
    ) -> None:
        browser = browser_of(cast.an)
        browser.get(address(post), headers={"Sec-Purpose": "prefetch;prerender"})
        browser.head(address(post))
        client.get(address(post))
        assert notes.take() == []

    def test_the_page_leads_to_the_first_new_comment(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        make_comment(post, cast.bert)
        browser = browser_of(cast.an)
        assert "since your last visit" not in browser.get(address(post)).text
        write_readings()
        for _number in range(2):
            make_comment(post, cast.chiara)
        page = browser.get(address(post)).text
        assert re.search(r'<a href="#comment-2"><span class="new">2 new comments since your last visit', page)
        assert 'id="first-unread">New since your last visit' in page
        assert page.index("first-unread") < page.index('id="comment-2"')
        write_readings()
        assert "since your last visit" not in browser.get(address(post)).text

    def test_a_new_comment_on_another_page_is_reached_by_its_own_address(
        self, cast: Cast, post: Post, browser_of: Browsers
    ) -> None:
        many_comments(post, cast.bert, 60)
        keep_readings(conversation.SYSTEM, [Reading(cast.an.id, post.id, 55, 1)])
        first = db.session.scalars(db.select(Comment).where(Comment.number == 56)).one()
        assert f'<a href="/comments/{first.id}"' in browser_of(cast.an).get(address(post)).text

    def test_only_what_was_shown_counts_as_read(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        many_comments(post, cast.bert, 60)
        browser = browser_of(cast.an)
        for page, number in ((1, 50), (2, 60)):
            browser.get(f"{address(post)}?page={page}")
            write_readings()
            assert db.session.scalars(db.select(ReadMark.comment_number)).all() == [number]

    def test_what_cannot_be_written_now_is_written_later(
        self, cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_arguments: Any) -> None:
            raise OperationalError("", {}, Exception("disk full"))

        notes.add(Reading(cast.an.id, post.id, 3, 1))
        with monkeypatch.context() as patch:
            patch.setattr(conversation, "keep_readings", fail)
            write_readings()
        write_readings()
        assert db.session.scalars(db.select(ReadMark.comment_number)).all() == [3]

    def test_notes_are_written_by_themselves(
        self, app: Flask, cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        notes.add(Reading(cast.an.id, post.id, 3, 1))
        monkeypatch.setattr(app, "testing", False)
        monkeypatch.setattr(conversation.writing, "pause", 0.01)
        conversation.writing.plan(app)
        conversation.writing.plan(app)
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join(5)
        db.session.rollback()
        assert db.session.scalars(db.select(ReadMark.comment_number)).all() == [3]


class TestWriting:
    """Posting comments and replies."""

    def test_a_comment_is_posted_and_shown_at_its_place(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        browser = browser_of(cast.chiara)
        answer = browser.post(f"/posts/{post.id}/comments", data={"body": "How long does it take?", "request_key": "k"})
        assert (answer.status_code, answer.location) == (303, f"{address(post)}#comment-1")
        page = browser.get(answer.location).text
        assert "Your comment is posted." in page
        assert "How long does it take?" in page

    def test_the_same_form_sent_twice_gives_one_comment(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        browser = browser_of(cast.chiara)
        for _time in range(2):
            answer = browser.post(f"/posts/{post.id}/comments", data={"body": "Twice.", "request_key": "k"})
            assert answer.location.endswith("#comment-1")
        assert number_of_comments() == 1

    @pytest.mark.parametrize(("name", "status"), [("visitor", 401), ("noor", 404), ("chiara", 303)])
    def test_only_members_post(self, cast: Cast, post: Post, browser_of: Browsers, name: str, status: int) -> None:
        browser = browser_of(getattr(cast, name, None))
        assert browser.post(f"/posts/{post.id}/comments", data={"body": "Hello."}).status_code == status

    def test_what_was_typed_comes_back_when_the_session_is_over(self, post: Post, client: FlaskClient) -> None:
        assert "My long words." in client.post(f"/posts/{post.id}/comments", data={"body": "My long words."}).text

    def test_an_empty_comment_is_refused_in_plain_words(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        answer = browser_of(cast.chiara).post(f"/posts/{post.id}/comments", data={"body": "  ", "language": "it"})
        assert answer.status_code == 422
        assert "<title>Error: Write a comment" in answer.text
        assert '<a href="#field-body">Write your comment first.</a>' in answer.text
        assert '<option value="it" selected>' in answer.text

    def test_the_preview_posts_nothing_and_guesses_the_language(
        self, cast: Cast, post: Post, browser_of: Browsers
    ) -> None:
        words = "Abbiamo provato anche noi questa cosa l'anno scorso, **con successo**."
        page = browser_of(cast.chiara).post(f"/posts/{post.id}/comments", data={"body": words, "step": "preview"}).text
        assert "nothing is posted yet" in page
        assert "<strong>con successo</strong>" in page
        assert '<option value="it" selected>' in page
        assert number_of_comments() == 0

    def test_a_reply_has_a_page_of_its_own_with_a_quotation(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        comment = make_comment(post, cast.bert, body="> older\n\nIt costs 300 euro.\n\nAnd more.")
        browser = browser_of(cast.chiara)
        page = browser.get(f"/posts/{post.id}/comments/new?reply=1&quote=1").text
        assert "<h1>Reply to comment 1 by Bert</h1>" in page
        assert f"&gt; [Bert](/comments/{comment.id}):\n&gt;\n&gt; It costs 300 euro.\n&gt;\n&gt; And more." in page
        assert "older" not in page.split("<textarea")[1]
        answer = browser.post(f"/posts/{post.id}/comments", data={"body": "That is fair.", "reply": "1"})
        assert answer.location.endswith("#comment-2")
        assert db.session.scalars(db.select(Comment.parent_id).where(Comment.number == 2)).one() == comment.id

    def test_the_post_itself_can_be_quoted(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        page = browser_of(cast.chiara).get(f"/posts/{post.id}/comments/new?quote=0").text
        assert f"&gt; [De Sluis](/posts/{post.id}):" in page

    @pytest.mark.parametrize("query", ["reply=7", "quote=7"])
    def test_a_reply_to_nothing_is_missing(self, cast: Cast, post: Post, browser_of: Browsers, query: str) -> None:
        assert browser_of(cast.chiara).get(f"/posts/{post.id}/comments/new?{query}").status_code == 404

    @pytest.mark.parametrize("query", ["reply=x", "quote=-1", "reply=99999999999999999999", "reply="])
    def test_odd_numbers_are_ignored(self, cast: Cast, post: Post, browser_of: Browsers, query: str) -> None:
        assert browser_of(cast.chiara).get(f"/posts/{post.id}/comments/new?{query}").status_code == 200

    def test_too_many_comments_at_once_are_slowed_and_the_words_kept(
        self, cast: Cast, post: Post, browser_of: Browsers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("forum.web.discussion.MOST_COMMENTS", 1)
        browser = browser_of(cast.chiara)
        browser.post(f"/posts/{post.id}/comments", data={"body": "First."})
        answer = browser.post(f"/posts/{post.id}/comments", data={"body": "Second words."})
        assert answer.status_code == 429
        assert "Second words." in answer.text

    def test_a_draft_of_a_comment_waits_in_the_form_and_goes_when_it_is_posted(
        self, cast: Cast, post: Post, browser_of: Browsers
    ) -> None:
        save_form_draft(cast.actor("chiara"), draft_place(post.id), {"body": "Half a thought", "language": "en"})
        browser = browser_of(cast.chiara)
        assert "Half a thought</textarea>" in browser.get(address(post)).text
        browser.post(f"/posts/{post.id}/comments", data={"body": "A whole thought."})
        assert db.session.scalars(db.select(FormDraft)).all() == []

    def test_what_is_being_typed_is_kept_on_the_server(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        make_comment(post, cast.bert)
        browser = browser_of(cast.chiara)
        keep = f"/posts/{post.id}/comments/draft"
        kept = browser.post(keep, data={"body": "To all."}).json
        assert (kept["id"], kept["save_url"]) == (post.id, keep)
        assert f'name="kept" value="{kept["kept"]}"' in browser.get(address(post)).text
        other = browser.post(keep, data={"body": "From another window.", "kept": ""})
        assert (other.status_code, other.json["now"]) == (409, {"body": "To all."})
        browser.post(keep, data={"body": "To Bert.", "reply": "1"})
        assert "To all.</textarea>" in browser.get(address(post)).text
        reply = browser.get(f"/posts/{post.id}/comments/new?reply=1&quote=1").text
        assert "To Bert.\n\n&gt; [Bert]" in reply
        browser.post(keep, data={"body": " "})
        assert "To all." not in browser.get(address(post)).text
        assert browser_of(cast.noor).post(keep, data={"body": "Hello."}).status_code == 403

    def test_a_quotation_mentions_nobody_again(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        make_comment(post, cast.bert, body=f"Ask @[Chiara](person:{cast.chiara.id}).")
        browser = browser_of(cast.an)
        form = browser.get(f"/posts/{post.id}/comments/new?reply=1&quote=1").text
        quoted = html.unescape(form.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0])
        assert "> Ask @Chiara." in quoted
        browser.post(f"/posts/{post.id}/comments", data={"body": f"{quoted}Who else?", "reply": "1"})
        assert db.session.scalars(db.select(Mention)).all() == []


class TestChanging:
    """Editing, deleting and the history."""

    @pytest.fixture
    def comment(self, cast: Cast, post: Post) -> Comment:
        return make_comment(post, cast.bert, body="We paid 300 euro.")

    def test_an_edit_is_marked_and_its_history_open(
        self, cast: Cast, post: Post, comment: Comment, browser_of: Browsers
    ) -> None:
        browser = browser_of(cast.bert)
        form = browser.get(f"/comments/{comment.id}/edit").text
        assert "We paid 300 euro.</textarea>" in form
        assert '<input type="hidden" name="revision" value="1">' in form
        answer = browser.post(
            f"/comments/{comment.id}/edit", data={"body": "We paid 3000 euro.", "revision": "1", "language": "en"}
        )
        assert (answer.status_code, answer.location) == (303, f"{address(post)}#comment-1")
        reader = browser_of(cast.chiara)
        page = reader.get(address(post)).text
        assert f'href="/comments/{comment.id}/history">Edited on' in page
        history = reader.get(f"/comments/{comment.id}/history").text
        assert "We paid 300 euro." in history
        assert "Version 1, from" in history

    def test_an_edit_of_an_older_state_shows_both_texts(
        self, cast: Cast, comment: Comment, browser_of: Browsers
    ) -> None:
        edit_comment(cast.actor("bert"), comment.id, "Saved from my phone.", revision=1)
        answer = browser_of(cast.bert).post(
            f"/comments/{comment.id}/edit", data={"body": "Typed at my desk.", "revision": "1"}
        )
        assert answer.status_code == 409
        assert "Saved from my phone." in answer.text
        assert "Typed at my desk.</textarea>" in answer.text
        assert '<input type="hidden" name="revision" value="2">' in answer.text
        assert of(comment).body == "Saved from my phone."

    def test_a_change_that_is_being_typed_is_kept(self, cast: Cast, comment: Comment, browser_of: Browsers) -> None:
        browser, keep = browser_of(cast.bert), f"/comments/{comment.id}/draft"
        browser.post(keep, data={"body": "We paid, well,", "revision": "1"})
        assert "We paid, well,</textarea>" in browser.get(f"/comments/{comment.id}/edit").text
        browser.post(f"/comments/{comment.id}/edit", data={"body": "We paid a lot.", "revision": "1"})
        assert "We paid a lot.</textarea>" in browser.get(f"/comments/{comment.id}/edit").text
        browser.post(keep, data={"body": "Older words.", "revision": "1"})
        assert "We paid a lot.</textarea>" in browser.get(f"/comments/{comment.id}/edit").text
        assert browser_of(cast.an).post(keep, data={"body": "Mine."}).status_code == 403

    def test_an_edit_to_nothing_is_refused(self, cast: Cast, comment: Comment, browser_of: Browsers) -> None:
        answer = browser_of(cast.bert).post(f"/comments/{comment.id}/edit", data={"body": "", "revision": "1"})
        assert answer.status_code == 422
        assert "Error: Edit your comment 1" in answer.text

    def test_an_edit_can_be_previewed(self, cast: Cast, comment: Comment, browser_of: Browsers) -> None:
        words = {"body": "*Newer* words.", "revision": "1", "step": "preview"}
        page = browser_of(cast.bert).post(f"/comments/{comment.id}/edit", data=words).text
        assert "<em>Newer</em>" in page
        assert of(comment).revision == 1

    def test_deleting_says_first_what_will_happen(
        self, cast: Cast, post: Post, comment: Comment, browser_of: Browsers
    ) -> None:
        browser = browser_of(cast.bert)
        assert "You can bring it back within 30 days." in browser.get(f"/comments/{comment.id}/delete").text
        assert of(comment).deleted_at is None
        answer = browser.post(f"/comments/{comment.id}/delete")
        page = browser.get(answer.location).text
        assert "Deleted by its author on" in page
        assert "We paid 300 euro." not in page
        browser.post(f"/comments/{comment.id}/bring-back")
        assert "We paid 300 euro." in browser.get(address(post)).text

    @pytest.mark.parametrize("step", ["edit", "delete", "bring-back"])
    def test_others_change_nothing(self, cast: Cast, comment: Comment, browser_of: Browsers, step: str) -> None:
        for person, status in ((None, 401), (cast.noor, 404), (cast.an, 403), (cast.chiara, 403), (cast.mia, 403)):
            answer = browser_of(person).post(f"/comments/{comment.id}/{step}", data={"body": "x", "revision": "1"})
            assert answer.status_code == status
        assert (of(comment).body, of(comment).deleted_at) == ("We paid 300 euro.", None)

    def test_a_moderator_hides_with_a_reason_and_shows_again(
        self, cast: Cast, post: Post, comment: Comment, browser_of: Browsers
    ) -> None:
        browser = browser_of(cast.mia)
        assert "Hide comment 1 by Bert" in browser.get(f"/comments/{comment.id}/hide").text
        assert browser.post(f"/comments/{comment.id}/hide", data={"reason": " "}).status_code == 422
        assert browser.post(f"/comments/{comment.id}/hide", data={"reason": "Names a worker."}).status_code == 303
        assert "We paid" not in browser_of(cast.chiara).get(address(post)).text
        browser.post(f"/comments/{comment.id}/restore")
        assert "We paid" in browser_of(cast.chiara).get(address(post)).text

    def test_others_do_not_hide(self, cast: Cast, comment: Comment, browser_of: Browsers) -> None:
        for person, status in ((None, 401), (cast.bert, 403), (cast.an, 403)):
            assert browser_of(person).post(f"/comments/{comment.id}/hide", data={"reason": "x"}).status_code == status


class TestMarking:
    """Useful comments and accepted answers."""

    def test_a_comment_and_a_post_are_marked_useful(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        comment = make_comment(post, cast.bert)
        browser = browser_of(cast.chiara)
        answer = browser.post(f"/comments/{comment.id}/useful", data={"useful": "1"})
        assert answer.location.endswith("#comment-1")
        browser.post(f"/posts/{post.id}/useful")
        page = browser.get(address(post)).text
        assert "1 person found this useful" in page
        assert "1 person found this post useful" in page
        assert "Not useful after all" in page
        browser.post(f"/comments/{comment.id}/useful", data={"useful": "0"})
        browser.post(f"/posts/{post.id}/useful", data={"useful": "0"})
        assert db.session.scalars(db.select(UsefulMark)).all() == []

    def test_ones_own_comment_has_no_useful_button(self, cast: Cast, post: Post, browser_of: Browsers) -> None:
        comment = make_comment(post, cast.bert)
        browser = browser_of(cast.bert)
        assert f"/comments/{comment.id}/useful" not in browser.get(address(post)).text
        assert browser.post(f"/comments/{comment.id}/useful").status_code == 403

    def test_the_asker_accepts_an_answer(self, cast: Cast, browser_of: Browsers) -> None:
        question = make_post(cast.an, cast.sluis, kind="question")
        comment = make_comment(question, cast.chiara)
        assert "Accept as the answer" not in browser_of(cast.chiara).get(address(question)).text
        browser = browser_of(cast.an)
        assert "Accept as the answer" in browser.get(address(question)).text
        browser.post(f"/comments/{comment.id}/accept", data={"accepted": "1"})
        page = browser_of(None).get(address(question)).text
        assert "Accepted answer" in page
        assert "This question has an accepted answer" in page
        browser.post(f"/comments/{comment.id}/accept", data={"accepted": "0"})
        assert of(question).accepted_comment_id is None

    def test_others_do_not_accept(self, cast: Cast, browser_of: Browsers) -> None:
        question = make_post(cast.an, cast.sluis, kind="question")
        comment = make_comment(question, cast.chiara)
        accept_answer(cast.actor("an"), comment.id)
        answer = browser_of(cast.chiara).post(f"/comments/{comment.id}/accept", data={"accepted": "0"})
        assert answer.status_code == 403


class TestMentions:
    """Names after an @."""

    def test_members_are_offered_names(self, cast: Cast, browser_of: Browsers, count_sql: Callable[[], Any]) -> None:
        browser = browser_of(cast.an)
        browser.get("/mentions?q=zz")
        with count_sql() as own:
            browser.get("/mentions?q=")
        with count_sql() as statements:
            answer = browser.get("/mentions?q=chi")
        assert answer.json == {
            "items": [{"name": "Chiara", "detail": "Il Filo", "source": f"@[Chiara](person:{cast.chiara.id})"}]
        }
        assert len(statements) - len(own) == 2

    @pytest.mark.parametrize(("name", "status"), [("visitor", 302), ("noor", 403)])
    def test_others_are_offered_nothing(self, cast: Cast, browser_of: Browsers, name: str, status: int) -> None:
        assert browser_of(getattr(cast, name, None)).get("/mentions?q=chi").status_code == status


def test_a_post_that_was_hidden_takes_its_conversation_along(cast: Cast, browser_of: Browsers) -> None:
    post = make_post(cast.an, cast.sluis)
    comment = make_comment(post, cast.bert)
    with transaction():
        of(post).status = "hidden"
    assert browser_of(cast.bert).get(f"/comments/{comment.id}").status_code == 404
    assert browser_of(cast.mia).get(f"/comments/{comment.id}").status_code == 302
