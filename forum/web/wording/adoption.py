"""Words for reports on practices that others tried."""

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as _in

from forum.web.wording.words import Words

INTENTS = {
    "planning": (_("We plan to try it"), _("Nothing is done yet. We ask you once, in half a year, how it went.")),
    "trying": (_("We are trying it now"), _("Too early for a result. We ask you once, in half a year, how it went.")),
    "running": (_("It runs with us"), _("Trying is over, and we go on with it.")),
    "stopped": (_("We stopped"), _("Trying is over, and we do not go on. That helps others as much.")),
}
OUTCOMES = {
    "worked": (_("It worked"), ""),
    "worked_with_changes": (_("It worked, with changes"), ""),
    "mixed": (_("Mixed: some of it worked"), ""),
    "did_not_work": (
        _("It did not work"),
        _("Thank you for telling. It says where the practice fits, and nothing bad of it."),
    ),
    "too_early": (_("Too early to say"), ""),
}
PERMISSIONS = {
    "members": (_("Members only"), _("People of the network can read your report.")),
    "public": (_in("who may read a report", "Everybody"), _("As far as they may read the practice itself.")),
}
SHORT_INTENTS = {
    "planning": _("Planned"),
    "trying": _("Being tried"),
    "running": _("Running"),
    "stopped": _("Stopped"),
}
TICKS = {
    "law": _("Laws and rules"),
    "money": _("Money"),
    "staff": _("Staff"),
    "partners": _("Partners"),
    "people": _("The people we support"),
    "language": _("Language"),
    "time": _("Time"),
}
TOLD = {
    "building_blocks": _("Parts that were used"),
    "contact_with_owner": _("In touch with those who shared it"),
}
FIELDS = {
    "intent": Words(_("How far are you?")),
    "outcome": Words(_("How did it go?"), _("Needed once trying is over.")),
    "organisation": Words(_("In whose name do you report?")),
    "country": Words(_("In which country?")),
    "permission": Words(_("Who may read your report?")),
    "language": Words(_("Language of your report")),
    "taken_from": Words(_("From whom did you take it over?"), _("So that all can see how a practice travels.")),
    "building_blocks": Words(_("Which parts did you use?")),
    "what_we_changed": Words(_("What we changed"), _("What is different with you, and why?")),
    "what_helped": Words(_("What helped")),
    "helped": Words(_("This helped"), choices=TICKS),
    "what_blocked": Words(_("What got in the way")),
    "blocked": Words(_("This got in the way"), choices=TICKS),
    "contact_with_owner": Words(
        _("Were you in touch with those who shared it?"),
        choices={
            "talked": _("We talked"),
            "visited": _("We visited them, or they visited us"),
            "trained": _("They trained us"),
            "no": _in("in touch", "No"),
        },
    ),
}
