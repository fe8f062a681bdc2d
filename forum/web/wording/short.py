"""Words for the fields of questions and news."""

from flask_babel import lazy_gettext as _

from forum.web.wording.words import Words

QUESTION = {
    "already_tried": Words(
        _("What we have tried already"),
        _("So that nobody tells you what you know."),
        _("What have you tried already?"),
    ),
    "needed_by": Words(_("Answer needed by")),
}

NEWS = {
    "event_on": Words(_("Date of the event"), question=_("On which day is it?")),
    "event_place": Words(_("Place"), _("For example: Ghent, or online.")),
    "source_url": Words(_("Address for more information"), _("The whole link, beginning with https://.")),
}
