"""A saved search belongs to one person, finds each new post once, and writes one mail a day at most."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from flask import Flask

from forum.core.actor import VISITOR
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Denied, Invalid, Missing
from forum.core.events import Event, consumers, deliver_batch
from forum.core.mail import Letter, MemoryMailer
from forum.core.settings import Settings
from forum.library.models import Post
from forum.library.operations import curating
from forum.notifications import events, looking
from forum.notifications.choices import choose_by_link, choose_mails
from forum.notifications.kinds import SEARCHES
from forum.notifications.looking import forget_matches, look_for_news
from forum.notifications.models import SavedSearch, SearchMatch
from forum.notifications.saved_searches import (
    MOST_SEARCHES,
    choose_alert,
    choose_alert_by_link,
    delete_search,
    forget_searches,
    mark_seen,
    pairs_of,
    path_of,
    save_search,
    searches_of,
    unseen_posts,
    wish_of,
)
from forum.notifications.sending import send_due_mails
from forum.organisations.operations.memberships import leave_everything
from forum.search.finding import Wish
from forum.search.service import engine_for, use_engine
from tests.conftest import Cast, SearchIndex
from tests.factories import LONG_AGO, make_post

BAKERY = Wish(text="bakery")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(now(), tick=False) as moved:
        yield moved


@pytest.fixture
def worker(app: Flask, clock: time_machine.Traveller) -> Callable[..., list[Letter]]:
    """Let so many hours go by, and the worker do what is due; give the mails that went out."""
    settings: Settings = app.config["SETTINGS"]

    def run(hours: float = 1) -> list[Letter]:
        clock.shift(timedelta(hours=hours, seconds=1))
        mailer = MemoryMailer()
        look_for_news()
        while deliver_batch(consumers.by_name["mailing"]):
            pass
        send_due_mails(mailer, settings)
        return mailer.sent

    return run


@pytest.fixture
def publish(cast: Cast, search_index: SearchIndex, clock: time_machine.Traveller) -> Callable[..., Post]:
    """Publish a post by Chiara now, and index it."""

    def run(title: str, **fields: object) -> Post:
        clock.shift(timedelta(seconds=1))
        post = make_post(cast.chiara, cast.filo, **{"title": title, "at": now(), "kind": "news"} | fields)
        search_index.build()
        return post

    return run


Publish = Callable[..., Post]
Worker = Callable[..., list[Letter]]


def found() -> list[str]:
    """The titles of what was found for anybody."""
    query = db.select(Post.title).join(SearchMatch, SearchMatch.post_id == Post.id).order_by(Post.id)
    return list(db.session.scalars(query))


def test_a_wish_comes_back_from_its_pairs_and_its_address() -> None:
    wish = Wish(text="a & b", filters={"kind": ("news", "practice"), "country": ("BE",)}, across_languages=False)
    assert wish_of(pairs_of(wish)) == wish
    assert dict(parse_qsl(urlsplit(path_of(SavedSearch(wish=pairs_of(wish)))).query))["q"] == "a & b"
    assert pairs_of(Wish(text="x", page=3, sort="oldest")) == pairs_of(Wish(text="x"))


def test_saving_the_same_again_changes_nothing_and_wakes_a_paused_search(cast: Cast) -> None:
    an = cast.actor("an")
    search = save_search(an, BAKERY, "“bakery”")
    choose_alert(an, search.id, "off")
    again = save_search(an, Wish(text=" bakery "), "“bakery”")
    assert (again.id, again.alert) == (search.id, "mail")
    choose_alert(an, search.id, "site")
    choose_alert(an, search.id, "site")
    assert save_search(an, BAKERY, "“bakery”").alert == "site"
    assert len(searches_of(an)) == 1
    assert searches_of(cast.actor("bert")) == []


def test_nobody_touches_the_search_of_somebody_else(cast: Cast) -> None:
    search = save_search(cast.actor("an"), BAKERY, "“bakery”")
    for change in (
        lambda who: choose_alert(who, search.id, "off"),
        lambda who: mark_seen(who, search.id),
        lambda who: delete_search(who, search.id),
    ):
        with pytest.raises(Missing):
            change(cast.actor("ada"))
        with pytest.raises(Denied):
            change(VISITOR)
    assert db.session.get_one(SavedSearch, search.id).alert == "mail"


def test_a_search_for_nothing_and_one_too_many_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    an = cast.actor("an")
    with pytest.raises(Invalid):
        save_search(an, Wish(across_languages=False), "")
    for number in range(MOST_SEARCHES):
        save_search(an, Wish(text=f"word{number}"), "x")
    with pytest.raises(Invalid, match="50 saved searches"):
        save_search(an, BAKERY, "x")
    with pytest.raises(Denied):
        save_search(VISITOR, BAKERY, "x")


def test_what_is_new_is_told_once(cast: Cast, publish: Publish, worker: Worker) -> None:
    publish("A bakery before")
    save_search(cast.actor("an"), BAKERY, "“bakery”")
    assert worker() == []
    publish("A new bakery", summary="Bread and work", language="en")
    publish("A laundry")
    (letter,) = worker()
    assert letter.to == "an@example.org"
    assert letter.subject == "1 new post for what you look for"
    for words in ("A new bakery", "Il Filo", "Bread and work", "http://localhost/en/posts/"):
        assert words in letter.text
    assert "A bakery before" not in letter.text
    assert worker(30) == []
    assert found() == ["A new bakery"]


def test_several_searches_share_one_mail_a_day(cast: Cast, publish: Publish, worker: Worker) -> None:
    for word in ("bakery", "laundry"):
        save_search(cast.actor("an"), Wish(text=word), word)
    publish("The first bakery")
    publish("The first laundry")
    (letter,) = worker()
    assert letter.subject == "2 new posts for what you look for"
    publish("The second bakery")
    assert worker(2) == []
    publish("The third bakery")
    assert worker(2) == []
    (letter,) = worker(24)
    assert letter.subject == "2 new posts for what you look for"


def test_nobody_is_told_of_what_they_may_not_see_or_wrote_themselves(
    cast: Cast, publish: Publish, worker: Worker
) -> None:
    for name in ("an", "noor", "chiara"):
        save_search(cast.actor(name), BAKERY, "“bakery”")
    publish("A bakery for members", visibility="members")
    publish("A bakery of Il Filo", visibility="organisation")
    assert [(one.to, "members" in one.text, "of Il Filo" in one.text) for one in worker()] == [
        ("an@example.org", True, False)
    ]


def test_what_is_hidden_before_the_mail_goes_out_is_not_in_it(
    app: Flask, cast: Cast, publish: Publish, clock: time_machine.Traveller
) -> None:
    save_search(cast.actor("an"), BAKERY, "“bakery”")
    post = publish("A bakery that is spam")
    clock.shift(timedelta(hours=1))
    look_for_news()
    curating.hide_post(cast.actor("mia"), post.id, "spam")
    deliver_batch(consumers.by_name["mailing"])
    mailer = MemoryMailer()
    send_due_mails(mailer, app.config["SETTINGS"])
    assert mailer.sent == []


def test_whoever_leaves_the_organisation_before_the_mail_goes_out_reads_nothing_of_it(
    app: Flask, cast: Cast, publish: Publish, clock: time_machine.Traveller
) -> None:
    save_search(cast.actor("an"), BAKERY, "“bakery”")
    publish("A bakery for members", visibility="members")
    clock.shift(timedelta(hours=1))
    look_for_news()
    leave_everything(cast.actor("an"))
    while deliver_batch(consumers.by_name["mailing"]):
        pass
    mailer = MemoryMailer()
    send_due_mails(mailer, app.config["SETTINGS"])
    assert [one for one in mailer.sent if one.to == "an@example.org"] == []


def test_a_post_that_opens_later_is_new_then(
    cast: Cast, publish: Publish, worker: Worker, search_index: SearchIndex
) -> None:
    save_search(cast.actor("noor"), BAKERY, "“bakery”")
    post = publish("A bakery for members", visibility="members")
    assert worker() == []
    with transaction():
        db.session.get_one(Post, post.id).visibility = "public"
    search_index.build()
    assert [one.to for one in worker(5)] == ["noor@example.org"]


def test_some_of_the_words_and_near_words_are_no_match(cast: Cast, publish: Publish, worker: Worker) -> None:
    for text in ("bakery submarine", "bakerry"):
        save_search(cast.actor("an"), Wish(text=text), text)
    publish("A bakery")
    assert worker() == []


def test_a_person_chooses_how_to_be_told(cast: Cast, publish: Publish, worker: Worker) -> None:
    an = cast.actor("an")
    search = save_search(an, BAKERY, "“bakery”")
    choose_alert(an, search.id, "site")
    publish("Quiet bakery")
    assert worker() == []
    assert [card.title for card in unseen_posts(an, searches_of(an))[search.id]] == ["Quiet bakery"]
    mark_seen(an, search.id)
    assert unseen_posts(an, searches_of(an)) == {}
    choose_alert(an, search.id, "off")
    publish("Unheard bakery")
    assert worker() == []
    choose_alert(an, search.id, "mail")
    publish("Loud bakery")
    (letter,) = worker()
    assert ("Loud" in letter.text, "Unheard" in letter.text, "Quiet" in letter.text) == (True, False, False)


def test_whoever_stopped_these_mails_gets_none_and_finds_the_news_on_the_page(
    cast: Cast, publish: Publish, worker: Worker
) -> None:
    an = cast.actor("an")
    search = save_search(an, BAKERY, "“bakery”")
    choose_by_link(cast.an.id, SEARCHES, is_wanted=False)
    publish("A bakery")
    assert worker() == []
    assert list(unseen_posts(an, searches_of(an))) == [search.id]
    choose_mails(cast.actor("bert"), [])
    assert save_search(cast.actor("bert"), BAKERY, "“bakery”").alert == "site"


def test_a_crash_between_finding_and_telling_loses_and_doubles_nothing(
    cast: Cast, publish: Publish, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_search(cast.actor("an"), BAKERY, "“bakery”")
    publish("A bakery")
    with monkeypatch.context() as broken:
        broken.setattr(looking, "record", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            worker()
    assert found() == ["A bakery"]
    assert len(worker()) == 1
    assert worker(30) == []


def test_one_search_that_fails_holds_up_nobody_else(
    cast: Cast, publish: Publish, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("an", "bert"):
        save_search(cast.actor(name), BAKERY, "“bakery”")
    publish("A bakery")
    real = looking.look_for
    monkeypatch.setattr(looking, "look_for", lambda number: 1 / 0 if number == cast.an.id else real(number))
    assert [one.to for one in worker()] == ["bert@example.org"]
    monkeypatch.undo()
    assert [one.to for one in worker()] == ["an@example.org"]


def test_while_the_index_is_mended_nothing_is_looked_for(cast: Cast, publish: Publish, worker: Worker) -> None:
    save_search(cast.actor("an"), BAKERY, "“bakery”")
    publish("A bakery")
    use_engine(engine_for("none:"))
    assert worker() == []
    assert found() == []


def test_a_search_that_is_deleted_while_it_is_looked_at_finds_nothing(
    cast: Cast, publish: Publish, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = save_search(cast.actor("an"), BAKERY, "“bakery”")
    publish("A bakery")
    real = looking.newest_matches

    def look_and_lose(*asked: Any) -> Any:
        answer = real(*asked)
        if not answer.cards:  # the last page
            delete_search(cast.actor("an"), search.id)
        return answer

    monkeypatch.setattr(looking, "newest_matches", look_and_lose)
    assert worker() == []
    assert found() == []
    with pytest.raises(Missing):
        choose_alert_by_link(search.id, "mail")


def test_one_look_turns_so_many_pages_and_leaves_what_is_older(
    cast: Cast, publish: Publish, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST_PAGES", 1)
    save_search(cast.actor("an"), BAKERY, "“bakery”")
    for number in range(2):
        publish(f"Bakery {number}")
    assert len(worker()) == 1
    assert sorted(found()) == ["Bakery 0", "Bakery 1"]


def test_old_posts_that_are_imported_are_no_news(cast: Cast, publish: Publish, worker: Worker) -> None:
    save_search(cast.actor("an"), BAKERY, "“bakery”")
    publish("An old bakery", at=LONG_AGO)
    assert worker() == []


def test_the_mail_speaks_the_language_of_its_reader(cast: Cast, publish: Publish, worker: Worker) -> None:
    with transaction():
        cast.an.language = "fr"
    save_search(cast.actor("an"), BAKERY, "“bakery”")
    publish("Una bakery", language="it")
    (letter,) = worker()
    assert '<html lang="fr"' in (letter.html or "")
    assert 'lang="it"' in (letter.html or "")
    assert "Belgique" in letter.text
    assert "http://localhost/fr/posts/" in letter.text


def test_what_happens_is_written_down_without_words(cast: Cast, publish: Publish, worker: Worker) -> None:
    an = cast.actor("an")
    search = save_search(an, BAKERY, "“bakery”")
    publish("A bakery")
    worker()
    choose_alert(an, search.id, "off")
    delete_search(an, search.id)
    rows = db.session.scalars(db.select(Event).where(Event.name.like("search.%")).order_by(Event.id))
    assert [(one.name, one.data) for one in rows] == [
        (events.SEARCH_SAVED.name, {}),
        (events.SEARCH_MATCHED.name, {}),
        (events.SEARCH_CHANGED.name, {"alert": "off"}),
        (events.SEARCH_DELETED.name, {}),
    ]


def test_whoever_leaves_leaves_no_search_behind(cast: Cast, publish: Publish, worker: Worker) -> None:
    for name in ("an", "bert"):
        save_search(cast.actor(name), BAKERY, "“bakery”")
    publish("A bakery")
    worker()
    forget_searches(cast.actor("an"))
    assert [one.person_id for one in db.session.scalars(db.select(SavedSearch))] == [cast.bert.id]
    assert len(found()) == 1


def test_what_was_found_three_months_ago_is_forgotten_and_not_found_again(
    cast: Cast, publish: Publish, worker: Worker, clock: time_machine.Traveller
) -> None:
    save_search(cast.actor("an"), BAKERY, "“bakery”")
    publish("A bakery")
    worker()
    clock.shift(timedelta(days=91))
    forget_matches()
    assert worker() == []
    assert found() == []
