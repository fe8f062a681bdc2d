"""What the glossary explains: words of the site, terms of the field by their key in the thesaurus, and abbreviations.

The terms of the field take their name from the thesaurus, so they follow it in every language; only what they mean is here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """An abbreviation as it is written in the reader's language, and what it stands for."""

    short: Any
    long: Any


SITE: Mapping[str, tuple[Any, Any]] = {
    "post": (
        lazy_pgettext("a post", "Post"),
        _("One entry of the library: a practice, a study, a policy update, a question or news."),
    ),
    "practice": (
        _("Good practice"),
        _("Something that works in an organisation, told so that others can learn from it."),
    ),
    "in-short": (_("In short"), _("Two sentences at the top of a post that say what it is about.")),
    "theme": (
        _("Theme"),
        _("What a post is about. Themes have names in six languages, so you find posts across languages."),
    ),
    "thesaurus": (
        _("Thesaurus"),
        _("The ordered list of all themes and terms of the library. Moderators look after it."),
    ),
    "target-group": (_("Target group"), _("The people whom a practice supports.")),
    "evidence": (
        _("Evidence level"),
        _("How sure one can be that a practice works, from 0 (an idea or story) to 5 (strong)."),
    ),
    "visibility": (_("Visibility"), _("Who may read a post: everyone, the members, or one organisation.")),
    "draft": (_("Draft"), _("A text that is not posted yet. Only its authors see it.")),
    "version": (_("Version"), _("How a post looked at one time. Each change makes a new version.")),
    "comment": (_("Comment"), _("What somebody says about a post. Comments have numbers and can be answered.")),
    "mention": (_("Mention"), _("A name in a text, written with @. The person hears of it.")),
    "accepted-answer": (_("Accepted answer"), _("The comment that helped the person who asked.")),
    "report": (
        lazy_pgettext("a reader's note to the moderators", "Report"),
        _("A note to the moderators that something is wrong with a post or comment."),
    ),
    "moderator": (_("Moderator"), _("A person who looks after posts and comments for the network.")),
    "review": (
        lazy_pgettext("what moderators do", "Review"),
        _("A moderator reads a post after it is posted. The mark says what came of it."),
    ),
    "editor": (_("Editor"), _("A member who looks after the page and the people of an organisation.")),
    "member": (_("Member"), _("A person who belongs to an organisation of the network.")),
    "organisation": (
        _("Organisation"),
        _("An enterprise, association or other body that belongs to the network. It is the author of posts."),
    ),
    "network": (_("Network"), _("Organisations that work together, in a country or across Europe.")),
    "filter": (_("Filter"), _("A choice beside the search results that makes the list shorter.")),
    "collection": (_("Collection"), _("Posts that somebody put together because they belong together.")),
    "archive": (_("Archive"), _("Where posts go that are no longer current. They can still be read.")),
    "withdrawn": (_("Withdrawn"), _("A post that its authors took back. Title and reason stay.")),
}

TERMS: Mapping[str, Any] = {
    "social-economy": _("Enterprises and associations that put people and purpose before profit."),
    "social-enterprise": _("An enterprise that sells goods or services and uses its profit for a social aim."),
    "wise": _("An enterprise whose aim is to give work, training and support to people far from the labour market."),
    "sheltered-employment": _("Lasting paid work in a place that is adapted to people with a disability."),
    "social-cooperative": _(
        "A cooperative that serves a social aim, for instance care or jobs for people who find none."
    ),
    "cooperative": _("An enterprise that belongs to its members. Each has one vote."),
    "network-federation": _("An organisation whose members are organisations, and that speaks for them."),
    "work-integration": _("Helping people into work, and supporting them while they are there."),
    "transition-to-regular-job": _("Moving from a supported place to a job in any other enterprise."),
    "individual-pathway": _("A plan for one person: the aims, the steps, and who helps."),
    "job-coaching": _("Support at the workplace itself, for the worker and for the colleagues."),
    "supported-employment": _("A job in a regular enterprise first, with a coach for as long as needed."),
    "outreach-activation": _("Going to people who do not come by themselves, and taking first steps with them."),
    "job-retention": _("Staying in touch after somebody found a job, so that it lasts."),
    "basic-skills": _("Reading, writing, counting, and the language of the country."),
    "recognition-prior-learning": _(
        "Showing what somebody learnt at work or in life, and getting a certificate for it."
    ),
    "job-design": _("Taking tasks apart and putting them together anew, so that they fit a person."),
    "social-innovation": _("A new answer to a social need, worked out with the people concerned."),
    "scaling-replication": _("Making a practice larger, or doing it again in another place."),
    "eu-funds": _("Money of the European Union for jobs, training and regions."),
    "social-finance": _("Loans or investment from people who want a social return beside the money."),
    "mixed-resources": _("Income from sales, subsidies, gifts and volunteers together."),
    "social-procurement": _("Public bodies buy in a way that also creates jobs or fair conditions."),
    "reserved-contracts": _("Public contracts for which only enterprises with a social aim may compete."),
    "social-clauses": _("Conditions in a contract, for instance that some workers come from unemployment."),
    "green-circular": _("An economy that uses things again and harms nature less."),
    "worker-participation": _("Workers have a say, or own a part of the enterprise."),
    "impact-measurement": _("Finding out what changed for people, and how much of it is due to the work done."),
    "maatwerk": _("The scheme in Flanders that pays enterprises for adapted work and guidance."),
    "disadvantaged-people": _(
        "People who find no job without support, for instance because of illness, prison or lack of schooling."
    ),
    "young-people": _("Young people who are neither in a job nor in school or training."),
    "i-wage-subsidy": _("The state pays a part of the wage, because a worker needs more support."),
    "i-state-aid": _("European rules on when public money for an enterprise is allowed."),
    "i-quota": _("A law that large employers must employ a share of people with a disability."),
    "i-soft-law": _("A text that advises governments but does not bind them."),
}

ABBREVIATIONS: Mapping[str, Abbreviation] = {
    "wise": Abbreviation(_("WISE"), _("work integration social enterprise")),
    "sse": Abbreviation(_("SSE"), _("social and solidarity economy")),
    "esf": Abbreviation(_("ESF+"), _("European Social Fund Plus")),
    "erdf": Abbreviation(_("ERDF"), _("European Regional Development Fund")),
    "easi": Abbreviation(_("EaSI"), _("European programme for Employment and Social Innovation")),
    "neet": Abbreviation(_("NEET"), _("not in employment, education or training")),
    "pes": Abbreviation(_("PES"), _("public employment service")),
    "almp": Abbreviation(_("ALMP"), _("active labour market policy")),
    "vet": Abbreviation(_("VET"), _("vocational education and training")),
    "srpp": Abbreviation(_("SRPP"), _("socially responsible public procurement")),
    "sroi": Abbreviation(_("SROI"), _("social return on investment")),
    "sgei": Abbreviation(_("SGEI"), _("service of general economic interest")),
    "gber": Abbreviation(_("GBER"), _("General Block Exemption Regulation on state aid")),
    "crpd": Abbreviation(_("CRPD"), _("UN Convention on the Rights of Persons with Disabilities")),
    "sdg": Abbreviation(_("SDGs"), _("Sustainable Development Goals of the United Nations")),
    "csr": Abbreviation(_("CSR"), _("corporate social responsibility")),
    "fte": Abbreviation(_("FTE"), _("full-time equivalent: the work of one person who works full-time")),
    "gdpr": Abbreviation(_("GDPR"), _("General Data Protection Regulation of the European Union")),
    "cc": Abbreviation(_("CC BY"), _("Creative Commons licence: free to use when you name the author")),
}
