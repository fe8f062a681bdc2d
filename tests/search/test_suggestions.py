"""What others asked is offered to those who begin to type it, unless it tells of something that is not for everybody."""

import pytest

from forum.library.models import Post
from forum.library.operations import curating
from forum.search.learning import Learned, keep_learned, monday
from forum.search.service import current_engine
from forum.search.suggestions import suggestions
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post


@pytest.fixture
def library(search_index: SearchIndex, cast: Cast) -> dict[str, Post]:
    """A public post and one for the organisation alone, and what was asked of them."""
    posts = {
        "public": make_post(cast.an, cast.sluis, title="A laundry", body="Washing for hospitals and hotels."),
        "organisation": make_post(
            cast.an, cast.sluis, title="Layoffs", body="Layoffs are planned.", visibility="organisation"
        ),
    }
    keep_learned(
        Learned(
            monday(),
            {
                ("en", "laundry for hospitals"): (9, 0),
                ("en", "laundry for hotels"): (12, 1),
                ("en", "laundry on the moon"): (5, 5),
                ("fr", "laundry et hospitals"): (7, 0),
                ("en", "layoffs planned"): (30, 0),
            },
        )
    )
    search_index.build()
    return posts


def offered(cast: Cast, who: str, typed: str, language: str = "en") -> list[str]:
    found = suggestions(current_engine(), cast.actor(who), typed, language)
    return [one.text for one in found if one.type == "query"]


def test_what_found_something_is_offered_in_the_readers_language_the_most_frequent_first(
    library: dict[str, Post], cast: Cast
) -> None:
    assert offered(cast, "visitor", "Laundry f") == ["laundry for hotels", "laundry for hospitals"]
    assert offered(cast, "visitor", "laundry", "fr") == ["laundry et hospitals"]
    assert offered(cast, "visitor", "laundry for hotels") == []


def test_what_only_members_find_is_offered_to_nobody(library: dict[str, Post], cast: Cast) -> None:
    for who in ("visitor", "chiara", "an", "mia"):
        assert "layoffs planned" not in offered(cast, who, "layo")


def test_what_was_hidden_just_now_is_offered_no_more(library: dict[str, Post], cast: Cast) -> None:
    curating.hide_post(cast.actor("mia"), library["public"].id, "spam")
    assert offered(cast, "visitor", "laundry f") == []
    assert offered(cast, "an", "laundry f") == []


def test_signs_of_LIKE_mean_nothing(library: dict[str, Post], cast: Cast) -> None:
    assert offered(cast, "visitor", "lau%f") == []
    assert offered(cast, "visitor", "l_undry") == []


def test_characters_that_no_database_takes_separate_words(library: dict[str, Post], cast: Cast) -> None:
    assert offered(cast, "visitor", "laundry\0f") == offered(cast, "visitor", "laundry f") != []
