"""What somebody types or follows a link with comes back in the page at once, as text: nothing of it runs, in Chromium.

Once as the site sends it, once with the content security policy gone, as `test_payloads.py` does with what is stored. Every
form is refused, so nothing is kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.payloads import Watch, numbers_in, payloads
from tests.journeys.serving import Site
from tests.journeys.typed import FORMS, NO_QUERY, NOTHING_BACK, QUERIES, Form, pattern
from tests.journeys.visiting import OK, Visitors, filled, visitors
from tests.web.everything import query_names

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.timeout(600)]

PAGES = Path(__file__).resolve().parents[2] / "forum" / "web"
TEXTS = payloads()
Place = TypeVar("Place")
IN_AN_ADDRESS = 60
FEW = 5  # that fit in the shortest text
SAMPLE = 4  # as sent, only every fourth is walked: what escaping lets through would be blocked there all the same
STEP = 61  # payloads on from page to page
GAP = re.compile(r"\{(\d+)\}")
# Takes a form from its page into this one, fills it with too much (or with what fits) and sends it: one page is opened, not two.
SEND = """async ([page, action, button, hidden, texts, fits]) => {
    const read = new DOMParser().parseFromString(await (await fetch(page)).text(), 'text/html');
    const found = [...read.forms].filter((one) => one.method === 'post'
        && new URL(one.getAttribute('action') || page, location.href).pathname === action);
    const form = found.find((one) => one.querySelector('textarea, input:not([type=hidden])'));
    if (!form) throw new Error(`no form for ${action} on ${page}`);
    form.setAttribute('action', new URL(form.getAttribute('action') || page, location.href).href);
    for (const one of form.querySelectorAll('input, textarea')) {
        if (['hidden', 'password', 'file', 'checkbox', 'radio', 'submit'].includes(one.type)) continue;
        one.removeAttribute('maxlength');
        const isLine = one.localName === 'input';
        const most = Number(one.dataset.maxlength ?? (isLine ? 600 : fits ? 3000 : 6000)) / (fits ? 3 : 1);
        let [text, next] = ['', 0];
        while (text.length <= most) text += `${texts[next++ % texts.length]}${isLine ? ' ' : '\\n\\n'}`;
        if (isLine) one.type = 'text';
        one.value = text;
    }
    const pressed = button && form.querySelector(`button${button}`);
    if (pressed) hidden = { ...hidden, [pressed.name]: pressed.value };
    for (const [name, value] of Object.entries(hidden)) {
        const own = form.querySelector(`input[type=hidden][name="${name}"]`) ?? form.appendChild(document.createElement('input'));
        Object.assign(own, { name, value });
    }
    document.body.append(document.adoptNode(form));
    HTMLFormElement.prototype.submit.call(form);
}"""
SHOWN = """() => [document.documentElement.textContent, ...[...document.querySelectorAll('input')].map((one) => one.value)]
    .join('\\n')"""


@pytest.fixture(scope="module", params=[False, True], ids=["as sent", "without policy"])
def walker(request: pytest.FixtureRequest, chromium: Browser, sites: Mapping[str, Site]) -> "Iterator[Walk]":
    """Browsers of people in the showroom, signed in once for all walks."""
    with visitors(chromium, sites, bypass_csp=request.param) as people:
        yield Walk(people, every=1 if request.param else SAMPLE)


@pytest.fixture
def walk(walker: "Walk") -> "Iterator[Walk]":
    """A walk through the showroom; whatever ran on it fails the test."""
    yield walker
    did = {did for watch in walker.watches.values() for did in watch.did}
    for watch in walker.watches.values():
        watch.did.clear()
    assert "\n".join(sorted(did)) == ""


class Walk:
    """Goes from page to page with payloads in its hands, each time with others."""

    def __init__(self, people: Visitors, every: int) -> None:
        self.people = people
        self.every = every
        self.least = 300 // every  # payloads that are to be seen on the way
        self.values = people.sites["showroom"].values
        self.watches: dict[str, Watch] = {}
        self.pages = 0

    def some_of(self, places: Sequence[Place]) -> Sequence[Place]:
        """The places to go to: all of them, or a sample."""
        return places[:: self.every]

    def page(self, who: str) -> Page:
        """The watched browser of somebody."""
        page = self.people.page_of(who)
        if who not in self.watches:
            self.watches[who] = Watch(page.context)
            page.goto("/en/help")
        return page

    def texts(self) -> list[str]:
        """All payloads, beginning with other ones each time."""
        self.pages += 1
        start = STEP * self.pages % len(TEXTS)
        return TEXTS[start:] + TEXTS[:start]

    def address(self, path: str) -> str:
        """The address of a path of the registry."""
        return f"/en/{filled(path, self.values)}"

    def shown(self, who: str, page: Page) -> set[int]:
        """The payloads that stand in a page as text, after a look at what else stands there."""
        self.watches[who].aliens(page)
        return numbers_in(page.evaluate(SHOWN))

    def send(self, form: Form) -> tuple[int, set[int]]:
        """Send a form full of payloads: how the site answers, and which of them its page shows."""
        page, texts = self.page(form.who), self.texts()
        if form.status == OK:
            texts = [text.replace("\x01", "") for text in texts]  # no form takes this character
        page_and_form = [self.address(form.page), self.address(form.address), form.button, dict(form.hidden)]
        with page.expect_navigation() as navigation:
            page.evaluate(SEND, [*page_and_form, texts, form.status == OK])
        return navigation.value.status, self.shown(form.who, page)

    def ask(self, who: str, path: str) -> set[int]:
        """Open an address whose query is full of payloads: which of them its page shows."""
        page, texts = self.page(who), self.texts()
        share = IN_AN_ADDRESS // len(set(GAP.findall(path)))

        def some(place: re.Match[str]) -> str:
            return quote(" ".join(texts[int(place[1]) * share :][:share]), safe="")

        page.goto(self.address(GAP.sub(some, path)))
        return self.shown(who, page)


def test_what_was_typed_into_any_form_comes_back_as_text(walk: "Walk") -> None:
    seen, otherwise = set(), []
    for form in walk.some_of(FORMS):
        status, shown = walk.send(form)
        if status != form.status or len(shown) < FEW:
            otherwise.append(f"{form.who} {form.page} {form.button}: {status}, {len(shown)} shown")
        seen |= shown
    assert "\n".join(otherwise) == ""
    assert len(seen) >= walk.least


def test_what_an_address_asks_for_comes_back_as_text(walk: "Walk") -> None:
    seen: set[int] = set()
    for who, path in walk.some_of(QUERIES):
        seen |= walk.ask(who, path)
    assert len(seen) >= walk.least


def test_every_name_that_pages_read_from_an_address_is_walked() -> None:
    names = query_names(path.read_text(encoding="utf-8") for path in PAGES.glob("*.py"))
    walked = {name for _who, path in QUERIES for name, _value in parse_qsl(urlsplit(path).query)}
    assert set(names) - walked == NO_QUERY


def test_no_form_is_excused_and_walked_at_once() -> None:
    assert {pattern(form.address) for form in FORMS} & set(NOTHING_BACK) == set()
