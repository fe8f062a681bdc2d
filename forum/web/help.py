"""Help by task, the glossary, the accessibility statement with its form, and the privacy page."""

from datetime import date

from flask import current_app, render_template, request
from flask_babel import gettext as _

from forum.core.languages import native_name
from forum.core.settings import Settings
from forum.library.content import LICENCES
from forum.library.kinds import KINDS
from forum.library.models import REVIEWS, VISIBILITIES
from forum.web import labels
from forum.web.glossary import explain, words_by_letter
from forum.web.languages import interface_language, site_languages
from forum.web.routes import Area, Need
from forum.web.wording.topics import TOPICS

area = Area("help", __name__)
area.app_template_global("explain")(explain)

REVIEWED_ON = date(2026, 11, 28)  # of the accessibility statement: when somebody last compared it with the site


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


@area.page("/accessibility", needs=Need.ANYONE)
def show_accessibility() -> str:
    """How accessible the site is, how that was tested, and a form to say what does not work."""
    return render_template(
        "help/accessibility.html",
        topics=TOPICS,
        contact=contact_address(),
        address=settings().base_url,
        reviewed_on=REVIEWED_ON,
    )


@area.page("/privacy", needs=Need.ANYONE)
def show_privacy() -> str:
    """What is kept of a person, why, and how long."""
    return render_template("help/privacy.html", topics=TOPICS, contact=contact_address())


def contact_address() -> str:
    """The address that questions go to."""
    return settings().contact or settings().mail_from


def settings() -> Settings:
    """The settings of this site."""
    found: Settings = current_app.config["SETTINGS"]
    return found
