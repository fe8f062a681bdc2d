"""Nothing that people write runs in the browsers of others: every page of a site whose texts are all hostile, in Chromium.

Once as the site sends it, once with the content security policy gone: the escaping alone must hold.
"""

import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from forum.core.settings import settings_from
from forum.notifications.letters import Errand, write
from forum.notifications.samples import SAMPLES
from tests.journeys.payloads import Watch, numbers_in, payloads
from tests.journeys.planting import sown
from tests.journeys.serving import Site, showroom
from tests.journeys.states import STATES, State
from tests.journeys.typed import FORMS, NOTHING_BACK, pattern
from tests.journeys.visiting import Visitors, filled, visitors

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.slow, pytest.mark.timeout(1800)]

PATIENCE = 120_000  # milliseconds: these pages are twenty times as long as pages are
TEXT = "document.documentElement.textContent"
WRITTEN = """() => [...document.forms].filter((one) => one.method === 'post' && one.querySelector(
  'textarea:not([readonly]), input:not([type]), input[type=text], input[type=search], input[type=email], input[type=url]'
)).map((one) => new URL(one.getAttribute('action') || location.href, location.href).pathname)"""  # forms that people write in
DOCUMENTS = {  # what is not HTML, opened as if it were a page
    "api/v1/search": "visitor",
    "api/v1/posts/{post_id}": "author",
    "api/v1/suggest?q=ca": "visitor",
    "mentions?q=ca": "member",
    "editor/links?q=ca": "author",
    "feeds/search.atom": "visitor",
    "feeds/collections/{collection_id}.atom": "visitor",
    "posts/{tried}/adoptions/table.csv": "visitor",
    "attachments/{attachment_id}/{filename}": "visitor",
    "attachments/{attachment_id}/thumbnail": "visitor",
}
UNSEEN = {  # columns of which no page of the showroom shows anything, and why
    "adoptions.hidden_reason": "no report is hidden there",
    "flags.notifier_name": "only reports of visitors have one",
    "flags.notifier_email": "only reports of visitors have one",
    "form_drafts.content": "a browser fills it in where its person writes on",
    "transfer_offers.reason": "no offer waits there",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Site]]:
    """The showroom with payloads in every text."""
    with showroom(tmp_path_factory.mktemp("hostile"), made_by="tests.journeys.planting") as full:
        with urllib.request.urlopen(f"{full.url}/search", timeout=PATIENCE / 1000) as answer:  # reads the thesaurus
            assert answer.status == 200
        yield {"showroom": full}


def test_the_payloads_are_three_hundred_and_all_different() -> None:
    assert len(set(payloads())) == len(payloads()) >= 300


@pytest.mark.parametrize("without_policy", [False, True], ids=["as sent", "without policy"])
def test_no_page_runs_what_people_wrote(without_policy: bool, chromium: Browser, hostile: Mapping[str, Site]) -> None:
    with visitors(chromium, hostile, **({"bypass_csp": True} if without_policy else {})) as people:
        walk = Walk(people)
        for state in (*STATES, *people.others()):
            if state.site == "showroom":
                walk.see(state)
        for path, who in DOCUMENTS.items():
            walk.open(who, path)
    assert "\n".join(sorted(walk.did)) == ""
    assert len(walk.shown) >= 300
    planted = set(hostile["showroom"].values["planted"].split())
    assert planted - walk.columns - set(UNSEEN) == set()
    assert (
        walk.forms - {pattern(form.address) for form in FORMS} - set(NOTHING_BACK) == set()
    )  # test_payloads_typed.py sends them


class Walk:
    """Goes from page to page, and notes what ran, which payloads stood there as text, and of which columns."""

    def __init__(self, people: Visitors) -> None:
        self.people = people
        self.watches: dict[str, Watch] = {}
        self.shown: set[int] = set()
        self.columns: set[str] = set()
        self.forms: set[str] = set()
        self.planted = people.sites["showroom"].values["planted"].split()

    @property
    def did(self) -> set[str]:
        """Whatever ran."""
        return {did for watch in self.watches.values() for did in watch.did}

    def page(self, who: str) -> Page:
        """The watched browser of somebody."""
        page = self.people.page_of(who)
        if who not in self.watches:
            page.context.set_default_timeout(PATIENCE)
            page.set_default_timeout(PATIENCE)
            self.watches[who] = Watch(page.context)
        return page

    def see(self, state: State) -> None:
        """Open a page in a state."""
        self.page(state.who)
        self.look(state.who, self.people.visit(state).page)

    def look(self, who: str, page: Page) -> None:
        """Note what stands on a page."""
        self.watches[who].aliens(page)
        text = page.content()
        self.shown |= numbers_in(page.evaluate(TEXT))
        self.columns |= {name for name in self.planted if name in text}
        self.forms |= {pattern(path.removeprefix("/en/")) for path in page.evaluate(WRITTEN)}

    def open(self, who: str, path: str) -> None:
        """Open what is no page; a browser may save it instead."""
        page = self.page(who)
        address = f"/en/{filled(path, self.people.sites['showroom'].values)}"
        try:
            page.goto(address)
        except Exception as saved:
            if "Download is starting" not in str(saved) and "ERR_ABORTED" not in str(saved):
                raise
        page.wait_for_timeout(50)


@pytest.fixture(params=[True, False], ids=["as sent", "without policy"])
def mail_program(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[tuple[Page, Watch]]:
    """A browser that shows mails and reaches nobody."""
    context = chromium.new_context(bypass_csp=not request.param)
    context.route("**/*", lambda route: route.abort())
    watch = Watch(context)
    yield context.new_page(), watch
    context.close()


def test_no_mail_runs_what_people_wrote(mail_program: tuple[Page, Watch]) -> None:
    page, watch = mail_program
    shown: set[int] = set()
    settings = settings_from({"FORUM_SECRET_KEY": "x", "FORUM_BASE_URL": "http://localhost"})
    for number, (name, values) in enumerate(SAMPLES.items()):
        words = write(
            Errand(sown("name", number), "a@example.org", "en", name, hostile_values(values, number)), settings
        )
        assert "\n" not in words.subject
        assert "<script" not in words.html.lower()
        page.set_content(words.html)
        watch.did += [f"{one} in {name}" for one in page.evaluate(ACTING)]
        shown |= numbers_in(page.evaluate(TEXT))
    assert "\n".join(sorted(set(watch.did))) == ""
    assert len(shown) > 0.9 * len(
        payloads()
    )  # a mail leaves out what cannot be seen, like signs that turn the direction


ACTING = """() => [...document.querySelectorAll('*')].filter((one) =>
  ['script', 'iframe', 'object', 'embed', 'svg', 'math', 'form', 'base', 'img', 'video', 'audio', 'link'].includes(one.localName)
  || [...one.attributes].some((each) => each.name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(each.value))
).map((one) => one.outerHTML.slice(0, 100))"""


def hostile_values(value: Any, number: int, name: str = "") -> Any:
    """The values of a mail with payloads for its words; links, days and numbers stay."""
    if isinstance(value, dict):
        return {key: hostile_values(each, number, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(hostile_values(each, number, name) for each in value)
    is_code = name in CODES or (isinstance(value, str) and value.startswith("/"))
    return sown(f"mail {name}", number) if isinstance(value, str) and not is_code else value


CODES = {
    "language",
    "link",
    "path",
    "kind",
    "intent",
    "outcome",
    "action",
    "change",
    "step",
    "ground",
    "field",
    "state",
}
