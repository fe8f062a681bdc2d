"""Every page in every state, as people see it who are signed in; and every page that the registry does not name."""

import pytest

from tests.journeys.looks import problems_of
from tests.journeys.states import PEOPLE, State
from tests.journeys.visiting import Visitors

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.parametrize("state", PEOPLE, ids=lambda state: state.label)
def test_a_page_is_open_to_everybody(state: State, people: Visitors) -> None:
    assert "\n".join(problems_of(people.visit(state))) == ""


@pytest.mark.timeout(480)  # there may be many
def test_every_page_that_is_not_listed_is_open_too(people: Visitors) -> None:
    wrong = [f"/{state.path}: {one}" for state in people.others() for one in problems_of(people.visit(state))]
    assert "\n".join(wrong) == ""
