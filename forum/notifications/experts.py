"""Mails to experts, members or not: what they are told, and the link that opens the one record."""

from forum.core.db import db
from forum.core.errors import Missing
from forum.core.languages import country_name
from forum.curation.experts.inviting import make_link, name_of
from forum.curation.experts.models import ExpertInvitation
from forum.curation.experts.policy import opens_to_experts
from forum.library.models import Post
from forum.notifications.letters import Errand

MINUTES = 20
STATES = {
    "expert_invited": ("invited", "accepted"),
    "expert_reminded": ("invited", "accepted"),
    "expert_thanked": ("given",),
}


def letter_to_expert(template: str, invitation_id: int) -> Errand | None:
    """The errand of a mail to an expert, its link made now; None when it is no longer true."""
    asked = db.session.get(ExpertInvitation, invitation_id)
    if asked is None or asked.state not in STATES[template] or not opens_to_experts(asked.post):
        return None
    try:
        secret = make_link(asked.id)
    except Missing:
        return None
    values = {
        "link": f"/opinions/{secret}",
        "inviter": name_of(asked.invited_by),
        "why": asked.why,
        "practice": _practice(asked.post, asked.language),
        "minutes": MINUTES,
        "until": asked.ends_at.date(),
    }
    return Errand(asked.opinion.name if asked.opinion else "", asked.email, asked.language, template, values)


def _practice(post: Post, language: str) -> dict[str, str]:
    """What a mail says of the post: its title in its own language, and whose it is."""
    owner = post.organisation
    places = (
        [owner.name, country_name(owner.country, language)]
        if owner and owner.country
        else [owner.name]
        if owner
        else []
    )
    return {"title": post.title, "language": post.language, "place": ", ".join(places), "summary": ""}
