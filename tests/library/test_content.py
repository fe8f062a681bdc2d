"""What forms, imports and versions say of a post is checked in one place."""

from typing import Any

import pytest

from forum.core.errors import Invalid
from forum.library.content import (
    BODY_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Content,
    clean_answer,
    clean_content,
    content_from,
    require_complete,
)
from forum.library.kinds import KINDS

pytestmark = pytest.mark.one_database

RAW: dict[str, Any] = {
    "kind": "practice",
    "title": " A  title ",
    "summary": "Short.",
    "body": "Line\r\nline",
    "language": "nl",
    "countries": ["BE", "NL"],
    "concept_ids": [3, 1, 3],
    "details": {"stage": "pilot", "people_supported": "12"},
    "visibility": "public",
    "licence": "all-rights",
}


def test_content_is_cleaned() -> None:
    assert clean_content(RAW) == Content(
        kind="practice",
        title="A title",
        summary="Short.",
        body="Line\nline",
        language="nl",
        countries=("BE", "NL"),
        concept_ids=(3, 1),
        details={"people_supported": 12, "stage": "pilot"},
        visibility="public",
        licence="all-rights",
    )


def test_what_is_left_out_has_a_default() -> None:
    assert clean_content({"kind": "news"}) == Content(kind="news")


def test_a_snapshot_is_read_back() -> None:
    content = clean_content(RAW)
    assert content_from(content.snapshot()) == content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "poem"),
        ("kind", None),
        ("title", "x" * (TITLE_LENGTH + 1)),
        ("title", ["a", "list"]),
        ("summary", "x" * (SUMMARY_LENGTH + 1)),
        ("body", "x" * (BODY_LENGTH + 1)),
        ("body", "\x00"),
        ("language", "Dutch"),
        ("language", 7),
        ("countries", ["Belgium"]),
        ("visibility", "friends"),
        ("visibility", ["public"]),
        ("licence", "MIT"),
        ("stage", "soon"),
        ("people_supported", "many"),
        ("colour", "blue"),
    ],
)
def test_a_bad_value_is_refused_under_its_name(field: str, value: Any) -> None:
    raw = RAW | ({field: value} if field in RAW else {"details": {field: value}})
    with pytest.raises(Invalid) as refusal:
        clean_content(raw)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("ids", [["1"], [True], [0], [-4], [2**31], [1.0], [[1]]])
def test_concepts_are_named_by_their_numbers(ids: list[Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_content(RAW | {"concept_ids": ids})
    assert list(refusal.value.fields) == ["themes"]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        clean_content(RAW | {"title": "x" * 200, "language": "?", "details": {"stage": "?", "staff_fte": "?"}})
    assert set(refusal.value.fields) == {"title", "language", "stage", "staff_fte"}


def test_details_must_be_named() -> None:
    with pytest.raises(Invalid) as refusal:
        clean_content(RAW | {"details": ["running"]})
    assert list(refusal.value.fields) == ["details"]


def test_a_body_of_a_hundred_thousand_characters_is_taken() -> None:
    assert len(clean_content(RAW | {"body": "x" * BODY_LENGTH}).body) == BODY_LENGTH


def test_posting_asks_for_title_body_theme_and_the_required_fields() -> None:
    with pytest.raises(Invalid) as refusal:
        require_complete(Content(kind="policy"), 0)
    assert list(refusal.value.fields) == ["title", "body", "themes", "jurisdiction", "policy_status"]


@pytest.mark.parametrize(("count", "fits"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_post_has_one_to_three_themes(count: int, fits: bool) -> None:
    content = Content(kind="question", title="How?", body="How do you pay for childcare during training?")
    if fits:
        require_complete(content, count)
    else:
        with pytest.raises(Invalid):
            require_complete(content, count)


def test_a_single_answer_is_cleaned_like_the_whole() -> None:
    practice = KINDS["practice"]
    assert clean_answer(practice, "people_supported", "1.250") == 1250
    assert clean_answer(practice, "summary", " In  short ") == "In short"
    assert clean_answer(practice, "problem", "") is None
    for name, value in (("people_supported", "many"), ("author_id", "7"), ("summary", "x" * 301)):
        with pytest.raises(Invalid) as refusal:
            clean_answer(practice, name, value)
        assert list(refusal.value.fields) == [name]
