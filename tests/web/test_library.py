"""The page of a post: its one address, what it shows, and to whom."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import lxml.html
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from forum.core.db import db, transaction
from forum.library.kinds import KINDS
from forum.library.models import PAGES_OF_A_POST, SHOWN_STATUSES, STATUSES, VISIBILITIES, Post, PostCoauthor
from forum.library.operations.curating import mark_review, withdraw_post
from tests import factories
from tests.conftest import Cast

Browsers = Callable[[Any], FlaskClient]

DETAILS = {
    "practice": {
        "stage": "running",
        "problem": "Nobody hired them.\n\nNot even once.",
        "numbers": [{"indicator": "Found a job", "value": "14", "source": "own records"}],
        "building_blocks": [{"title": "Trial week", "purpose": "To see whether it fits"}],
        "people_supported": 1250,
        "evidence_claimed": 2,
        "cost_band": 3,
        "visit_us": True,
        "visit_languages": ["nl"],
        "started_on": "2019-03-01",
        "transfer_needs": ["partner"],
        "partners": "<b>The city</b>",
    },
    "research": {
        "source_url": "https://example.org/study",
        "study_authors": "M. Janssens",
        "year": 2025,
        "countries_studied": ["BE"],
        "peer_reviewed": False,
        "research_type": "survey",
    },
    "policy": {
        "jurisdiction": "regional",
        "policy_status": "in_force",
        "in_force_on": "2026-01-01",
        "announced_on": "2025-06-01",
        "what_to_do": "Check your contracts.",
    },
    "question": {"already_tried": "We asked the city.", "needed_by": "2026-06-01"},
    "news": {"event_on": "2026-05-04", "event_place": "Turin"},
}


def address_of(post: Post) -> str:
    return f"/posts/{post.id}/{post.slug}"


def words_of(answer: Any) -> str:
    """What a reader sees of a page's main part."""
    page = lxml.html.fromstring(answer.text)
    return " ".join(" ".join(page.get_element_by_id("main").itertext()).split())


def test_a_post_has_one_address(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="A bicycle workshop")
    for path in (f"/posts/{post.id}", f"/posts/{post.id}/wrong"):
        answer = client.get(f"{path}?page=2")
        assert answer.status_code == 302
        assert answer.location == f"/posts/{post.id}/a-bicycle-workshop?page=2"
    assert client.get(f"/nl/posts/{post.id}").location == f"/nl/posts/{post.id}/a-bicycle-workshop"
    assert client.get(address_of(post)).status_code == 200
    assert client.get("/posts/999").status_code == 404
    assert client.get("/posts/999/anything").status_code == 404


@pytest.mark.parametrize("path", ["/posts/{}", "/posts/{}/edit", "/posts/1/history/{}", "/attachments/{}/a.pdf"])
def test_a_number_beyond_all_rows_names_no_page(cast: Cast, browser_of: Browsers, path: str) -> None:
    factories.make_post(cast.an, cast.sluis)
    assert browser_of(cast.an).get(path.format(10**30)).status_code == 404


def test_a_title_that_is_the_name_of_a_page_has_an_address_of_its_own(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="Edit!")
    assert address_of(post) == f"/posts/{post.id}/edit-"
    assert client.get(address_of(post)).status_code == 200


def test_no_page_of_a_post_can_be_taken_for_a_title(app: Flask) -> None:
    rules = [rule.rule.split("/") for rule in app.url_map.iter_rules() if rule.rule.startswith("/posts/<int:post_id>/")]
    names = {parts[3] for parts in rules} - {"<slug>"}
    assert names <= set(PAGES_OF_A_POST)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown_with_what_was_filled_in(cast: Cast, browser_of: Browsers, kind: str) -> None:
    post = factories.make_post(
        cast.an,
        cast.sluis,
        kind=kind,
        title=f"About {kind}",
        summary="Told in two sentences.",
        body="We do **this** and that.",
        language="nl",
        details=DETAILS[kind],
        themes=("reuse-repair", "young-people"),
    )
    answer = browser_of(cast.bert).get(address_of(post))
    assert answer.status_code == 200
    page = lxml.html.fromstring(answer.text)
    assert [one.text_content() for one in page.iter("h1")] == [f"About {kind}"]
    assert page.find(".//title").text.startswith(f"About {kind} – ")
    assert page.find(".//h1").get("lang") == "nl"
    levels = [int(one.tag[1]) for one in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    words = words_of(answer)
    for expected in ("De Sluis", "Belgium", "Told in two sentences.", "We do this and that.", "This text is in Dutch."):
        assert expected in words
    assert "Reuse and repair" in words
    assert page.xpath("//a[contains(@href, 'reuse-repair')]//*[contains(@href, '#green-circular')]")
    assert "None" not in words


def test_a_practice_shows_its_answers_in_words(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, details=DETAILS["practice"])
    words = words_of(client.get(address_of(post)))
    for expected in (
        "The problem Nobody hired them. Not even once.",
        "Found a job 14",
        "Results in figures, as counted by De Sluis What was counted Result People supported in a year 1,250",
        "Evidence Monitored Level 2 of 5 It has own figures over a period, with their source. Its author says so.",
        "Cost of a year for one person 5,000 to 10,000 euro",
        "Visitors are welcome Yes",
        "Languages for visitors Dutch",
        "Began on 1 March 2019",
        "Others need a partner",
        "Partners <b>The city</b>",
        "Trial week",
        "New: no moderator has checked this yet",
    ):
        assert expected in words
    assert words.count("1,250") == 1
    assert "Staff" not in words


def test_a_policy_shows_its_dates_in_order(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, kind="policy", details=DETAILS["policy"])
    words = words_of(client.get(address_of(post)))
    assert words.index("1 June 2025 Announced on") < words.index("1 January 2026 In force since")


def test_a_moderators_check_is_shown_with_its_date(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis)
    mark_review(cast.actor("mia"), post.id, "reviewed")
    words = words_of(client.get(address_of(post)))
    assert "Checked by a moderator on" in words
    assert "no moderator" not in words


def test_translations_are_offered(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="Original", language="nl")
    french = factories.make_post(cast.an, cast.sluis, title="Traduction", language="fr", translation_of_id=post.id)
    factories.make_post(
        cast.an, cast.sluis, title="Geheim", language="de", translation_of_id=post.id, visibility="members"
    )
    page = lxml.html.fromstring(client.get(address_of(post)).text)
    links = page.xpath("//*[@class='language-note']//a")
    assert [(link.get("hreflang"), link.get("href")) for link in links] == [("fr", address_of(french))]
    back = lxml.html.fromstring(client.get(address_of(french)).text).xpath("//*[@class='language-note']//a")
    assert [link.get("hreflang") for link in back] == ["nl"]


def test_related_posts_are_those_the_reader_may_read(cast: Cast, client: FlaskClient, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="This one")
    factories.make_post(cast.an, cast.sluis, title="For all")
    factories.make_post(cast.an, cast.sluis, title="For members", visibility="members")
    factories.make_post(cast.an, cast.sluis, title="A draft", status="draft")

    def related(browser: FlaskClient) -> set[str]:
        page = lxml.html.fromstring(browser.get(address_of(post)).text)
        return {one.text_content() for one in page.xpath("//*[@aria-labelledby='related']//h3")}

    assert related(client) == {"For all"}
    assert related(browser_of(cast.chiara)) == {"For all", "For members"}


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.parametrize("status", STATUSES)
def test_who_sees_a_post(cast: Cast, browser_of: Browsers, status: str, visibility: str) -> None:
    post = factories.make_post(
        cast.an, cast.sluis, title="Its title", status=status, visibility=visibility, status_reason="Because."
    )
    with transaction():
        db.session.add(PostCoauthor(post_id=post.id, person_id=cast.dora.id))
    shown = {
        "public": {"visitor", "noor", "chiara", "bert", "dora", "an", "mia"},
        "members": {"chiara", "bert", "dora", "an", "mia"},
        "organisation": {"bert", "dora", "an"},
    }[visibility]
    readers = {"draft": {"an", "dora"}, "hidden": {"an", "mia"}, "declined": {"an", "mia"}}.get(status, shown)
    for name in ("visitor", "noor", "chiara", "bert", "dora", "an", "mia"):
        answer = browser_of(None if name == "visitor" else getattr(cast, name)).get(address_of(post))
        wanted = (410 if status == "withdrawn" else 200) if name in readers else 404
        assert answer.status_code == wanted, name
        assert ("Its title" in answer.text) is (name in readers), name
        assert (post.body in answer.text) is (wanted == 200), name
        tags = "og:title" in answer.text
        assert tags is (wanted == 200 and visibility == "public" and status in SHOWN_STATUSES), name


def test_of_a_withdrawn_post_title_and_reason_remain(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="Gone", body="A secret name that must not stay anywhere.")
    withdraw_post(cast.actor("an"), post.id, "A name should not have been in it.")
    answer = client.get(f"/posts/{post.id}")
    assert answer.status_code == 410
    assert "A name should not have been in it." in answer.text
    assert "secret" not in answer.text


def test_only_those_who_may_act_see_the_actions(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis)

    def offers(who: Any) -> set[str]:
        page = lxml.html.fromstring(browser_of(who).get(address_of(post)).text)
        links = {link.get("href").rsplit("/", 1)[-1] for link in page.xpath("//*[@aria-labelledby='about']//a")}
        return links & {"edit", "files", "archive", "withdraw", "restore", "discard"}

    assert offers(None) == set()
    assert offers(cast.chiara) == set()
    assert offers(cast.mia) == set()
    assert offers(cast.bert) == {"edit", "files", "archive", "withdraw"}


def test_moderators_find_their_steps_on_the_page(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis)
    assert "For moderators" in browser_of(cast.mia).get(address_of(post)).text
    assert "For moderators" not in browser_of(cast.an).get(address_of(post)).text
    withdraw_post(cast.actor("an"), post.id, "Wrong numbers.")
    assert "Bring it back" not in browser_of(cast.an).get(address_of(post)).text
    assert "Bring it back" in browser_of(cast.mia).get(address_of(post)).text
    assert browser_of(cast.mia).post(f"/posts/{post.id}/moderate/restore").status_code == 303
    assert browser_of(None).get(address_of(post)).status_code == 200


def test_a_scripted_text_stays_text(cast: Cast, client: FlaskClient) -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    post = factories.make_post(
        cast.an,
        cast.sluis,
        title=nasty,
        summary=nasty,
        body=nasty + " and enough words to be a body",
        details={"problem": nasty, "partners": nasty, "numbers": [{"indicator": nasty}]},
    )
    page = lxml.html.fromstring(client.get(f"/posts/{post.id}", follow_redirects=True).text)
    assert not page.xpath("//script[not(@src)]")
    assert not page.xpath("//img[@onerror]")


def test_the_page_of_a_long_talk_costs_few_statements(cast: Cast, browser_of: Browsers, count_sql: Any) -> None:
    post = factories.make_post(
        cast.an,
        cast.sluis,
        visibility="members",
        details=DETAILS["practice"],
        themes=("reuse-repair", "finance", "young-people"),
        countries=("BE", "NL", "IT"),
    )
    factories.make_post(cast.an, cast.sluis, themes=("finance",), translation_of_id=post.id)
    for _number in range(6):
        factories.make_post(cast.bert, cast.sluis, themes=("finance",))
    for number in range(20):
        factories.make_comment(post, cast.bert if number % 2 else cast.chiara)
    browser, address = browser_of(cast.chiara), address_of(post)
    browser.get(address)
    with count_sql() as statements:
        assert browser.get(address).status_code == 200
    assert len(statements) <= 12, "\n\n".join(statements)


def test_an_address_of_a_post_can_be_built_without_its_title(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("posts.show_post", post_id=7) == "/posts/7"
