"""Help, the accessibility statement and the privacy page."""

from flask import current_app, render_template

from forum.core.settings import Settings
from forum.web.routes import Area, Need

area = Area("help", __name__)


@area.page("/help", needs=Need.ANYONE)
def show_help() -> str:
    """How to read, post, comment and search; what moderators do."""
    return render_template("help/help.html")


@area.page("/accessibility", needs=Need.ANYONE)
def show_accessibility() -> str:
    """What works for whom, and how to tell us what does not."""
    return render_template("help/accessibility.html", contact=contact_address())


@area.page("/privacy", needs=Need.ANYONE)
def show_privacy() -> str:
    """What is kept of a person, why, and how long."""
    return render_template("help/privacy.html", contact=contact_address())


def contact_address() -> str:
    """The address that questions go to."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.contact or settings.mail_from
