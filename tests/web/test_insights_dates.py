"""Dates of policies: in order, today marked among them, past and future told in words and by shape."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html as parser

from forum.web.insights_dates import DATES, timeline
from tests.conftest import Cast
from tests.factories import make_post

TODAY = date(2026, 11, 28)


@pytest.fixture
def reading(app: Flask) -> Iterator[None]:
    """A reader of English."""
    with app.test_request_context("/en/"):
        yield


def told(**days: str) -> list[tuple[str, str, str]]:
    found = timeline([(date.fromisoformat(day), name, name) for name, day in days.items()], TODAY)
    return [("now" if one.is_now else one.when, one.label, one.distance) for one in found]


def test_today_stands_between_what_is_past_and_what_is_coming(reading: None) -> None:
    assert told(applies_from="2027-01-01", adopted_on="2025-10-01") == [
        ("past", "adopted_on", "1 year ago"),
        ("now", "Today", ""),
        ("coming", "applies_from", "in 1 month"),
    ]


def test_what_happens_today_stands_after_the_mark_of_today(reading: None) -> None:
    assert told(comment_deadline="2026-11-28") == [("now", "Today", ""), ("today", "comment_deadline", "today")]


def test_without_dates_there_is_no_line(reading: None) -> None:
    assert told() == []


def test_what_is_not_in_force_yet_does_not_say_since(reading: None) -> None:
    assert told(in_force_on="2027-11-01")[1][1] == "In force from"
    assert told(in_force_on="2025-11-01")[0][1] == "in_force_on"


def test_eleven_months_are_not_called_a_year(reading: None) -> None:
    assert told(adopted_on="2026-01-01")[0][2] == "11 months ago"


def test_every_date_of_a_policy_can_be_a_deadline_that_comes() -> None:
    assert {"comment_deadline", "transposition_deadline", "what_to_do_by", "expires_on"} <= set(DATES)


def page(client: FlaskClient, language: str, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("forum.web.post_view.now", lambda: datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    details = {
        "adopted_on": "2025-10-01",
        "what_to_do_by": "2027-03-01",
        "jurisdiction": "eu",
        "policy_status": "adopted",
    }
    post = make_post(cast.an, cast.sluis, kind="policy", details=details)
    return parser.fromstring(client.get(f"/{language}/posts/{post.id}/{post.slug}").text)


def test_a_policy_shows_its_dates_as_a_line_of_time(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = page(client, "en", cast, monkeypatch).xpath("//ol[@class='timeline']/li")
    assert [(one.get("class"), " ".join(one.text_content().split())) for one in entries] == [
        ("past", "1 October 2025 Adopted on 1 year ago"),
        ("now", "28 November 2026 Today"),
        ("coming", "1 March 2027 Do it by in 3 months"),
    ]
    assert [one.xpath("time/@datetime")[0] for one in entries] == ["2025-10-01", "2026-11-28", "2027-03-01"]


def test_dates_and_distances_are_in_the_readers_language(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = page(client, "fr", cast, monkeypatch).xpath("//ol[@class='timeline']")[0].text_content()
    assert "1 octobre 2025" in text
    assert "il y a 1 an" in text
    assert "dans 3 mois" in text
