"""Every page in every interface language, by address: `/nl/search` is `/search` in Dutch.

The prefix moves into SCRIPT_NAME before Flask sees the request, so views know nothing of it and `url_for` keeps it.
An address without prefix speaks the reader's language: as chosen before, as in the profile, or as the browser asks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Flask, current_app, g, request
from flask_babel import Babel, Domain, get_locale
from flask_babel import gettext as catalogue_gettext

from forum.core.catalogues import PSEUDO_LANGUAGE, catalogue
from forum.core.languages import native_name
from forum.core.text import Message
from forum.web import cookies
from forum.web.sessions import actor

CHOSEN = "passerelle.language"
COOKIE = "language"


class LanguagePrefix:
    """WSGI middleware that takes a language off the front of the path."""

    def __init__(self, wsgi_app: Any, languages: Iterable[str]):
        self.wsgi_app = wsgi_app
        self.languages = frozenset(languages)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Pass the request on, its language noted."""
        path = environ.get("PATH_INFO", "")
        first, _slash, rest = path[1:].partition("/")
        if first in self.languages:
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = f"/{rest}"
            environ[CHOSEN] = first
        return self.wsgi_app(environ, start_response)


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One entry of the language switch."""

    code: str
    name: str
    url: str
    current: bool


def init_languages(app: Flask, languages: tuple[str, ...], *, development: bool = False) -> None:
    """Put the prefix in front, and let Flask-Babel ask us for the language; in development, also for accented English."""
    prefixes = (*languages, PSEUDO_LANGUAGE) if development else languages
    app.wsgi_app = LanguagePrefix(app.wsgi_app, prefixes)  # type: ignore[method-assign]  # Flask documents this seam
    domain = Catalogues()
    Babel(app, locale_selector=choose_language).domain_instance = domain
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # from jinja2.ext.i18n
        gettext=lambda sentence: domain.get_translations().ugettext(sentence),
        ngettext=lambda one, many, n: domain.get_translations().ungettext(one, many, n),
        pgettext=lambda context, sentence: domain.get_translations().upgettext(context, sentence),
        npgettext=lambda context, one, many, n: domain.get_translations().unpgettext(context, one, many, n),
        newstyle=True,
    )
    app.after_request(_remember)


class Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel's way to our catalogues, found once for a request: a page asks for two hundred sentences."""

    def get_translations(self) -> Any:
        """The translations into the language of this request, which does not change while it lasts."""
        found = g.get("catalogue") if g else None
        if found is None:
            found = catalogue(interface_language() if g else "en")
            if g:
                g.catalogue = found
        return found


def choose_language() -> str:
    """The interface language of this request."""
    languages = site_languages()
    if not request:
        return languages[0]
    if request.environ.get(CHOSEN) == PSEUDO_LANGUAGE:
        return "en"  # what CLDR knows: dates, numbers and the names of countries
    wishes = (request.environ.get(CHOSEN), cookies.kept(COOKIE), actor().language if actor() else None)
    for wish in wishes:
        if wish in languages:
            return str(wish)
    return request.accept_languages.best_match(languages) or languages[0]


def site_languages() -> tuple[str, ...]:
    """The interface languages of this site, the default first."""
    languages: tuple[str, ...] = current_app.config["LANGUAGES"]
    return languages


def interface_language() -> str:
    """The code of the interface language, as `<html lang>` needs it."""
    if "interface_language" not in g:
        is_pseudo = request and request.environ.get(CHOSEN) == PSEUDO_LANGUAGE
        spoken = PSEUDO_LANGUAGE if is_pseudo else str(get_locale() or site_languages()[0])
        g.interface_language = spoken.replace("_", "-")
    return str(g.interface_language)


def language_links() -> list[LanguageLink]:
    """This page in each language, path and query kept."""
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    here = interface_language()
    path = request.path if request.method == "GET" else "/"
    return [LanguageLink(code, native_name(code), f"/{code}{path}{query}", code == here) for code in site_languages()]


def bare_path(path: str) -> str:
    """A local path without its language prefix."""
    first, _slash, rest = path[1:].partition("/")
    return f"/{rest}" if first in (*site_languages(), PSEUDO_LANGUAGE) else path


def babel_locale() -> str:
    """Babel's name of the reader's locale; English is European English: "1 March 2026"."""
    language = interface_language().replace("-", "_")
    return "en_GB" if language.startswith("en") else language


def say(sentence: Message | str) -> str:
    """A sentence of the domain in the reader's language."""
    if isinstance(sentence, str):
        return sentence
    values = {
        name: format_date(value, "long", locale=babel_locale()) if isinstance(value, date) else value
        for name, value in sentence.values.items()
    }
    return Message(sentence.sentence, values).told(catalogue_gettext)


def _remember(response: Any) -> Any:
    """Keep a language that was chosen by address and differs from what we would have guessed."""
    chosen = request.environ.get(CHOSEN)
    is_news = chosen in site_languages() and chosen not in (cookies.kept(COOKIE), _guessed())
    if is_news and response.mimetype == "text/html":
        cookies.keep(response, COOKIE, str(chosen))
    return response


def _guessed() -> str:
    languages = site_languages()
    return request.accept_languages.best_match(languages) or languages[0]
