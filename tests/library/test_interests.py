"""What is new for one reader: themes they chose or that their organisation writes about, languages they read first."""

from datetime import timedelta

import pytest

from forum.core.db import db, transaction
from forum.library.interests import interests_of, new_for, questions_for
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_post


def keys(cast: Cast, name: str) -> list[str]:
    return [theme.key for theme in interests_of(cast.actor(name)).themes]


def choose(cast: Cast, name: str, *themes: str, reads: tuple[str, ...] = ()) -> None:
    with transaction():
        person = getattr(cast, name)
        person.interests, person.reads = list(themes), list(reads)


def titles(cast: Cast, name: str) -> list[str]:
    actor = cast.actor(name)
    return [card.title for card in new_for(actor, interests_of(actor), limit=5)]


def test_chosen_themes_are_the_readers_own_whatever_the_organisation_posts(cast: Cast) -> None:
    make_post(cast.bert, cast.sluis, themes=("work-integration",))
    choose(cast, "an", "finance", "gone-for-ever", "finance")
    assert keys(cast, "an") == ["finance"]
    assert not interests_of(cast.actor("an")).is_guess


def test_until_then_the_top_themes_of_the_organisations_posts_stand_in(cast: Cast) -> None:
    make_post(cast.bert, cast.sluis, themes=("reuse-repair",))
    make_post(cast.bert, cast.sluis, themes=("waste-recycling", "finance"))
    make_post(cast.chiara, cast.filo, themes=("policy-law",))
    assert keys(cast, "an") == ["green-circular", "finance"]
    assert interests_of(cast.actor("an")).is_guess


@pytest.mark.parametrize("name", ["visitor", "noor", "an"])
def test_without_choice_and_posts_there_are_no_themes(cast: Cast, name: str) -> None:
    assert keys(cast, name) == []


def test_new_posts_of_others_in_these_themes_come_with_the_languages_one_reads_first(cast: Cast) -> None:
    choose(cast, "an", "green-circular", reads=("nl",))
    for number, (title, language, theme) in enumerate(
        [("Old and Dutch", "nl", "reuse-repair"), ("French", "fr", "green-circular"), ("Elsewhere", "nl", "finance")]
    ):
        moment = LONG_AGO + timedelta(days=number)
        make_post(cast.chiara, cast.filo, title=title, language=language, themes=(theme,), at=moment)
    make_post(cast.an, cast.sluis, title="My own", themes=("green-circular",))
    assert titles(cast, "an") == ["Old and Dutch", "French"]


@pytest.mark.parametrize(("name", "seen"), [("an", ["For members", "Public"]), ("noor", ["Public"])])
def test_nobody_hears_of_what_they_may_not_read(cast: Cast, name: str, seen: list[str]) -> None:
    choose(cast, name, "finance")
    make_post(cast.chiara, cast.filo, title="Public", themes=("finance",))
    make_post(cast.chiara, cast.filo, title="For members", themes=("finance",), visibility="members")
    make_post(cast.chiara, cast.filo, title="For Il Filo", themes=("finance",), visibility="organisation")
    make_post(cast.chiara, cast.filo, title="Hidden", themes=("finance",), status="hidden")
    assert sorted(titles(cast, name)) == seen


def test_questions_wait_in_the_languages_one_reads_first_until_they_are_answered(cast: Cast) -> None:
    for number, language in enumerate(("it", "en", "nl")):
        moment = LONG_AGO + timedelta(days=number)
        make_post(cast.chiara, cast.filo, kind="question", title=language, language=language, at=moment)
    with transaction():
        cast.an.reads = ["it"]
    assert [one.title for one in questions_for(cast.actor("an"), limit=3)] == ["it", "nl", "en"]
    assert [one.title for one in questions_for(cast.actor("visitor"), limit=3)] == ["nl", "en", "it"]
    with transaction():
        answered = db.session.scalars(db.select(Post).where(Post.title == "it")).one()
        answered.accepted_comment_id = 1
    assert [one.title for one in questions_for(cast.actor("an"), limit=3)] == ["nl", "en"]
