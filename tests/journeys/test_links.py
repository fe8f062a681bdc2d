"""No link on any page is dead."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import html

from tests.journeys.states import ADDRESSES, STATES
from tests.journeys.visiting import Visitors, filled

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

WITHDRAWN = 410  # its page remains, with the reason; the log leads there


def links_in(text: str) -> set[str]:
    """The addresses on this site that a page leads to."""
    found = html.fromstring(text).xpath("//a/@href | //link/@href | //img/@src | //form[@method='get']/@action")
    return {str(one).partition("#")[0] for one in found if str(one).startswith("/")}


def shape(link: str) -> tuple[str, ...]:
    """What two links have in common that differ in values only: one of a kind is enough, for searches are rationed."""
    parts = urlsplit(link)
    return (re.sub("^/[a-z]{2}(?=/)", "", parts.path), *sorted({name for name, _value in parse_qsl(parts.query)}))


@pytest.mark.parametrize("who", ADDRESSES)
def test_no_link_is_dead(who: str, people: Visitors) -> None:
    site = people.sites["showroom"]
    browser = people.page_of(who).context.request
    links: dict[tuple[str, ...], str] = {}
    for state in STATES:
        if state.who == who and state.site == "showroom" and state.status == 200 and not state.act:
            answer = browser.get(f"/en/{filled(state.path, site.values)}")
            links |= {shape(link): link for link in links_in(answer.text())}
    statuses = {link: browser.get(link).status for link in links.values()}
    assert {link: status for link, status in statuses.items() if status >= 400 and status != WITHDRAWN} == {}
    assert len(statuses) > 20
