"""What the automatic checks find in a post, and what they leave alone."""

from typing import Any

import pytest

from forum.curation.checks.registry import CHECKS, WEIGHTS, Subject, findings_in
from forum.library.content import Content

DUTCH = "Wij helpen mensen die al lang werk zoeken. In onze bakkerij leren zij een vak, stap voor stap. " * 4
ENGLISH = "We help people who have been looking for work for a long time. In our bakery they learn a trade. " * 4
LONG = "This sentence " + "goes on and on " * 12 + "until nobody knows how it began. "


def found(themes: int = 1, **fields: Any) -> dict[str, int]:
    content = {"kind": "practice", "title": "T", "summary": "S", "body": ENGLISH, "language": "en"} | fields
    return findings_in(Subject(Content(**content), themes=themes))


def test_a_good_post_has_no_findings() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("fields", "name", "number"),
    [
        ({"summary": ""}, "no_summary", 1),
        ({"themes": 0}, "no_theme", 1),
        ({"body": "Short."}, "empty_text", 1),
        ({"body": ENGLISH + LONG * 3}, "long_sentences", 3),
        ({"body": ENGLISH + "Mevrouw J. kwam."}, "names", 1),
        ({"body": DUTCH}, "language", 1),
        ({"details": {"started_on": "2024-05-01", "ended_on": "2023-05-01"}}, "dates", 1),
        ({"details": {"results": "Dhr. K. en mevrouw J. werken nu."}}, "names", 2),
        (
            {"kind": "policy", "details": {"announced_on": "2024-05-01", "adopted_on": "2023-01-01"}},
            "dates",
            1,
        ),
    ],
)
def test_each_check_finds_what_it_looks_for(fields: dict[str, Any], name: str, number: int) -> None:
    assert found(**fields).get(name) == number


@pytest.mark.parametrize(
    "fields",
    [
        {"body": DUTCH, "language": "nl"},
        {"body": "Wij helpen mensen die al lang werk zoeken, stap voor stap."},
        {"body": ENGLISH + LONG},
        {"details": {"started_on": "2023-05-01"}},
        {"details": {"started_on": "2023-05-01", "ended_on": "2023-05-01"}},
        {"kind": "policy", "details": {"announced_on": "2023-01-01", "expires_on": "2030-01-01"}},
    ],
)
def test_what_is_in_order_is_left_alone(fields: dict[str, Any]) -> None:
    assert found(**fields) == {}


def test_only_privacy_and_an_empty_text_must_be_mended() -> None:
    assert {check.name for check in CHECKS if check.weight == "must_fix"} == {"names", "empty_text"}
    assert {check.weight for check in CHECKS} <= set(WEIGHTS)
