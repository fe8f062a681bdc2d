"""Calling people and organisations by name."""

from collections.abc import Callable
from typing import Any

import pytest

from forum.core.db import db
from forum.core.markdown import render
from forum.discussion.mentions import completions, settle
from forum.discussion.models import Mention
from forum.discussion.operations.writing import edit_comment, post_comment
from tests.conftest import Cast
from tests.factories import make_membership, make_organisation, make_person, make_post


@pytest.fixture
def ana(cast: Cast) -> Any:
    person = make_person("Ana Ferreira")
    make_membership(person, cast.filo)
    return person


def test_a_full_name_typed_by_hand_becomes_a_mention(ana: Any) -> None:
    link = f"@[Ana Ferreira](person:{ana.id})"
    assert settle("Thanks @Ana Ferreira, we will.") == f"Thanks {link}, we will."
    assert settle("(@Ana Ferreira)") == f"({link})"
    assert settle("@Ana Ferreira's idea") == f"{link}'s idea"


def test_an_organisations_name_becomes_a_mention(cast: Cast) -> None:
    assert settle("Ask @Il Filo!") == f"Ask @[Il Filo](organisation:{cast.filo.id})!"


def test_the_longest_name_wins(cast: Cast, ana: Any) -> None:
    short = make_person("Ana")
    make_membership(short, cast.sluis)
    assert settle("@Ana Ferreira and @Ana") == f"@[Ana Ferreira](person:{ana.id}) and @[Ana](person:{short.id})"


@pytest.mark.parametrize(
    "text",
    [
        "@Ana",
        "ana@Ana Ferreira",
        "`@Ana Ferreira`",
        "```\n@Ana Ferreira\n```",
        "> @Ana Ferreira said so",
        "@Nobody At All",
    ],
)
def test_other_words_stay_as_they_are(ana: Any, text: str) -> None:
    assert settle(text) == text


def test_a_name_that_two_people_bear_stays_text(cast: Cast, ana: Any) -> None:
    make_membership(make_person("Ana Ferreira"), cast.sluis)
    assert settle("@Ana Ferreira") == "@Ana Ferreira"


def test_a_mention_has_the_true_name(ana: Any) -> None:
    assert settle(f"@[The boss](person:{ana.id})") == f"@[Ana Ferreira](person:{ana.id})"


def test_somebody_without_an_organisation_cannot_be_mentioned(cast: Cast) -> None:
    assert settle(f"@[Noor](person:{cast.noor.id}) @Noor") == "@Noor @Noor"


def test_a_mention_is_kept_with_the_comment_and_follows_edits(cast: Cast, ana: Any) -> None:
    post = make_post(cast.an, cast.sluis)
    comment = post_comment(cast.actor("bert"), post.id, "@Ana Ferreira, what do you and @Il Filo think?")
    rows = db.session.execute(db.select(Mention.person_id, Mention.organisation_id).order_by(Mention.id)).all()
    assert [tuple(row) for row in rows] == [(ana.id, None), (None, cast.filo.id)]
    assert f'href="/people/{ana.id}"' in comment.body_html
    edit_comment(cast.actor("bert"), comment.id, "What does @Il Filo think?", revision=1)
    assert db.session.scalars(db.select(Mention.organisation_id)).all() == [cast.filo.id]


def test_names_with_brackets_are_mentioned_whole(cast: Cast) -> None:
    odd = make_organisation("Werk [noord]")
    assert [one.id for one in render(settle(f"@[x](organisation:{odd.id})")).mentions] == [odd.id]


def test_completions_are_people_of_organisations_and_open_organisations(
    cast: Cast, ana: Any, count_sql: Callable[[], Any]
) -> None:
    with count_sql() as statements:
        found = completions("fi")
    assert [(one.name, one.detail) for one in found] == [("Il Filo", "IT")]
    assert [(one.name, one.detail) for one in completions("ferr")] == [("Ana Ferreira", "Il Filo")]
    assert [one.name for one in completions("noor")] == []
    assert len(statements) == 2


def test_at_most_eight_completions_leave_room_for_organisations(cast: Cast) -> None:
    for number in range(9):
        make_membership(make_person(f"Testa {number}"), cast.sluis)
    make_organisation("Testamare")
    found = completions("testa")
    assert len(found) == 8
    assert found[-1].name == "Testamare"


@pytest.mark.parametrize("words", ["", "a", " % ", "_"])
def test_too_little_gives_no_completions(cast: Cast, words: str) -> None:
    assert completions(words) == []
