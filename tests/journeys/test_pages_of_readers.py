"""Every page in every state, as visitors see it: open to everybody, in both schemes, narrow and wide."""

import pytest

from tests.journeys.looks import problems_of
from tests.journeys.states import READERS, State
from tests.journeys.visiting import Visitors, cookies_of

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.parametrize("state", READERS, ids=lambda state: state.label)
def test_a_page_is_open_to_everybody(state: State, people: Visitors) -> None:
    assert "\n".join(problems_of(people.visit(state))) == ""


def test_reading_sets_no_cookie(people: Visitors) -> None:
    page = people.page_of("visitor")
    page.context.clear_cookies()
    for path in ("", "search?q=werk", "themes", "organisations", "help", "posts/{practice}", "collections", "log"):
        people.visit(State("visitor", path, path))
    assert cookies_of(page.context) == []
