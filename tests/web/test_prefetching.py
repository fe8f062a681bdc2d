"""Pages that come at once: what browsers may fetch ahead, and for whom."""

import json

from flask.testing import FlaskClient

from tests.conftest import Cast

HEADER = "Speculation-Rules"


def excluded(answer_text: str) -> list[str]:
    """The addresses that the rules keep away from."""
    conditions = json.loads(answer_text)["prefetch"][0]["where"]["and"]
    return next(one["not"]["href_matches"] for one in conditions if "href_matches" in one.get("not", {}))


def test_a_visitor_may_have_posts_fetched_ahead(client: FlaskClient) -> None:
    assert client.get("/").headers[HEADER] == '"/speculation-rules/visitor.json"'
    answer = client.get("/speculation-rules/visitor.json")
    assert answer.mimetype == "application/speculationrules+json"
    assert "/sign-out" in excluded(answer.text)
    assert "/posts/*" not in excluded(answer.text)


def test_a_post_that_a_member_has_not_opened_is_not_fetched_since_that_would_mark_it_as_read(
    browser_of, cast: Cast
) -> None:
    browser = browser_of(cast.an)
    assert browser.get("/").headers[HEADER] == '"/speculation-rules/member.json"'
    addresses = excluded(browser.get("/speculation-rules/member.json").text)
    assert "/posts/*" in addresses
    assert "/:language/posts/*" in addresses


def test_people_who_save_data_are_not_sent_the_rules(client: FlaskClient) -> None:
    assert HEADER not in client.get("/", headers={"Save-Data": "on"}).headers


def test_rules_for_nobody_are_not_there(client: FlaskClient) -> None:
    assert client.get("/speculation-rules/robot.json").status_code == 404
