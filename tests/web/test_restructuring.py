"""Merging, splitting, converting, moving and superseding posts, by whom, and undoing it all."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.html import fromstring

from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.curation.collections_models import CollectionEntry
from forum.curation.models import Flag
from forum.curation.operations import converting, merging, splitting
from forum.curation.operations.restructuring_undo import forget_restructurings, undo_restructuring
from forum.curation.restructuring_models import Restructuring
from forum.discussion.models import Comment, Mention, UsefulMark
from forum.discussion.operations.writing import post_comment
from forum.library.models import Post, PostConcept, PostCountry, PostLink, PostVersion
from forum.library.operations.writing import discard_draft
from forum.web.labels import field_label
from tests.conftest import Cast, SearchIndex
from tests.factories import LONG_AGO, make_collection, make_comment, make_post, saved

BrowserOf = Callable[[Any], FlaskClient]
PAGE_COUNTS = {"version", "updated_at"}


def rows() -> dict[str, list[Any]]:
    """Every row of posts, comments and what hangs on them; only the versions of pages go on counting."""
    db.session.rollback()
    found: dict[str, list[Any]] = {}
    models = (
        Post,
        Comment,
        PostLink,
        PostVersion,
        PostConcept,
        PostCountry,
        UsefulMark,
        Mention,
        CollectionEntry,
        Flag,
    )
    for model in models:
        table = model.__table__
        columns = [one for one in table.columns if not (model is Post and one.name in PAGE_COUNTS)]
        found[table.name] = [tuple(row) for row in db.session.execute(db.select(*columns).order_by(*table.primary_key))]
    return found


def bodies() -> list[str]:
    """Every text of a comment."""
    return sorted(db.session.scalars(db.select(Comment.body)))


@pytest.fixture
def pair(cast: Cast) -> tuple[Post, Post]:
    """Two posts about the same thing with their comments, marks, links, a report and a collection."""
    kept = make_post(cast.an, cast.sluis, title="The laundry that sings")
    gone = make_post(cast.chiara, cast.filo, title="A laundry that sang", kind="question", last_activity_at=LONG_AGO)
    make_comment(kept, cast.bert, body="On the first.")
    opening = make_comment(gone, cast.bert, body="On the second.")
    reply = make_comment(gone, cast.an, body="A reply there.", parent_id=opening.id)
    saved(UsefulMark(person_id=cast.mia.id, post_id=gone.id, comment_id=reply.id, created_at=LONG_AGO))
    saved(Flag(post_id=gone.id, comment_id=reply.id, reporter_id=cast.mia.id, reason="spam", created_at=LONG_AGO))
    saved(PostLink(post_id=gone.id, other_id=make_post(cast.an).id, kind="based_on"))
    make_collection(cast.mia, gone)
    return kept, gone


def test_a_merged_post_brings_its_comments_and_its_address_leads_to_the_other(
    cast: Cast, pair: tuple[Post, Post], browser_of: BrowserOf
) -> None:
    kept, gone = pair
    moderator = browser_of(cast.mia)
    found = moderator.get(f"/posts/{gone.id}/merge?q=laundry").text
    assert f"?other={kept.id}" in found
    assert "2 comments move there" in moderator.get(f"/posts/{gone.id}/merge?other={kept.id}").text
    sent = {"other": kept.id, "text": "appendix", "reason": "The same laundry."}
    moderator.post(f"/posts/{gone.id}/merge", data=sent)
    page = browser_of(None).get(f"/posts/{gone.id}", follow_redirects=True)
    assert page.request.path == f"/posts/{kept.id}/{kept.slug}"
    assert "A laundry that sang" in page.text
    assert [one.get("id") for one in fromstring(page.text).xpath("//article[contains(@class, 'comment ')]")] == [
        "comment-1",
        "comment-2",
        "comment-3",
    ]
    assert db.session.get_one(Post, gone.id).body in db.session.get_one(Post, kept.id).body
    assert "merged another post into" in browser_of(None).get("/log").text


@pytest.mark.parametrize("text", merging.TEXTS)
def test_a_merge_undone_leaves_everything_as_it_was(cast: Cast, pair: tuple[Post, Post], text: str) -> None:
    kept, gone = pair
    before = rows()
    done = merging.merge_posts(cast.actor("mia"), gone.id, kept.id, text, "The same.")
    assert rows() != before
    undo_restructuring(cast.actor("mia"), done.id)
    assert rows() == before


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(0, 5), max_size=6),
    step=st.sampled_from(("merge", "split", "convert", "supersede", "transfer")),
    chosen=st.sets(st.integers(0, 6)),
)
def test_whatever_the_thread_undoing_a_step_gives_the_same_rows_and_loses_no_text(
    cast: Cast, parents: list[int], step: str, chosen: set[int]
) -> None:
    post = make_post(cast.an, cast.sluis, kind="question")
    other = make_post(cast.chiara, cast.filo)
    thread: list[Comment] = [make_comment(post, cast.bert)]
    for place in parents:
        parent = thread[place] if place < len(thread) else None
        thread.append(make_comment(post, cast.chiara, parent_id=parent.id if parent else None))
    ids, mia = [one.id for one in thread], cast.actor("mia")
    steps: dict[str, Callable[[], Restructuring]] = {
        "merge": lambda: merging.merge_posts(mia, post.id, other.id, "version", "Why."),
        "split": lambda: splitting.split_post(
            mia, post.id, ids[0], [ids[place] for place in chosen if place < len(ids)], "New", "Why."
        ),
        "convert": lambda: converting.convert_post(mia, post.id, "Why."),
        "supersede": lambda: merging.supersede_post(mia, post.id, other.id, "Why."),
        "transfer": lambda: converting.move_post(mia, post.id, cast.filo.id, "Why."),
    }
    before, texts = rows(), bodies()
    done = steps[step]()
    assert bodies() == texts
    undo_restructuring(mia, done.id)
    assert rows() == before


def test_nobody_reads_more_by_a_merge(cast: Cast) -> None:
    public, members = make_post(cast.an, cast.sluis), make_post(cast.an, cast.sluis, visibility="members")
    with pytest.raises(Invalid):
        merging.merge_posts(cast.actor("mia"), members.id, public.id, "version", "Why.")
    merging.merge_posts(cast.actor("mia"), public.id, members.id, "version", "Why.")


def test_who_merges_reads_before_that_fewer_people_can_read_the_other_post(cast: Cast, browser_of: BrowserOf) -> None:
    public, other = make_post(cast.an, cast.sluis), make_post(cast.an, cast.sluis)
    members, browser = make_post(cast.an, cast.sluis, visibility="members"), browser_of(cast.mia)
    assert "visitors find nothing" in browser.get(f"/posts/{public.id}/merge?other={members.id}").text
    assert "visitors find nothing" not in browser.get(f"/posts/{public.id}/merge?other={other.id}").text


def test_the_address_of_a_merged_post_tells_nothing_to_who_may_not_read_the_other(
    cast: Cast, browser_of: BrowserOf
) -> None:
    public, members = (
        make_post(cast.an, cast.sluis),
        make_post(cast.an, cast.sluis, visibility="members", title="Inner"),
    )
    merging.merge_posts(cast.actor("mia"), public.id, members.id, "version", "Why.")
    answer = browser_of(None).get(f"/posts/{public.id}")
    assert answer.status_code == 410
    assert "Inner" not in answer.text
    assert browser_of(cast.chiara).get(f"/posts/{public.id}").location.startswith(f"/posts/{members.id}/inner")


def test_undo_refuses_when_somebody_has_commented_since(cast: Cast, pair: tuple[Post, Post]) -> None:
    kept, gone = pair
    done = merging.merge_posts(cast.actor("mia"), gone.id, kept.id, "version", "Why.")
    post_comment(cast.actor("chiara"), kept.id, "One more thing.")
    before = rows()
    with pytest.raises(Conflict, match="commented"):
        undo_restructuring(cast.actor("mia"), done.id)
    assert rows() == before


def test_a_step_is_undone_once_and_not_after_thirty_days(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, kind="question")
    done = converting.convert_post(cast.actor("mia"), post.id, "Why.")
    undo_restructuring(cast.actor("mia"), done.id)
    with pytest.raises(Conflict, match="already"):
        undo_restructuring(cast.actor("mia"), done.id)
    old = converting.convert_post(cast.actor("mia"), post.id, "Why.")
    with transaction():
        db.session.get_one(Restructuring, old.id).at = LONG_AGO
    forget_restructurings()
    assert db.session.get_one(Restructuring, old.id).before == {}
    with pytest.raises(Conflict, match="30 days"):
        undo_restructuring(cast.actor("mia"), old.id)


@pytest.mark.parametrize("name", ["visitor", "noor", "bert", "chiara"])
def test_who_may_not_act_on_both_posts_merges_and_supersedes_nothing(
    name: str, cast: Cast, pair: tuple[Post, Post]
) -> None:
    kept, gone = pair
    before = rows()
    for step in (
        lambda: merging.merge_posts(cast.actor(name), gone.id, kept.id, "version", "Why."),
        lambda: merging.supersede_post(cast.actor(name), gone.id, kept.id, "Why."),
        lambda: splitting.split_post(cast.actor(name), kept.id, 1, [], "New", "Why."),
    ):
        with pytest.raises((Denied, Missing)):
            step()
    assert rows() == before


def test_owners_of_both_posts_merge_them_and_undo_it(cast: Cast, browser_of: BrowserOf) -> None:
    first, second = make_post(cast.an, cast.sluis), make_post(cast.an, cast.sluis)
    before = rows()
    browser = browser_of(cast.an)
    sent = {"other": second.id, "text": "version", "reason": "Twice the same."}
    assert browser.post(f"/posts/{first.id}/merge", data=sent).status_code == 303
    page = fromstring(browser.get(f"/posts/{second.id}/{second.slug}").text)
    undo = page.xpath("//section[@aria-labelledby='undo']//form/@action")[0]
    assert browser_of(cast.chiara).post(undo).status_code == 404
    browser.post(undo)
    assert rows() == before


def test_chosen_comments_become_a_question_with_links_both_ways(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    first = make_comment(post, cast.chiara, body="How do you pay the driver of the van?", organisation_id=cast.filo.id)
    answer = make_comment(post, cast.bert, body="By the hour.", parent_id=first.id)
    reply = make_comment(post, cast.chiara, body="Thank you for that.", parent_id=answer.id)
    moderator = browser_of(cast.mia)
    assert moderator.get(f"/posts/{post.id}/split").status_code == 200
    sent = {"first": first.id, "comments": [answer.id], "title": "How to pay drivers", "reason": "A topic of its own."}
    made = moderator.post(f"/posts/{post.id}/split", data=sent, follow_redirects=True)
    assert fromstring(made.text).xpath("//h1/text()") == ["How to pay drivers"]
    assert post.title in made.text
    new = db.session.scalar(db.select(Post).where(Post.title == "How to pay drivers"))
    assert new is not None
    assert (new.kind, new.author_id, new.organisation_id, new.comment_count) == (
        "question",
        cast.chiara.id,
        cast.filo.id,
        2,
    )
    db.session.expire_all()
    assert (reply.post_id, reply.number, reply.parent_id) == (new.id, 2, answer.id)
    assert (answer.number, answer.parent_id, answer.author_id) == (1, None, cast.bert.id)
    assert "How to pay drivers" in moderator.get(f"/posts/{post.id}/{post.slug}").text


def test_a_new_question_that_somebody_answered_is_not_taken_away(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    first = make_comment(post, cast.chiara, body="How do you pay the driver of the van?")
    done = splitting.split_post(cast.actor("mia"), post.id, first.id, [], "How to pay drivers", "Why.")
    post_comment(cast.actor("bert"), done.target_id or 0, "By the hour.")
    with pytest.raises(Conflict):
        undo_restructuring(cast.actor("mia"), done.id)


def test_an_answer_becomes_the_draft_of_a_practice_for_who_wrote_it(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.chiara, cast.filo, kind="question")
    answer = make_comment(
        post, cast.an, body="We pay by the hour, and buses by the ride.", organisation_id=cast.sluis.id
    )
    before = rows()
    path = f"/comments/{answer.id}/practice"
    assert browser_of(cast.chiara).get(path).status_code == 403
    browser = browser_of(cast.an)
    assert answer.body in browser.get(path).text
    assert "/edit" in browser.post(path).location
    draft = db.session.scalar(db.select(Post).where(Post.status == "draft"))
    assert draft is not None
    assert (draft.kind, draft.body, draft.organisation_id) == ("practice", answer.body, cast.sluis.id)
    done = db.session.scalar(db.select(Restructuring.id))
    undo_restructuring(cast.actor("an"), done or 0)
    assert rows() == before


def test_a_practice_that_was_begun_and_thrown_away_cannot_be_undone(cast: Cast) -> None:
    answer = make_comment(make_post(cast.chiara, cast.filo, kind="question"), cast.an, organisation_id=cast.sluis.id)
    done = splitting.make_practice(cast.actor("an"), answer.id)
    discard_draft(cast.actor("an"), done.target_id or 0)
    with pytest.raises(Missing):
        undo_restructuring(cast.actor("an"), done.id)


def test_an_answer_that_is_hidden_or_of_somebody_who_belongs_nowhere_becomes_no_practice(cast: Cast) -> None:
    post = make_post(cast.chiara, cast.filo, kind="question")
    hidden = make_comment(
        post, cast.an, organisation_id=cast.sluis.id, hidden_at=LONG_AGO, hidden_reason="It is unkind."
    )
    for name, answer in (("an", hidden), ("noor", make_comment(post, cast.noor))):
        with pytest.raises(Missing):
            splitting.make_practice(cast.actor(name), answer.id)


@pytest.mark.parametrize(("name", "status"), [("an", "draft"), ("mia", "hidden")])
def test_a_post_that_is_not_shown_is_not_restructured(cast: Cast, name: str, status: str) -> None:
    post = make_post(cast.an, cast.sluis, kind="question", status=status)
    with pytest.raises(Denied, match="as it stands"):
        converting.convert_post(cast.actor(name), post.id, "Why.")


def test_a_question_with_answers_that_news_has_no_place_for_stays_a_question(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, kind="question", details={"already_tried": "Everything."})
    page = browser_of(cast.an).get(f"/posts/{post.id}/convert").text
    assert field_label("question", "already_tried") in page
    assert f"/posts/{post.id}/edit" in page
    assert "Somebody who edits this post" in browser_of(cast.mia).get(f"/posts/{post.id}/convert").text
    answer = browser_of(cast.an).post(f"/posts/{post.id}/convert", data={"reason": "Why."})
    assert answer.status_code == 422
    assert db.session.get_one(Post, post.id).kind == "question"


def test_an_old_post_points_to_the_newer_one_only_for_who_may_read_that(cast: Cast, browser_of: BrowserOf) -> None:
    old = make_post(cast.an, cast.sluis, title="The law of 2020")
    new = make_post(cast.an, cast.sluis, title="The law of 2026", visibility="members")
    browser_of(cast.an).post(f"/posts/{old.id}/supersede", data={"other": new.id, "reason": "A new law."})
    assert db.session.get_one(Post, old.id).status == "archived"
    path = f"/posts/{old.id}/{old.slug}"
    assert "There is a newer version" in browser_of(cast.chiara).get(path).text
    assert "The law of 2026" not in browser_of(None).get(path).text


def test_a_moderator_moves_a_post_at_once(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    sent = {"organisation": cast.filo.id, "reason": "They do it now."}
    assert browser_of(cast.mia).post(f"/posts/{post.id}/transfer", data=sent).status_code == 303
    assert db.session.get_one(Post, post.id).organisation_id == cast.filo.id
    assert "They do it now." in browser_of(None).get("/log").text


def test_the_index_follows_a_merge_and_its_undoing(
    cast: Cast, pair: tuple[Post, Post], search_index: SearchIndex
) -> None:
    kept, gone = pair
    found = lambda: set(search_index.engine.revisions())  # noqa: E731  # asked three times in a row
    done = merging.merge_posts(cast.actor("mia"), gone.id, kept.id, "version", "Why.")
    search_index.take_in()
    assert kept.id in found()
    assert gone.id not in found()
    undo_restructuring(cast.actor("mia"), done.id)
    search_index.take_in()
    assert {kept.id, gone.id} <= found()


def test_what_can_be_undone_is_listed_for_who_may(
    cast: Cast, pair: tuple[Post, Post], browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    kept, gone = pair
    merging.merge_posts(cast.actor("mia"), gone.id, kept.id, "version", "Two songs, one laundry.")
    assert "Two songs, one laundry." in browser_of(cast.mia).get("/restructurings").text
    assert "Two songs, one laundry." not in browser_of(cast.bert).get("/restructurings").text
    for number in range(8):
        converting.convert_post(cast.actor("mia"), make_post(cast.an, kind="question", title=f"Q {number}").id, "Why.")
    browser = browser_of(cast.mia)
    browser.get("/restructurings")
    with count_sql() as statements:
        browser.get("/restructurings")
    assert len(statements) <= 8
