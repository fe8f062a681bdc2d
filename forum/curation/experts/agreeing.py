"""An expert's consent that readers see an opinion with the name: asked unticked, kept with its words and times.

Without it only moderators read the opinion. It is consent in the sense of the GDPR (article 6(1)(a)): an outsider without an
account is named to everybody, and may refuse that without any loss, or end it whenever they like.
"""

from forum.core.clock import now
from forum.core.db import operation
from forum.core.errors import Conflict
from forum.core.events import record
from forum.core.text import message as _
from forum.curation.experts import events
from forum.curation.experts.models import ExpertOpinion
from forum.curation.experts.queries import expert_of, invitation_by_secret

# The words that were agreed to, by version. Whoever changes them adds a version; a former one stays, for it is what people read.
WORDS = {
    "2026-10": _("If a moderator recommends the post, readers see this with your name, where you work and the date."),
    "2026-11": _(
        "Readers may see my opinion with my name, where I work and the date, if a moderator recommends the post."
    ),
}
VERSION = "2026-11"


def note_agreement(opinion: ExpertOpinion, agrees: bool) -> None:
    """Write down what an expert chose, inside an operation: when, and to which words; the same choice again changes nothing."""
    if agrees == opinion.may_be_shown:
        return
    if agrees:
        opinion.agreed_at, opinion.agreed_words, opinion.disagreed_at = now(), VERSION, None
    else:
        opinion.disagreed_at = now()


@operation
def choose_readers(secret: str, agrees: bool) -> ExpertOpinion:
    """Let readers see an opinion that was given, or no longer. Raises `Conflict` when there is none."""
    invitation = invitation_by_secret(secret)
    opinion = invitation.opinion
    if opinion is None or not opinion.stands:
        raise Conflict(_("There is no opinion to show or hide."))
    if agrees != opinion.may_be_shown:
        note_agreement(opinion, agrees)
        told = {"invitation": invitation.id, "agrees": agrees, "words": VERSION}
        record(expert_of(invitation), events.READERS_CHOSEN, "post", invitation.post_id, told)
    return opinion
