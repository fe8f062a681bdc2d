"""Every kind of post, with all its fields and answers, has words and a template."""

from collections.abc import Iterator

import pytest
from flask import Flask

from forum.core.resources import resource
from forum.library.content import LICENCES
from forum.library.fields import Field, Type
from forum.library.kinds import KINDS, Kind
from forum.library.models import REVIEWS, STATUSES, VISIBILITIES
from forum.web import labels
from forum.web.wording import common

FIELDS = [(kind, field) for kind in KINDS.values() for field in kind.fields]
COMMON = {"title", "summary", "body", "language", "countries", "visibility", "licence", *labels.SCHEMES}


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    """Labels speak the language of a request."""
    with app.test_request_context("/en/"):
        yield


def named(pair: tuple[Kind, Field]) -> str:
    return f"{pair[0].name}.{pair[1].name}"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_has_words_and_a_template(kind: Kind) -> None:
    assert labels.kind_label(kind.name) != kind.name
    assert labels.kind_hint(kind.name)
    assert labels.kind_invitation(kind.name)
    assert labels.field_label(kind.name, "body")
    assert labels.field_hint(kind.name, "body")
    assert labels.field_hint(kind.name, "title")
    assert (resource("templates") / "library" / "kinds" / f"{kind.name}.html").is_file()


@pytest.mark.parametrize("pair", FIELDS, ids=map(named, FIELDS))
def test_every_field_has_a_label_and_a_section(pair: tuple[Kind, Field]) -> None:
    kind, field = pair
    assert labels.field_label(kind.name, field.name) != field.name
    assert labels.section_label(field.section)


@pytest.mark.parametrize("pair", FIELDS, ids=map(named, FIELDS))
def test_every_answer_and_column_has_a_label(pair: tuple[Kind, Field]) -> None:
    kind, field = pair
    for choice in field.choices:
        assert choice in labels.words_for(kind.name, field.name).choices
    for column in field.columns:
        assert labels.column_label(kind.name, field.name, column.name) != column.name
    if field.type is Type.YES_NO:
        assert labels.choice_label(kind.name, field.name, True) == "Yes"
        assert labels.choice_label(kind.name, field.name, False) == "No"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_nudge_has_a_question_of_its_own(kind: Kind) -> None:
    for name in kind.nudges:
        assert name in COMMON or name in kind.by_name, name
        assert labels.field_question(kind.name, name).endswith("?"), name


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_no_own_field_is_named_like_one_that_all_posts_have(kind: Kind) -> None:
    reserved = COMMON | {"organisation", "note", "revision", "request_key", "draft_id", "csrf_token", "action", "add"}
    assert not reserved & set(kind.by_name)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_there_are_no_words_without_a_field(kind: Kind) -> None:
    assert set(labels.OWN_FIELDS[kind.name]) == set(kind.by_name)


def test_every_status_review_visibility_and_licence_has_a_label() -> None:
    assert all(labels.status_label(status) != status for status in STATUSES)
    assert all(labels.review_label(review) != review for review in REVIEWS)
    assert all(labels.visibility_label(visibility) != visibility for visibility in VISIBILITIES)
    assert all(labels.visibility_consequence(visibility, "De Sluis") for visibility in VISIBILITIES)
    assert all(labels.licence_label(licence) != licence for licence in LICENCES)
    assert set(common.STATUSES) == set(STATUSES)
    assert set(common.REVIEWS) == set(REVIEWS)
