"""What templates may use: filters for dates and names, and the one place that marks HTML as safe."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask, get_flashed_messages
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from forum.core import languages as names
from forum.vocabulary.queries import vocabulary
from forum.web import cookies, languages
from forum.web.sessions import actor


def init_templating(app: Flask) -> None:
    """Give Jinja our filters, globals and the context of every page."""
    app.jinja_env.filters.update(
        date=show_date,
        datetime=show_datetime,
        datetime_iso=iso,
        number=show_number,
        safe_html=rendered_html,
        say=languages.say,
        language_name=lambda code: names.language_name(code, languages.interface_language()),
        country_name=lambda code: names.country_name(code, languages.interface_language()),
    )
    app.jinja_env.globals.update(csrf_token=generate_csrf, weave=weave)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(page_context)


def page_context() -> dict[str, Any]:
    """What every page may use."""
    return {
        "actor": actor(),
        "interface_language": languages.interface_language(),
        "language_links": languages.language_links(),
        "messages": get_flashed_messages(with_categories=True),
        "scheme": cookies.kept("scheme"),
    }


def rendered_html(html: str) -> Markup:
    """Mark as safe what `core.markdown.render` made. Nothing else may be marked safe; a test looks for it."""
    return Markup(html)  # noqa: S704  # nosec B704  # the one place: the pipeline has sanitised it


def weave(key: str) -> str:
    """The key of the top theme whose woven pattern a theme bears: narrower themes bear that of the theme above them."""
    known = vocabulary()
    entry = known.by_key(key)
    above = known.ancestors(entry.id) if entry else []
    return above[-1].key if above else key


def show_date(value: date | datetime | None) -> str:
    """A date in the reader's language, like "1 March 2026"."""
    return _written(value.date() if isinstance(value, datetime) else value, languages.babel_locale()) if value else ""


@lru_cache(maxsize=4096)  # a page writes the same few days again and again
def _written(day: date, locale: str) -> str:
    return format_date(day, "long", locale=locale)


def show_datetime(value: datetime | None) -> str:
    """A moment in the reader's language (UTC)."""
    return format_datetime(value, "d MMMM y HH:mm", tzinfo=UTC, locale=languages.babel_locale()) if value else ""


def iso(value: date | datetime | None) -> str:
    """A date or moment as `<time datetime>` and the JSON want it: 2026-03-01T09:00:00Z."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if value else ""


def show_number(value: float | None) -> str:
    """A number in the reader's language."""
    return "" if value is None else _counted(value, languages.babel_locale())


@lru_cache(maxsize=4096)
def _counted(value: float, locale: str) -> str:
    return format_decimal(value, locale=locale)
