"""What is done on the moderators' desk, to one thing or to several: claims, bulk, and undo."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement, fromstring

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Conflict
from forum.core.events import Event
from forum.curation.models import Claim, Decision, Deed, Flag
from forum.curation.operations.claims import claim, forget_claims, release
from forum.curation.operations.deeds import UNDONE_WITHIN, forget_deeds
from forum.curation.queue import CLAIMED_FOR, Key
from forum.library.models import Post
from forum.library.operations.curating import hide_post, lock_post, mark_review
from forum.organisations.queries import actor_for
from forum.search.models import SearchCount, WordLeftAside
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_comment, make_membership, make_person, make_post, saved

BrowserOf = Callable[[Any], FlaskClient]


def press(browser: FlaskClient, query: str = "", **form: Any) -> HtmlElement:
    """Send the desk's form; give the page that follows."""
    answer = browser.post(f"/review{query}", data=form, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return fromstring(answer.text)


def told(page: HtmlElement) -> str:
    """What the desk says was done."""
    return " ".join(page.xpath("string(//main)").split())


def undo(browser: FlaskClient, page: HtmlElement) -> HtmlElement:
    """Press the (first) button that undoes."""
    form = page.xpath("//form[contains(@action, '/review/undo/')]")[0]
    fields = {one.get("name"): one.get("value") for one in form.xpath(".//input")}
    return fromstring(browser.post(form.get("action"), data=fields, follow_redirects=True).text)


def marks(post: Post) -> tuple[Any, ...]:
    """What moderators can change of a post."""
    found = db.session.get_one(Post, post.id, populate_existing=True)
    names = ("review", "reviewed_at", "reviewed_by_id", "checked_on", "check_by", "status", "status_before")
    return tuple(getattr(found, name) for name in (*names, "status_reason"))


def three(cast: Cast) -> list[Post]:
    """Three new posts of De Sluis."""
    return [make_post(cast.an, cast.sluis, title=f"Post {letter}") for letter in "ABC"]


def test_a_review_mark_is_taken_back_from_the_desk_where_it_was_given(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings", language="nl")
    before, moderator = marks(post), browser_of(cast.mia)
    marked = moderator.post("/review?language=nl", data={"one": f"reviewed new:{post.id}"})
    assert marked.status_code == 303
    assert marked.location.startswith("/review?language=nl&done=")
    page = fromstring(moderator.get(marked.location).text)
    assert page.xpath("//*[@role='status']//p[@lang='nl']/text()") == ["The laundry that sings"]
    assert not page.xpath("//ul[@class='desk-list']")
    page = undo(moderator, page)
    assert "1 thing is as it was before." in told(page)
    assert page.xpath("//ul[@class='desk-list']//h3/a/text()") == ["The laundry that sings"]
    assert marks(post) == before
    names = db.session.scalars(db.select(Event.name).where(Event.subject_id == post.id)).all()
    assert names == ["post.reviewed", "post.step_undone"]


def test_several_posts_are_marked_at_once_and_what_cannot_be_is_said(cast: Cast, browser_of: BrowserOf) -> None:
    first, second, third = three(cast)
    moderator, other = browser_of(cast.mia), browser_of(cast.ada)
    press(other, one=f"take new:{second.id}")
    with transaction():
        db.session.get_one(Post, third.id).review = "reviewed"
    page = press(moderator, do="reviewed", item=[f"new:{post.id}" for post in (first, second, third)])
    assert "Marked as reviewed Post A" in told(page)
    assert "Ada has taken this." in told(page)
    assert "This no longer waits" in told(page)
    assert [marks(post)[0] for post in (first, second)] == ["reviewed", "new"]


def test_undo_leaves_alone_what_somebody_changed_since(cast: Cast, browser_of: BrowserOf) -> None:
    first, second, third = three(cast)
    moderator = browser_of(cast.mia)
    page = press(moderator, do="reviewed", item=[f"new:{post.id}" for post in (first, second, third)])
    mark_review(cast.actor("ada"), second.id, "needs_recheck")
    hide_post(cast.actor("ada"), third.id, "It names a client.")
    make_comment(first, cast.chiara)
    lock_post(cast.actor("ada"), first.id, locked=True)
    page = undo(moderator, page)
    assert "1 thing is as it was before." in told(page)
    assert "This could not be undone: Somebody has changed this since." in told(page)
    assert [marks(post)[0] for post in (first, second, third)] == ["new", "needs_recheck", "reviewed"]
    assert marks(third)[5] == "hidden"


def test_hiding_several_asks_why_and_is_undone(cast: Cast, browser_of: BrowserOf) -> None:
    first, second, _third = three(cast)
    before, moderator = marks(first), browser_of(cast.mia)
    saved(Flag(post_id=first.id, reporter_id=cast.chiara.id, reason="wrong", created_at=LONG_AGO))
    items = [f"new:{post.id}" for post in (first, second)]
    asked = press(moderator, do="hide", item=items)
    assert asked.xpath("//h1/text()") == ["Hide 2 posts"]
    assert marks(first) == before
    empty = moderator.post("/review", data={"do": "hide", "item": items, "reason": " "})
    assert empty.status_code == 422
    assert "Give a reason" in empty.text
    page = press(moderator, do="hide", item=items, reason="They name a client.")
    assert [marks(post)[5] for post in (first, second)] == ["hidden", "hidden"]
    assert marks(first)[7] == "They name a client."
    assert {one.reversed_at for one in db.session.query(Decision)} == {None}
    undo(moderator, page)
    assert marks(first) == before
    assert None not in {one.reversed_at for one in db.session.query(Decision)}
    assert db.session.query(Flag).one().resolved_at is None


def test_reports_are_closed_together_and_wait_again_after_undo(cast: Cast, browser_of: BrowserOf) -> None:
    flags = [
        saved(Flag(post_id=post.id, reporter_id=cast.chiara.id, reason="wrong", created_at=LONG_AGO))
        for post in three(cast)
    ]
    moderator = browser_of(cast.mia)
    page = press(moderator, "?kind=flag", do="dismissed", item=[f"flag:{flag.id}" for flag in flags])
    assert {db.session.get_one(Flag, flag.id).outcome for flag in flags} == {"dismissed"}
    undo(moderator, page)
    assert {db.session.get_one(Flag, flag.id).resolved_at for flag in flags} == {None}
    assert "Mia reopened a report" in " ".join(moderator.get("/log").text.split())


def test_a_word_is_left_aside_and_taken_up_again(cast: Cast, browser_of: BrowserOf) -> None:
    saved(SearchCount(week=now().date(), language="nl", text="zeep: groen", searches=3, empty=3))
    moderator = browser_of(cast.mia)
    page = press(moderator, one="aside word:nl:zeep: groen")
    assert db.session.query(WordLeftAside).one().text == "zeep: groen"
    assert "Nothing waits" in told(page)
    assert "zeep: groen" in told(undo(moderator, page))


def test_what_one_has_taken_the_others_see(cast: Cast, browser_of: BrowserOf) -> None:
    post = three(cast)[0]
    mia, ada = browser_of(cast.mia), browser_of(cast.ada)
    assert "Taken by you" in told(press(mia, one=f"take new:{post.id}"))
    page = press(ada, one=f"take new:{post.id}")
    assert "Not done Post A: Mia has taken this." in told(page)
    with transaction():
        db.session.query(Claim).one().at = now() - timedelta(minutes=10)
    assert "Taken by Mia, 10 minutes ago" in told(fromstring(ada.get("/review").text))
    assert len(fromstring(mia.get("/review?taken=me").text).xpath("//ul[@class='desk-list']/li")) == 1
    assert not fromstring(ada.get("/review?taken=me").text).xpath("//ul[@class='desk-list']/li")
    press(ada, one=f"release new:{post.id}")
    assert db.session.query(Claim).one().person_id == cast.mia.id
    press(mia, one=f"release new:{post.id}")
    assert db.session.query(Claim).count() == 0


def test_of_two_who_take_the_same_thing_one_gets_it(cast: Cast) -> None:
    key = Key("new", "7")
    claim(cast.actor("mia"), key)
    with pytest.raises(Conflict, match="Mia has taken this"):
        claim(cast.actor("ada"), key)
    claim(cast.actor("mia"), key)
    release(cast.actor("ada"), key)
    assert db.session.query(Claim).one().person_id == cast.mia.id


def test_of_many_who_take_the_same_thing_at_once_one_gets_it(app: Flask, cast: Cast) -> None:
    people = [make_person() for _ in range(6)]
    actors = [Actor(person_id=one.id, name=one.name, moderates=frozenset({"network"})) for one in people]
    together = Barrier(len(actors))

    def take(who: Actor) -> bool:
        with app.app_context():
            together.wait()
            try:
                claim(who, Key("new", "7"))
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(len(actors)) as pool:
        got = list(pool.map(take, actors))
    assert got.count(True) == 1
    db.session.rollback()
    assert db.session.query(Claim).one().person_id == actors[got.index(True)].person_id


def test_a_claim_runs_out_after_a_day(cast: Cast) -> None:
    key = Key("new", "7")
    claim(cast.actor("mia"), key)
    with transaction():
        db.session.query(Claim).one().at = now() - CLAIMED_FOR
    claim(cast.actor("ada"), key)
    assert db.session.query(Claim).one().person_id == cast.ada.id
    forget_claims()
    assert db.session.query(Claim).count() == 1
    with transaction():
        db.session.query(Claim).one().at = now() - CLAIMED_FOR
    forget_claims()
    assert db.session.query(Claim).count() == 0


def test_what_is_dealt_with_is_taken_no_longer(cast: Cast, browser_of: BrowserOf) -> None:
    post = three(cast)[0]
    press(browser_of(cast.mia), one=f"take new:{post.id}")
    press(browser_of(cast.mia), one=f"reviewed new:{post.id}")
    assert db.session.query(Claim).count() == 0


@pytest.mark.parametrize("form", [{"do": "reviewed"}, {"item": "new:1"}, {"do": "explode", "item": "new:1"}, {}])
def test_a_press_without_choice_says_what_is_missing_and_keeps_the_ticks(
    cast: Cast, browser_of: BrowserOf, form: dict[str, str]
) -> None:
    post = three(cast)[0]
    sent = form | ({"item": f"new:{post.id}"} if "item" in form else {})
    answer = browser_of(cast.mia).post("/review", data=sent)
    page = fromstring(answer.text)
    assert answer.status_code == 422
    link = page.xpath("//*[@class='error-summary']//a/@href")[0]
    assert page.xpath(f"//*[@id='{link[1:]}']")
    assert len(page.xpath("//input[@name='item' and @checked]")) == ("item" in form)
    assert marks(post)[0] == "new"


def test_what_one_did_stands_on_a_page_of_ones_own_for_thirty_days(cast: Cast, browser_of: BrowserOf) -> None:
    post = three(cast)[0]
    mia, ada = browser_of(cast.mia), browser_of(cast.ada)
    press(mia, one=f"reviewed new:{post.id}")
    assert "Post A" not in told(fromstring(ada.get("/review/mine").text))
    mine = fromstring(mia.get("/review/mine").text)
    assert "Marked as reviewed" in told(mine)
    token = db.session.query(Deed).one().batch
    assert ada.post(f"/review/undo/{token}").status_code == 404
    after = undo(mia, mine)
    assert "Undone" in told(after)
    assert mia.post(f"/review/undo/{token}").status_code == 404
    with transaction():
        db.session.query(Deed).one().at = now() - UNDONE_WITHIN
    forget_deeds()
    assert db.session.query(Deed).count() == 0


def test_an_answer_to_a_request_leads_back_to_the_desk(cast: Cast, browser_of: BrowserOf) -> None:
    make_membership(cast.noor, cast.sluis, state="requested")
    moderator = browser_of(cast.mia)
    page = fromstring(moderator.get("/review").text)
    button = page.xpath("//button[@name='answer' and @value='accept']")[0]
    fields = {"next": page.xpath("//form[@id='desk']//input[@name='next']/@value")[0], "answer": "accept"}
    assert moderator.post(button.get("formaction"), data=fields).location == "/review"
    assert actor_for(cast.noor).organisation_ids == {cast.sluis.id}


def test_names_of_things_that_cannot_be_are_left_alone(cast: Cast, browser_of: BrowserOf) -> None:
    odd = ["new", ":", "new:", "nothing:1", "new:\x00", f"new:{'9' * 300}", "flag:x", "request:-1"]
    answer = browser_of(cast.mia).post("/review", data={"do": "take", "item": odd}, follow_redirects=True)
    assert answer.status_code == 200
    assert db.session.query(Claim).count() == 0


def test_what_is_done_on_the_page_of_a_post_leads_back_to_the_desk(cast: Cast, browser_of: BrowserOf) -> None:
    first, second, _third = three(cast)
    moderator = browser_of(cast.mia)
    link = fromstring(moderator.get("/review").text).xpath("//ul[@class='desk-list']//h3/a/@href")[0]
    page = fromstring(moderator.get(link).text)
    action = page.xpath("//section[@class='moderation']//form[contains(@action, '/reviewed')]/@action")[0]
    done = moderator.post(action, data={"checked": ["title", "theme"]})
    assert done.location.startswith("/review?done=")
    assert "Marked as reviewed Post A" in told(fromstring(moderator.get(done.location).text))
    hide = f"/posts/{second.id}/moderate/hide?from=desk"
    assert moderator.post(hide, data={"reason": ""}).status_code == 422
    assert moderator.post(hide, data={"reason": "It names a client."}).location.startswith("/review?done=")
    assert [marks(post)[position] for post, position in ((first, 0), (second, 5))] == ["reviewed", "hidden"]
    said = db.session.scalar(db.select(Event.data).where(Event.name == "post.reviewed"))
    assert said is not None
    assert said["checked"] == ["title", "theme"]
    again = moderator.post(action)
    assert again.location.startswith(f"/posts/{first.id}/")
