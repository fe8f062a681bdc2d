"""Opens the pages of `states.py` in Chromium as the people who see them, and notes what a browser says about them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Response

from forum.interop.demonstration import PASSWORD
from tests.journeys.serving import Site
from tests.journeys.states import ADDRESSES, Act, State, unlisted

OK = 200
BY_POWER = ("visitor", "member", "author", "moderator", "admin")
NAME = re.compile(r"\{([\w.]+)\}")
WATCH_POLICY = """addEventListener('securitypolicyviolation',
    event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""
SEND = """([has, fields, button]) => {
    const form = document.querySelector(has).form;
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
    form.requestSubmit(form.querySelector(button));
}"""


@dataclass
class Visit:
    """A page that is open: how it came, and what went wrong on the way."""

    page: Page
    state: State
    status: int
    html: str
    problems: list[str]


@dataclass
class Visitors:
    """Browsers of people, each signed in once; `settings` are those of a browser context."""

    browser: Browser
    sites: Mapping[str, Site]
    settings: dict[str, Any] = field(default_factory=dict)
    language: str = "en"
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def visit(self, state: State) -> Visit:
        """Open a page and bring it into its state."""
        page, site = self.page_of(state.who, state.site), self.sites[state.site]
        self.problems.clear()
        response = page.goto(f"/{self.language}/{filled(state.path, site.values)}")
        if state.act:
            response = send(page, state.act, site.values)
        assert response is not None
        html = response.text() if "text/html" in response.headers.get("content-type", "") else ""
        return Visit(page, state, response.status, html, self.problems)

    def others(self) -> Iterator[State]:
        """A state for every page of the application that the registry does not name, as the first person sees it who may.

        Nobody may: then as a visitor, which will be found wanting.
        """
        site = self.sites["showroom"]
        for _endpoint, path in unlisted(site.routes, site.values):
            who, mimetype = self.first_who_may(path)
            if mimetype == "text/html":
                yield State(who, path, path)

    def first_who_may(self, path: str) -> tuple[str, str]:
        """The first person who may see a page, and what it is."""
        for who in BY_POWER:
            answer = self.page_of(who).context.request.get(f"/{self.language}/{path}", max_redirects=0)
            if answer.status == OK:
                return who, answer.headers["content-type"].partition(";")[0]
        return "visitor", "text/html"

    def page_of(self, who: str, site: str = "showroom") -> Page:
        """The browser of somebody on a site, signed in."""
        if (who, site) not in self.pages:
            options = {"base_url": self.sites[site].url, "locale": "en-GB", "reduced_motion": "reduce"} | self.settings
            page = self.browser.new_context(**options).new_page()
            page.set_default_timeout(20_000)
            if ADDRESSES[who]:
                sign_in(page, ADDRESSES[who])
            self.watch(page)
            self.pages[who, site] = page
        return self.pages[who, site]

    def watch(self, page: Page) -> None:
        """Note what its console says and whom it asks, from now on."""
        page.add_init_script(WATCH_POLICY)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("console", lambda message: self.problems.append(f"console: {message.text}"))
        page.on("request", lambda request: self.problems.extend(foreign(request.url, page)))

    def close(self) -> None:
        """Close every browser."""
        for page in self.pages.values():
            page.context.close()


@contextmanager
def visitors(browser: Browser, sites: Mapping[str, Site], language: str = "en", **settings: Any) -> Iterator[Visitors]:
    """Browsers that are closed at the end of the block."""
    opened = Visitors(browser, sites, settings, language)
    yield opened
    opened.close()


def filled(path: str, values: Mapping[str, str]) -> str:
    """A path with its names replaced by what the showroom made."""
    return NAME.sub(lambda found: values[found[1]], path)


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign somebody in through the page, whatever its language."""
    page.goto("/en/sign-in")
    page.locator("main [name=email]").fill(email)
    page.locator("main [name=password]").fill(password)
    page.locator("main [name=password]").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def send(page: Page, act: Act, values: Mapping[str, str]) -> Response | None:
    """Send a form, as often as asked; the answer to the last."""
    fields = {name: filled(text, {**values, "secret": PASSWORD}) for name, text in act.fields.items()}
    kept = page.context.cookies()
    answer, form = None, page.url
    for time in range(act.times):
        if time:
            page.goto(form)
        if act.signed_out_meanwhile:
            page.context.clear_cookies()
        with page.expect_navigation() as navigation:
            page.evaluate(SEND, [act.has, fields, act.button])
        answer = navigation.value
    if act.signed_out_meanwhile:
        page.context.add_cookies([without_defaults(cookie) for cookie in kept])
    return answer


def file_name(label: str) -> str:
    """A name for files about a state."""
    return re.sub(r"\W+", "-", label)


def without_defaults(cookie: Any) -> Any:
    """A cookie as a browser takes it back."""
    return {name: value for name, value in cookie.items() if name != "partitionKey"}


def foreign(url: str, page: Page) -> Iterator[str]:
    """A complaint when an address is not on the site."""
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws") and parts.hostname != "127.0.0.1":
        yield f"asks {parts.hostname} on {page.url}"


def cookies_of(context: BrowserContext) -> list[str]:
    """The names of what a browser keeps."""
    return [str(cookie.get("name")) for cookie in context.cookies()]
