"""What the page of a post tells, in which order: the chapters of each kind."""

from dataclasses import replace
from itertools import pairwise

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.db import transaction
from forum.library.fields import Field, Type
from forum.library.kinds import KINDS, Kind
from forum.web.answers import Passage, facts_of, passages_of
from forum.web.chapters import PLANS, SHOWN_ELSEWHERE, chapters_of, plan_of
from tests import factories
from tests.conftest import Cast

WEIGHT = 30_000
FULL = {
    "practice": {
        "stage": "running",
        "problem": "Nobody hired them.",
        "how_it_works": "Step by step.",
        "results": "Most stay.",
        "numbers": [{"indicator": "Found a job", "value": "14"}],
        "people_supported": 40,
        "evidence_claimed": 2,
        "legal_frame": "A decree.",
        "what_went_wrong": "Too large a group.",
        "transfer_needs": ["partner"],
        "workers_voice": "Now I get up with pleasure.",
        "visit_us": True,
    },
    "research": {
        "so_what": "Ask again.",
        "limits": "Few answered.",
        "population": "People who left",
        "study_authors": "M. Janssens",
        "source_url": "https://example.org/study",
    },
    "policy": {
        "jurisdiction": "eu",
        "policy_status": "in_force",
        "in_force_on": "2026-01-01",
        "what_to_do": "Check your contracts.",
        "what_to_do_by": "2026-06-01",
        "official_id": "32024L2831",
    },
    "question": {"already_tried": "We asked the city."},
    "news": {"source_url": "https://example.org/news"},
}
ORDER = {
    "practice": ["problem", "body", "how_it_works", "results", "transfer", "people"],
    "research": ["body", "so_what", "method", "limits", "source"],
    "policy": ["body", "affected", "what_to_do", "source"],
    "question": ["body", "already_tried"],
    "news": ["body", "source"],
}


def names_of(kind: Kind, passages: list[Passage]) -> list[str]:
    return [chapter.name for chapter in chapters_of(kind, passages, [], also=("body",))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_tells_its_chapters_in_the_order_its_readers_need(cast: Cast, client: FlaskClient, kind: str) -> None:
    post = factories.make_post(cast.an, cast.sluis, kind=kind, details=FULL[kind], themes=("finance", "young-people"))
    page = lxml.html.fromstring(client.get(f"/posts/{post.id}", follow_redirects=True).text)
    assert page.xpath("//section[@class='chapter']/h2/@id") == ORDER[kind]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_is_told_twice_or_lost(app: Flask, kind: str) -> None:
    with app.test_request_context():
        known = KINDS[kind]
        facts = [fact for fact, _field in facts_of(known, FULL[kind], "en")]
        passages = list(passages_of(known, FULL[kind], []))
        chapters = list(chapters_of(known, passages, facts, also=("body",)))
    told = [passage.name for chapter in chapters for passage in chapter.passages]
    assert sorted(told) == sorted(passage.name for passage in passages)
    beside = [fact.name for chapter in chapters for fact in chapter.facts]
    assert len(beside) == len(set(beside))


def test_an_answer_that_nobody_planned_for_gets_a_chapter_at_the_end(app: Flask) -> None:
    kind = replace(KINDS["news"], fields=(*KINDS["news"].fields, Field("afterwards", Type.TEXT, section="story")))
    with app.test_request_context():
        assert names_of(kind, [Passage("afterwards", "Afterwards", "story", ("It rained.",))]) == ["body", "afterwards"]


@pytest.mark.parametrize("kind", PLANS)
def test_plans_name_fields_that_there_are(kind: str) -> None:
    plan = plan_of(KINDS[kind])
    assert set(plan.facts) <= set(KINDS[kind].by_name)
    assert set(plan.facts.values()) <= {*plan.chapters, *SHOWN_ELSEWHERE}


def test_a_long_post_begins_with_its_contents_and_every_link_leads_somewhere(cast: Cast, client: FlaskClient) -> None:
    long = factories.make_post(cast.an, cast.sluis, details=FULL["practice"])
    page = lxml.html.fromstring(client.get(f"/posts/{long.id}", follow_redirects=True).text)
    links = page.xpath("//nav[@class='contents']//a/@href")
    assert links == [f"#{name}" for name in (*ORDER["practice"], "comments")]
    assert {link[1:] for link in links} <= set(page.xpath("//@id"))
    short = factories.make_post(cast.an, cast.sluis, kind="news")
    assert "contents" not in client.get(f"/posts/{short.id}", follow_redirects=True).text


def test_how_far_a_practice_is_leads_its_facts(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(
        cast.an, cast.sluis, details={"stage": "running", "staff_fte": 2, "orientation": "social"}
    )
    page = lxml.html.fromstring(client.get(f"/posts/{post.id}", follow_redirects=True).text)
    terms = [one.text for one in page.xpath("//section[@aria-labelledby='glance']//dt")]
    assert terms[:3] == ["How far it is", "Main aim of the work", "Staff (full-time jobs)"]


def test_headings_of_a_full_practice_are_in_order(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, body="## A heading\n\nText.", details=FULL["practice"])
    page = lxml.html.fromstring(client.get(f"/posts/{post.id}", follow_redirects=True).text)
    levels = [int(one.tag[1]) for one in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_accepted_answer_stands_above_the_question(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, kind="question", title="Who pays?")
    answer = factories.make_comment(post, cast.chiara, body="The region pays.")
    page = lxml.html.fromstring(client.get(f"/posts/{post.id}", follow_redirects=True).text)
    assert not page.xpath("//section[@class='answer']")
    with transaction():
        post.accepted_comment_id = answer.id
    text = client.get(f"/posts/{post.id}", follow_redirects=True).text
    page = lxml.html.fromstring(text)
    (shown,) = page.xpath("//section[@class='answer']")
    assert "The region pays." in shown.text_content()
    assert shown.xpath(".//a/@href") == ["#comment-1"]
    assert text.index("The region pays.") < text.index('id="body"')


def test_a_practice_with_twenty_comments_is_a_light_page(cast: Cast, client: FlaskClient) -> None:
    said = (
        "We tried the same with assembly work, and with us it failed on the travelling: an hour and a half each way. "
    )
    post = factories.make_post(
        cast.an, cast.sluis, body="We work with people step by step. " * 60, details=FULL["practice"]
    )
    for number in range(20):
        factories.make_comment(post, cast.bert if number % 2 else cast.chiara, body=said * 2)
    page = client.get(f"/posts/{post.id}", follow_redirects=True)
    assert len(page.data) <= WEIGHT
