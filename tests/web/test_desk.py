"""The moderators' desk: one queue of all that waits, what is done to it, and the way back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from flask.testing import FlaskClient
from lxml.html import HtmlElement, fromstring
from sqlalchemy import insert

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.curation.models import Claim, Flag
from forum.curation.queue import Wanted, page_of_items
from forum.library.models import Post, PostCountry
from forum.search.models import SearchCount
from forum.web.desk_kinds import ACTION_WORDS, ACTIONS, BY_NAME, KINDS, SHARED_ACTIONS, SOURCES, DeskKind
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_membership, make_post, make_role, saved

BrowserOf = Callable[[Any], FlaskClient]


def desk(browser: FlaskClient, query: str = "") -> HtmlElement:
    """The desk as somebody sees it."""
    answer = browser.get(f"/review{query}")
    assert answer.status_code == 200
    return fromstring(answer.text)


def titles(page: HtmlElement) -> list[str]:
    """What waits, in its order."""
    return [one.text_content().strip() for one in page.xpath("//ul[@class='desk-list']//h3")]


def waiting(page: HtmlElement) -> str:
    """What the desk says of how much waits."""
    return next(one.text_content() for one in page.xpath("//main//*[@role='status']") if "wait" in one.text_content())


def post_of(cast: Cast, title: str, **fields: Any) -> Post:
    """A new post of De Sluis."""
    return make_post(cast.an, cast.sluis, title=title, **fields)


def flag_on(post: Post, cast: Cast, **fields: Any) -> Flag:
    """A report by Chiara."""
    values = {"reporter_id": cast.chiara.id, "reason": "wrong", "note": "Twelve, not ten.", "created_at": LONG_AGO}
    return saved(Flag(post_id=post.id, **(values | fields)))


def test_the_desk_is_for_moderators(cast: Cast, browser_of: BrowserOf) -> None:
    assert browser_of(None).get("/review").status_code == 302
    assert browser_of(cast.chiara).get("/review").status_code == 403
    assert browser_of(cast.mia).get("/review").status_code == 200


def test_whatever_waits_stands_in_one_queue_the_longest_waiting_first(cast: Cast, browser_of: BrowserOf) -> None:
    day = timedelta(days=1)
    post_of(cast, "Reviewed already", review="reviewed")
    post_of(cast, "The newest", at=now() - day)
    post_of(cast, "Changed", review="reviewed", changed_at=LONG_AGO + 2 * day)
    post_of(cast, "Stale", review="needs_recheck", review_since=LONG_AGO)
    flag_on(post_of(cast, "Reported", review="reviewed"), cast, created_at=LONG_AGO + 3 * day)
    make_membership(cast.noor, cast.sluis, state="requested")
    saved(SearchCount(week=now().date(), language="nl", text="zeepfabriek", searches=3, empty=3))
    page = desk(browser_of(cast.mia))
    assert set(titles(page)[:2]) == {"Stale", "Noor"}
    assert titles(page)[2:] == ["Changed", "Reported", "The newest", "zeepfabriek"]
    assert "6 things wait" in waiting(page)
    assert [one.text_content().split()[0] for one in page.xpath("//ul[@class='desk-list']//p[@class='kicker']")][
        2:
    ] == [*("Changed", "Report", "New", "Word")]


def test_posts_of_ones_own_organisation_wait_for_another_moderator(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.ada, cast.secretariat, title="From the secretariat")
    browser = browser_of(cast.mia)
    assert titles(desk(browser)) == []
    assert browser.post(f"/posts/{post.id}/moderate/reviewed").status_code == 403
    browser.post("/review", data={"one": f"reviewed new:{post.id}"})
    assert db.session.get_one(Post, post.id).review == "new"


def test_a_moderator_of_a_theme_sees_that_theme_and_their_own_things_first(cast: Cast, browser_of: BrowserOf) -> None:
    make_role(cast.chiara, "moderator", "theme:finance")
    loan = post_of(cast, "A loan for a van", themes=("finance",), at=now())
    coaching = post_of(cast, "Coaching at work", themes=("job-coaching",))
    page = desk(browser_of(cast.chiara))
    assert titles(page) == ["A loan for a van"]
    flag_on(coaching, cast, reporter_id=cast.bert.id)
    page = desk(browser_of(cast.chiara))
    assert titles(page) == ["A loan for a van", "Coaching at work"]
    assert [one.text for one in page.xpath("//form[@class='desk']//h2")] == ["Yours", "Others"]
    answer = browser_of(cast.chiara).post("/review", data={"one": f"reviewed new:{coaching.id}"})
    assert "no longer waits" in browser_of(cast.chiara).get(answer.location).text
    assert db.session.get_one(Post, loan.id).review == db.session.get_one(Post, coaching.id).review == "new"


def test_a_language_comes_first_for_a_moderator_of_the_network_too(cast: Cast, browser_of: BrowserOf) -> None:
    make_role(cast.mia, "moderator", "language:it")
    post_of(cast, "Older, in English")
    post_of(cast, "Newer, in Italian", language="it", at=now())
    assert titles(desk(browser_of(cast.mia))) == ["Newer, in Italian", "Older, in English"]
    assert titles(desk(browser_of(cast.ada))) == ["Older, in English", "Newer, in Italian"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=flag", {"Report on Italian"}),
        ("?language=it", {"Italian", "Report on Italian"}),
        ("?country=IT", {"Italian", "Report on Italian"}),
        ("?country=FR", {"Two countries"}),
        ("?theme=finance", {"Two countries"}),
        ("?clock=fresh", {"Two countries"}),
        ("?clock=late", {"Italian", "Report on Italian"}),
        ("?taken=me", {"Two countries"}),
        ("?taken=nobody", {"Italian", "Report on Italian"}),
        ("?kind=nonsense&language=!!&clock=x&taken=y&page=99", {"Italian", "Report on Italian", "Two countries"}),
    ],
)
def test_the_desk_is_filtered(cast: Cast, browser_of: BrowserOf, query: str, expected: set[str]) -> None:
    post_of(cast, "Italian", language="it", countries=("IT",))
    two = post_of(cast, "Two countries", countries=("BE", "FR"), themes=("finance",), at=now())
    reported = post_of(cast, "Report on Italian", language="it", countries=("IT",), review="reviewed")
    flag_on(reported, cast)
    moderator = browser_of(cast.mia)
    moderator.post("/review", data={"one": f"take new:{two.id}"})
    page = desk(moderator, query)
    assert set(titles(page)) == expected
    assert f"{len(expected)} thing" in waiting(page)


def test_the_filters_of_the_desk_can_be_taken_away(cast: Cast, browser_of: BrowserOf) -> None:
    post_of(cast, "Zingende was", language="nl")
    page = desk(browser_of(cast.mia), "?language=nl&theme=finance")
    assert page.xpath("//section[@class='chosen']//a/@href") == [
        "/review?language=nl",
        "/review?theme=finance",
        "/review",
    ]


def test_the_clocks_count_and_the_table_tells_who_waits_long(cast: Cast, browser_of: BrowserOf) -> None:
    for days in (0, 1, 3, 9):
        post_of(cast, f"Waits {days}", at=now() - timedelta(days=days), countries=("BE" if days < 9 else "IT",))
    page = desk(browser_of(cast.mia))
    links = page.xpath("//nav[@class='tabs']//a")
    assert [" ".join(one.text_content().split()) for one in links] == [
        *("All (4)", "Up to 2 days (2)", "3 to 5 days (1)", "More than 5 days (1)")
    ]
    rows = page.xpath("//table[@id='fair-country']/tbody/tr")
    assert [[cell.text_content() for cell in row] for row in rows] == [["Belgium", "3", "0"], ["Italy", "1", "1"]]
    assert titles(desk(browser_of(cast.mia), links[3].get("href").removeprefix("/review"))) == ["Waits 9"]


def test_nothing_of_an_organisation_alone_is_on_anothers_desk(cast: Cast, browser_of: BrowserOf) -> None:
    make_role(cast.chiara, "moderator")
    secret = post_of(cast, "Zirkon", visibility="organisation", language="mt", countries=("MT",))
    flag_on(secret, cast, reporter_id=cast.bert.id, note="Zirkon is wrong.")
    flag = db.session.query(Flag).one()
    for person in (cast.chiara, cast.mia):
        browser = browser_of(person)
        text = browser.get("/review").text
        assert not {"Zirkon", "Malta", "Maltese"} & set(text.replace("<", " ").replace(">", " ").split())
        for one in (f"take new:{secret.id}", f"take flag:{flag.id}", f"hide new:{secret.id}", f"acted flag:{flag.id}"):
            told = browser.post("/review", data={"one": one, "reason": "No."}, follow_redirects=True).text
            assert "Zirkon" not in told
    assert db.session.query(Claim).count() == 0
    assert db.session.get_one(Flag, flag.id).resolved_at is None


def test_the_desk_takes_few_statements_with_five_thousand_things(
    cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    moments = [LONG_AGO + timedelta(minutes=number) for number in range(5000)]
    plain = {"organisation_id": cast.sluis.id, "author_id": cast.an.id, "kind": "practice", "status": "published"}
    plain |= {"visibility": "public", "body": "", "body_html": "", "language": "nl"}
    posts = [
        plain
        | {"id": number + 1, "title": f"Post {number}", "review": "new" if number % 2 else "needs_recheck"}
        | dict.fromkeys(("created_at", "updated_at", "published_at"), moment)
        for number, moment in enumerate(moments[:3500])
    ]
    flags = [
        {"post_id": number % 3500 + 1, "reporter_id": cast.chiara.id, "reason": "wrong", "created_at": moment}
        for number, moment in enumerate(moments[3500:])
    ]
    with transaction():
        db.session.execute(insert(Post), posts)
        db.session.execute(insert(PostCountry), [{"post_id": post["id"], "country": "BE"} for post in posts])
        db.session.execute(insert(Flag), flags)
    make_membership(cast.noor, cast.sluis, state="requested")
    saved(SearchCount(week=now().date(), language="nl", text="zeepfabriek", searches=3, empty=3))
    browser = browser_of(cast.mia)
    assert "5002 things wait" in waiting(desk(browser))
    for query in ("", "?page=400", "?clock=late&country=BE", "?kind=flag", "?taken=me", "?page=501"):
        with count_sql() as statements:
            desk(browser, query)
        assert len(statements) <= 10, query


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.source.kind)
def test_every_source_of_the_desk_has_what_it_needs(cast: Cast, kind: DeskKind) -> None:
    assert len(kind.source.kind) <= 20
    assert str(kind.label) != str(kind.plural)
    assert current_app.jinja_env.get_template(kind.template)
    assert {action.name for action in (*kind.actions, *kind.more)} <= set(ACTION_WORDS)
    for name in ("mia", "ada", "chiara"):
        page_of_items(cast.actor(name), [kind.source], Wanted())


def test_every_action_of_the_desk_has_one_meaning() -> None:
    every = {action for kind in KINDS for action in (*kind.actions, *kind.more, *SHARED_ACTIONS)}
    assert sorted(action.name for action in every) == sorted(ACTIONS)
    assert BY_NAME.keys() == {source.kind for source in SOURCES}
    assert len(BY_NAME) == len(KINDS)
