"""What can happen when experts are asked. All of it is about the post; `data` names the invitation."""

from forum.core.events import event_kind
from forum.core.text import message as _

INVITED = event_kind(
    "expert.invited",
    "A moderator asked somebody for an opinion on a post.",
    log=_("%(actor)s asked an expert about %(subject)s"),
)
TAKEN_BACK = event_kind(
    "expert.taken_back",
    "A moderator took the invitation of an expert back.",
    log=_("%(actor)s took the invitation of an expert back: %(subject)s"),
)
REMINDED = event_kind("expert.reminded", "An expert has not answered for a week; a mail is due.")
ACCEPTED = event_kind("expert.accepted", "An expert will give an opinion.")
DECLINED = event_kind("expert.declined", "An expert will not give an opinion.")
LAPSED = event_kind("expert.lapsed", "An expert did not answer in time.")
OPINION_GIVEN = event_kind("opinion.given", "An expert gave an opinion on a post.")
READERS_CHOSEN = event_kind("opinion.readers_chosen", "An expert chose whether readers see an opinion.")
OPINION_WITHDRAWN = event_kind("opinion.withdrawn", "An expert withdrew an opinion.")
