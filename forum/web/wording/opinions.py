"""The words about experts: what they score, why they decline, where invitations stand, and what the machine proposes."""

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from forum.curation.experts.advice import Proposal
from forum.web.wording.words import Words

SCORES = {
    "relevance": Words(_("Relevance"), _("Does it answer a need that others have too?")),
    "evidence": Words(_("Evidence"), _("Do figures or studies support what it says?")),
    "transferability": Words(_("Transferability"), _("Could others in another place do the same?")),
    "equity": Words(_("Equity"), _("Does it reach those who need it most, and treat them well?")),
}
SCALE = {
    1: lazy_pgettext("score of an expert", "Weak"),
    2: lazy_pgettext("score of an expert", "Fair"),
    3: lazy_pgettext("score of an expert", "Good"),
}
REFUSALS = {
    "no_time": _("I have no time"),
    "conflict": _("I have a conflict of interest"),
    "other_field": _("It is not my field"),
}
STATES = {
    "invited": _("No answer yet"),
    "accepted": _("Will give an opinion"),
    "given": _("Gave an opinion"),
    "withdrawn": _("Withdrew the opinion"),
    "declined": _("Declined"),
    "lapsed": _("Did not answer in time"),
    "taken_back": _("Invitation taken back"),
}
PROPOSALS = {
    Proposal.ASK_FIRST: Words(_("Ask one or two experts"), _("They get two weeks, and one reminder after a week.")),
    Proposal.WAIT: Words(_("Wait for the answers"), _("Invitations are open. There is nothing to do now.")),
    Proposal.ASK_NEXT: Words(_("Ask the next expert"), _("Nobody who was asked gave an opinion.")),
    Proposal.DECIDE_WITH_ONE: Words(
        _("Decide, or ask a second expert"), _("One opinion is enough if you come to the same judgement yourself.")
    ),
    Proposal.ASK_THIRD: Words(_("Ask a third expert"), _("The two opinions are far apart.")),
    Proposal.RECOMMEND: Words(_("Recommend it"), _("The opinions agree that it is good.")),
    Proposal.KEEP_REVIEWED: Words(_("Do not recommend it"), _("The opinions see more weak points than good ones.")),
}
