"""Every mail as its reader sees it, with sample values; for people who work on the site, in development only."""

from typing import Any

from flask import Response, current_app, render_template

from forum.core.errors import Missing
from forum.core.settings import Settings
from forum.notifications.letters import write
from forum.notifications.samples import SAMPLES, sample_errand
from forum.web.languages import interface_language
from forum.web.routes import Area, Need

area = Area("style_mail", __name__)

FORMS = {"html": "text/html", "txt": "text/plain"}
FRAMES = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; script-src 'self'; connect-src 'self'"
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@area.page("/style/mail", needs=Need.ANYONE)
def list_mails() -> Any:
    """All mails in the language of the page, each in a frame of its own."""
    settings = _settings()
    mails = [(name, write(sample_errand(name, interface_language()), settings)) for name in SAMPLES]
    return render_template("style/mail.html", mails=mails), {"Content-Security-Policy": FRAMES}


@area.page("/style/mail/<filename>", needs=Need.ANYONE)
def show_mail(filename: str) -> Response:
    """One mail alone: `reset.html`, or `reset.txt`."""
    settings = _settings()
    name, _dot, form = filename.partition(".")
    if name not in SAMPLES or form not in FORMS:
        raise Missing
    words = write(sample_errand(name, interface_language()), settings)
    answer = Response(words.html if form == "html" else f"{words.subject}\n\n{words.text}", mimetype=FORMS[form])
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _settings() -> Settings:
    """The settings, where people develop, with the pseudo-language; anywhere else these pages do not exist."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.development:
        raise Missing
    return settings.model_copy(update={"languages": (*settings.languages, interface_language())})
