"""Words for what all posts have in common."""

from flask_babel import lazy_gettext as _

from forum.web.wording.words import Words

KINDS = {
    "practice": Words(
        _("Good practice"),
        _("Something that works in your organisation, so that others can learn from it."),
        _("Share a good practice"),
    ),
    "research": Words(
        _("Research"),
        _("What a study found, in a few plain sentences, with a link to it."),
        _("Share a research result"),
    ),
    "policy": Words(
        _("Policy update"),
        _("A new or changed law, rule or call, and what it means for us."),
        _("Report a policy update"),
    ),
    "question": Words(
        _("Question"),
        _("Something you want to know from the other organisations."),
        _("Ask a question"),
    ),
    "news": Words(
        _("News"),
        _("An event, a call or anything else that is worth knowing now."),
        _("Tell the news"),
    ),
}

BODIES = {
    "practice": Words(
        _("What we do"),
        _("In your own words: what you do, for whom, and what comes of it. A few sentences are enough."),
    ),
    "research": Words(
        _("What the study found"),
        _("In three plain sentences: what was studied, and what came out of it."),
    ),
    "policy": Words(
        _("What changed"),
        _("In two sentences: what is new, and for whom?"),
    ),
    "question": Words(
        _("Your question"),
        _("What do you want to know, and why? Say a little about your situation."),
    ),
    "news": Words(
        _("The news"),
        _("What happens, when and where, and for whom is it interesting?"),
    ),
}

TITLES = {
    "practice": _("For example: A repair café that trains bicycle mechanics."),
    "research": _("Say what was found. For example: Coaching doubles the chance of a regular job."),
    "policy": _("For example: Flanders raises the subsidy for tailored work."),
    "question": _("Ask in one sentence. For example: How do you pay for childcare during training?"),
    "news": _("For example: Study visit to Turin in May, ten places left."),
}

FIELDS = {
    "title": Words(_("Title")),
    "summary": Words(
        _("In short"),
        _("Two sentences that make others want to read on. They lead your post and every search result."),
        _("How would you tell it in two sentences?"),
    ),
    "body": Words(_("Text")),
    "language": Words(
        _("Language of your text"), _("We recognise it from what you write. Correct it if we are wrong.")
    ),
    "countries": Words(_("Country"), _("The countries that your text is about.")),
    "organisation": Words(_("On behalf of")),
    "visibility": Words(_("Who may see this")),
    "licence": Words(_("How others may use it")),
    "themes": Words(_("Themes"), _("Choose one to three.")),
    "target_groups": Words(
        _("Target groups"), _("The people it is about. Choose as many as fit."), _("Who are the people it is about?")
    ),
    "principles": Words(_("Principles"), _("What the network stands for, and this post shows.")),
    "instruments": Words(
        _("Policy instruments"), _("By which means the policy works."), _("By which means does the policy work?")
    ),
    "forms": Words(_("Kinds of organisation"), _("The organisations that it concerns.")),
    "note": Words(
        _("What did you change, and why?"), _("One line for the history. For example: new figures for 2026.")
    ),
}

SECTIONS = {
    "story": _("The story"),
    "results": _("Results"),
    "resources": _("Resources"),
    "transfer": _("For others who want to try"),
    "people": _("The people"),
    "facts": _("Facts"),
    "dates": _("Dates"),
    "source": _("Source"),
    "method": _("How it was studied"),
}

STATUSES = {
    "draft": _("Draft"),
    "published": _("Posted"),
    "archived": _("In the archive"),
    "withdrawn": _("Withdrawn"),
    "hidden": _("Hidden by a moderator"),
    "declined": _("Declined"),
}

REVIEWS = {
    "new": _("New: no moderator has checked this yet"),
    "changes_suggested": _("Changes suggested"),
    "reviewed": _("Checked by a moderator"),
    "in_expert_review": _("An expert is reading this"),
    "recommended": _("Recommended by a moderator"),
    "needs_recheck": _("Needs a new check"),
}

VISIBILITIES = {
    "members": Words(_("Members"), _("Only members can see this.")),
    "public": Words(_("Everyone"), _("Everyone can see this, also people without an account and search engines.")),
    "organisation": Words(_("My organisation"), _("Only people of %(organisation)s can see this.")),
}

LICENCES = {
    "CC-BY-4.0": _("Free to use with our name (CC BY 4.0)"),
    "CC-BY-NC-4.0": _("Free to use with our name, not for profit (CC BY-NC 4.0)"),
    "all-rights": _("Ask us first (all rights reserved)"),
}
