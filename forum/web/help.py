"""Help by task, the glossary, the accessibility statement with its form, and the privacy page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Invalid
from forum.core.languages import native_name
from forum.core.limits import limited
from forum.core.settings import Settings
from forum.core.text import message
from forum.curation.messages import list_messages, write_message
from forum.curation.models import ASIDE_LENGTH, MESSAGE_LENGTH
from forum.library.content import LICENCES
from forum.library.kinds import KINDS
from forum.library.models import REVIEWS, VISIBILITIES
from forum.web import labels
from forum.web.comment_forms import number_from
from forum.web.examples import search_examples
from forum.web.glossary import explain, words_by_letter
from forum.web.languages import interface_language, say, site_languages
from forum.web.routes import Area, Need
from forum.web.security import csrf
from forum.web.sessions import actor
from forum.web.wording.evidence import LEVELS
from forum.web.wording.topics import TOPICS

area = Area("help", __name__)
area.app_template_global("explain")(explain)

REVIEWED_ON = date(2026, 11, 28)  # of the accessibility statement: when somebody last compared it with the site
FITTING = {  # by endpoint or by area
    "posts": "posting",
    "posts.show_post": "commenting",
    "posts.list_files": "writing",
    "posts.describe_file": "writing",
    "comments": "commenting",
    "search": "searching",
    "themes": "searching",
    "review": "reviewing",
    "log": "reviewing",
    "accounts": "joining",
    "factors": "safely",
    "second_step": "safely",
    "organisations": "joining",
    "memberships": "joining",
    "invitations": "joining",
}
WRITTEN = ("message", "page", "tools", "email")
MESSAGES, MINUTES = 5, 60
TOO_MANY = message("You wrote to us several times in the last hour. Please wait a little, or send a mail.")


@area.page("/help", needs=Need.ANYONE)
def show_help() -> str:
    """What do you want to do? Every help page, with its parts."""
    return render_template("help/help.html", topics=TOPICS)


def show_topic(topic: str) -> str:
    """One page of help."""
    return render_template(
        f"help/topics/{topic}.html",
        topic=TOPICS[topic],
        topics=TOPICS,
        kinds=[(kind, labels.kind_label(kind), labels.kind_hint(kind)) for kind in KINDS],
        audiences=audiences(),
        reviews=[labels.review_label(review) for review in REVIEWS],
        searches=search_examples(interface_language()) if topic == "searching" else None,
        levels=LEVELS,
        licences=[labels.licence_label(licence) for licence in LICENCES],
    )


for _slug in TOPICS:  # an address each, so that whoever walks the routes meets every page
    area.page(f"/help/{_slug}", needs=Need.ANYONE, defaults={"topic": _slug})(show_topic)


def audiences() -> list[tuple[str, str]]:
    """Who may read a post, and what that means, for somebody with or without an organisation."""
    meaning = {"organisation": _("Only your colleagues can see this.")}
    return [
        (labels.visibility_label(one), meaning.get(one) or labels.visibility_consequence(one)) for one in VISIBILITIES
    ]


@area.page("/glossary", needs=Need.ANYONE)
def show_glossary() -> str:
    """Words, terms and abbreviations, A to Z; terms in a second language too when one is asked for."""
    here, others = interface_language(), [code for code in site_languages() if code != interface_language()]
    asked = request.args.get("with", "")
    other = asked if asked in others else ""
    return render_template(
        "help/glossary.html",
        letters=words_by_letter(here, other),
        others=[(code, native_name(code)) for code in others],
        other=other,
    )


@csrf.exempt  # type: ignore[untyped-decorator]  # no types; a visitor's token would need a cookie, the origin check covers this form
@area.page("/accessibility", needs=Need.ANYONE, methods=("GET", "POST"))
def show_accessibility() -> Any:
    """How accessible the site is, how that was tested, and a form to say what does not work."""
    form = {name: request.form.get(name, "") for name in WRITTEN}
    if request.method != "POST":
        return statement(form)
    if actor() and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()
    try:
        with limited(f"messages {request.remote_addr}", MESSAGES, MINUTES * 60, TOO_MANY):
            write_message(actor(), language=interface_language(), **form)
    except Invalid as problem:
        return statement(form, {name: say(reason) for name, reason in problem.fields.items()}), 422
    return redirect(url_for("help.show_thanks"), 303)


@area.page("/accessibility/thanks", needs=Need.ANYONE)
def show_thanks() -> str:
    """The message has arrived."""
    return render_template("help/thanks.html")


def statement(form: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    """The accessibility statement, with the form below it."""
    return render_template(
        "help/accessibility.html",
        topics=TOPICS,
        contact=contact_address(),
        address=settings().base_url,
        reviewed_on=REVIEWED_ON,
        form=form,
        limits={"message": MESSAGE_LENGTH, "aside": ASIDE_LENGTH},
        errors=errors or {},
    )


@area.page("/messages", needs=Need.ADMIN)
def show_messages() -> str:
    """What people wrote to those who look after the site."""
    found = list_messages(actor(), number_from(request.args.get("page")) or 1)
    return render_template("help/messages.html", found=found, page_url=page_url)


def page_url(number: int) -> str:
    """The address of a page of messages."""
    return url_for("help.show_messages", page=number if number > 1 else None)


@area.page("/privacy", needs=Need.ANYONE)
def show_privacy() -> str:
    """What is kept of a person, why, and how long."""
    return render_template("help/privacy.html", topics=TOPICS, contact=contact_address())


def contact_address() -> str:
    """The address that questions go to; none when the only one known is that of a sender who reads nothing."""
    address = settings().contact or settings().mail_from
    return "" if address.startswith("no-reply@") else address


@area.app_template_global("fitting_help")
def fitting_help() -> str:
    """The help page that fits the page being shown; the index for all others."""
    for part in (request.endpoint, request.blueprint):
        if part in FITTING:
            return url_for("help.show_topic", topic=FITTING[part])
    return url_for("help.show_help")


def settings() -> Settings:
    """The settings of this site."""
    found: Settings = current_app.config["SETTINGS"]
    return found
