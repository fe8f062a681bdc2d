"""Words for the fields of a research result."""

from flask_babel import lazy_gettext as _

from forum.web.wording.words import Words

FIELDS = {
    "source_url": Words(
        _("Address of the study"),
        _("The whole link, beginning with https://. No link? Save a draft and attach the file."),
        _("Where can people read the study?"),
    ),
    "so_what": Words(
        _("What it means for us"),
        _("For an enterprise, for a network, for those who make policy."),
        _("What does it mean for social enterprises?"),
    ),
    "research_type": Words(
        _("Kind of study"),
        question=_("What kind of study is it?"),
        choices={
            "systematic_review": _("Review of many studies"),
            "trial": _("Trial with groups chosen by lot"),
            "quasi_experimental": _("Comparison with a similar group"),
            "before_after": _("Measured before and after"),
            "survey": _("Survey"),
            "case_study": _("Case study"),
            "action_research": _("Research together with those concerned"),
            "statistics": _("Statistics"),
            "cost_benefit": _("Costs and benefits"),
            "tool": _("Tool or method"),
            "opinion": _("Opinion of experts"),
        },
    ),
    "study_authors": Words(
        _("Authors of the study"), _("For example: M. Janssens and L. Rossi."), _("Who wrote the study?")
    ),
    "year": Words(_("Year"), _("For example: 2025."), _("In which year did it come out?")),
    "publisher": Words(
        _("Published by"), _("A university, a journal or an organisation."), _("Who published the study?")
    ),
    "countries_studied": Words(_("Countries studied"), question=_("In which countries was it studied?")),
    "sample_n": Words(
        _("How many people or enterprises"), _("For example: 320."), _("How many people or enterprises were studied?")
    ),
    "population": Words(
        _("Who was studied"), _("For example: long-term unemployed people over 50."), _("Who was studied?")
    ),
    "period": Words(_("When"), _("For example: 2021 to 2024."), _("When was it studied?")),
    "limits": Words(
        _("What it cannot tell"),
        _("Every study has limits. For example: only one city, no comparison."),
        _("What can the study not tell?"),
    ),
    "peer_reviewed": Words(
        _("Checked by other researchers before it came out"), choices={"yes": _("Yes"), "no": _("No")}
    ),
    "funded_by": Words(_("Paid by")),
    "conflict_of_interest": Words(
        _("Interests of the authors"), _("For example: the authors work for the programme they studied.")
    ),
    "access": Words(
        _("Who can read the study"),
        choices={"open": _("Everybody"), "registration": _("After registration"), "paid": _("Against payment")},
    ),
    "data_available": Words(_("Address of the data"), _("If the figures can be downloaded.")),
}
