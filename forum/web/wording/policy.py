"""Words for the fields of a policy update."""

from flask_babel import lazy_gettext as _

from forum.web.wording.words import Words

DATES = {
    "announced_on": Words(_("Announced on")),
    "adopted_on": Words(_("Adopted on")),
    "published_on": Words(_("Published on")),
    "in_force_on": Words(_("In force since"), question=_("Since when is it in force, or from when will it be?")),
    "applies_from": Words(_("Applies from")),
    "transposition_deadline": Words(_("In national law by")),
    "comment_deadline": Words(_("Comments are possible until")),
    "review_on": Words(_("Will be reviewed on")),
    "expires_on": Words(_("Ends on")),
}

FIELDS = DATES | {
    "jurisdiction": Words(
        _("Where it applies"),
        choices={
            "eu": _("In the European Union"),
            "national": _("In a country"),
            "regional": _("In a region"),
            "local": _("In a town or district"),
        },
    ),
    "region": Words(_("Region or town"), _("For example: Flanders, or Bologna.")),
    "policy_status": Words(
        _("How far it is"),
        choices={
            "announced": _("Announced"),
            "consultation": _("Open for consultation"),
            "proposed": _("Proposed"),
            "in_negotiation": _("Being negotiated"),
            "adopted": _("Adopted"),
            "in_force": _("In force"),
            "partly_in_force": _("Partly in force"),
            "amended": _("Changed"),
            "suspended": _("Suspended"),
            "repealed": _("No longer in force"),
            "rejected": _("Rejected"),
            "withdrawn": _("Withdrawn"),
        },
    ),
    "source_url": Words(
        _("Address of the official text"),
        _("The whole link, beginning with https://. Leave it empty if there is none yet."),
    ),
    "official_id": Words(
        _("Official number"), _("For example: CELEX 32024L2831, or a number of the official gazette.")
    ),
    "effect": Words(
        _("Effect on social enterprises"),
        _("Your own judgement."),
        _("Is this good or bad for social enterprises?"),
        choices={
            "strengthens": _("It helps"),
            "weakens": _("It harms"),
            "neutral": _("Neither"),
            "unclear": _("Not clear yet"),
        },
    ),
    "what_to_do": Words(
        _("What to do"),
        _("For example: answer the consultation, or check your contracts."),
        _("What should our organisations do now?"),
    ),
    "what_to_do_by": Words(_("Do it by")),
    "position": Words(_("Our position"), _("What your organisation or network thinks of it.")),
    "translation_note": Words(
        _("Summary in English"),
        _("If the official text is in another language: the main points in English."),
        _("Can you sum it up in English for the others?"),
    ),
}
