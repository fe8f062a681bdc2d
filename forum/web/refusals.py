"""What people see when the gate refuses their request before any page of ours could run: pages made beforehand.

There is one for every language and reason, because whoever is refused may be refused for lack of time or memory.
"""

from http.cookies import CookieError, SimpleCookie

from flask import Flask

from forum.web.cookies import cookie_name
from forum.web.errors import problem_page, sentence_for
from forum.web.gate import Answer, Refused, Scope, in_a_line, when_to_return
from forum.web.languages import CHOSEN, COOKIE, site_languages
from forum.web.security import HEADERS

REASONS = (400, 408, 413, 503)
PROGRAMS = "/api/"


class RefusalPages:
    """Tells a refusal as a page in the reader's language; to programs, and where there is no page, in a line."""

    def __init__(self, app: Flask):
        with app.app_context():
            self.languages = site_languages()
        self.pages = {(code, status): page(app, code, status) for code in self.languages for status in REASONS}

    def __call__(self, scope: Scope, refusal: Refused) -> Answer:
        """The answer to a request that was refused."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["raw_path"].decode("latin-1")
        language = language_of(path, headers, self.languages)
        found = self.pages.get((language, refusal.status))
        if found is None or path.startswith(PROGRAMS) or "text/html" not in headers.get(b"accept", ""):
            return in_a_line(scope, refusal)
        return Answer(refusal.status, [*html_headers(language), *when_to_return(refusal.status)], found)


def page(app: Flask, language: str, status: int) -> bytes:
    """The page that tells one refusal in one language."""
    spoken = {CHOSEN: language, "SCRIPT_NAME": f"/{language}"}
    with app.app_context(), app.test_request_context("/", environ_overrides=spoken):  # each with a `g` of its own
        return problem_page(status, sentence_for(status)).encode()


def html_headers(language: str) -> list[tuple[bytes, bytes]]:
    """The headers of a refusal that is a page."""
    about = {"Content-Type": "text/html; charset=utf-8", "Content-Language": language, "Cache-Control": "no-store"}
    every = {**HEADERS, **about, "Connection": "close"}
    return [(name.lower().encode(), value.encode()) for name, value in every.items()]


def language_of(path: str, headers: dict[bytes, str], languages: tuple[str, ...]) -> str:
    """The language of the address, else the one chosen before, else the first that the browser asks for, else the site's."""
    wishes = [path[1:].partition("/")[0], cookie(headers.get(b"cookie", ""))]
    wishes += [wish.split(";")[0].strip()[:2].lower() for wish in headers.get(b"accept-language", "").split(",")]
    return next((wish for wish in wishes if wish in languages), languages[0])


def cookie(sent: str) -> str:
    """The language that a browser remembers."""
    try:
        kept = SimpleCookie(sent)
    except CookieError:
        return ""
    found = [kept[name].value for name in (cookie_name(COOKIE, is_secure=True), COOKIE) if name in kept]
    return found[0] if found else ""
